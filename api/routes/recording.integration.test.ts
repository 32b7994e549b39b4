import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '../../contracts/http/problem.ts';
import type { RecordingPeaks } from '../../contracts/http/recordings.ts';
import { alawWav } from '../testing/alaw-wav.ts';
import {
  NOON,
  seedCall,
  seedCampaign,
  startTestApi,
  type TestApi,
  type TestCampaign,
} from '../testing/test-api.ts';

/** Longer than one chunk of the stream. */
const SOUND = Buffer.alloc(200_000, 0).map((_, i) => i % 251);
const SHA = createHash('sha256').update(SOUND).digest('hex');

let api: TestApi;
let campaign: TestCampaign;
let callId: string;
let numbers = 0;

function call(recording: Parameters<typeof seedCall>[1]['recording']): Promise<string> {
  numbers += 1;
  return seedCall(api.db, {
    campaign,
    number: `+4072200000${numbers}`,
    claimedAt: NOON,
    status: 'message-heard',
    ...(recording && { recording }),
  });
}
const listen = (id: string, headers: Record<string, string> = {}) =>
  api.get('supervisor', `/api/calls/${id}/recording`, headers);

async function journalOf(id: string): Promise<{ actor: string; action: string }[]> {
  const found = await api.db.pool.query<{ actor: string; action: string }>(
    `select actor, action from audit_log where object_kind = 'call' and object_id = $1 order by id`,
    [id],
  );
  return found.rows;
}

beforeAll(async () => {
  api = await startTestApi();
  campaign = await seedCampaign(api.db);
  await mkdir(join(api.recordingsDir, '2026'), { recursive: true });
  await writeFile(join(api.recordingsDir, '2026/a.wav'), SOUND);
  callId = await call({ state: 'ready', path: '2026/a.wav', sha256: SHA });
});
afterAll(() => api.close());

describe('a recording', () => {
  it('comes whole', async () => {
    const response = await listen(callId);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('audio/wav');
    expect(response.headers.get('accept-ranges')).toBe('bytes');
    expect(response.headers.get('content-length')).toBe('200000');
    expect(Buffer.from(await response.arrayBuffer()).equals(SOUND)).toBe(true);
  });

  it.each([
    ['bytes=0-99', 0, 99],
    ['bytes=199990-', 199_990, 199_999],
    ['bytes=-10', 199_990, 199_999],
    ['bytes=65530-65545', 65_530, 65_545],
    ['bytes=100-999999999', 100, 199_999],
  ])('comes in part for %s', async (range, first, last) => {
    const response = await listen(callId, { range });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${first}-${last}/200000`);
    const body = Buffer.from(await response.arrayBuffer());
    expect(body.equals(SOUND.subarray(first, last + 1))).toBe(true);
  });

  it('has no part beyond its end', async () => {
    const response = await listen(callId, { range: 'bytes=200000-' });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe('bytes */200000');
    expect(((await response.json()) as Problem).code).toBe('range-not-satisfiable');
  });

  it.each(['bytes=5-1', 'bytes=a-b', 'chunks=1-2', 'bytes=0-1,5-6'])('comes whole for %s', async (range) => {
    const response = await listen(callId, { range });
    expect(response.status).toBe(200);
    await response.body?.cancel();
  });

  it('is not sent again to who has it, and comes whole when it is another one', async () => {
    const etag = `"${SHA}"`;
    expect((await listen(callId, { 'if-none-match': etag })).status).toBe(304);
    const same = await listen(callId, { range: 'bytes=0-9', 'if-range': etag });
    const other = await listen(callId, { range: 'bytes=0-9', 'if-range': '"other"' });
    expect([same.status, other.status]).toEqual([206, 200]);
    await Promise.all([same.body?.cancel(), other.body?.cancel()]);
  });

  it('leaves one audit line however many ranges a player asks for', async () => {
    const id = await call({ state: 'ready', path: '2026/a.wav', sha256: SHA });
    for (const range of ['bytes=0-9', 'bytes=10-19']) await (await listen(id, { range })).arrayBuffer();
    expect(await journalOf(id)).toEqual([{ actor: 'supervisor', action: 'recording.play' }]);
  });

  it('is 404 when there never was one, 410 with the reason when it is lost', async () => {
    expect((await listen(await call({ state: 'none' }))).status).toBe(404);
    const lost = await listen(await call({ state: 'lost' }));
    expect(lost.status).toBe(410);
    expect(await lost.json()).toMatchObject({ code: 'recording-lost', params: { reason: 'pcap-missing' } });
  });

  it('is 410 when its file is gone', async () => {
    const id = await call({ state: 'ready', path: '2026/gone.wav', sha256: SHA });
    const response = await listen(id);
    expect(response.status).toBe(410);
    expect(await response.json()).toMatchObject({ params: { reason: 'file-missing' } });
  });

  it.each(['../../../../../../../../etc/passwd', '2026/link.wav', '2026'])(
    'never leads out of the folder: %s',
    async (path) => {
      await symlink('/etc/passwd', join(api.recordingsDir, '2026/link.wav')).catch(() => {});
      const response = await listen(await call({ state: 'ready', path, sha256: SHA }));
      expect(response.status).toBe(410);
    },
  );

  it('is one line again after ten minutes of silence, and for parts that are asked for at once', async () => {
    const id = await call({ state: 'ready', path: '2026/a.wav', sha256: SHA });
    const part = async (): Promise<void> => {
      await (await listen(id, { range: 'bytes=0-9' })).arrayBuffer();
    };
    const lines = async (): Promise<number> => (await journalOf(id)).length;
    const begun = api.clock.now();
    await Promise.all([part(), part(), part()]);
    for (const minutes of [9, 18, 27]) {
      api.clock.set(new Date(begun.getTime() + minutes * 60_000));
      await part();
    }
    expect(await lines()).toBe(1);
    api.clock.set(new Date(begun.getTime() + 38 * 60_000));
    await part();
    expect(await lines()).toBe(2);
    api.clock.set(begun);
  });

  it('is 410 with its own code when it was deleted', async () => {
    const id = await call({ state: 'ready', path: '2026/a.wav', sha256: SHA });
    await api.db.pool.query(
      `update calls set recording_state = 'deleted', recording_reason = 'retention', recording_path = null where id = $1`,
      [id],
    );
    const response = await listen(id);
    expect([response.status, ((await response.json()) as Problem).code]).toEqual([410, 'recording-deleted']);
    expect((await api.get('supervisor', `/api/calls/${id}/recording/peaks`)).status).toBe(410);
    expect((await api.get('supervisor', `/api/calls/${id}/recording/download`)).status).toBe(410);
  });

  it("is nobody else's business", async () => {
    for (const role of ['agent', 'management', 'operator'] as const) {
      expect((await api.get(role, `/api/calls/${callId}/recording`)).status).toBe(403);
    }
  });
});

describe('a download', () => {
  it('is whole, a file, and a line of the journal each time', async () => {
    const id = await call({ state: 'ready', path: '2026/a.wav', sha256: SHA });
    for (const headers of [{}, { range: 'bytes=0-9' }, { 'if-none-match': `"${SHA}"` }]) {
      const response = await api.get('supervisor', `/api/calls/${id}/recording/download`, headers);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${id}.wav"`);
      expect(Buffer.from(await response.arrayBuffer()).equals(SOUND)).toBe(true);
    }
    const line = { actor: 'supervisor', action: 'recording.download' };
    expect(await journalOf(id)).toEqual([line, line, line]);
  });
});

