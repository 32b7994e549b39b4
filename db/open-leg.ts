/**
 * The last gate before an INVITE, in one guarded UPDATE by the edge that is about to send it.
 * @module
 */
import type { EdgeRef } from '../contracts/model/call.ts';
import type { CampaignDef, PromptDef, TrunkDef } from '../contracts/model/config.ts';
import { preparedRowsOf, type Queryable } from './queryable.ts';

/** What the edge needs to place the call; exists in its memory only, never in a history or a log. */
export interface OpenedLeg {
  /** E.164. */
  number: string;
  /** What the campaign says of its calls; of a test call, which has none, what holds for it. */
  campaign: CallRules;
  /** `credentials.password` in its `enc:` form. */
  trunk: TrunkDef;
  prompt?: PromptDef;
  goodbyePrompt?: PromptDef;
  /** A test call without a prompt: the edge plays a tune of its own. */
  ownSound?: true;
  contactId?: number;
  attempt: number;
  /** Of a call with an agent. */
  desk?: OpenedDesk;
}

type CallRules = Pick<
  CampaignDef,
  'callerId' | 'ringTimeoutSeconds' | 'maxTalkSeconds' | 'recording' | 'menu' | 'desk'
>;

export interface OpenedDesk {
  userId: number;
  /** What the campaign plays to a customer who waits, and at the end of waiting in vain; ours where it names none. */
  holdMusic?: PromptDef;
  apologyPrompt?: PromptDef;
}

export const LEG_REFUSALS = [
  /** No such open call, or it is another epoch's. */
  'not-ours',
  /** The leg was opened before: an INVITE may have left, and another one never may. */
  'opened-before',
  'epoch-ended',
  'do-not-call',
  'trunk-bound',
  /** An INVITE to it was lost with its sender, and nobody can know yet that the phone has stopped. */
  'number-rings',
  'campaign-paused',
  /** The calendar closed between claim and INVITE. */
  'too-late',
  /** `now` is not the time of Postgres: what was asked with it is not decided. */
  'clock-off',
  /** A version that the claim wrote down is not there (any more): nothing can be said about how to call. */
  'config-missing',
] as const;
export type LegRefusal = (typeof LEG_REFUSALS)[number];

export type OpenLegResult = { state: 'opened'; leg: OpenedLeg } | { state: 'refused'; reason: LegRefusal };

interface LegRow {
  refusal: LegRefusal | null;
  opened: boolean;
  number: string;
  campaign: CampaignDef;
  trunk: TrunkDef;
  prompt: PromptDef | null;
  goodbyePrompt: PromptDef | null;
  contactId: number | null;
  attempt: number;
  agentId: number | null;
  holdMusic: PromptDef | null;
  apologyPrompt: PromptDef | null;
}

export interface OpenLegParams {
  callId: string;
  edge: EdgeRef;
  now: Date;
  /** How far `now` may be from the time of Postgres. Absent: any time is taken. */
  clockToleranceMs?: number;
}

/**
 * Moves the call from `claimed` to `inviting` for this epoch, once. From here on settlement counts the call as invited
 * unless the journal knows better. Definitions are those of the versions that the claim wrote down.
 */
export async function openLeg(on: Queryable, params: OpenLegParams): Promise<OpenLegResult> {
  const { callId, edge, now, clockToleranceMs = null } = params;
  const [row] = await preparedRowsOf<LegRow>(on, { name: 'open-leg', text: OPEN_LEG }, [
    callId,
    edge.node,
    edge.epoch,
    now,
    clockToleranceMs,
  ]);
  if (!row) return { state: 'refused', reason: 'not-ours' };
  if (row.refusal !== null) return { state: 'refused', reason: row.refusal };
  // No refusal was seen, and yet nothing was updated: the epoch or the stage changed while this waited for a lock.
  if (!row.opened) return { state: 'refused', reason: 'epoch-ended' };
  return {
    state: 'opened',
    leg: {
      number: row.number,
      campaign: row.campaign,
      trunk: row.trunk,
      ...(row.prompt && { prompt: row.prompt }),
      ...(row.goodbyePrompt && { goodbyePrompt: row.goodbyePrompt }),
      ...(row.contactId !== null && { contactId: row.contactId }),
      attempt: row.attempt,
      ...(row.agentId !== null && { desk: openedDesk(row, row.agentId) }),
    },
  };
}

function openedDesk({ holdMusic, apologyPrompt }: LegRow, userId: number): OpenedDesk {
  return { userId, ...(holdMusic && { holdMusic }), ...(apologyPrompt && { apologyPrompt }) };
}

/**
 * `FOR SHARE` on the epoch against the UPDATE that ends it: either that one waits and then sees `inviting`, or this one
 * waits and then finds the epoch ended.
 */
const OPEN_LEG = `
with epoch as materialized (
  select node, epoch from edges where node = $2 and epoch = $3 and ended_at is null for share),
leg as materialized (
  select l.call_id, l.contact_id, l.attempt, l.agent_id, n.e164, c.versions,
    case
      when l.node <> $2 or l.epoch <> $3 then 'not-ours'
      when l.stage <> 'claimed' then 'opened-before'
      when not exists (select 1 from epoch) then 'epoch-ended'
      when abs(extract(epoch from clock_timestamp() - $4::timestamptz)) * 1000 > $5::int then 'clock-off'
      when n.do_not_call_at is not null and c.override_reason is null then 'do-not-call'
      when n.only_trunk_id is distinct from l.trunk_id and n.only_trunk_id is not null then 'trunk-bound'
      when n.rings_until > $4 then 'number-rings'
      when camp.paused_at is not null then 'campaign-paused'
      when l.place_before <= $4 then 'too-late'
      when o.body is null or t.body is null then 'config-missing'
    end as refusal, o.body as campaign, t.body as trunk
  from live_calls l
  join calls c on c.id = l.call_id
  join numbers n on n.id = l.number_id
  join campaigns camp on camp.id = l.campaign_id
  left join config_versions o on o.kind = 'campaign' and o.name = camp.name
    and o.version = (c.versions->>'campaign')::int
  left join config_versions t on t.kind = 'trunk' and t.name = o.body->>'trunk'
    and t.version = (c.versions->>'trunk')::int
  where l.call_id = $1),
opened as (
  update live_calls l set stage = 'inviting', stage_at = $4, invited_at = $4, started_at = coalesce(l.started_at, $4)
  from leg, epoch
  where l.call_id = leg.call_id and leg.refusal is null and l.stage = 'claimed' and l.node = epoch.node and l.epoch = epoch.epoch
  returning l.call_id)
select leg.refusal, exists (select 1 from opened) as opened, leg.e164 as number, leg.campaign, leg.trunk,
  p.body as prompt, g.body as "goodbyePrompt", leg.contact_id as "contactId", leg.attempt,
  leg.agent_id as "agentId", m.body as "holdMusic", a.body as "apologyPrompt"
from leg
left join config_versions p on p.kind = 'prompt' and p.name = leg.campaign->>'prompt'
  and p.version = (leg.versions->>'prompt')::int
left join config_objects g on g.kind = 'prompt' and g.name = leg.campaign->>'goodbyePrompt'
left join config_objects m on m.kind = 'prompt' and m.name = leg.campaign->'desk'->>'holdMusic'
left join config_objects a on a.kind = 'prompt' and a.name = leg.campaign->'desk'->>'apologyPrompt'`;
