/**
 * What the commit of a call with an agent writes beside that of a robot: see `commit-statement.ts`.
 * @module
 */
import { SKIPPED_STATUS } from '../domain/agent-commit.ts';
import type { CommitDecision } from '../domain/commit-facts.ts';
import { agentSaveParts } from './agent-move.ts';
import { HAND_CONTACT_PARTS } from './commit-hand-contact.ts';
import { WAIT_SUMS, waitsOfCall } from './rollups.ts';

/** How long the call rang, in a part that reads `done`. */
export const COMMITTED_WAITS = waitsOfCall({
  kind: 'p.kind',
  invitedAt: 'p.invited_at',
  claimedAt: 'done.claimed_at',
  answeredAt: 'p.answered_at',
  endedAt: 'p.ended_at',
});

/** Values by name with their types in Postgres. */
export const AGENT_TYPES = {
  wrap_up_id: 'uuid',
  note: 'text',
  hold_ms: 'int',
  wrap_up_ms: 'int',
  quality: 'jsonb',
  answers: 'jsonb',
  dnc_reason: 'text',
  late: 'boolean',
  another: 'boolean',
  queue_rank: 'smallint',
  queue_agent: 'int',
  same_agent: 'boolean',
  hand_due: 'timestamptz',
} as const;

export type AgentValue = keyof typeof AGENT_TYPES;

/** Columns of the call's own row. */
export const AGENT_COLUMNS = `,
    wrap_up_id = p.wrap_up_id, note = p.note, hold_ms = p.hold_ms, wrap_up_ms = p.wrap_up_ms, quality = p.quality`;

export function agentValues({
  agent,
  contact,
  handContact,
}: CommitDecision): Partial<Record<AgentValue, string | number | boolean | undefined>> {
  if (!agent) return {};
  const queue = contact?.next === 'retry' ? contact.queue : handContact?.queue;
  return {
    wrap_up_id: agent.wrapUpId,
    note: agent.note,
    hold_ms: agent.holdMs,
    wrap_up_ms: agent.wrapUpMs,
    quality: agent.quality && JSON.stringify(agent.quality),
    answers: agent.answers && JSON.stringify(agent.answers),
    dnc_reason: agent.doNotCallReason,
    late: agent.late,
    another: agent.another === true,
    queue_rank: queue?.rank,
    queue_agent: typeof queue?.agent === 'number' ? queue.agent : undefined,
    same_agent: queue?.agent === 'same',
    hand_due: handContact?.dueAt.toISOString(),
  };
}

/** The contact goes somewhere else than a robot's would. */
export function goesToQueue({ contact }: CommitDecision): boolean {
  return contact?.next === 'retry' && contact.queue !== undefined && !contact.keepRank;
}

const isCallback = ({ contact }: CommitDecision) =>
  contact?.next === 'retry' && (contact.queue?.rank === 3 || contact.queue?.rank === 4);

const withAgent = ({ agent }: CommitDecision) => agent !== undefined;

/** After all others; the agent's own row is nobody else's. */
export const AGENT_PARTS: readonly {
  name: string;
  wanted: (decision: CommitDecision) => boolean;
  sharesRows?: true;
  text: string;
}[] = [
  {
    name: 'again_queued',
    wanted: goesToQueue,
    text: `
  update dial_queue q set call_id = null, due_at = p.due_at, position = p.position, wait_reason = p.wait_reason,
    rank = p.queue_rank, agent_id = case when p.same_agent then q.agent_id else p.queue_agent end
  from done where q.contact_id = p.contact_id and q.call_id = done.id`,
  },
  {
    // A contact that was closed, and called by hand, wants to be called again: it has no place in the queue.
    name: 'opened',
    wanted: isCallback,
    text: `
  update contacts ct set state = 'open', closed_reason = null, closed_at = null
  from done where ct.id = p.contact_id and ct.state = 'closed'`,
  },
  {
    name: 'queued',
    wanted: isCallback,
    text: `
  insert into dial_queue (contact_id, campaign_id, list_id, rank, due_at, position, attempts, wait_reason, agent_id)
  select p.contact_id, p.campaign_id, ct.list_id, p.queue_rank, p.due_at, p.position, done.attempt, p.wait_reason,
    p.queue_agent
  from done join contacts ct on ct.id = p.contact_id
  where ct.state <> 'withdrawn'
  on conflict (contact_id) do nothing`,
  },
  ...HAND_CONTACT_PARTS,
  {
    name: 'answered_fields',
    wanted: ({ agent }) => agent?.answers !== undefined,
    text: `
  insert into call_answers (call_id, field, value)
  select done.id, a.key, a.value from done, jsonb_each(p.answers) a
  on conflict (call_id, field) do nothing`,
  },
  {
    // A contact that was passed over was not called.
    name: 'agent_delta',
    wanted: (decision) => withAgent(decision) && decision.status.code !== SKIPPED_STATUS,
    text: `
  insert into rollup_deltas (hour, campaign_id, list_id, agent_id, kind, status_id, calls, answered, talk_ms, hold_ms,
                             wrap_up_ms, ${WAIT_SUMS})
  select p.hour, p.campaign_id, p.list_id, p.agent_id, p.kind, p.status_id, 1,
    case when p.answered_at is null then 0 else 1 end, p.talk_ms, p.hold_ms, p.wrap_up_ms,
    ${COMMITTED_WAITS}
  from done`,
  },
  {
    name: 'draft',
    wanted: withAgent,
    text: `
  delete from call_drafts d using done where d.call_id = done.id`,
  },
  ...agentSaveParts({ call: '(select id from done)', at: 'p.now', late: 'p.late', another: 'p.another' }).map(
    (part) => ({
      ...part,
      wanted: withAgent,
    }),
  ),
];
