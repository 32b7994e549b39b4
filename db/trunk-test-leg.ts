/**
 * A test call at its edge, from the last gate to its end.
 * @module
 */
import type { PromptDef, TrunkDef } from '../contracts/model/config.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import type { Database } from './client.ts';
import type { LegRefusal, OpenLegParams, OpenLegResult } from './open-leg.ts';
import { rowsOf, type Queryable } from './queryable.ts';

/** As a telephone rings before most networks give up. */
export const TEST_RING_SECONDS = 45;
/** Whatever prompt is chosen: a test is short. */
export const TEST_MAX_TALK_SECONDS = 60;

/** The last gate of a test call, as `openLeg` is that of the others. Refuses with `not-ours` what is no test call. */
export async function openTestLeg(on: Queryable, params: OpenLegParams): Promise<OpenLegResult> {
  const { callId, edge, now, clockToleranceMs = null } = params;
  const [row] = await rowsOf<{
    refusal: LegRefusal | null;
    opened: boolean;
    number: string;
    callerId: string;
    trunk: TrunkDef;
    prompt: PromptDef | null;
    ownSound: boolean;
  }>(on, OPEN, [callId, edge.node, edge.epoch, now, clockToleranceMs]);
  if (!row) return { state: 'refused', reason: 'not-ours' };
  if (row.refusal !== null) return { state: 'refused', reason: row.refusal };
  if (!row.opened) return { state: 'refused', reason: 'epoch-ended' };
  return {
    state: 'opened',
    leg: {
      number: row.number,
      campaign: {
        callerId: row.callerId,
        ringTimeoutSeconds: TEST_RING_SECONDS,
        maxTalkSeconds: TEST_MAX_TALK_SECONDS,
        recording: false,
      },
      trunk: row.trunk,
      ...(row.prompt && { prompt: row.prompt }),
      ...(row.ownSound && { ownSound: true }),
      attempt: 1,
    },
  };
}

const OPEN = `
with epoch as materialized (
  select node, epoch from edges where node = $2 and epoch = $3 and ended_at is null for share),
leg as materialized (
  select l.call_id, n.e164, x.caller_id, x.prompt, x.prompt_version,
    case
      when l.node <> $2 or l.epoch <> $3 then 'not-ours'
      when l.stage <> 'claimed' then 'opened-before'
      when not exists (select 1 from epoch) then 'epoch-ended'
      when abs(extract(epoch from clock_timestamp() - $4::timestamptz)) * 1000 > $5::int then 'clock-off'
      when n.do_not_call_at is not null then 'do-not-call'
      when n.only_trunk_id is distinct from l.trunk_id and n.only_trunk_id is not null then 'trunk-bound'
      when n.rings_until > $4 then 'number-rings'
      when t.body is null then 'config-missing'
    end as refusal, t.body as trunk
  from live_calls l
  join trunk_tests x on x.id = l.call_id
  join numbers n on n.id = l.number_id
  left join config_objects o on o.id = x.trunk_id
  left join config_versions t on t.kind = 'trunk' and t.name = o.name and t.version = x.trunk_version
  where l.call_id = $1),
opened as (
  update live_calls l set stage = 'inviting', stage_at = $4, invited_at = $4, started_at = coalesce(l.started_at, $4)
  from leg, epoch
  where l.call_id = leg.call_id and leg.refusal is null and l.stage = 'claimed' and l.node = epoch.node and l.epoch = epoch.epoch
  returning l.call_id)
select leg.refusal, exists (select 1 from opened) as opened, leg.e164 as number, leg.caller_id as "callerId", leg.trunk,
  p.body as prompt, leg.prompt is null as "ownSound"
from leg
left join config_versions p on p.kind = 'prompt' and p.name = leg.prompt and p.version = leg.prompt_version`;

/**
 * The end of a test call: its row is complete, its number, channel and place are free. Running it twice changes nothing.
 * @returns undefined: no test call; false: it had ended before
 */
export async function finishTrunkTest(
  db: Database,
  { callId, placed, now }: { callId: string; placed: PlacedCall; now: Date },
): Promise<boolean | undefined> {
  const [row] = await rowsOf<{ first: boolean }>(db.pool, FINISH, [
    callId,
    now,
    placed.end.result,
    placed.end.reason,
    placed.end.sipStatus ?? null,
    placed.invitedAt ?? null,
    placed.ringingAt ?? null,
    placed.answeredAt ?? null,
    Math.round(placed.talkMs),
    placed.robot ? Math.round(placed.robot.heardMs) : null,
    placed.robot ? Math.round(placed.robot.promptMs) : null,
    JSON.stringify(placed.timeline),
    placed.mayRingUntil ?? null,
  ]);
  return row?.first;
}

const FINISH = `
with done as (
  update trunk_tests set ended_at = $2, result = $3, reason = $4, sip_status = $5, invited_at = $6, ringing_at = $7,
    answered_at = $8, talk_ms = $9, heard_ms = $10, prompt_ms = $11, timeline = $12
  where id = $1 and ended_at is null returning id, number_id),
free as (
  delete from live_calls l using done where l.call_id = done.id),
rings as (
  update numbers n set rings_until = greatest(n.rings_until, $13::timestamptz)
  from done where n.id = done.number_id and $13::timestamptz is not null)
select exists (select 1 from done) as first from trunk_tests where id = $1`;
