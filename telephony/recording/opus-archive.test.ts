import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeArchive, verifyArchive } from './opus-archive.ts';
import { encodeAlaw } from './g711.ts';
import { RECORDING_FRAME_BYTES, recordingHeader } from './wav.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'apel-archive-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

// Lengths of calls are whole milliseconds; half of an odd one is not.
it.each([1_000, 1_001, 1_013])('a recording of %i ms becomes an archive', async (ms) => {
  const [wav, archive] = [join(folder, `${ms}.wav`), join(folder, `${ms}.ogg`)];
  const frames = ms * 8;
  const sound = Buffer.alloc(frames * RECORDING_FRAME_BYTES);
  for (let frame = 0; frame < frames; frame++) {
    sound[frame * 2] = encodeAlaw(Math.round(8_000 * Math.sin((2 * Math.PI * 440 * frame) / 8_000)));
    sound[frame * 2 + 1] = encodeAlaw(Math.round(8_000 * Math.sin((2 * Math.PI * 660 * frame) / 8_000)));
  }
  await writeFile(wav, Buffer.concat([recordingHeader(frames), sound]));
  await encodeArchive({ wav, archive });
  await verifyArchive({ wav, archive });
  expect((await readFile(archive)).subarray(0, 4).toString()).toBe('OggS');
});
