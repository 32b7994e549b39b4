/**
 * The text of the commit: one statement, of only those parts that the decision asks for. Each part that is there costs its
 * share of every commit, whether or not it finds a row; a dozen of them cost more than what they write.
 * @module
 */
import type { CommitDecision } from '../domain/commit-facts.ts';
import {
  FIRST_BACKOFF_SECONDS,
  MAX_BACKOFF_SECONDS,
  SUSPEND_AFTER_FAILURES,
  SUSPEND_WINDOW_SECONDS,
} from '../domain/trunk-health.ts';
import {
  AGENT_COLUMNS,
  AGENT_PARTS,
  AGENT_TYPES,
  COMMITTED_WAITS,
  goesToQueue,
} from './commit-agent-parts.ts';
import { WAIT_SUMS } from './rollups.ts';

/** A statement with the names of its values, in order: `$1` is `values[0]`. */
export interface CommitStatement {
  /** One name, one text. */
  name: string;
  text: string;
  values: readonly CommitValue[];
}

export function commitStatement(decision: CommitDecision): CommitStatement {
  const parts = PARTS.filter((part) => part.wanted(decision));
  const key = parts.map((part) => part.name).join();
  let statement = statements.get(key);
  if (statement === undefined) {
    const done = doneText(decision.agent === undefined ? {} : { columns: AGENT_COLUMNS });
    const written = [done, ...parts.map((part) => `${part.name} as (${part.text})`)];
    const text = `with ${written.join(',\n')}\nselect exists (select 1 from done) as first`;
    statement = { name: `commit-call-${statements.size}`, ...numbered(text) };
    statements.set(key, statement);
  }
  return statement;
}

/**
 * Takes locks on rows that belong to other calls too: the trunk's, or several numbers. Such a commit goes alone, so that it
 * neither holds them longer than it must nor takes them in another order than its neighbours.
 */
export function sharesRows(decision: CommitDecision): boolean {
  return PARTS.some((part) => part.sharesRows === true && part.wanted(decision));
}

/** By the parts in it; some ten in a day. */
const statements = new Map<string, CommitStatement>();

/**
 * The parts name their values (`p.talk_ms`); each text gets only those it uses, as numbered parameters with their types. One
 * JSON parameter that the statement takes apart would be shorter and took a tenth of the commit.
 */
function numbered(text: string): { text: string; values: CommitValue[] } {
  const values: CommitValue[] = [];
  const written = text.replace(/\bp\.(\w+)/g, (_, name: CommitValue) => {
    if (!values.includes(name)) values.push(name);
    return `$${values.indexOf(name) + 1}::${VALUE_TYPES[name]}`;
  });
  return { text: written, values };
}

/** Of each value, in Postgres. */
export const VALUE_TYPES = {
  call_id: 'uuid',
  now: 'timestamptz',
  status_id: 'smallint',
  status_by: 'text',
  result: 'text',
  reason: 'text',
  sip_status: 'smallint',
  invited_at: 'timestamptz',
  ringing_at: 'timestamptz',
  answered_at: 'timestamptz',
  ended_at: 'timestamptz',
  talk_ms: 'int',
  prompt_ms: 'int',
  heard_ms: 'int',
  menu_key: 'text',
  recording_state: 'text',
  recording_reason: 'text',
  recording_path: 'text',
  recording_sha256: 'text',
  recording_ms: 'int',
  recording_bytes: 'int',
  timeline: 'jsonb',
  campaign_id: 'int',
  list_id: 'int',
  agent_id: 'int',
  kind: 'text',
  number_id: 'bigint',
  contact_id: 'bigint',
  trunk_id: 'int',
  close_reason: 'text',
  due_at: 'timestamptz',
  position: 'smallint',
  wait_reason: 'text',
  keep_rank: 'boolean',
  cap_day: 'date',
  unanswered: 'int',
  stop: 'boolean',
  signal: 'text',
  retry_after: 'int',
  hour: 'timestamptz',
  rings_until: 'timestamptz',
  ...AGENT_TYPES,
} as const;

/** What a commit may bind, by name. */
export type CommitValue = keyof typeof VALUE_TYPES;

/**
 * Empty when the call was committed before: then no part below finds anything.
 * @param more columns, a relation, conditions: for what `commit-set.ts` makes of it
 */
