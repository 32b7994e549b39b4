/**
 * @module
 */
import type { CallKind } from '../contracts/model/call.ts';
import type { RetryRulesDef } from '../contracts/model/config.ts';
import type { CommitFacts, ContactNumberFact, StatusFlags } from '../domain/commit-facts.ts';
import { preparedRowsOf, type Queryable } from './queryable.ts';

interface FactsRow {
  kind: CallKind;
  campaignId: number;
  listId: number | null;
  contactId: number | null;
  agentId: number | null;
  trunkId: number | null;
  numberId: number;
  claimedAt: Date;
  committedStatus: string | null;
  zone: string;
  retryRules: RetryRulesDef;
  stopAfterUnanswered: number;
  unanswered: number;
  numbers: ContactNumberFact[] | null;
  placedByStatus: Record<string, number> | null;
  notPlaced: number;
  statuses: StatusFlags[];
  trunkQuiet: boolean;
  dailyQueue: boolean;
}

/** Everything `decideCommit` needs, in one query; undefined when there is no such call. */
export async function readCommitFacts(on: Queryable, callId: string): Promise<CommitFacts | undefined> {
  const [row] = await preparedRowsOf<FactsRow>(on, { name: 'commit-facts', text: FACTS }, [callId]);
  if (!row) return undefined;
  return {
    call: {
      id: callId,
      kind: row.kind,
      campaignId: row.campaignId,
      ...(row.listId !== null && { listId: row.listId }),
      ...(row.contactId !== null && { contactId: row.contactId }),
      ...(row.agentId !== null && { agentId: row.agentId }),
      ...(row.trunkId !== null && { trunkId: row.trunkId }),
      numberId: row.numberId,
      claimedAt: row.claimedAt,
    },
    ...(row.committedStatus !== null && { committed: { status: row.committedStatus } }),
    zone: row.zone,
    retryRules: row.retryRules,
    stopAfterUnanswered: row.stopAfterUnanswered,
    unanswered: row.unanswered,
    ...(row.contactId !== null && {
      contact: {
        numbers: row.numbers ?? [],
        placedByStatus: row.placedByStatus ?? {},
        notPlaced: row.notPlaced,
      },
    }),
    statuses: row.statuses,
    trunkQuiet: row.trunkQuiet,
    dailyQueue: row.dailyQueue,
  };
}

const FACTS = `
  select c.kind, c.campaign_id as "campaignId", c.list_id as "listId", c.contact_id as "contactId",
    c.agent_id as "agentId", c.trunk_id as "trunkId", c.number_id as "numberId", c.claimed_at as "claimedAt",
    (select code from statuses where id = c.status_id and c.committed_at is not null) as "committedStatus",
    cal.body->>'zone' as zone, r.body as "retryRules",
    (o.body->>'stopAfterUnanswered')::int as "stopAfterUnanswered",
    coalesce(own.unanswered, 0) as unanswered,
    (select json_agg(json_build_object(
        'numberId', cn.number_id, 'position', cn.position, 'active', cn.active,
        'doNotCall', n.do_not_call_at is not null,
        'stopped', s.stopped_at is not null and s.lifted_at is null) order by cn.position)
     from contact_numbers cn join numbers n on n.id = cn.number_id
     left join campaign_numbers s on s.campaign_id = c.campaign_id and s.number_id = cn.number_id
     where cn.contact_id = c.contact_id) as numbers,
    (select json_object_agg(h.code, h.calls) from (
       select st.code, count(*) as calls from calls e join statuses st on st.id = e.status_id
       where e.contact_id = c.contact_id and e.id <> c.id and e.committed_at is not null and e.invited_at is not null
       group by st.code) h) as "placedByStatus",
    (select count(*) from calls e
     where e.contact_id = c.contact_id and e.id <> c.id and e.committed_at is not null
       and e.invited_at is null and e.reason is distinct from 'skipped')::int as "notPlaced",
    (select json_agg(json_build_object(
        'id', id, 'code', code, 'reachedPerson', reached_person, 'countsAsNoAnswer', counts_as_no_answer,
        'countsTowardsCaps', counts_towards_caps, 'final', final, 'system', system, 'allowedFor', allowed_for))
     from statuses) as statuses,
    not exists (select 1 from trunk_health h where h.id = c.trunk_id and (h.backoff_seconds > 0 or h.suspended_at is not null))
      as "trunkQuiet",
    coalesce(o.body->'desk'->>'assignment' = 'daily-queue', false) as "dailyQueue"
  from calls c
  join config_objects o on o.id = c.campaign_id
  join config_objects cal on cal.kind = 'calendar' and cal.name = o.body->>'calendar'
  join config_objects r on r.kind = 'retry-rules' and r.name = o.body->>'retryRules'
  left join campaign_numbers own on own.campaign_id = c.campaign_id and own.number_id = c.number_id
  where c.id = $1`;
