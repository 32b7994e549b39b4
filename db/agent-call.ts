/**
 * An agent's open call between its claim and its start.
 * @module
 */
import type { CampaignDef } from '../contracts/model/config.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import { decideCommit } from '../domain/decide-commit.ts';
import { deskRules, wrapUpBounds } from '../domain/desk-rules.ts';
import { writeAudit } from './audit.ts';
import type { Database } from './client.ts';
import { commitCall, readCommitFacts } from './commit-call.ts';
import type { AgentCall } from './next-number.ts';
import { rowsOf, type Queryable } from './queryable.ts';

interface AgentCallRow {
  callId: string;
  agentId: number;
  contactId: number | null;
  attempt: number;
  listId: number | null;
  priority: boolean;
  node: string;
  epoch: number;
  name: string;
  campaign: CampaignDef;
  previewUntil: Date | null;
}

/** What the starter of `outboundCall` must know. Undefined when it is no open call of an agent. */
export async function readAgentCall(on: Queryable, callId: string): Promise<AgentCall | undefined> {
  const [row] = await rowsOf<AgentCallRow>(
    on,
    `select l.call_id as "callId", l.agent_id as "agentId", l.contact_id as "contactId", l.attempt,
       c.list_id as "listId", coalesce(li.kind = 'priority', false) as priority, l.node, l.epoch, o.name,
       v.body as campaign, l.preview_until as "previewUntil"
     from live_calls l
     join calls c on c.id = l.call_id
     join config_objects o on o.id = l.campaign_id
     join config_versions v on v.kind = 'campaign' and v.name = o.name and v.version = (c.versions->>'campaign')::int
     left join lists li on li.id = c.list_id
     where l.call_id = $1 and l.agent_id is not null`,
    [callId],
  );
  if (!row) return undefined;
  const { contactId, listId, node, epoch, name, campaign, previewUntil, ...rest } = row;
  return {
    ...rest,
    kind: 'outbound',
    ...(contactId !== null && { contactId }),
    ...(listId !== null && { listId }),
    edge: { node, epoch },
    campaign: { name, label: campaign.label },
    wrapUp: wrapUpBounds(deskRules(campaign)),
    ...(previewUntil && { previewUntil }),
  };
}

/**
 * The preview ends, by whoever comes first: the agent who calls or skips, or the upkeep. @returns whether it was this one
 * @param params.skip no INVITE may leave any more, whatever becomes of this process
 */
export async function endPreview(
  on: Queryable,
  params: { callId: string; userId: number; skip?: { now: Date } },
): Promise<boolean> {
  const rows = await rowsOf(
    on,
    `update live_calls set preview_until = null, place_before = coalesce($3, place_before)
     where call_id = $1 and agent_id = $2 and preview_until is not null and started_at is null returning 1`,
    [params.callId, params.userId, params.skip?.now ?? null],
  );
  return rows.length > 0;
}

/**
 * The agent passes the contact over: committed as skipped, so that it comes back to the queue. Whose preview is over
 * already keeps its call. @returns false then
 */
export async function skipPreview(
  db: Database,
  params: { callId: string; userId: number; by: string; reason: string; now: Date },
): Promise<boolean> {
  const { callId, now } = params;
  const call = await readAgentCall(db.pool, callId);
  if (!call || !(await endPreview(db.pool, { ...params, skip: { now } }))) return false;
  const facts = await readCommitFacts(db.pool, callId);
  if (!facts) return false;
  const placed: PlacedCall = {
    end: { result: 'platform', reason: 'skipped' },
    edge: call.edge,
    endedAt: now.toISOString(),
    talkMs: 0,
    recording: { state: 'none', reason: 'not-answered' },
    timeline: [],
  };
  await commitCall(db.pool, decideCommit({ facts, placed, now }));
  await writeAudit(db.pool, {
    actor: params.by,
    action: 'call.skip',
    objectKind: 'call',
    objectId: callId,
    after: { reason: params.reason },
    at: now,
  });
  return true;
}
