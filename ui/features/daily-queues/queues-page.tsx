/**
 * Who calls whom today: agents of a campaign, the queue of one of them, and what may be added to it.
 * @module
 */
import type { VNode } from 'preact';
import { useLocation } from 'preact-iso/router';
import type { Queues } from '../../../contracts/http/queues.ts';
import { search } from '../../api/client.ts';
import { useApp } from '../../app-context.ts';
import { DateField, SelectField } from '../../design/field.tsx';
import { LoadView, Void } from '../../design/load-view.tsx';
import { PageHead } from '../../design/page-head.tsx';
import { Badge, Card, Notice } from '../../design/parts.tsx';
import { isLocalDate } from '../../i18n/format.ts';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { refusalWords } from '../lists/parts.tsx';
import { AddCard } from './add-card.tsx';
import { QueueCard } from './queue-card.tsx';
import { createQueuesStore } from './store.ts';
import '../lists/lists.css';
import './queues.css';

export function QueuesPage(): VNode {
  const { i18n, catalogue } = useApp();
  const { t } = i18n;
  const { query } = useLocation();
  useTitle(t('queues.title'));
  const campaigns = (catalogue.campaigns.data.value ?? []).filter(
    ({ mode, retired }) => mode === 'agent' && !retired,
  );
  // One that is named and not among them is asked for all the same: the answer says what is wrong with it.
  const campaign = query['campanie'] ?? campaigns[0]?.name;
  const day = isLocalDate(query['zi'] ?? '') ? query['zi'] : undefined;
  const agent = Number(query['agent']) || undefined;
  if (campaign === undefined) {
    return (
      <>
        <PageHead title={t('queues.title')} lead={t('queues.lead')} />
        <div class="card">
          <Void icon="megaphone" title={t('queues.noCampaign')}>
            <p>{t('queues.noCampaignText')}</p>
          </Void>
        </div>
      </>
    );
  }
  const at = { campaign, day, agent };
  return (
    <Loaded
      key={`${campaign}/${day ?? ''}/${agent ?? ''}`}
      {...at}
      campaigns={campaigns.map(({ name, label }) => ({ value: name, label }))}
    />
  );
}

interface At {
  campaign: string;
  day: string | undefined;
  agent: number | undefined;
}

function Loaded(props: At & { campaigns: readonly { value: string; label: string }[] }): VNode {
  const { api, i18n } = useApp();
  const { t } = i18n;
  const { campaign, day, agent } = props;
  const store = useStore(() => createQueuesStore(api.request, { campaign, day }, agent), '');
  const found = store.queues.data.value;
  const chosen = found?.agents.find(({ id }) => id === agent);
  return (
    <>
      <PageHead title={t('queues.title')} lead={t('queues.lead')} resource={store.queues} />
      <div class="stack">
        <Filters {...props} today={found?.day} />
        {store.error.value === undefined ? null : (
          <Notice tone="danger" icon="alert" role="alert" title={refusalWords(i18n, store.error.value)} />
        )}
        <div class="queues-grid">
          <Card title={t('queues.agents')}>
            <LoadView resource={store.queues}>{(queues) => <Agents queues={queues} at={props} />}</LoadView>
          </Card>
          {agent === undefined ? (
            <div class="card">
              <Void icon="users" title={t('queues.chooseAgent')}>
                <p>{t('queues.chooseAgentText')}</p>
              </Void>
            </div>
          ) : (
            <div class="stack">
              <QueueCard store={store} name={chosen?.name ?? ''} />
              <AddCard store={store} campaign={campaign} name={chosen?.name ?? ''} />
            </div>
          )}
        </div>
      </div>
    </>
  );
}

function addressOf({ campaign, day, agent }: At): string {
  return `/cozi${search({ campanie: campaign, zi: day, agent })}`;
}

function Filters(
  props: At & { campaigns: readonly { value: string; label: string }[]; today: string | undefined },
): VNode {
  const { t } = useApp().i18n;
  const { route } = useLocation();
  const { campaign, day, agent, campaigns } = props;
  const known = campaigns.some(({ value }) => value === campaign);
  return (
    <form
      class="card filters queue-place"
      aria-label={t('calls.filters')}
      onSubmit={(event) => event.preventDefault()}
    >
      <SelectField
        label={t('calls.campaign')}
        value={campaign}
        onChange={(next) => route(addressOf({ campaign: next, day, agent }))}
        options={known ? campaigns : [{ value: campaign, label: campaign }, ...campaigns]}
      />
      <DateField
        label={t('queues.day')}
        value={day ?? props.today ?? ''}
        onChange={(next) =>
          route(addressOf({ campaign, day: next === '' || next === props.today ? undefined : next, agent }))
        }
      />
    </form>
  );
}

function Agents({ queues, at }: { queues: Queues; at: At }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const format = i18n.format();
  if (queues.agents.length === 0) {
    return (
      <Void icon="users" title={t('queues.noAgents')}>
        <p>{t('queues.noAgentsText')}</p>
      </Void>
    );
  }
  return (
    <>
      <p class="card-body hint">{t(queues.dealtOut ? 'queues.dealtOut' : 'queues.notDealtOut')}</p>
      <ul class="queue-agents">
        {queues.agents.map((agent) => (
          <li key={agent.id}>
            <a
              href={addressOf({ campaign: at.campaign, day: at.day, agent: agent.id })}
              {...(agent.id === at.agent ? { 'aria-current': 'true' as const } : {})}
            >
              <span class="queue-agent">
                {agent.name}
                {agent.onShift ? (
                  <Badge look={{ tone: 'positive', icon: 'headphones' }}>{t('queues.onShift')}</Badge>
                ) : null}
              </span>
              <span class="queue-counts">
                <strong>{format.number(agent.due)}</strong>
                <span class="sub">{t('queues.ofAll', { n: agent.contacts })}</span>
              </span>
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