export const doneText = (more: {
  columns?: string;
  from?: string;
  where?: string;
  returning?: string;
}) => `done as (
  update calls c set
    committed_at = p.now, status_id = p.status_id, status_by = p.status_by, result = p.result, reason = p.reason,
    sip_status = p.sip_status, invited_at = p.invited_at, ringing_at = p.ringing_at, answered_at = p.answered_at,
    ended_at = p.ended_at, talk_ms = p.talk_ms, prompt_ms = p.prompt_ms, heard_ms = p.heard_ms,
    menu_key = p.menu_key, recording_state = p.recording_state, recording_reason = p.recording_reason,
    recording_path = p.recording_path, recording_sha256 = p.recording_sha256, recording_ms = p.recording_ms,
    recording_bytes = p.recording_bytes, timeline = p.timeline${more.columns ?? ''}
  ${more.from ?? ''}where ${more.where ?? ''}c.id = p.call_id and c.committed_at is null
  returning c.id, c.claimed_at, c.attempt${more.returning ?? ''})`;

/**
 * The failures of the last seconds with this one; read from the row as it is when its lock is held. Those of a clock that
 * has been set back since are none.
 */
const FAILURES = `array(
  select t from unnest(h.failure_times || p.now) t
  where t > p.now - interval '${SUSPEND_WINDOW_SECONDS} seconds' and t <= p.now + interval '${SUSPEND_WINDOW_SECONDS} seconds'
  order by t desc limit ${SUSPEND_AFTER_FAILURES})`;
/** The longest back-off from now on: a row that says more was written by a clock that has been set back since. */
const BACKOFF_UNTIL = `least(h.backoff_until, p.now + interval '${MAX_BACKOFF_SECONDS} seconds')`;
/**
 * A call that was claimed before the last back-off ended tells of the same trouble and must not double it. By the claim:
 * INVITE times are those of the edge's clock.
 */
const ESCALATES = `(p.signal = 'unavailable' and (h.backoff_until is null or done.claimed_at >= ${BACKOFF_UNTIL}))`;
/** When the trouble was last seen; nothing for what a clock that has been set back since will only see in the future. */
const TROUBLE_AT = `(select max(t) from unnest(array[h.suspended_at, h.failure_times[1]]) t where t <= p.now)`;
/** The carrier may ask for more; not for so much that one answer stops a trunk for the day. */
const NEXT_BACKOFF = `least(${MAX_BACKOFF_SECONDS}, greatest(${FIRST_BACKOFF_SECONDS}, h.backoff_seconds * 2, p.retry_after))`;

/** The call counts for the number that was dialed, not for the contact's others. */
const CAPS = `
    cap_day = case when n.id = p.number_id then greatest(n.cap_day, p.cap_day) else n.cap_day end,
    cap_day_count = case
      when n.id <> p.number_id or p.cap_day is null or p.cap_day < n.cap_day - 1 then n.cap_day_count
      -- A day ahead: written before a clock was set back over midnight. Counting on is the careful side.
      when p.cap_day <= n.cap_day then n.cap_day_count + 1
      else 1 end,
    cap_total = n.cap_total + case when n.id = p.number_id and p.cap_day is not null then 1 else 0 end`;

export interface CommitPart {
  name: string;
  wanted: (decision: CommitDecision) => boolean;
  /** It locks rows beside those of the call, its contact and its number. */
  sharesRows?: true;
  text: string;
}

