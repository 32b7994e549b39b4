/**
 * The spool copy: the operator's file as UTF-8 with `\n` line ends and the letters of today's Romanian alphabet. What
 * happens to the original after that does not matter.
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { commaBelow } from '../../domain/import-text.ts';
import { toFailure } from '../failure.ts';
import { binaryFile, sniffEncoding, SNIFF_BYTES, type Encoding } from './encoding.ts';

export interface SpoolCopy {
  path: string;
  /** SHA-256 of the original bytes, hexadecimal. */
  sha256: string;
  encoding: Encoding;
}

/** Copies of runs that died before they were named. */
const DRAFT = /\.draft$/;
const DRAFT_MAX_AGE_MS = 24 * 3600 * 1000;

/** Where the copy of an import lives. */
function spoolPath(folder: string, importId: string): string {
  return join(folder, `${importId}.csv`);
}

/**
 * Writes the copy under a draft name; `keepSpoolCopy` names it. Reads the file once, twice when it turns out not to be
 * UTF-8 somewhere in the middle.
 * @param beat called for each block, so that a big file on a slow disk is not taken for dead
 */
export async function writeSpoolCopy(
  folder: string,
  source: FileHandle,
  beat: () => void,
): Promise<SpoolCopy> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await removeOldDrafts(folder);
  const head = Buffer.alloc(SNIFF_BYTES);
  const { bytesRead } = await source.read(head, 0, SNIFF_BYTES, 0);
  const { encoding, bomBytes } = sniffEncoding(head.subarray(0, bytesRead));
  const path = join(folder, `${randomUUID()}.draft`);
  try {
    return { path, encoding, sha256: await transcode(source, path, encoding, bomBytes, beat) };
  } catch (error) {
    if (!isEncodingError(error)) throw error;
    if (encoding !== 'utf-8') throw binaryFile();
    return { path, encoding: 'windows-1250', sha256: await transcode(source, path, 'windows-1250', 0, beat) };
  }
}

/** Gives the draft its name, at once and for good. */
export async function keepSpoolCopy(folder: string, draft: string, importId: string): Promise<string> {
  const path = spoolPath(folder, importId);
  await rename(draft, path);
  return path;
}

/** Opens the copy to read from it. @throws ApplicationFailure when it is gone */
export async function openSpoolCopy(folder: string, importId: string): Promise<FileHandle> {
  return open(spoolPath(folder, importId), 'r').catch((error: unknown) => {
    throw toFailure(
      'file-unusable',
      'copia de lucru a fișierului a dispărut; anulați importul și porniți-l din nou',
      error,
    );
  });
}

export async function removeSpoolCopy(folder: string, importId: string): Promise<void> {
  await rm(spoolPath(folder, importId), { force: true });
}

async function transcode(
  source: FileHandle,
  path: string,
  encoding: Encoding,
  bomBytes: number,
  beat: () => void,
): Promise<string> {
  const hash = createHash('sha256');
  async function* decoded(): AsyncGenerator<string> {
    const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
    const lines = lineEnds();
    for await (const { block, at } of blocksOf(source)) {
      beat();
      hash.update(block);
      const bytes = at === 0 ? block.subarray(bomBytes) : block;
      yield lines(checkText(decoder.decode(bytes, { stream: true })), false);
    }
    yield lines(checkText(decoder.decode()), true);
  }
  await pipeline(decoded, createWriteStream(path, { mode: 0o600, flush: true }));
  return hash.digest('hex');
}

const BLOCK_BYTES = 256 * 1024;

async function* blocksOf(file: FileHandle): AsyncGenerator<{ block: Buffer; at: number }> {
  const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  for (let at = 0; ;) {
    const { bytesRead } = await file.read(buffer, 0, BLOCK_BYTES, at);
    if (bytesRead === 0) return;
    yield { block: buffer.subarray(0, bytesRead), at };
    at += bytesRead;
  }
}

/** Postgres cannot store a zero character, and text has none. */
function checkText(text: string): string {
  if (text.includes('\0')) throw binaryFile();
  return text;
}

/** `\r\n` and `\r` to `\n`, also where a block ends between the two. */
function lineEnds(): (text: string, last: boolean) => string {
  let heldBack = '';
  return (block, last) => {
    let text = heldBack + block;
    heldBack = '';
    if (!last && text.endsWith('\r')) {
      heldBack = '\r';
      text = text.slice(0, -1);
    }
    return commaBelow(text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text);
  };
}

function isEncodingError(error: unknown): boolean {
  return (
    error instanceof TypeError &&
    (error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
  );
}

async function removeOldDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!DRAFT.test(name)) continue;
    const path = join(folder, name);
    const info = await stat(path).catch(() => undefined);
    if (info && Date.now() - info.mtimeMs > DRAFT_MAX_AGE_MS) await rm(path, { force: true });
  }
}
