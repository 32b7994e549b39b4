/**
 * One call with all its facts.
 * @module
 */
import type { EndReason } from '../../contracts/model/call.ts';
import type { CalendarDef, UsedVersions } from '../../contracts/model/config.ts';
import type { TimelineEvent } from '../../contracts/model/placed-call.ts';
import type { Database } from '../../db/client.ts';
import { RECORDING_COLUMNS, type RecordingFacts } from '../../db/recording-facts.ts';
import { CALL_COLUMNS, CALL_JOINS, type CallListRow } from './calls.ts';

export interface CallDetailRow extends CallListRow, RecordingFacts {
  committed_at: Date | null;
  ringing_at: Date | null;
  reason: EndReason | null;
  sip_status: number | null;
  trunk: string | null;
  node: string;
  epoch: number;
  calendar: CalendarDef | null;
  status_by: string | null;
  prompt_ms: number | null;
  heard_ms: number | null;
  menu_key: string | null;
  contact_id: number | null;
  locality: string | null;
  county: string | null;
  age: number | null;
  age_band: string | null;
  timeline: TimelineEvent[] | null;
  versions: UsedVersions;
}

/** @param id a UUID, checked by the caller */
export async function findCall(db: Database, id: string): Promise<CallDetailRow | null> {
  const found = await db.pool.query<CallDetailRow>(
    `select ${CALL_COLUMNS},
       c.committed_at, c.ringing_at, c.reason, c.sip_status, t.name as trunk, c.node, c.epoch, cal.body as calendar,
       c.status_by, c.prompt_ms, c.heard_ms, c.menu_key, c.contact_id, co.locality, co.county, co.age, co.age_band,
       ${RECORDING_COLUMNS}, c.timeline, c.versions
     from calls c ${CALL_JOINS}
     left join config_objects cal on cal.kind = 'calendar' and cal.name = o.body->>'calendar'
     left join config_objects t on t.id = c.trunk_id
     where c.id = $1`,
    [id],
  );
  return found.rows[0] ?? null;
}
