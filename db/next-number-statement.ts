/**
 * The two statements of an agent's claim: which campaign and kind of contact is next, and the claim of one contact of it.
 * @module
 */
import { verdictParts } from './claim-verdict.ts';
import { namedStatement } from './numbered.ts';

/** In the order in which agents call (docs/desk.md, "A call", 1). */
export const CLAIM_CLASSES = ['own-callback', 'priority', 'callback', 'retry', 'new'] as const;
export type ClaimClass = (typeof CLAIM_CLASSES)[number];

/** Ranks of `dial_queue` that are dealt out in a campaign with daily queues. */
const RANKS: Readonly<Partial<Record<ClaimClass, number>>> = { priority: 0, retry: 1, new: 2 };

/**
 * Each condition as the indexes have it: `dial_queue_due` (campaign, rank, due) or `dial_queue_agent` (agent, rank, due).
 * `q` is the queue; the rest are expressions.
 */
interface Where {
  campaign: string;
  agent: string;
  now: string;
  daily: string;
  /** A personal callback that was due before is anyone's. */
  missedBefore: string;
}

function branches(kind: ClaimClass, w: Where): string[] {
  const open = `q.campaign_id = ${w.campaign} and q.call_id is null and q.due_at <= ${w.now}`;
  switch (kind) {
    case 'own-callback':
      return [`${open} and q.rank = 4 and q.agent_id = ${w.agent}`];
    case 'callback':
      return [
        `${open} and q.rank = 3`,
        `${open} and q.rank = 4 and q.agent_id <> ${w.agent} and q.due_at <= ${w.missedBefore}`,
      ];
    default: {
      const rank = `q.rank = ${RANKS[kind]}`;
      return [
        `${open} and ${rank} and not ${w.daily} and (q.agent_id is null or q.agent_id = ${w.agent})`,
        `${open} and ${rank} and ${w.daily} and q.agent_id = ${w.agent}`,
      ];
    }
  }
}

const PEEK_TYPES = {
  agent: 'int',
  now: 'timestamptz',
  campaigns: 'int[]',
  daily: 'boolean[]',
  missedBefore: 'timestamptz[]',
} as const;

const ofCampaign: Where = {
  campaign: 'c.id',
  agent: 'p.agent',
  now: 'p.now',
  daily: 'c.daily',
  missedBefore: 'c.missed_before',
};

const CAMPAIGNS = 'unnest(p.campaigns, p.daily, p.missedBefore) as c (id, daily, missed_before)';
const FIRST = 'order by q.due_at, q.contact_id limit 1';

/** What is next, in order: a row for each campaign and class that has somebody due. Locks nothing. */
export const PEEK = namedStatement(
  'next-number-peek',
  PEEK_TYPES,
  `
select c.id as "campaignId", k.kind, k.due_at as "dueAt"
from ${CAMPAIGNS}
cross join lateral (${CLAIM_CLASSES.flatMap((kind, i) =>
    branches(kind, ofCampaign).map(
      (where) => `(select ${i} as kind, q.due_at, q.contact_id from dial_queue q where ${where} ${FIRST})`,
    ),
  ).join('\n  union all ')}) k
order by k.kind, k.due_at, k.contact_id`,
);

/** When somebody is due for this agent: the earliest of each campaign, whatever the class. */
export const NEXT_DUE = namedStatement(
  'next-number-due',
  PEEK_TYPES,
  `
select min(k.due_at) as "dueAt"
from ${CAMPAIGNS}
cross join lateral (${CLAIM_CLASSES.flatMap((kind) =>
    branches(kind, { ...ofCampaign, now: `'infinity'` }).map(
      (where) => `(select q.due_at from dial_queue q where ${where} ${FIRST})`,
    ),
  ).join('\n  union all ')}) k`,
);

/** How many candidates are looked at: some are deferred or closed on the way. */
export const CANDIDATES = 8;

export const CLAIM_TYPES = {
  campaign: 'int',
  agent: 'int',
  now: 'timestamptz',
  daily: 'boolean',
  missedBefore: 'timestamptz',
  callId: 'uuid',
  trunk: 'int',
  node: 'text',
  epoch: 'int',
  prefixes: 'text[]',
  day: 'date',
  nextDay: 'timestamptz',
  perDay: 'int',
  perTotal: 'int',
  consent: 'boolean',
  versions: 'jsonb',
  channels: 'int',
  concurrency: 'int',
  placeBefore: 'timestamptz',
  previewUntil: 'timestamptz',
  busyUntil: 'timestamptz',
  configUntil: 'timestamptz',
  bucketLevel: 'float8',
  probing: 'boolean',
} as const;

