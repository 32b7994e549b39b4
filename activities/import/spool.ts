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
import { createLineCounter, createMixedDecoder, type LineDecoder } from './mixed-lines.ts';
import type { SourceFile } from './source-file.ts';

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
 * Writes the copy under a draft name; `keepSpoolCopy` names it. Reads the file once, three times when it turns out not to
 * be UTF-8 somewhere in the middle.
 * @param beat called for each block, so that a big file on a slow disk is not taken for dead
 * @throws ApplicationFailure `file-unusable` for a binary file, and for one that changed while it was read
 */
export async function writeSpoolCopy(
  folder: string,
  source: SourceFile,
  beat: () => void,
): Promise<SpoolCopy> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await removeOldDrafts(folder);
  const path = join(folder, `${randomUUID()}.draft`);
  try {
    const copy = await copyAs(await sniff(source), { source, path, beat });
    await source.assertUnchanged();
    return { path, ...copy };
  } catch (error) {
    await rm(path, { force: true });
    // A file that is being written looks broken in many ways; that it changes is what the operator should hear.
    await source.assertUnchanged();
    throw error;
  }
}

async function sniff({ file }: SourceFile) {
  const head = Buffer.alloc(SNIFF_BYTES);
  const { bytesRead } = await file.read(head, 0, SNIFF_BYTES, 0);
  return sniffEncoding(head.subarray(0, bytesRead));
}

interface Copying {
  source: SourceFile;
  path: string;
  beat: () => void;
}

async function copyAs(
  { encoding, bomBytes }: ReturnType<typeof sniffEncoding>,
  copying: Copying,
): Promise<Omit<SpoolCopy, 'path'>> {
  try {
    return { encoding, sha256: await transcode(copying, encoding, bomBytes) };
  } catch (error) {
    if (!isEncodingError(error)) throw error;
    if (encoding !== 'utf-8') throw binaryFile();
    const mixed = bomBytes > 0 || (await isMostlyUtf8(copying));
    const second = mixed ? 'utf-8-mixed' : 'windows-1250';
    return { encoding: second, sha256: await transcode(copying, second, mixed ? bomBytes : 0) };
  }
}

async function isMostlyUtf8({ source, beat }: Copying): Promise<boolean> {
  const counter = createLineCounter();
  for await (const { block } of blocksOf(source)) {
    beat();
    counter.take(block);
  }
  counter.take(undefined);
  return counter.mostlyUtf8();
}

/** Gives the draft its name, at once and for good. */
export async function keepSpoolCopy(folder: string, draft: string, importId: string): Promise<string> {
  const path = spoolPath(folder, importId);
  await rename(draft, path);
  return path;
}

/**
 * Opens the copy to read from it. @throws ApplicationFailure when it is gone, or not as long as it was: a shorter one
 * would be read for ever without coming to its end
 */
export async function openSpoolCopy(folder: string, importId: string, bytes: number): Promise<FileHandle> {
  const file = await open(spoolPath(folder, importId), 'r').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw lostCopy('a dispărut', error);
  });
  const { size } = await file.stat();
  if (size === bytes) return file;
  await file.close();
  throw lostCopy('nu mai este întreagă');
}

function lostCopy(what: string, cause?: unknown) {
  return toFailure(
    'file-unusable',
    `file: copia de lucru a fișierului ${what}; ce s-a importat rămâne. Porniți importul din nou cu același id: ` +
      'cu același fișier continuă de unde a rămas',
    cause,
  );
}

export async function removeSpoolCopy(folder: string, importId: string): Promise<void> {
  await rm(spoolPath(folder, importId), { force: true });
}

async function transcode(
  { source, path, beat }: Copying,
  encoding: Encoding,
  bomBytes: number,
): Promise<string> {
  const hash = createHash('sha256');
  async function* decoded(): AsyncGenerator<string> {
    const decoder = decoderOf(encoding);
    const check = textChecker();
    const lines = lineEnds();
    for await (const { block, at } of blocksOf(source)) {
      beat();
      hash.update(block);
      yield check(lines(decoder.decode(at === 0 ? block.subarray(bomBytes) : block), false));
    }
    yield check(lines(decoder.end(), true));
  }
  await pipeline(decoded, createWriteStream(path, { mode: 0o600, flush: true }));
  return hash.digest('hex');
}

function decoderOf(encoding: Encoding): LineDecoder {
  if (encoding === 'utf-8-mixed') return createMixedDecoder();
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  return { decode: (block) => decoder.decode(block, { stream: true }), end: () => decoder.decode() };
}

const BLOCK_BYTES = 256 * 1024;

/** What was there when the file was opened: a file that grows as fast as it is read would never end. */
async function* blocksOf({ file, size }: SourceFile): AsyncGenerator<{ block: Buffer; at: number }> {
  const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  for (let at = 0; at < size;) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(BLOCK_BYTES, size - at), at);
    if (bytesRead === 0) return;
    yield { block: buffer.subarray(0, bytesRead), at };
    at += bytesRead;
  }
}

/** Postgres cannot store a zero character, and text has none. */
function textChecker(): (text: string) => string {
  let line = 1;
  return (text) => {
    const zero = text.indexOf('\0');
    if (zero >= 0) throw binaryFile(line + countLines(text.slice(0, zero)));
    line += countLines(text);
    return text;
  };
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
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
