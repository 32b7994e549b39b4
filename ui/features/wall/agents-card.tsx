/**
 * Everybody on shift: state, how long, campaign, call. Two hundred rows that change two hundred times a second: each row
 * draws itself alone, has a fixed height, and lies in a layer of its own, so that nothing else is laid out again.
 * @module
 */
import { useComputed, type ReadonlySignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { WallAgent } from '../../../contracts/http/wall.ts';
import { AGENT_STATES, type AgentState } from '../../../contracts/model/agent.ts';
import { useApp } from '../../app-context.ts';
import { search } from '../../api/client.ts';
import { Icon } from '../../design/icons.tsx';
import { Void } from '../../design/load-view.tsx';
import { Badge, Card } from '../../design/parts.tsx';
import { STAGE_LOOKS } from '../../design/tone.ts';
import { phoneText } from '../../i18n/format.ts';
import { useInSight } from '../../lib/use-in-sight.ts';
import { pauseWords } from './pause-words.ts';
import { ControlDialog } from './control-dialog.tsx';
import { stateLevel } from './figures.ts';
import { STATE_LOOKS, STATES_SHOWN } from './looks.ts';
import type { AgentRow, WallStore } from './store.ts';

export function AgentsCard({ store }: { store: WallStore }): VNode {
  const { i18n, session } = useApp();
  const { t } = i18n;
  const { query } = useLocation();
  const [controlled, setControlled] = useState<WallAgent | undefined>(undefined);
  const state = AGENT_STATES.find((name) => name === query['stare']);
  const rows = shownRows(store, state);
  const control = session.can('agent.control');
  return (
    <Card
      title={t('wall.agents')}
      class="wall-agents"
      aside={t('wall.agents.count', { n: store.rows.value.length })}
    >
      <StateChips store={store} chosen={state} />
      {rows.length === 0 ? (
        <NoAgents state={state} any={store.rows.value.length > 0} />
      ) : (
        <div class="agent-list" role="table" aria-label={t('wall.agents')} data-control={control}>
          <div class="agent-row agent-head" role="row">
            <span role="columnheader">{t('wall.col.agent')}</span>
            <span role="columnheader">{t('wall.col.state')}</span>
            <span role="columnheader" class="num">
              {t('wall.col.time')}
            </span>
            <span role="columnheader" class="agent-campaign">
              {t('wall.col.campaign')}
            </span>
            <span role="columnheader">{t('wall.col.call')}</span>
            {control ? (
              <span role="columnheader">
                <span class="sr">{t('wall.col.actions')}</span>
              </span>
            ) : null}
          </div>
          {rows.map((row) => (
            <AgentLine
              key={row.id}
              agent={row.agent}
              store={store}
              {...(control && { onControl: setControlled })}
            />
          ))}
        </div>
      )}
      {controlled ? (
        <ControlDialog store={store} agent={controlled} onClose={() => setControlled(undefined)} />
      ) : null}
    </Card>
  );
}

/** All, or those of a state; only then does the list depend on the states. */
function shownRows(store: WallStore, state: AgentState | undefined): readonly AgentRow[] {
  const rows = store.rows.value;
  return state === undefined ? rows : rows.filter(({ agent }) => agent.value.state === state);
}

/** States with how many are in each; a choice is in the address. */
function StateChips({ store, chosen }: { store: WallStore; chosen: AgentState | undefined }): VNode {
  const { t } = useApp().i18n;
  const totals = store.sections.totals.value ?? {};
  return (
    <nav class="state-chips" aria-label={t('wall.filter')}>
      {STATES_SHOWN.map((state) => {
        const here = state === chosen;
        const count = totals[state] ?? 0;
        if (count === 0 && !here) return null;
        return (
          <a
            key={state}
            class="state-chip"
            href={`/panou${search({ stare: here ? undefined : state })}`}
            {...(here ? { 'aria-current': 'true' as const } : {})}
          >
            <Badge look={STATE_LOOKS[state]} plain>
              {t(`agent.${state}`)}
            </Badge>
            <strong>{count}</strong>
          </a>
        );
      })}
      {chosen === undefined ? null : (
        <a class="state-chip" href="/panou">
          <Icon name="close" size={14} />
          {t('action.reset')}
        </a>
      )}
    </nav>
  );
}

function NoAgents({ state, any }: { state: AgentState | undefined; any: boolean }): VNode {
  const { t } = useApp().i18n;
  if (state !== undefined && any) {
    return (
      <Void
        icon="users"
        title={t('wall.none.filtered', { state: t(`agent.${state}`) })}
        action={
          <a class="btn" href="/panou">
            {t('action.reset')}
          </a>
        }
      />
    );
  }
  return (
    <Void icon="users" title={t('wall.none.title')}>
      <p>{t('wall.none.text')}</p>
    </Void>
  );
}

interface LineProps {
  agent: ReadonlySignal<WallAgent>;
  store: WallStore;
  onControl?: (agent: WallAgent) => void;
}

/** A row out of sight is drawn now and then only: most of two hundred are, and each changes once a second. */
function AgentLine({ agent: newest, store, onControl }: LineProps): VNode {
  const { i18n, session, clock } = useApp();
  const { t } = i18n;
  const row = useRef<HTMLDivElement>(null);
  const inSight = useInSight(row);
  const agent = useComputed(() => (inSight.value ? newest.value : (store.seldom.value, newest.peek())));
  const time = useComputed(() =>
    inSight.value ? clock.tick.value : (store.seldom.value, clock.tick.peek()),
  );
  const now = agent.value;
  const campaign = now.call?.campaign ?? (now.campaigns.length === 1 ? now.campaigns[0] : undefined);
  const all = now.campaigns.length === 0 ? t('wall.allCampaigns') : now.campaigns.join(', ');
  return (
    <div class="agent-row" role="row" data-call={now.call !== null} ref={row}>
      <span role="cell" class="agent-name">
        {session.can('agent.read') && session.can('report.read') ? (
          <a
            class="row-link"
            href={`/rapoarte/agenti${search({ agent: now.id })}`}
            title={t('wall.toReport', { name: now.name })}
          >
            {now.name}
          </a>
        ) : (
          now.name
        )}
        <span class="muted">{now.extension}</span>
      </span>
      <StateCell agent={now} store={store} />
      <TimeCell agent={agent} store={store} time={time} />
      <span role="cell" class="agent-campaign" title={all}>
        {campaign === undefined ? all : <CampaignName store={store} name={campaign} />}
      </span>
      <CallCell agent={now} />
      {onControl ? (
        <span role="cell">
          <button
            type="button"
            class="btn"
            data-kind="quiet"
            data-icon
            title={t('wall.control')}
            aria-label={t('wall.controlOf', { name: now.name })}
            onClick={() => onControl(newest.peek())}
          >
            <Icon name="sliders" />
          </button>
        </span>
      ) : null}
    </div>
  );
}

function CampaignName({ store, name }: { store: WallStore; name: string }): VNode {
  const label = useComputed(
    () => store.sections.campaigns.value?.find((campaign) => campaign.name === name)?.label ?? name,
  );
  return <>{label}</>;
}

function StateCell({ agent, store }: { agent: WallAgent; store: WallStore }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { reason, next } = agent;
  return (
    <span role="cell" class="agent-state">
      <Badge look={STATE_LOOKS[agent.state]}>{t(`agent.${agent.state}`)}</Badge>
      {reason === null ? null : (
        <span class="agent-reason">{pauseWords(i18n, store.sections.pauses.value, reason)}</span>
      )}
      {next === null ? null : (
        <span class="agent-next" title={t('wall.next', { state: t(`agent.${next.to}`) })}>
          <Icon name="arrowRight" size={14} />
          <span class="sr">{t('wall.next', { state: t(`agent.${next.to}`) })}</span>
        </span>
      )}
    </span>
  );
}

/** Only the text changes each second; the level is told in words to those who do not see colours. */
function TimeCell(props: Pick<LineProps, 'agent' | 'store'> & { time: ReadonlySignal<number> }): VNode {
  const { agent, store, time } = props;
  const { i18n } = useApp();
  const write = i18n.format().clock;
  const text = useComputed(() => write(time.value - Date.parse(agent.value.since)));
  const level = useComputed(() => stateLevel(store.sections.thresholds.value, agent.value, time.value));
  return (
    <span role="cell" class="num agent-time" data-level={level}>
      {level.value === 'ok' ? null : (
        <span class="agent-alarm" title={i18n.t(`wall.tooLong.${level.value}`)}>
          <Icon name={level.value === 'red' ? 'x' : 'alert'} size={14} />
          <span class="sr">{i18n.t(`wall.tooLong.${level.value}`)}</span>
        </span>
      )}
      <span>{text}</span>
    </span>
  );
}

function CallCell({ agent }: { agent: WallAgent }): VNode {
  const { i18n, session } = useApp();
  const { call } = agent;
  if (call === null) return <span role="cell" />;
  const who = call.customer ?? (call.number === null ? null : phoneText(call.number));
  const words = who ?? i18n.t('wall.callOpen');
  return (
    <span role="cell" class="agent-call" title={call.number === null ? undefined : phoneText(call.number)}>
      <Badge look={call.held ? { tone: 'warning', icon: 'pause' } : STAGE_LOOKS[call.stage]} plain>
        {call.held ? i18n.t('wall.held') : i18n.t(`stage.${call.stage}`)}
      </Badge>
      {session.can('call.read') ? (
        <a class="row-link" href={`/apeluri/${call.id}`}>
          {words}
        </a>
      ) : (
        <span>{words}</span>
      )}
    </span>
  );
}
