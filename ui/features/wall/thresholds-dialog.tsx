/**
 * When a figure turns amber or red. Empty fields: that figure is never coloured.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { WallThresholds } from '../../../contracts/http/wall.ts';
import {
  THRESHOLD_METRICS,
  THRESHOLD_SIDES,
  type Threshold,
  type ThresholdMetric,
} from '../../../contracts/model/thresholds.ts';
import { thresholdOf } from '../../../domain/thresholds.ts';
import { errorWords } from '../../api/problem.ts';
import { useApp } from '../../app-context.ts';
import { Dialog, DialogFoot } from '../../design/dialog.tsx';
import { Notice } from '../../design/parts.tsx';
import { unitOf } from './cards.tsx';
import type { WallStore } from './store.ts';

type Texts = Record<ThresholdMetric, { amber: string; red: string }>;

export function ThresholdsDialog({ store, onClose }: { store: WallStore; onClose: () => void }): VNode {
  const { i18n, api, toasts } = useApp();
  const { t } = i18n;
  // As they were when the dialog opened; somebody else's change in between is a conflict.
  const [began] = useState(() => store.sections.thresholds.peek() ?? { version: 0, metrics: {} });
  const [texts, setTexts] = useState<Texts>(() => textsOf(began));
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const wrong = new Set(THRESHOLD_METRICS.filter((metric) => readOne(metric, texts[metric]) === undefined));

  async function submit(): Promise<void> {
    setTried(true);
    if (busy || wrong.size > 0) return;
    setBusy(true);
    try {
      const metrics = Object.fromEntries(THRESHOLD_METRICS.map((m) => [m, readOne(m, texts[m]) ?? null]));
      await api.request<WallThresholds>('/api/wall/thresholds', {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ version: began.version, metrics }),
      });
      toasts.show('positive', t('wall.thresholds.saved'));
      onClose();
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog
      title={t('wall.thresholds.title')}
      onClose={onClose}
      onSubmit={() => void submit()}
      foot={<DialogFoot onCancel={onClose} verb={t('wall.thresholds.save')} busy={busy} />}
    >
      <p>{t('wall.thresholds.text')}</p>
      {error === undefined ? null : (
        <Notice tone="danger" icon="alert" role="alert" title={errorWords(i18n, error)} />
      )}
      <table class="table thresholds">
        <thead>
          <tr>
            <th scope="col">{t('wall.thresholds.figure')}</th>
            <th scope="col">{t('wall.thresholds.amber')}</th>
            <th scope="col">{t('wall.thresholds.red')}</th>
          </tr>
        </thead>
        <tbody>
          {THRESHOLD_METRICS.map((metric) => (
            <tr key={metric}>
              <th scope="row">
                {t(`wall.metric.${metric}`)}
                <span class="muted">
                  {t(`wall.limit.${THRESHOLD_SIDES[metric]}`)}
                  {t(`wall.unit.${unitOf(metric)}`)}
                </span>
                {tried && wrong.has(metric) ? (
                  <span class="field-error">{t(`wall.thresholds.wrong.${THRESHOLD_SIDES[metric]}`)}</span>
                ) : null}
              </th>
              {(['amber', 'red'] as const).map((level) => (
                <td key={level}>
                  <input
                    class="input"
                    inputMode="decimal"
                    size={6}
                    value={texts[metric][level]}
                    aria-label={`${t(`wall.metric.${metric}`)}, ${t(`wall.thresholds.${level}`)}`}
                    aria-invalid={tried && wrong.has(metric)}
                    onInput={(event) => {
                      const { value } = event.currentTarget;
                      setTexts((now) => ({ ...now, [metric]: { ...now[metric], [level]: value } }));
                    }}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}

function textsOf({ metrics }: WallThresholds): Texts {
  const written = (value: number | undefined): string =>
    value === undefined ? '' : String(value).replace('.', ',');
  return Object.fromEntries(
    THRESHOLD_METRICS.map((metric) => {
      const set = thresholdOf(metrics, metric);
      return [metric, { amber: written(set?.amber), red: written(set?.red) }];
    }),
  ) as Texts;
}

/** Null: both are empty; undefined: it makes no sense. */
function readOne(
  metric: ThresholdMetric,
  { amber, red }: { amber: string; red: string },
): Threshold | null | undefined {
  if (amber.trim() === '' && red.trim() === '') return null;
  const [a, r] = [amber, red].map((text) =>
    text.trim() === '' ? NaN : Number(text.trim().replace(',', '.')),
  );
  if (a === undefined || r === undefined || !(a >= 0) || !(r >= 0)) return undefined;
  const inOrder = THRESHOLD_SIDES[metric] === 'above' ? r >= a : r <= a;
  return inOrder ? { amber: a, red: r } : undefined;
}