/** In the order in which they run, which is the order of their locks. */
export const PARTS: readonly CommitPart[] = [
  {
    name: 'freed',
    wanted: () => true,
    text: `
  delete from live_calls l using done where l.call_id = done.id`,
  },
  {
    name: 'again',
    wanted: (decision) => decision.contact?.next === 'retry' && !goesToQueue(decision),
    text: `
  update dial_queue q set call_id = null, due_at = p.due_at, position = p.position, wait_reason = p.wait_reason,
    rank = case when p.keep_rank then q.rank else 1 end
  from done where q.contact_id = p.contact_id and q.call_id = done.id`,
  },
  {
    name: 'never',
    wanted: ({ contact }) => contact?.next === 'close',
    text: `
  delete from dial_queue q using done
  where q.contact_id = p.contact_id and q.call_id = done.id`,
  },
  {
    name: 'contact',
    wanted: ({ contact }) => contact?.next === 'close',
    text: `
  update contacts ct set state = 'closed', closed_reason = p.close_reason, closed_at = p.now
  from done where ct.id = p.contact_id and ct.state = 'open'`,
  },
  {
    name: 'number',
    wanted: ({ capDay, doNotCall, ringsUntil }) =>
      capDay !== undefined && !doNotCall && ringsUntil === undefined,
    text: `
  update numbers n set ${CAPS}
  from done where n.id = p.number_id`,
  },
  {
    name: 'rings',
    wanted: ({ doNotCall, ringsUntil }) => ringsUntil !== undefined && !doNotCall,
    text: `
  update numbers n set ${CAPS}, rings_until = p.rings_until
  from done where n.id = p.number_id`,
  },
  {
    name: 'opted_out',
    wanted: ({ doNotCall }) => doNotCall,
    sharesRows: true,
    text: `
  update numbers n set ${CAPS},
    do_not_call_at = coalesce(n.do_not_call_at, p.now),
    do_not_call_reason = case when n.do_not_call_at is null then coalesce(p.dnc_reason, 'opted-out') else n.do_not_call_reason end,
    do_not_call_by = case when n.do_not_call_at is null then 'call:' || p.call_id else n.do_not_call_by end
  from done
  where n.id in (
    select p.number_id
    union select cn.number_id from contact_numbers cn where cn.contact_id = p.contact_id)`,
  },
  {
    name: 'inactive',
    wanted: ({ numberInactive }) => numberInactive,
    text: `
  update contact_numbers cn set active = false
  from done where cn.contact_id = p.contact_id and cn.number_id = p.number_id`,
  },
  {
    name: 'run',
    wanted: ({ unanswered }) => unanswered !== undefined,
    text: `
  insert into campaign_numbers as k (campaign_id, number_id, unanswered, stopped_at, stopped_by)
  select p.campaign_id, p.number_id, p.unanswered, case when p.stop then p.now end, case when p.stop then 'rule' end
  from done
  on conflict (campaign_id, number_id) do update set
    unanswered = excluded.unanswered,
    stopped_at = coalesce(excluded.stopped_at, k.stopped_at),
    stopped_by = coalesce(excluded.stopped_by, k.stopped_by),
    lifted_at = case when excluded.stopped_at is null then k.lifted_at end,
    lifted_by = case when excluded.stopped_at is null then k.lifted_by end,
    lifted_reason = case when excluded.stopped_at is null then k.lifted_reason end`,
  },
  {
    name: 'delta',
    wanted: ({ agent }) => agent === undefined,
    text: `
  insert into rollup_deltas (hour, campaign_id, list_id, agent_id, kind, status_id, calls, answered, talk_ms, hold_ms,
                             wrap_up_ms, ${WAIT_SUMS})
  select p.hour, p.campaign_id, p.list_id, p.agent_id, p.kind, p.status_id, 1,
    case when p.answered_at is null then 0 else 1 end, p.talk_ms, 0, 0, ${COMMITTED_WAITS}
  from done`,
  },
  {
    name: 'recovered',
    wanted: ({ trunkSignal, trunkQuiet }) => trunkSignal === 'ok' && trunkQuiet !== true,
    sharesRows: true,
    text: `
  update trunk_health h set backoff_until = null, backoff_seconds = 0, suspended_at = null, suspended_reason = null,
    failure_times = case when h.suspended_at is null then h.failure_times else '{}' end,
    failures = case when h.suspended_at is null then h.failures else 0 end,
    failures_since = case when h.suspended_at is null then h.failures_since end
  from done
  where h.id = p.trunk_id and (h.backoff_seconds > 0 or h.suspended_at is not null)
    and p.invited_at is not null and done.claimed_at >= coalesce(${TROUBLE_AT}, '-infinity')`,
  },
  {
    name: 'failed',
    wanted: ({ trunkSignal }) => trunkSignal === 'unavailable' || trunkSignal === 'technical',
    sharesRows: true,
    text: `
  update trunk_health h set
    failure_times = ${FAILURES}, failures = cardinality(${FAILURES}), failures_since = (${FAILURES})[cardinality(${FAILURES})],
    backoff_seconds = case when ${ESCALATES} then ${NEXT_BACKOFF} else h.backoff_seconds end,
    backoff_until = case when ${ESCALATES} then p.now + make_interval(secs => ${NEXT_BACKOFF}) else h.backoff_until end,
    suspended_at = case when h.suspended_at is null and cardinality(${FAILURES}) >= ${SUSPEND_AFTER_FAILURES} then p.now
                        else h.suspended_at end,
    suspended_reason = case when h.suspended_at is null and cardinality(${FAILURES}) >= ${SUSPEND_AFTER_FAILURES}
                            then p.reason else h.suspended_reason end
  from done
  where h.id = p.trunk_id`,
  },
  ...AGENT_PARTS,
];
