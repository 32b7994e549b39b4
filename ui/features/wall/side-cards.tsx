/**
 * Beside the agents: calls in progress by stage, what is stuck and what to do, the health of each part, the disk.
 * @module
 */
import { useComputed } from '@preact/signals';
import type { VNode } from 'preact';
import type { StuckCall, WallCampaign, WallPart } from '../../../contracts/http/wall.ts';
import { CALL_STAGES } from '../../../contracts/model/call.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { Badge, Card, Progress } from '../../design/parts.tsx';
import { STAGE_LOOKS } from '../../design/tone.ts';
import type { I18n } from '../../i18n/i18n.ts';
import { useLevelWords } from './cards.tsx';
import { callsIn, figuresOf } from './figures.ts';
import { LEVEL_LOOKS } from './looks.ts';
import type { WallStore } from './store.ts';

export function CallsCard({ store }: { store: WallStore }): VNode {
  const { t } = useApp().i18n;
  const campaigns = store.sections.campaigns.value ?? [];
  const all = campaigns.reduce((sum, { stages }) => sum + callsIn(stages), 0);
  return (
    <Card title={t('wall.calls')} aside={t('count.calls', { n: all })}>
      {campaigns.length === 0 ? <p class="table-note">{t('wall.calls.none')}</p> : null}
      <ul class="wall-list">
        {campaigns.map((campaign) => (
          <CampaignItem key={campaign.name} campaign={campaign} />
        ))}
      </ul>
    </Card>
  );
}

function CampaignItem({ campaign }: { campaign: WallCampaign }): VNode {
  const { i18n, session } = useApp();
  const { t } = i18n;
  const { name, label, stages } = campaign;
  const stagesNow = CALL_STAGES.filter((stage) => (stages[stage] ?? 0) > 0);
  return (
    <li>
      <div class="wall-item-head">
        {session.can('live.read') ? (
          <a class="row-link" href={`/campanii/${encodeURIComponent(name)}`}>
            {label}
          </a>
        ) : (
          <span>{label}</span>
        )}
        <strong class="num">{callsIn(stages)}</strong>
      </div>
      <div class="wall-stages">
        <Badge look={{ tone: 'neutral', icon: campaign.mode === 'robot' ? 'robot' : 'users' }} plain>
          {t(`mode.${campaign.mode}`)}
        </Badge>
        {campaign.paused ? (
          <Badge look={{ tone: 'warning', icon: 'pause' }}>{t('campaign.paused')}</Badge>
        ) : null}
        {stagesNow.map((stage) => (
          <Badge key={stage} look={STAGE_LOOKS[stage]} plain>
            {t(`stage.${stage}`)} {stages[stage]}
          </Badge>
        ))}
      </div>
    </li>
  );
}

/** Shown only when something is stuck: each with what to do. */
export function StuckCard({ store }: { store: WallStore }): VNode | null {
  const { i18n, session } = useApp();
  const { t } = i18n;
  const stuck = store.sections.stuck.value;
  if (stuck === undefined || stuck.count === 0) return null;
  const level = figuresOf(store)?.level('stuck-calls') ?? 'ok';
  return (
    <Card
      title={t('wall.stuck')}
      class="wall-stuck"
      aside={
        <Badge look={LEVEL_LOOKS[level === 'ok' ? 'amber' : level]}>
          {t('count.calls', { n: stuck.count })}
        </Badge>
      }
    >
      {stuck.calls.length === 0 ? <p class="table-note">{t('wall.stuck.told')}</p> : null}
      <ul class="wall-list">
        {stuck.calls.map((call) => (
          <StuckItem key={call.id} call={call} commands={session.can('codec.use')} />
        ))}
      </ul>
    </Card>
  );
}

function StuckItem({ call, commands }: { call: StuckCall; commands: boolean }): VNode {
  const { i18n, session, clock } = useApp();
  const { t } = i18n;
  const { clock: write } = i18n.format();
  const text = useComputed(() => write(clock.tick.value - Date.parse(call.since)));
  const words = t(`wall.stuck.${call.reason}`);
  // A test call has no page of its own; it is on that of its trunk.
  const address =
    call.campaign === null
      ? session.can('trunk.edit')
        ? `/configurare/trunk/${call.trunk}`
        : undefined
      : session.can('call.read')
        ? `/apeluri/${call.id}`
        : undefined;
  return (
    <li>
      <div class="wall-item-head">
        <span class="wall-stuck-what">
          <Badge look={STAGE_LOOKS[call.stage]}>{t(`stage.${call.stage}`)}</Badge>
          {address === undefined ? (
            <span>{words}</span>
          ) : (
            <a class="row-link" href={address}>
              {words}
            </a>
          )}
          <span class="muted">
            {call.campaign ?? t('wall.stuck.trunk-test', { trunk: call.trunk ?? '' })} · {call.node}
          </span>
        </span>
        <span class="num">{text}</span>
      </div>
      <p class="wall-do">
        <strong>{t('wall.stuck.do')}</strong> {t(`wall.stuck.${call.reason}.do`)}
      </p>
      {commands ? (
        <code class="wall-command">./apel temporal workflow describe -w {call.workflowId}</code>
      ) : null}
    </li>
  );
}

