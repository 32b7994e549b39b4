/**
 * Voices of the demo's customers: spoken by espeak-ng once, kept in the state folder.
 * @module
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DEMO_VOICES, ssmlOf, type DemoVoice } from '../../demo/voices.ts';
import { convertPrompt } from '../../platform/prompt-converter.ts';
import { exec } from '../shell/exec.ts';
import type { Home } from '../shell/home.ts';
import { which } from '../shell/which.ts';
import { aptInstall } from './apt.ts';
import { getFfmpeg } from './ffmpeg.ts';
import type { Progress } from './tool-report.ts';

const PROGRAM = 'espeak-ng';
const SPEAK_TIMEOUT_MS = 30_000;

/**
 * A folder with one A-law WAV a voice. Made again when the texts change.
 * @returns undefined, and says why, when they cannot be had: the demo goes on with tones
 */
export async function getDemoVoices(home: Home, progress: Progress): Promise<string | undefined> {
  const texts = createHash('sha256').update(JSON.stringify(DEMO_VOICES)).digest('hex').slice(0, 12);
  const folder = join(home.path, `voices-${texts}`);
  if (existsSync(folder)) return folder;
  let draft: string | undefined;
  try {
    if (!which(PROGRAM)) await aptInstall([PROGRAM], progress);
    await getFfmpeg(progress);
    progress('customers learn to speak');
    draft = await mkdtemp(join(home.path, 'voices-new-'));
    for (const voice of DEMO_VOICES) await speak(voice, draft);
    await rename(draft, folder);
    return folder;
  } catch (error) {
    if (draft !== undefined) await rm(draft, { recursive: true, force: true });
    const [why] = (error as Error).message.split('\n');
    progress(`customers have no voice and send tones instead: ${why}`);
    return undefined;
  }
}

async function speak(voice: DemoVoice, folder: string): Promise<void> {
  const spoken = join(folder, `${voice.name}.spoken`);
  const options = ['-v', voice.variant, '-s', String(voice.speed), '-p', String(voice.pitch)];
  const { code, output } = await exec(PROGRAM, ['-m', ...options, '-w', spoken, ssmlOf(voice)], {
    timeoutMs: SPEAK_TIMEOUT_MS,
  });
  if (code !== 0) throw new Error(`${PROGRAM} ended with code ${code}: ${output.trim().slice(0, 200)}`);
  const { path } = await convertPrompt({ source: spoken, promptsDir: folder });
  await rename(path, join(folder, `${voice.name}.wav`));
  await rm(spoken);
}
