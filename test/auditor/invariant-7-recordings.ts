import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditContext } from './audit-context.ts';

interface Row {
  id: string;
  talk_ms: number;
  recording: boolean;
  state: string | null;
  reason: string | null;
  path: string | null;
  sha256: string | null;
  answered_at: Date;
  archived_at: Date | null;
  deleted_at: Date | null;
  leftover: string | null;
}

/** A file may be this much longer or shorter than the talk. */
const TOLERANCE_MS = 500;

/**
 * Every answered call with recording on has a playable file as long as the talk, in one of two forms (WAV, or since an instant
 * Ogg Opus), or a named reason why not. What was deleted has an instant and a reason, and no file.
 */
export async function auditRecordings({ db, options, carrier }: AuditContext): Promise<string[]> {
  const { rows } = await db.query<Row>(
    `select c.id::text, c.talk_ms, coalesce((v.body->>'recording')::boolean, true) as recording, c.recording_state as state,
            c.recording_reason as reason, c.recording_path as path, c.recording_sha256 as sha256,
            c.answered_at, c.recording_archived_at as archived_at, c.recording_deleted_at as deleted_at,
            c.recording_leftover as leftover
     from calls c
     join config_objects campaign on campaign.id = c.campaign_id
     left join config_versions v on v.kind = 'campaign' and v.name = campaign.name and v.version = (c.versions->>'campaign')::int
     where c.answered_at is not null and c.committed_at is not null`,
  );
  const findings: string[] = [];
  for (const row of rows) {
    if (!row.recording) continue;
    if (row.state === 'deleted') {
      const problem = await deletedProblem(options.recordingsDir, row);
      if (problem) findings.push(`call ${row.id}: ${problem}`);
      continue;
    }
    if (row.state !== 'ready') {
      if (row.state !== 'lost' || row.reason === null)
        findings.push(`call ${row.id}: answered, but no recording and no reason (${row.state ?? 'null'})`);
      continue;
    }
    const problem = await fileProblem(join(options.recordingsDir, row.path ?? ''), row);
    if (problem) findings.push(`call ${row.id}: ${problem}`);
    const seen = carrier.get(row.id);
    const carrierMs =
      seen?.answeredAt !== undefined && seen.endedAt !== undefined
        ? seen.endedAt - seen.answeredAt
        : undefined;
    // The carrier's clock is the same machine's; its BYE and ours may cross, and settlement ends a dead edge's talk earlier.
    if (carrierMs !== undefined && row.talk_ms > carrierMs + 2_000 + (options.stalledMs ?? 0))
      findings.push(`call ${row.id}: talk of ${row.talk_ms} ms, but the carrier saw ${carrierMs} ms`);
  }
  return findings;
}

async function deletedProblem(folder: string, row: Row): Promise<string | undefined> {
  if (row.deleted_at === null || row.reason === null) return 'its recording was deleted, but not when or why';
  if (row.path !== null || row.sha256 !== null) return 'its recording was deleted, but the row names a file';
  const day = row.answered_at.toISOString().slice(0, 10).replaceAll('-', '/');
  for (const form of ['wav', 'ogg']) {
    const path = `${day}/${row.id}.${form}`;
    // Between the row and the unlinking the row says so itself.
    if (path !== row.leftover && (await isThere(join(folder, path))))
      return `its recording was deleted, but ${form} is still there`;
  }
  return undefined;
}

function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

async function fileProblem(file: string, row: Row): Promise<string | undefined> {
  let data: Buffer;
  try {
    data = await readFile(file);
  } catch {
    return 'its recording is ready, but there is no file';
  }
  if (createHash('sha256').update(data).digest('hex') !== row.sha256)
    return 'its recording is not the file that was hashed';
  if (file.endsWith('.ogg') !== (row.archived_at !== null))
    return 'its recording is archived by its name or by its instant, but not by both';
  const durationMs = file.endsWith('.ogg') ? oggDurationMs(data) : wavDurationMs(data);
  if (durationMs === undefined) return 'its recording is not a playable file';
  if (Math.abs(durationMs - row.talk_ms) > TOLERANCE_MS)
    return `its recording is ${durationMs} ms long, the talk ${row.talk_ms} ms`;
  return undefined;
}

/** Duration by the RIFF header: A-law (format 6), 8000 Hz, two channels of one byte. */
function wavDurationMs(data: Buffer): number | undefined {
  if (
    data.length < 44 ||
    data.toString('latin1', 0, 4) !== 'RIFF' ||
    data.toString('latin1', 8, 12) !== 'WAVE'
  )
    return undefined;
  let offset = 12;
  let byteRate: number | undefined;
  while (offset + 8 <= data.length) {
    const id = data.toString('latin1', offset, offset + 4);
    const size = data.readUInt32LE(offset + 4);
    if (id === 'fmt ') {
      const [format, channels] = [data.readUInt16LE(offset + 8), data.readUInt16LE(offset + 10)];
      if (format !== 6 || channels !== 2) return undefined;
      byteRate = data.readUInt32LE(offset + 16);
    }
    if (id === 'data') {
      if (!byteRate || offset + 8 + size > data.length) return undefined;
      return Math.round((size / byteRate) * 1_000);
    }
    offset += 8 + size + (size % 2);
  }
  return undefined;
}

/**
 * Duration by the pages of an Ogg Opus file (RFC 3533 §6, RFC 7845 §4): the last granule position less what the head says to
 * skip, at 48 kHz. Two channels, each with a stream of its own.
 */
function oggDurationMs(data: Buffer): number | undefined {
  const head = data.indexOf('OpusHead', 0, 'latin1');
  if (head !== 28 || data[head + 9] !== 2 || data[head + 19] !== 2 || data[head + 20] !== 0) return undefined;
  const skip = data.readUInt16LE(head + 10);
  let granule: bigint | undefined;
  let last = false;
  for (let offset = 0; offset < data.length;) {
    if (data.toString('latin1', offset, offset + 4) !== 'OggS') return undefined;
    const segments = data[offset + 26] ?? 0;
    const body = data.subarray(offset + 27, offset + 27 + segments).reduce((sum, length) => sum + length, 0);
    granule = data.readBigInt64LE(offset + 6);
    last = ((data[offset + 5] ?? 0) & 4) !== 0;
    offset += 27 + segments + body;
    if (offset > data.length) return undefined;
  }
  return last && granule !== undefined ? Math.round((Number(granule) - skip) / 48) : undefined;
}