/** Free places now; what waits for its wrap-up holds no channel. Runs after the locks of campaign, trunk and edge. */
export const ROOM = `room as materialized (
  select p.channels - (select count(*) from live_calls where trunk_id = p.trunk and ended_at is null)::int as channels,
    p.concurrency - (select count(*) from live_calls where campaign_id = p.campaign and ended_at is null)::int as concurrency,
    e.capacity - (select count(*) from live_calls l where l.node = e.node and l.epoch = e.epoch and ended_at is null)::int
      as places
  from edges e where e.node = p.node and e.epoch = p.epoch and e.ended_at is null)`;

export const HAS_ROOM = `exists (select 1 from room where channels > 0 and concurrency > 0 and places > 0)`;

/** Of a claim that got its call: the trunk's bucket and its probe. */
export const PACED = `paced as (
  update trunk_health set bucket_level = p.bucketLevel + 1, bucket_at = p.now,
    last_probe_at = case when p.probing then p.now else last_probe_at end
  where id = p.trunk and exists (select 1 from live))`;

const here: Where = {
  campaign: 'p.campaign',
  agent: 'p.agent',
  now: 'p.now',
  daily: 'p.daily',
  missedBefore: 'p.missedBefore',
};

const claimText = (kind: ClaimClass) => {
  const due = branches(kind, here);
  return `
with ${due
    .map(
      (where, i) => `due${i} as (
  select q.contact_id, q.list_id, q.rank, q.due_at, q.position, q.attempts from dial_queue q
  where ${where} order by q.due_at, q.contact_id limit ${CANDIDATES} for update of q skip locked)`,
    )
    .join(',\n')},
${ROOM},
cand as materialized (
  select x.*, row_number() over (order by due_at, contact_id) as ord
  from (${due.map((_, i) => `select * from due${i}`).join(' union all ')}) x
  where ${HAS_ROOM}),
${verdictParts({
  campaign: 'p.campaign',
  trunk: 'p.trunk',
  prefixes: 'p.prefixes',
  day: 'p.day',
  perDay: 'p.perDay',
  perTotal: 'p.perTotal',
  consent: 'p.consent',
})},
pick as materialized (
  select contact_id, list_id, position, number_id, attempts + 1 as attempt, ord
  from verdict where verdict = 'ok' order by ord limit 1),
live as (
  insert into live_calls (call_id, number_id, campaign_id, contact_id, attempt, trunk_id, node, epoch, stage, stage_at,
                          claimed_at, place_before, agent_id, preview_until)
  select p.callId, number_id, p.campaign, contact_id, attempt, p.trunk, p.node, p.epoch, 'claimed', p.now, p.now,
    p.placeBefore, p.agent, p.previewUntil
  from pick
  on conflict (number_id) do nothing
  returning call_id),
intent as (
  insert into calls (id, kind, campaign_id, list_id, contact_id, attempt, number_id, trunk_id, agent_id, node, epoch,
                     versions, claimed_at)
  select p.callId, 'outbound', p.campaign, list_id, contact_id, attempt, number_id, p.trunk, p.agent, p.node, p.epoch,
    p.versions, p.now
  from pick where exists (select 1 from live)),
-- Those before the pick are settled; those after it wait for the next claim.
waiting as (
  select contact_id, verdict as reason from verdict
  where verdict in ('number-busy', 'cap-day', 'prefix-not-permitted', 'trunk-bound')
  union all
  select contact_id, 'number-busy' from pick where not exists (select 1 from live)),
moved as (
  update dial_queue q set
    call_id = s.call_id,
    position = coalesce(s.position, q.position),
    attempts = coalesce(s.attempt, q.attempts),
    wait_reason = s.reason,
    due_at = case s.reason
      when 'number-busy' then p.busyUntil
      when 'cap-day' then p.nextDay
      when 'prefix-not-permitted' then p.configUntil
      when 'trunk-bound' then p.configUntil
      else q.due_at end
  from (select contact_id, p.callId as call_id, position, attempt, null::text as reason from pick
        where exists (select 1 from live)
        union all select contact_id, null, null, null, reason from waiting) s
  where q.contact_id = s.contact_id),
closing as (
  select contact_id, verdict as reason from verdict
  where verdict in ('do-not-call', 'no-consent', 'stopped', 'cap-total', 'nonexistent')),
closed as (
  update contacts c set state = 'closed', closed_reason = k.reason, closed_at = p.now
  from closing k where c.id = k.contact_id),
removed as (
  delete from dial_queue q using closing k where q.contact_id = k.contact_id),
${PACED}
select room.channels, room.concurrency, room.places,
  (select count(*) from cand)::int as scanned,
  exists (select 1 from live) as claimed,
  pick.contact_id as "contactId", pick.list_id as "listId", pick.attempt,
  coalesce((select l.kind = 'priority' from lists l where l.id = pick.list_id), false) as priority
from room left join pick on true`;
};

/** One prepared text for each class. */
export const CLAIMS = CLAIM_CLASSES.map((kind) =>
  namedStatement(`next-number-${kind}`, CLAIM_TYPES, claimText(kind)),
);
