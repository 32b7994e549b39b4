import { createHash } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '../../contracts/http/problem.ts';
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
    const found = await api.db.pool.query(
      `select actor, action from audit_log where object_kind = 'call' and object_id = $1`,
      [id],
    );
    expect(found.rows).toEqual([{ actor: 'supervisor', action: 'recording.play' }]);
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

  it("is nobody else's business", async () => {
    for (const role of ['agent', 'management', 'operator'] as const) {
      expect((await api.get(role, `/api/calls/${callId}/recording`)).status).toBe(403);
    }
  });
});
