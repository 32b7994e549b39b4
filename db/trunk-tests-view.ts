/**
 * Test calls for the page of their trunk.
 * @module
 */
import type { CallResult, CallStage, EndReason } from '../contracts/model/call.ts';
import type { TimelineEvent } from '../contracts/model/placed-call.ts';
import { rowsOf, type Queryable } from './queryable.ts';

/** A test call as the page shows it. */
export interface TrunkTestRow {
  id: string;
  trunk: string;
  number: string;
  callerId: string;
  prompt: string | null;
  requestedAt: Date;
  requestedBy: string;
  /** Null: it is over. */
  stage: CallStage | null;
  stageAt: Date | null;
  endedAt: Date | null;
  result: CallResult | null;
  reason: EndReason | null;
  sipStatus: number | null;
  ringingAt: Date | null;
  answeredAt: Date | null;
  talkMs: number | null;
  heardMs: number | null;
  promptMs: number | null;
  timeline: TimelineEvent[] | null;
  /** Of the edge that places it; null: its epoch is over. */
  controlUrl: string | null;
}

const SHOWN = `
  select x.id, o.name as trunk, n.e164 as number, x.caller_id as "callerId", x.prompt,
    x.requested_at as "requestedAt", x.requested_by as "requestedBy", l.stage, l.stage_at as "stageAt",
    x.ended_at as "endedAt", x.result, x.reason, x.sip_status as "sipStatus", x.ringing_at as "ringingAt",
    coalesce(x.answered_at, l.answered_at) as "answeredAt", x.talk_ms as "talkMs", x.heard_ms as "heardMs",
    x.prompt_ms as "promptMs", x.timeline, e.control_url as "controlUrl"
  from trunk_tests x
  join config_objects o on o.id = x.trunk_id
  join numbers n on n.id = x.number_id
  left join live_calls l on l.call_id = x.id
  left join edges e on e.node = x.node and e.epoch = x.epoch and e.ended_at is null`;

/** The last test calls over a trunk, newest first. */
export async function listTrunkTests(
  on: Queryable,
  { trunk, limit }: { trunk: string; limit: number },
): Promise<TrunkTestRow[]> {
  return rowsOf<TrunkTestRow>(
    on,
    `${SHOWN} where x.trunk_id = (select id from config_objects where kind = 'trunk' and name = $1)
     order by x.requested_at desc, x.id desc limit $2`,
    [trunk, limit],
  );
}

export async function readTrunkTest(on: Queryable, id: string): Promise<TrunkTestRow | undefined> {
  const [row] = await rowsOf<TrunkTestRow>(on, `${SHOWN} where x.id = $1`, [id]);
  return row;
}

/** Caller ids of the campaigns over a trunk, each once: what its carrier is likely to accept. */
export async function listCallerIds(on: Queryable, trunk: string): Promise<string[]> {
  const rows = await rowsOf<{ callerId: string }>(
    on,
    `select body->>'callerId' as "callerId" from config_objects
     where kind = 'campaign' and body->>'trunk' = $1 and retired_at is null group by 1 order by count(*) desc, 1 limit 20`,
    [trunk],
  );
  return rows.map(({ callerId }) => callerId);
}