export function HealthCard({ store }: { store: WallStore }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const parts = store.sections.parts.value ?? [];
  const bad = parts.filter(({ level }) => level !== 'ok').length;
  return (
    <Card
      title={t('wall.health')}
      aside={
        bad === 0 ? (
          <Badge look={LEVEL_LOOKS.ok}>{t('wall.health.ok')}</Badge>
        ) : (
          <Badge look={LEVEL_LOOKS[parts.some(({ level }) => level === 'red') ? 'red' : 'amber']}>
            {t('wall.health.bad', { n: bad })}
          </Badge>
        )
      }
    >
      <ul class="wall-list">
        {parts.map((part) => (
          <PartItem key={`${part.part} ${part.name ?? ''}`} part={part} />
        ))}
      </ul>
    </Card>
  );
}

function PartItem({ part }: { part: WallPart }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const look = LEVEL_LOOKS[part.level];
  return (
    <li class="wall-part" data-level={part.level}>
      <span class="wall-part-icon" data-tone={look.tone}>
        <Icon name={look.icon} size={16} />
      </span>
      <span class="wall-part-name">
        {t(`wall.part.${part.part}`)}
        {part.name === null ? null : <strong> {part.name}</strong>}
      </span>
      <span class="wall-part-load">
        {part.load === null
          ? t(`wall.part.${part.level}`)
          : t('wall.load', { used: part.load.used, of: part.load.of })}
      </span>
      {part.message === null ? null : <p class="wall-part-why">{healthWords(i18n, part.message)}</p>}
    </li>
  );
}

/** Words of a flag; reasons inside it are codes, too. */
export function healthWords(i18n: I18n, message: NonNullable<WallPart['message']>): string {
  const params = { ...message.params };
  const { reason } = params;
  if (typeof reason === 'string' && reason !== '') {
    params['reason'] = i18n.tMaybe(`reason.${reason}`, i18n.tMaybe(`refusing.${reason}`, reason));
  }
  return i18n.tMaybe(`health.${message.code}`, message.code, params);
}

export function StorageCard({ store }: { store: WallStore }): VNode | null {
  const { i18n } = useApp();
  const { t } = i18n;
  const words = useLevelWords(store);
  const storage = store.sections.storage.value;
  const figures = figuresOf(store);
  if (storage == null || figures === undefined) return null;
  const format = i18n.format();
  const days = figures.level('days-left');
  const lost = figures.level('lost-recordings');
  return (
    <Card title={t('wall.storage')}>
      <div class="card-body wall-storage">
        <Progress
          part={storage.usedBytes}
          whole={storage.usedBytes + storage.freeBytes}
          label={t('wall.storage.used')}
        />
        <dl class="facts">
          <dt>{t('wall.storage.used')}</dt>
          <dd>
            {t('wall.storage.of', {
              used: size(format, storage.usedBytes),
              all: size(format, storage.usedBytes + storage.freeBytes),
            })}
          </dd>
          {storage.wavBytes + storage.archiveBytes === 0 ? null : (
            <>
              <dt>{t('wall.storage.recordings')}</dt>
              <dd>
                {t('wall.storage.forms', {
                  wav: size(format, storage.wavBytes),
                  archive: size(format, storage.archiveBytes),
                })}
              </dd>
            </>
          )}
          <dt>{t('wall.storage.pace')}</dt>
          <dd>
            {storage.freedPerDay === 0
              ? size(format, storage.bytesPerDay)
              : t('wall.storage.net', {
                  more: size(format, storage.bytesPerDay),
                  less: size(format, storage.freedPerDay),
                })}
          </dd>
          <dt>{t('wall.storage.days')}</dt>
          <dd>
            {storage.daysLeft === null
              ? t(storage.bytesPerDay === 0 ? 'wall.storage.noEnd' : 'wall.storage.steady')
              : t('wall.storage.daysLeft', { n: storage.daysLeft })}
            {days === 'ok' ? null : <Badge look={LEVEL_LOOKS[days]}>{words('days-left', days)}</Badge>}
          </dd>
          <dt>{t('wall.storage.lost')}</dt>
          <dd>
            {t('wall.storage.lostOf', { today: storage.lostToday, week: storage.lostWeek })}
            {lost === 'ok' ? null : <Badge look={LEVEL_LOOKS[lost]}>{words('lost-recordings', lost)}</Badge>}
          </dd>
          {storage.missing === 0 ? null : (
            <>
              <dt>{t('wall.storage.missing')}</dt>
              <dd>
                {format.number(storage.missing)}
                <Badge look={LEVEL_LOOKS.red}>{t('wall.part.red')}</Badge>
              </dd>
            </>
          )}
        </dl>
      </div>
    </Card>
  );
}

/** Disks are larger than what a recording needs. */
export function size(format: ReturnType<I18n['format']>, bytes: number): string {
  if (bytes < 1e9) return format.size(bytes);
  const whole =
    bytes >= 1e12
      ? `${format.number(Math.round(bytes / 1e11) / 10)} TB`
      : `${format.number(Math.round(bytes / 1e8) / 10)} GB`;
  return whole;
}
