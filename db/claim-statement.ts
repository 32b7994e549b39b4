/**
 * The one statement in which every candidate is settled: leased, deferred or closed, each with its reason.
 *
 * ```
 *  due 0/1/2 ──> cand ──> num (each number's verdict) ──> verdict (one per contact)
 *                            │ ok, within `room`            │ wait            │ never again
 *                            v                              v                 v
 *                  picks ──> live ──> calls              deferred           closed
 *                      └─ lost the number to another claim ─┘
 * ```
 * Each rank is read by itself through `dial_queue_due`, in order, and only as far as needed: an Append stops at its limit.
 * Calls that wait for an agent's wrap-up are over: they hold their number, but no channel and no place.
 * The bounds of `live_calls` are row comparisons, which no index but that of their columns serves: while the table is empty
 * all indexes look alike to the planner.
 * @module
 */
import { MAX_SEQ } from './claim-memory.ts';
import { verdictParts } from './claim-verdict.ts';

/** How many candidates a statement may look at; each is a text of its own, so that its plan knows how few rows there are. */
export const CANDIDATE_STEPS = [25, 60, 150, 500] as const;

/** Same text for each rank: the index then serves place, order and limit. */
const due = (rank: number, candidates: number) => `
  due${rank} as (
    select contact_id, list_id, rank, due_at, position, attempts
    from dial_queue
    where campaign_id = $1 and rank = ${rank} and call_id is null and due_at <= $2
      and (due_at, contact_id) > ($${24 + rank * 2}::timestamptz, $${25 + rank * 2}::bigint)
    order by due_at, contact_id
    limit ${candidates}
    for update skip locked)`;

/** @param candidates one of `CANDIDATE_STEPS` */
export function claimStatement(candidates: number): { name: string; text: string } {
  return { name: `claim-${candidates}`, text: claimText(candidates) };
}

const claimText = (candidates: number) => `
with ${[0, 1, 2].map((rank) => due(rank, candidates)).join(',')},
used as materialized (
  select t.n as trunk, c.n as campaign, e.n as edge, t.oldest as trunk_oldest, c.oldest as campaign_oldest,
    e.oldest as edge_oldest
  from (select count(*)::int as n, min(seq) as oldest from live_calls
    where (trunk_id, seq) >= ($5, $15) and (trunk_id, seq) <= ($5, ${MAX_SEQ}) and ended_at is null) t,
    (select count(*)::int as n, min(seq) as oldest from live_calls
    where (campaign_id, seq) >= ($1, $30) and (campaign_id, seq) <= ($1, ${MAX_SEQ}) and ended_at is null) c,
    (select count(*)::int as n, min(seq) as oldest from live_calls
    where (node, epoch, seq) >= ($6, $7, $31) and (node, epoch, seq) <= ($6, $7, ${MAX_SEQ}) and ended_at is null) e),
room as materialized (
  select $16::int - used.trunk as channels, $17::int - used.campaign as concurrency, e.capacity - used.edge as places,
    greatest(0, least($4::int, $16::int - used.trunk, $17::int - used.campaign, e.capacity - used.edge)) as n
  from used join edges e on e.node = $6 and e.epoch = $7 and e.ended_at is null),
cand as materialized (
  select x.*, row_number() over (order by rank, due_at, contact_id) as ord
  from (select * from due0 union all select * from due1 union all select * from due2 limit ${candidates}) x
  where (select n from room) > 0),
${verdictParts({
  campaign: '$1',
  trunk: '$5',
  prefixes: '$8::text[]',
  day: '$9::date',
  perDay: '$11::int',
  perTotal: '$12::int',
  consent: '$13',
})},
picks as materialized (
  select contact_id, list_id, position, number_id, attempts + 1 as attempt, ord,
    ($3::uuid[])[row_number() over (order by ord)] as call_id
  from verdict where verdict = 'ok' order by ord limit (select n from room)),
live as (
  insert into live_calls (call_id, number_id, campaign_id, contact_id, attempt, trunk_id, node, epoch, stage, stage_at,
                          claimed_at, place_before)
  select call_id, number_id, $1, contact_id, attempt, $5, $6, $7, 'claimed', $2, $2, $18
  from picks order by number_id
  on conflict (number_id) do nothing
  returning call_id, seq),
settled as materialized (
  select p.*, live.seq from picks p left join live using (call_id)),
leased as (
  select * from settled where seq is not null),
intents as (
  insert into calls (id, kind, campaign_id, list_id, contact_id, attempt, number_id, trunk_id, node, epoch, versions,
                     claimed_at)
  select call_id, $19, $1, list_id, contact_id, attempt, number_id, $5, $6, $7, $14::jsonb, $2 from leased),
waiting as (
  select contact_id, verdict as reason from verdict
  where verdict in ('number-busy', 'cap-day', 'prefix-not-permitted', 'trunk-bound')
  union all
  select contact_id, 'number-busy' from settled where seq is null),
moved as (
  update dial_queue q set
    call_id = s.call_id,
    position = coalesce(s.position, q.position),
    attempts = coalesce(s.attempt, q.attempts),
    wait_reason = s.reason,
    due_at = case s.reason
      when 'number-busy' then $20::timestamptz
      when 'cap-day' then $10::timestamptz
      when 'prefix-not-permitted' then $21::timestamptz
      when 'trunk-bound' then $21::timestamptz
      else q.due_at end
  from (select contact_id, call_id, position, attempt, null::text as reason from leased
        union all select contact_id, null, null, null, reason from waiting) s
  where q.contact_id = s.contact_id),
closing as (
  select contact_id, verdict as reason from verdict
  where verdict in ('do-not-call', 'no-consent', 'stopped', 'cap-total', 'nonexistent')),
closed as (
  update contacts c set state = 'closed', closed_reason = k.reason, closed_at = $2
  from closing k where c.id = k.contact_id),
removed as (
  delete from dial_queue q using closing k where q.contact_id = k.contact_id),
paced as (
  update trunk_health set bucket_level = $22::float8 + (select count(*) from leased), bucket_at = $2,
    last_probe_at = case when $23 then $2 else last_probe_at end
  where exists (select 1 from leased)
    -- Its newest version first: under an old snapshot none of the others goes away.
    and ctid = (select ctid from trunk_health where id >= $5 and id <= $5 order by id desc limit 1)),
first_open as materialized (
  select min(ord) as ord, min(rank) as rank from verdict
  where verdict = 'ok' and contact_id not in (select contact_id from picks)),
finished as (
  select distinct on (rank) rank, due_at, contact_id from cand
  where ord < coalesce((select ord from first_open), ${candidates} + 1)
  order by rank, ord desc)
select
  (select count(*) from cand)::int as scanned,
  (select json_agg(json_build_object('rank', rank, 'dueAt', due_at::text, 'contactId', contact_id))
   from finished) as finished,
  (select rank from first_open) as "openRank",
  json_build_object(
    'trunk', coalesce(trunk_oldest, (select min(seq) from leased)),
    'campaign', coalesce(campaign_oldest, (select min(seq) from leased)),
    'edge', coalesce(edge_oldest, (select min(seq) from leased))) as bounds,
  (select count(*) from waiting)::int as deferred,
  (select count(*) from closing)::int as closed,
  room.channels, room.concurrency, room.places,
  (select coalesce(json_agg(json_build_object(
      'callId', call_id, 'contactId', contact_id, 'attempt', attempt, 'listId', list_id) order by ord), '[]')
   from leased) as calls
from room, used`;
