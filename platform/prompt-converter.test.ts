import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { convertPrompt, PromptError } from './prompt-converter.ts';
import { readPrompt } from '../telephony/recording/wav.ts';
import { amplitudeOf, oldPromptWav, promptWav, tone } from '../telephony/testing/tones.ts';

let folder: string;
let promptsDir: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'apel-prompt-'));
  promptsDir = join(folder, 'prompts');
});
afterAll(() => rm(folder, { recursive: true }));

test.each(['mp3', 'ogg', 'flac'])(
  'a file in %s becomes A-law 8 kHz mono with the same sound',
  async (format) => {
    const source = join(folder, `in.${format}`);
    const sine = ['-f', 'lavfi', '-i', 'sine=frequency=800:sample_rate=44100:duration=2', '-ac', '2'];
    execFileSync('ffmpeg', ['-loglevel', 'error', ...sine, '-y', source]);
    const prompt = await convertPrompt({ source, promptsDir });
    expect(Math.abs(prompt.durationMs - 2_000)).toBeLessThan(80);
    const stored = join(promptsDir, `${prompt.sha256}.wav`);
    expect((await readFile(stored)).readUInt16LE(20)).toBe(6);
    const samples = await readPrompt(stored);
    expect(amplitudeOf(samples.subarray(4_000, 12_000), 800)).toBeGreaterThan(1_000);
    expect(await convertPrompt({ source, promptsDir })).toEqual(prompt);
  },
);

test('a prompt that was converted before, to PCM s16, sounds the same; any other form is refused', async () => {
  const samples = tone(500, 8_000);
  const path = join(folder, 'old.wav');
  await writeFile(path, oldPromptWav(samples));
  expect(await readPrompt(path)).toEqual(samples);
  expect(await readPrompt(path, 100)).toEqual(samples.subarray(0, 100));
  const other = promptWav(samples);
  other.writeUInt16LE(7, 20);
  await writeFile(path, other);
  await expect(readPrompt(path)).rejects.toThrow('A-law or PCM s16');
});

test('a file that is no audio is refused in one line, and nothing is left behind', async () => {
  const source = join(folder, 'text.mp3');
  await writeFile(source, 'not a sound');
  const before = await readdir(promptsDir);
  await expect(convertPrompt({ source, promptsDir })).rejects.toThrow(/no audio that ffmpeg reads/);
  expect(await readdir(promptsDir)).toEqual(before);
});

test('a missing ffmpeg, a missing file and a slow conversion are named', async () => {
  const source = join(folder, 'tone.wav');
  await writeFile(source, promptWav(tone(500, 8_000)));
  const missing = convertPrompt({ source, promptsDir, ffmpeg: '/nonexistent/ffmpeg' });
  await expect(missing).rejects.toThrow('ffmpeg is not installed');
  await expect(convertPrompt({ source: join(folder, 'none.wav'), promptsDir })).rejects.toThrow(
    'does not exist',
  );
  const slow = join(folder, 'slow');
  await writeFile(slow, '#!/bin/sh\nexec sleep 30\n', { mode: 0o755 });
  const late = convertPrompt({ source, promptsDir, ffmpeg: slow, timeoutMs: 100 });
  await expect(late).rejects.toThrow(PromptError);
});
