/**
 * An agent's open call between its claim and its start; for whoever starts it late.
 * @module
 */
import type { CampaignDef } from '../contracts/model/config.ts';
import { deskRules, wrapUpBounds } from '../domain/desk-rules.ts';
import type { AgentCall } from './agent-claim.ts';
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
}

/** What the starter of `outboundCall` must know. Undefined when it is no open call of an agent. */
export async function readAgentCall(on: Queryable, callId: string): Promise<AgentCall | undefined> {
  const [row] = await rowsOf<AgentCallRow>(
    on,
    `select l.call_id as "callId", l.agent_id as "agentId", l.contact_id as "contactId", l.attempt,
       c.list_id as "listId", coalesce(li.kind = 'priority', false) as priority, l.node, l.epoch, o.name,
       v.body as campaign
     from live_calls l
     join calls c on c.id = l.call_id
     join config_objects o on o.id = l.campaign_id
     join config_versions v on v.kind = 'campaign' and v.name = o.name and v.version = (c.versions->>'campaign')::int
     left join lists li on li.id = c.list_id
     where l.call_id = $1 and l.agent_id is not null`,
    [callId],
  );
  if (!row) return undefined;
  const { contactId, listId, node, epoch, name, campaign, ...rest } = row;
  return {
    ...rest,
    kind: 'outbound',
    ...(contactId !== null && { contactId }),
    ...(listId !== null && { listId }),
    edge: { node, epoch },
    campaign: { name, label: campaign.label },
    wrapUp: wrapUpBounds(deskRules(campaign)),
  };
}

/** Claimed, dialed or never to be looked at, and not noted as started since `before`; oldest first. */
export async function unstartedAgentCalls(
  on: Queryable,
  params: { before: Date; limit: number },
): Promise<string[]> {
  const rows = await rowsOf<{ callId: string }>(
    on,
    `select call_id as "callId" from live_calls
     where agent_id is not null and started_at is null and preview_until is null and stage = 'claimed' and stage_at < $1
     order by stage_at, call_id limit $2`,
    [params.before, params.limit],
  );
  return rows.map(({ callId }) => callId);
}
