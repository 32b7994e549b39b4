import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createUploadStore } from './upload-store.ts';

let folder: string;
let free = 2 * 1024 ** 3;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'apel-uploads-'));
});
afterAll(() => rm(folder, { recursive: true }));

const upload = { owner: 7, id: '6f9c1f0e-7f9b-4c3e-8a55-0a1b2c3d4e5f' };
async function* body(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

it('takes no part while the disk is nearly full, keeps what it has, and goes on when there is room', async () => {
  const store = createUploadStore(folder, Date.now, async () => free);
  expect(await store.append(upload, 0, body('Telefon\n'))).toBe(8);
  free = 512 * 1024 ** 2 - 1;
  const full = { code: 'unavailable', params: { part: 'disk' } };
  await expect(store.append(upload, 8, body('0721000001\n'))).rejects.toMatchObject(full);
  const other = { ...upload, id: 'f47ac10b-58cc-4372-a567-0e02b2c3d479' };
  await expect(store.append(other, 0, body('Telefon\n'))).rejects.toMatchObject(full);
  free = 2 * 1024 ** 3;
  expect(await store.append(upload, 8, body('0721000001\n'))).toBe(19);
  expect((await store.read(upload, { from: 0, bytes: 100 })).bytes.toString()).toBe('Telefon\n0721000001\n');
  await expect(store.read(other, { from: 0, bytes: 1 })).rejects.toMatchObject({ code: 'not-found' });
});
