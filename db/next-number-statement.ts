/**
 * The statements of the agents' claim: what waits for whom, the candidates of one campaign, and the lease.
 *
 * ```
 *  LOOK (no locks, all campaigns) ──> which campaign and how far down ──> locks of campaign, trunk, edge
 *                                                                              │
 *  LEASE: live ──> intents, queue, agents  <── who gets which (domain) <── CANDIDATES, each with its verdict
 * ```
 * @module
 */
import { agentClaimParts } from './agent-move.ts';
import { MAX_SEQ } from './claim-memory.ts';
import { verdictParts } from './claim-verdict.ts';
import { namedStatement, type NamedStatement } from './numbered.ts';

/** Most agents in one statement. */
export const MOST_SEATS = 64;
/** How many agents a text is made for; each is a text of its own, so that its plan knows how few rows there are. */
const STEPS = [1, 8, MOST_SEATS] as const;
/** Candidates beside one for each agent: some are deferred, closed, or taken by somebody else meanwhile. */
const SPARE = 8;
/** Of one agent's own contacts, the next few. */
const OWN = 3;

/** The text for so many agents. */
export function forSeats<N extends string>(
  texts: readonly NamedStatement<N>[],
  seats: number,
): NamedStatement<N> {
  const at = STEPS.findIndex((step) => step >= seats);
  const found = texts[at];
  if (!found) throw new RangeError(`${seats} agents at once`);
  return found;
}

function eachStep<N extends string>(
  name: string,
  types: Readonly<Record<N, string>>,
  text: (seats: number) => string,
): NamedStatement<N>[] {
  return STEPS.map((seats) => namedStatement(`${name}-${seats}`, types, text(seats)));
}

/** Ranks in which contacts belong to one agent. */
const OWN_RANKS = [4, 0, 1, 2] as const;

/** In the order of dialing, through `dial_queue_agent`. @param own of the agent and campaign; expressions */
const ownOf = (own: { agent: string; campaign: string; due: string }, columns: string, tail: string) =>
  OWN_RANKS.map(
    (rank) => `select * from (
      select ${columns} from dial_queue q
      where q.agent_id = ${own.agent} and q.rank = ${rank} and q.campaign_id = ${own.campaign} and q.call_id is null
        ${own.due} order by q.due_at, q.contact_id ${tail}) rank${rank}`,
  ).join('\n    union all ');

/**
 * What is for anyone, in the order of dialing, through `dial_queue_due`. A campaign with daily queues has only callbacks for
 * anyone. `reach`: class of each, to leave out what nobody asks for.
 */
const SHARED = [
  { rank: 0, reach: 1, mine: false },
  { rank: 3, reach: 2, mine: false },
  { rank: 4, reach: 2, mine: true },
  { rank: 1, reach: 3, mine: false },
  { rank: 2, reach: 4, mine: false },
] as const;

const LOOK_TYPES = {
  seatAgents: 'int[]',
  seatCampaigns: 'int[]',
  campaigns: 'int[]',
  daily: 'boolean[]',
} as const;

const LOOK_COLUMNS = 'q.campaign_id, q.contact_id, q.rank, q.agent_id, q.due_at';

/** The heads of all queues that these agents may call from, due or not. Locks nothing. */
export const LOOKS = eachStep(
  'next-number-look',
  LOOK_TYPES,
  (seats) => `
select q.campaign_id as "campaignId", q.contact_id as "contactId", q.rank, q.agent_id as "agentId",
  extract(epoch from q.due_at)::float8 * 1000 as "dueAt", row_number() over (order by q.due_at, q.contact_id) as ord
from (
  select o.* from unnest(p.seatAgents, p.seatCampaigns) as s (agent_id, campaign_id) cross join lateral (
    ${ownOf({ agent: 's.agent_id', campaign: 's.campaign_id', due: '' }, LOOK_COLUMNS, 'limit 1')}) o
  union
  select o.* from unnest(p.campaigns, p.daily) as c (id, daily) cross join lateral (
    ${SHARED.map(
      ({ rank }) => `select * from (
      select ${LOOK_COLUMNS} from dial_queue q
      where q.campaign_id = c.id and q.rank = ${rank} and q.call_id is null
        ${rank <= 2 ? 'and q.agent_id is null and not c.daily' : ''}
      order by q.due_at, q.contact_id limit ${seats}) rank${rank}`,
    ).join('\n    union all ')}) o) q`,
);

