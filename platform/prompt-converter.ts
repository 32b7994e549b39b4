/**
 * Prompts in any format become the only one that is played: A-law, mono, 8 kHz, what goes over the line. rtpengine itself
 * is never given a foreign file: it plays some formats as silence, and a Vorbis file kills it. PCM s16 costs it twenty
 * times as much to begin (5.7 and 0.3 ms of processor): its library looks whether that is DTS in disguise.
 * @module
 */
import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Samples a second of what goes over the line (RFC 3551 §4.5.14, PCMA). */
const SAMPLE_RATE = 8_000;
const FORMAT_ALAW = 6;
const MAX_INPUT_BYTES = 100 * 1024 * 1024;
/** 20 minutes of sound; `-fs` below stops ffmpeg itself. */
const MAX_OUTPUT_BYTES = 20 * 60 * SAMPLE_RATE;
const DEFAULT_TIMEOUT_MS = 60_000;
const MAX_ERROR_CHARS = 4_000;

/** The file cannot become a prompt; the message is one line for the person who gave it. */
export class PromptError extends Error {
  override readonly name = 'PromptError';
}

export interface ConvertPromptOptions {
  /** Any file that ffmpeg reads. */
  source: string;
  /** Folder for `<sha256>.wav`. */
  promptsDir: string;
  /** Program to run; `ffmpeg` on the PATH unless given. */
  ffmpeg?: string;
  timeoutMs?: number;
}

export interface ConvertedPrompt {
  sha256: string;
  durationMs: number;
  /** Absolute or relative as `promptsDir` is. */
  path: string;
}

/**
 * Converts a file and stores it under the hash of the result. The same file again gives the same prompt.
 * @throws PromptError
 */
export async function convertPrompt(options: ConvertPromptOptions): Promise<ConvertedPrompt> {
  const source = await stat(options.source).catch(() => undefined);
  if (!source?.isFile()) throw new PromptError('prompt file does not exist');
  if (source.size > MAX_INPUT_BYTES) throw new PromptError('prompt file is larger than 100 MB');
  await mkdir(options.promptsDir, { recursive: true });
  const draft = join(options.promptsDir, `${randomUUID()}.part.wav`);
  try {
    await runFfmpeg(options, draft);
    const converted = await readFile(draft);
    const samples = alawSamples(converted);
    if (samples === 0) throw new PromptError('prompt file has no sound');
    const sha256 = createHash('sha256').update(converted).digest('hex');
    const path = join(options.promptsDir, `${sha256}.wav`);
    await rename(draft, path);
    return { sha256, durationMs: Math.round((samples * 1_000) / SAMPLE_RATE), path };
  } finally {
    await rm(draft, { force: true });
  }
}

/** Samples in a WAV file; 0 unless it is A-law, mono, 8 kHz, one byte a sample. */
function alawSamples(file: Buffer): number {
  let fits = false;
  for (let at = 12; at + 8 <= file.length;) {
    const id = file.toString('latin1', at, at + 4);
    const size = file.readUInt32LE(at + 4);
    if (id === 'fmt ' && at + 24 <= file.length) {
      fits =
        file.readUInt16LE(at + 8) === FORMAT_ALAW &&
        file.readUInt16LE(at + 10) === 1 &&
        file.readUInt32LE(at + 12) === SAMPLE_RATE;
    }
    if (id === 'data') return fits ? Math.min(size, file.length - at - 8) : 0;
    at += 8 + size + (size % 2);
  }
  return 0;
}

function runFfmpeg(options: ConvertPromptOptions, target: string): Promise<void> {
  // The protocol list keeps a playlist file from fetching anything; bitexact keeps the hash independent of the version.
  const input = [
    '-hide_banner',
    '-nostdin',
    '-loglevel',
    'error',
    '-protocol_whitelist',
    'file',
    '-i',
    options.source,
  ];
  const sound = ['-vn', '-map', '0:a:0', '-ac', '1', '-ar', String(SAMPLE_RATE), '-c:a', 'pcm_alaw'];
  const output = ['-map_metadata', '-1', '-fflags', '+bitexact', '-flags:a', '+bitexact'];
  const limits = ['-fs', String(MAX_OUTPUT_BYTES), '-y', target];
  return new Promise((resolve, reject) => {
    const child = spawn(options.ffmpeg ?? 'ffmpeg', [...input, ...sound, ...output, ...limits], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    let timedOut = false;
    const deadline = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    child.stderr.on('data', (data: Buffer) => {
      if (errors.length < MAX_ERROR_CHARS) errors += data.toString();
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(deadline);
      const missing = error.code === 'ENOENT';
      reject(
        new PromptError(
          missing ? 'ffmpeg is not installed (apt-get install ffmpeg)' : 'ffmpeg cannot be run',
        ),
      );
    });
    child.once('close', (code) => {
      clearTimeout(deadline);
      if (code === 0) resolve();
      else if (timedOut) reject(new PromptError('prompt file took too long to convert'));
      else reject(new PromptError(`prompt file is no audio that ffmpeg reads${lastLine(errors)}`));
    });
  });
}

/** ffmpeg's own words without its file names, which may be somebody's. */
function lastLine(errors: string): string {
  const line = errors.trim().split('\n').at(-1) ?? '';
  const reason = /: ([^:/]{3,80})$/.exec(line)?.[1];
  return reason ? ` (${reason})` : '';
}