describe('an outline', () => {
  const stretches = [
    { ms: 1_000, left: 8_000, right: 0 },
    { ms: 3_000, left: 0, right: 0 },
    { ms: 1_000, left: 0, right: 8_000 },
  ];
  const peaks = async (id: string): Promise<RecordingPeaks> => {
    for (;;) {
      const response = await api.get('supervisor', `/api/calls/${id}/recording/peaks`);
      expect(response.status).toBe(200);
      const found = (await response.json()) as RecordingPeaks;
      if (found.state === 'ready') return found;
    }
  };

  it('has both sides and the silence between them, and is no listening', async () => {
    await writeFile(join(api.recordingsDir, '2026/b.wav'), alawWav(stretches));
    const id = await call({ state: 'ready', path: '2026/b.wav', sha256: 'b'.repeat(64) });
    const found = await peaks(id);
    expect(found).toMatchObject({ durationMs: 5_000, silences: [[1_000, 4_000]] });
    if (found.state !== 'ready') return;
    const [customer, us] = found.channels;
    expect([customer[60], customer[300], customer[550]].map((peak) => (peak ?? 0) > 40)).toEqual([
      true,
      false,
      false,
    ]);
    expect([us[60], us[300], us[550]].map((peak) => (peak ?? 0) > 40)).toEqual([false, false, true]);
    expect(await journalOf(id)).toEqual([]);
  });

  it('of the archive is nearly the same, and it plays as what it is', async () => {
    await writeFile(join(api.recordingsDir, '2026/c.wav'), alawWav(stretches));
    const opus = join(api.recordingsDir, '2026/c.ogg');
    execFileSync('ffmpeg', [
      '-loglevel',
      'error',
      '-i',
      join(api.recordingsDir, '2026/c.wav'),
      '-c:a',
      'libopus',
      '-y',
      opus,
    ]);
    const id = await call({ state: 'ready', path: '2026/c.ogg', sha256: 'c'.repeat(64) });
    await api.db.pool.query('update calls set recording_ms = 5000 where id = $1', [id]);
    const found = await peaks(id);
    if (found.state !== 'ready') return;
    expect(Math.abs(found.durationMs - 5_000)).toBeLessThan(100);
    expect(found.silences).toHaveLength(1);
    expect(Math.abs((found.silences[0]?.[0] ?? 0) - 1_000)).toBeLessThan(200);
    const whole = await listen(id);
    expect(whole.headers.get('content-type')).toBe('audio/ogg');
    expect((await whole.arrayBuffer()).byteLength).toBe((await readFile(opus)).length);
    const range = await listen(id, { range: 'bytes=0-3' });
    expect([range.status, await range.text()]).toEqual([206, 'OggS']);
    const taken = await api.get('supervisor', `/api/calls/${id}/recording/download`);
    expect(taken.headers.get('content-disposition')).toBe(`attachment; filename="${id}.ogg"`);
    await taken.body?.cancel();
  });

  it('of what is no sound is 410', async () => {
    const id = await call({ state: 'ready', path: '2026/a.wav', sha256: 'a'.repeat(64) });
    const response = await api.get('supervisor', `/api/calls/${id}/recording/peaks`);
    expect(response.status).toBe(410);
    expect(await response.json()).toMatchObject({ params: { reason: 'file-unreadable' } });
  });
});
