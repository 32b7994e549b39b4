/**
 * Numbers called often, kept with the user.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { SpeedDials } from '../../../contracts/http/desk.ts';
import { createDeskApi } from '../../api/desk.ts';
import { errorWords } from '../../api/problem.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { LoadView } from '../../design/load-view.tsx';
import { createResource } from '../../lib/resource.ts';
import { useStore } from '../../lib/use-store.ts';
import { groupedNumber, plainNumber } from './number-text.ts';

const MOST = 20;

export function SpeedDialList(props: { onPick: (number: string) => void; current: string }): VNode {
  const app = useApp();
  const { i18n, toasts } = app;
  const { t } = i18n;
  const api = createDeskApi(app.api.request);
  const dials = useStore(() => createResource((abort) => api.speedDials(abort)), 'speed');
  const [label, setLabel] = useState('');
  const [number, setNumber] = useState(props.current);
  useEffect(() => void dials.reload(), []);

  async function save(next: SpeedDials['speedDials']): Promise<boolean> {
    try {
      dials.put(await api.saveSpeedDials({ speedDials: next }));
      return true;
    } catch (error) {
      toasts.show('danger', t('state.toastFailed', { reason: errorWords(i18n, error) }));
      return false;
    }
  }
  async function add(before: SpeedDials['speedDials']): Promise<void> {
    if (!complete) return;
    if (!(await save([...before, { label: label.trim(), number: plainNumber(number) }]))) return;
    setLabel('');
    setNumber('');
  }
  const complete = label.trim() !== '' && plainNumber(number).length >= 3;
  return (
    <LoadView resource={dials} rows={4}>
      {({ speedDials }) => (
        <>
          {speedDials.length === 0 ? <p class="hint-line">{t('desk.speed.none')}</p> : null}
          <ul class="recent">
            {speedDials.map((dial, index) => (
              <li key={`${dial.label} ${dial.number}`} class="speed-row">
                <button type="button" class="recent-row" onClick={() => props.onPick(dial.number)}>
                  <span class="state-dot" data-tone="info">
                    <Icon name="star" size={14} />
                  </span>
                  <span class="recent-who">
                    <strong>{dial.label}</strong>
                    <small>{groupedNumber(dial.number)}</small>
                  </span>
                </button>
                <button
                  type="button"
                  class="btn"
                  data-kind="quiet"
                  data-icon=""
                  aria-label={t('desk.speed.remove', { label: dial.label })}
                  onClick={() => void save(speedDials.filter((_, i) => i !== index))}
                >
                  <Icon name="close" size={16} />
                </button>
              </li>
            ))}
          </ul>
          {speedDials.length >= MOST ? null : (
            <form
              class="speed-add"
              onSubmit={(event) => {
                event.preventDefault();
                void add(speedDials);
              }}
            >
              <input
                class="input"
                aria-label={t('desk.speed.label')}
                placeholder={t('desk.speed.label')}
                maxLength={60}
                value={label}
                onInput={(event) => setLabel(event.currentTarget.value)}
              />
              <input
                class="input"
                type="tel"
                aria-label={t('desk.pad.number')}
                placeholder={t('desk.pad.number')}
                value={groupedNumber(number)}
                onInput={(event) => setNumber(plainNumber(event.currentTarget.value))}
              />
              <button type="submit" class="btn" disabled={!complete}>
                {t('desk.speed.add')}
              </button>
            </form>
          )}
        </>
      )}
    </LoadView>
  );
}
