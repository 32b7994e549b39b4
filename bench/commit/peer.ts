/**
 * The peers of the commit: one row inserted, prepared, in a transaction of its own, by the same number of connections.
 * @module
 */
import { v7 as uuidv7 } from 'uuid';
import type { PlacedCall } from '../../contracts/model/placed-call.ts';
import type { Database } from '../../db/client.ts';

/**
 * `record`: the row of `calls` as the commit leaves it, with its columns, values and indexes: what a dialer that only keeps a log
 * of its calls would write. `small`: seven numbers and a key. Neither has foreign keys, triggers, rules, counters or a queue.
 */
export const PEERS = ['record', 'small'] as const;
export type PeerKind = (typeof PEERS)[number];

export async function createPeers(db: Database): Promise<void> {
  await db.pool.query('create table peer_calls (like calls including all)');
  await db.pool.query(
    `create table peer_results (id uuid primary key, campaign_id int not null, contact_id bigint not null,
       status_id smallint not null, answered_at timestamptz, ended_at timestamptz not null, talk_ms int not null)`,
  );
}

/** One insert of either kind, made before the clock starts. */
export interface PeerInsert {
  name: string;
  text: string;
  values: unknown[];
}

/** @param n grows over the whole run: contacts and numbers are called once each, in order */
export function peerInsert(
  kind: PeerKind,
  n: number,
  placedCall: (callId: string) => PlacedCall,
): PeerInsert {
  const callId = uuidv7();
  const placed = placedCall(callId);
  if (kind === 'small') {
    return {
      name: 'peer-small',
      text: 'insert into peer_results values ($1, $2, $3, $4, $5, $6, $7)',
      values: [callId, 1, n, 3, placed.answeredAt ?? null, placed.endedAt, placed.talkMs],
    };
  }
  const row = recordOf(placed, { callId, n });
  const columns = Object.keys(row);
  return {
    name: 'peer-record',
    text: `insert into peer_calls (${columns.join(', ')}) values (${columns.map((_, at) => `$${at + 1}`).join(', ')})`,
    values: Object.values(row),
  };
}

function recordOf(placed: PlacedCall, { callId, n }: { callId: string; n: number }): Record<string, unknown> {
  const ready = placed.recording.state === 'ready' ? placed.recording : undefined;
  return {
    id: callId,
    kind: 'robot',
    campaign_id: 1,
    list_id: 1,
    contact_id: n,
    attempt: 1,
    number_id: n,
    trunk_id: 1,
    node: placed.edge.node,
    epoch: placed.edge.epoch,
    versions: VERSIONS,
    claimed_at: placed.invitedAt,
    committed_at: new Date().toISOString(),
    status_id: 3,
    result: placed.end.result,
    reason: placed.end.reason,
    sip_status: placed.end.sipStatus ?? null,
    invited_at: placed.invitedAt,
    ringing_at: placed.ringingAt ?? null,
    answered_at: placed.answeredAt ?? null,
    ended_at: placed.endedAt,
    talk_ms: placed.talkMs,
    prompt_ms: placed.robot?.promptMs ?? null,
    heard_ms: placed.robot?.heardMs ?? null,
    recording_state: placed.recording.state,
    recording_reason: placed.recording.state === 'ready' ? null : placed.recording.reason,
    recording_path: ready?.path ?? null,
    recording_sha256: ready?.sha256 ?? null,
    recording_ms: ready?.durationMs ?? null,
    recording_bytes: ready?.bytes ?? null,
    timeline: JSON.stringify(placed.timeline),
  };
}

/** As long as those of a claim. */
const VERSIONS = JSON.stringify({ campaign: 1, trunk: 1, calendar: 1, caps: 1, 'retry-rules': 1 });