const CANDIDATE_TYPES = {
  campaign: 'int',
  agents: 'int[]',
  upTo: 'int',
  now: 'timestamptz',
  daily: 'boolean',
  missedBefore: 'timestamptz',
  trunk: 'int',
  node: 'text',
  epoch: 'int',
  prefixes: 'text[]',
  day: 'date',
  perDay: 'int',
  perTotal: 'int',
  consent: 'boolean',
  channels: 'int',
  concurrency: 'int',
  trunkFrom: 'bigint',
  campaignFrom: 'bigint',
  edgeFrom: 'bigint',
} as const;

const CANDIDATE_COLUMNS = 'q.contact_id, q.list_id, q.rank, q.agent_id, q.due_at, q.position, q.attempts';
const LOCKED = (most: number) => `limit ${most} for update of q skip locked`;

/** Open calls that are not over, from a lower bound of their `seq` on: as in `claim-statement.ts`. */
const openCalls = (columns: string, values: string, from: string) => `
    (select count(*)::int as n, min(seq) as oldest from live_calls
     where (${columns}, seq) >= (${values}, ${from}) and (${columns}, seq) <= (${values}, ${MAX_SEQ})
       and ended_at is null)`;

/**
 * Free places, and the next contacts of a campaign for these agents, each with what its gates say; locked. Runs after the
 * locks of campaign, trunk and edge.
 */
export const CANDIDATES = eachStep(
  'next-number-candidates',
  CANDIDATE_TYPES,
  (seats) => `
with used as materialized (
  select t.n as trunk, c.n as campaign, e.n as edge, t.oldest as trunk_oldest, c.oldest as campaign_oldest,
    e.oldest as edge_oldest
  from ${openCalls('trunk_id', 'p.trunk', 'p.trunkFrom')} t, ${openCalls('campaign_id', 'p.campaign', 'p.campaignFrom')} c,
    ${openCalls('node, epoch', 'p.node, p.epoch', 'p.edgeFrom')} e),
room as materialized (
  select p.channels - used.trunk as channels, p.concurrency - used.campaign as concurrency, e.capacity - used.edge as places
  from used join edges e on e.node = p.node and e.epoch = p.epoch and e.ended_at is null),
own as (
  select o.* from unnest(p.agents) as s (agent_id) cross join lateral (
    select * from (
    ${ownOf(
      { agent: 's.agent_id', campaign: 'p.campaign', due: 'and q.due_at <= p.now' },
      CANDIDATE_COLUMNS,
      LOCKED(OWN),
    )}) ranks limit ${OWN}) o),
${SHARED.map(
  ({ rank, reach, mine }) => `rank${rank} as (
  select ${CANDIDATE_COLUMNS} from dial_queue q
  where q.campaign_id = p.campaign and q.rank = ${rank} and q.call_id is null and p.upTo >= ${reach}
    and q.due_at <= ${mine ? 'p.missedBefore' : 'p.now'} ${rank <= 2 ? 'and q.agent_id is null and not p.daily' : ''}
  order by q.due_at, q.contact_id ${LOCKED(seats + SPARE)}),`,
).join('\n')}
looked as (
  select * from own
  union
  select * from (${SHARED.map(({ rank }) => `select * from rank${rank}`).join(' union all ')} limit ${seats + SPARE}) shared),
cand as materialized (
  select x.*, row_number() over (order by due_at, contact_id) as ord from looked x
  where exists (select 1 from room where channels > 0 and concurrency > 0 and places > 0)),
${verdictParts({
  campaign: 'p.campaign',
  trunk: 'p.trunk',
  prefixes: 'p.prefixes',
  day: 'p.day',
  perDay: 'p.perDay',
  perTotal: 'p.perTotal',
  consent: 'p.consent',
})}
select room.channels, room.concurrency, room.places,
  used.trunk_oldest as "trunkOldest", used.campaign_oldest as "campaignOldest", used.edge_oldest as "edgeOldest",
  (select coalesce(json_agg(json_build_object(
      'contactId', c.contact_id, 'listId', c.list_id, 'rank', c.rank, 'agentId', c.agent_id,
      'dueAt', extract(epoch from c.due_at)::float8 * 1000, 'ord', c.ord, 'attempt', c.attempts + 1,
      'position', v.position, 'numberId', v.number_id, 'verdict', v.verdict,
      'priority', (select l.kind = 'priority' from lists l where l.id = c.list_id)) order by c.ord), '[]')
   from cand c join verdict v using (contact_id)) as candidates
from room, used`,
);

