import { mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { streamFile } from './file-stream.ts';

const BYTES = 200_000;
let folder: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'apel-stream-'));
  path = join(folder, 'file');
  await writeFile(path, Buffer.alloc(BYTES, 7));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** How often this process holds the file open. */
async function timesOpen(): Promise<number> {
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return links.filter((link) => link === path).length;
}

it('gives exactly the range and closes the file', async () => {
  const body = await new Response(streamFile(path, { first: 10, last: BYTES - 1 })).arrayBuffer();
  expect(body.byteLength).toBe(BYTES - 10);
  expect(await timesOpen()).toBe(0);
});

it('closes the file of a browser that goes away, also while it is being opened', async () => {
  const early = Array.from({ length: 20 }, async () => {
    const reader = streamFile(path, { first: 0, last: BYTES - 1 }).getReader();
    const reading = reader.read();
    // The stream begins to pull some microtasks later; the file is open after the next turn of the loop at the earliest.
    for (let i = 0; i < 10; i += 1) await Promise.resolve();
    await reader.cancel();
    await reading;
  });
  const late = streamFile(path, { first: 0, last: BYTES - 1 }).getReader();
  await late.read();
  expect(await timesOpen()).toBeGreaterThan(0);
  await Promise.all([...early, late.cancel()]);
  await expect.poll(timesOpen).toBe(0);
});
