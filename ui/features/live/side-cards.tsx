/**
 * Trunk and imports.
 * @module
 */
import type { VNode } from 'preact';
import type { ImportView, LiveSnapshot, TrunkView } from '../../../contracts/http/live.ts';
import { useApp } from '../../app-context.ts';
import { Badge, Card, Progress } from '../../design/parts.tsx';
import type { Look } from '../../design/tone.ts';
import { reasonWords } from './reason-words.ts';

const TRUNK_LOOKS: Readonly<Record<TrunkView['state'], Look>> = {
  ok: { tone: 'positive', icon: 'check' },
  'backing-off': { tone: 'warning', icon: 'hourglass' },
  suspended: { tone: 'danger', icon: 'alert' },
};

const IMPORT_LOOKS: Readonly<Record<ImportView['state'], Look>> = {
  open: { tone: 'info', icon: 'hourglass' },
  done: { tone: 'positive', icon: 'check' },
  cancelled: { tone: 'warning', icon: 'x' },
  undone: { tone: 'neutral', icon: 'minus' },
};

export function TrunkCard({ snapshot }: { snapshot: LiveSnapshot }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { trunk } = snapshot;
  if (trunk === null) {
    return (
      <Card title={t('live.trunk')}>
        <p class="card-body muted">{t('live.trunk.none')}</p>
      </Card>
    );
  }
  const time = trunk.until === null ? '' : i18n.format().timeSeconds(trunk.until);
  return (
    <Card
      title={`${t('live.trunk')} ${trunk.name}`}
      aside={<Badge look={TRUNK_LOOKS[trunk.state]}>{t(`trunk.${trunk.state}`)}</Badge>}
    >
      <div class="card-body trunk">
        <div class="meter">
          <span>
            {t('live.trunk.channels')}
            <strong>
              {i18n.format().number(trunk.channelsInUse)} {t('live.card.of', { n: trunk.maxChannels })}
            </strong>
          </span>
          <Progress part={trunk.channelsInUse} whole={trunk.maxChannels} label={t('live.trunk.channels')} />
        </div>
        <p class="pair">
          {t('live.trunk.rate')}
          <strong>{t('live.trunk.perSecond', { n: trunk.callsPerSecond })}</strong>
        </p>
        {trunk.state === 'ok' ? null : (
          <p class="note">
            {t(`trunk.${trunk.state}.text`, { time })}
            {trunk.reason === null
              ? null
              : ` ${t('trunk.reason', { reason: reasonWords(i18n, trunk.reason) })}`}
          </p>
        )}
      </div>
    </Card>
  );
}

export function ImportsCard({ snapshot }: { snapshot: LiveSnapshot }): VNode {
  const { t } = useApp().i18n;
  return (
    <Card title={t('live.imports')}>
      {snapshot.imports.length === 0 ? (
        <p class="card-body muted">{t('live.imports.none')}</p>
      ) : (
        <ul class="imports">
          {snapshot.imports.map((item) => (
            <ImportItem key={item.importId} item={item} zone={snapshot.campaign.zone} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function ImportItem({ item, zone }: { item: ImportView; zone: string }): VNode {
  const { i18n, clock } = useApp();
  const { t } = i18n;
  const format = i18n.format(zone);
  const counts = (['accepted', 'duplicate', 'invalid', 'suppressed'] as const).filter(
    (name) => name === 'accepted' || item[name] > 0,
  );
  return (
    <li>
      <div class="import-head">
        <strong>{item.file}</strong>
        <Badge look={IMPORT_LOOKS[item.state]}>{t(`import.${item.state}`)}</Badge>
      </div>
      <p class="muted">
        {t(`list.${item.kind}`)} · {t('count.rows', { n: item.rows })} ·{' '}
        {format.moment(item.finishedAt ?? item.startedAt, clock.now())}
      </p>
      {item.state === 'open' ? (
        <div class="import-progress">
          <Progress
            part={item.bytesDone}
            whole={item.bytesTotal}
            label={t('import.progress', { file: item.file })}
          />
          <span>
            {item.bytesTotal > 0
              ? format.percent(Math.floor((100 * item.bytesDone) / item.bytesTotal) / 100)
              : ''}
          </span>
        </div>
      ) : null}
      <dl class="import-counts">
        {counts.map((name) => (
          <div key={name}>
            <dt>{t(`import.${name}`)}</dt>
            <dd>{format.number(item[name])}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