const LEASE_TYPES = {
  callIds: 'uuid[]',
  agents: 'int[]',
  by: 'text[]',
  contacts: 'bigint[]',
  lists: 'int[]',
  positions: 'smallint[]',
  numbers: 'bigint[]',
  attempts: 'int[]',
  waiting: 'bigint[]',
  waitReasons: 'text[]',
  closing: 'bigint[]',
  closeReasons: 'text[]',
  campaign: 'int',
  now: 'timestamptz',
  trunk: 'int',
  node: 'text',
  epoch: 'int',
  versions: 'jsonb',
  placeBefore: 'timestamptz',
  previewUntil: 'timestamptz',
  busyUntil: 'timestamptz',
  nextDay: 'timestamptz',
  configUntil: 'timestamptz',
  bucketLevel: 'float8',
  probing: 'boolean',
} as const;

/**
 * Every candidate is settled: leased for its agent, deferred or closed. An agent's row is locked here, and is left out when
 * somebody else holds it: this transaction has everybody's locks and waits for nobody. A row for each agent that was asked for.
 */
export const LEASE = namedStatement(
  'next-number-lease',
  LEASE_TYPES,
  `
with pick as materialized (
  select * from unnest(p.callIds, p.agents, p.by, p.contacts, p.lists, p.positions, p.numbers, p.attempts)
    as k (call_id, agent_id, by, contact_id, list_id, position, number_id, attempt)),
seat as materialized (
  select a.user_id, a.shift_id, a.next_state, k.call_id, k.by
  from pick k join agents a on a.user_id = k.agent_id
  join desk_bindings b on b.user_id = a.user_id and b.desk_id = a.desk_id and b.expires_at > p.now
  where a.state = 'available' and b.node = p.node and b.epoch = p.epoch
    and not exists (select 1 from live_calls l where l.agent_id = a.user_id)
  for no key update of a skip locked),
live as (
  insert into live_calls (call_id, number_id, campaign_id, contact_id, attempt, trunk_id, node, epoch, stage, stage_at,
                          claimed_at, place_before, agent_id, preview_until)
  select k.call_id, k.number_id, p.campaign, k.contact_id, k.attempt, p.trunk, p.node, p.epoch, 'claimed', p.now, p.now,
    p.placeBefore, k.agent_id, p.previewUntil
  from pick k join seat using (call_id) order by k.number_id
  on conflict (number_id) do nothing
  returning call_id, seq),
leased as materialized (
  select k.* from pick k join live using (call_id)),
intents as (
  insert into calls (id, kind, campaign_id, list_id, contact_id, attempt, number_id, trunk_id, agent_id, node, epoch,
                     versions, claimed_at)
  select call_id, 'outbound', p.campaign, list_id, contact_id, attempt, number_id, p.trunk, agent_id, p.node, p.epoch,
    p.versions, p.now
  from leased),
waiting as (
  select * from unnest(p.waiting, p.waitReasons) as w (contact_id, reason)
  union all
  select k.contact_id, 'number-busy' from pick k join seat using (call_id) where k.call_id not in (select call_id from live)),
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
  from (select contact_id, call_id, position, attempt, null::text as reason from leased
        union all select contact_id, null, null, null, reason from waiting) s
  where q.contact_id = s.contact_id),
closing as (
  select * from unnest(p.closing, p.closeReasons) as c (contact_id, reason)),
closed as (
  update contacts c set state = 'closed', closed_reason = k.reason, closed_at = p.now
  from closing k where c.id = k.contact_id),
removed as (
  delete from dial_queue q using closing k where q.contact_id = k.contact_id),
paced as (
  update trunk_health set bucket_level = p.bucketLevel + (select count(*) from leased), bucket_at = p.now,
    last_probe_at = case when p.probing then p.now else last_probe_at end
  where exists (select 1 from leased)
    and ctid = (select ctid from trunk_health where id >= p.trunk and id <= p.trunk order by id desc limit 1)),
${agentClaimParts({ seats: '(select s.* from seat s join live using (call_id))', at: 'p.now' })}
select k.call_id as "callId", seat.call_id is not null as seated, live.seq
from pick k left join seat using (call_id) left join live using (call_id)`,
);
