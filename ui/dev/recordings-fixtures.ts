/// <reference types="node" />
/**
 * Made-up recordings in each state, and the outline of the made-up sound.
 * @module
 */
import type {
  RecordingInfo,
  RecordingPage,
  RecordingPeaks,
  RecordingRow,
} from '../../contracts/http/recordings.ts';
import type { CallRow } from '../../contracts/http/calls.ts';
import { alawSamples } from '../../domain/alaw.ts';
import { createOutline } from '../../domain/sound-outline.ts';
import { FIXTURE_WAV_HEADER } from './fixture-wav.ts';

export interface RecordingsSeen {
  listen: boolean;
  download: boolean;
}

/** Of the file that every recording plays. */
export function recordingInfoOf(
  row: CallRow,
  index: number,
  seen: RecordingsSeen,
  file: { durationMs: number; bytes: number },
  now: number,
): RecordingInfo {
  if (row.stage !== null) return { state: 'pending' };
  if (row.recording === 'none') return { state: 'none', reason: 'not-answered' };
  if (row.recording === 'lost' || index % 11 === 5) return { state: 'lost', reason: 'disk-full' };
  const ago = (days: number): string => new Date(now - days * 86_400_000).toISOString();
  if (index % 11 === 8) {
    return { state: 'deleted', reason: 'retention', deletedAt: ago(20), durationMs: 92_000 };
  }
  const archived = index % 11 > 8;
  return {
    state: 'ready',
    form: archived ? 'opus' : 'wav',
    url: seen.listen ? `/api/calls/${row.id}/recording` : null,
    downloadUrl: seen.download ? `/api/calls/${row.id}/recording/download` : null,
    durationMs: file.durationMs,
    bytes: archived ? Math.round(file.bytes / 6) : file.bytes,
    sha256: '9f2c'.repeat(16),
    archivedAt: archived ? ago(9) : null,
  };
}

/** `POST /api/recordings/search` over the calls that were answered. */
export function recordingsFixture(
  body: Record<string, unknown>,
  rows: readonly CallRow[],
  seen: RecordingsSeen,
  file: { durationMs: number; bytes: number },
  now: number,
): RecordingPage {
  const all = rows
    .filter((row) => row.stage === 'talking' || row.recording === 'ready' || row.recording === 'lost')
    .map((row, index): RecordingRow => ({
      callId: row.id,
      kind: row.kind,
      campaign: row.campaign,
      list: row.list?.name ?? null,
      agent: row.agent,
      number: row.number,
      contactName: row.contactName,
      at: row.invitedAt ?? row.claimedAt,
      status: row.status,
      recording: recordingInfoOf(row, index, seen, file, now),
    }))
    .filter((row) => body['status'] === undefined || row.status === body['status'])
    .filter(({ recording }) => {
      const archived = recording.state === 'ready' && recording.form === 'opus';
      if (body['state'] === undefined) return true;
      return body['state'] === 'archived' ? archived : recording.state === body['state'];
    })
    .filter(() => Number(body['minSeconds'] ?? 0) < 3_600);
  const start = Number(body['cursor'] ?? 0);
  const end = start + 14;
  const nextCursor = end < all.length ? String(end) : null;
  return { recordings: all.slice(start, end), nextCursor, zone: 'Europe/Bucharest' };
}

/** As the API reckons it. */
export function peaksOf(wav: Buffer): RecordingPeaks {
  const samples = alawSamples();
  const outline = createOutline((wav.length - FIXTURE_WAV_HEADER) / 2);
  for (let at = FIXTURE_WAV_HEADER; at + 1 < wav.length; at += 2) {
    outline.add(samples[wav[at] ?? 0] ?? 0, samples[wav[at + 1] ?? 0] ?? 0);
  }
  const { silences, ...found } = outline.finish();
  return { state: 'ready', ...found, silences: silences.map(([from, to]): [number, number] => [from, to]) };
}
