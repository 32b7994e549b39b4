/**
 * Uploads: files below the import folder, written part by part, each straight to the disk. An upload belongs to the person
 * who began it; what nobody wants after a week goes.
 * @module
 */
import { mkdir, open, readdir, rm, stat, statfs, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { UPLOAD_MAX_BYTES, UPLOAD_PART_BYTES } from '../../contracts/http/lists.ts';
import { ApiProblem } from '../http/problem.ts';

/** Below the import folder, so that the import's own rules for files hold. */
const FOLDER = 'uploads';
const KEPT_MS = 7 * 86_400_000;

export interface Upload {
  /** Id of the user. */
  owner: number;
  /** UUID made by the page. */
  id: string;
}

export interface UploadStore {
  /**
   * Writes a part at its offset.
   * @returns bytes that are there
   * @throws ApiProblem `conflict` with `bytes` when the part does not begin where the file ends; `unavailable` when the disk is
   *   nearly full
   */
  append(upload: Upload, offset: number, body: AsyncIterable<Uint8Array>): Promise<number>;
  /** The first bytes, and the size. @throws ApiProblem `not-found` */
  read(upload: Upload, range: { from: number; bytes: number }): Promise<{ bytes: Buffer; size: number }>;
  /** Name for `importList`, relative to the import folder. */
  nameOf(upload: Upload): string;
  remove(upload: Upload): Promise<void>;
}

/** Of the disk, however many uploads: an import copies its file, calls write recordings, and below 200 MB none is dialed. */
const KEPT_FREE_BYTES = 512 * 1024 ** 2;

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** @param now of the machine: file times are its own */
export function createUploadStore(
  importsDir: string,
  now: () => number = Date.now,
  freeBytes: (folder: string) => Promise<number> = freeBytesOf,
): UploadStore {
  const folder = join(importsDir, FOLDER);
  const nameOf = ({ owner, id }: Upload): string => `${owner}-${id}.csv`;
  const pathOf = (upload: Upload): string => join(folder, nameOf(upload));

  return {
    nameOf: (upload) => `${FOLDER}/${nameOf(upload)}`,
    async append(upload, offset, body) {
      if (offset === 0) {
        await mkdir(folder, { recursive: true });
        await removeOld(folder, now());
      }
      if ((await freeBytes(folder).catch(onDisk)) < KEPT_FREE_BYTES) {
        throw new ApiProblem('unavailable', { part: 'disk' });
      }
      const file = await openPart(pathOf(upload), offset).catch(onDisk);
      try {
        const { size } = await file.stat();
        if (size !== offset) throw new ApiProblem('conflict', { reason: 'offset', bytes: size });
        return offset + (await writeAll(file, offset, body).catch(onDisk));
      } finally {
        await file.close();
      }
    },
    async read(upload, { from, bytes }) {
      const file = await open(pathOf(upload), 'r').catch(onDisk);
      try {
        const { size } = await file.stat();
        const buffer = Buffer.alloc(Math.max(0, Math.min(bytes, size - from)));
        const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
        return { bytes: buffer.subarray(0, bytesRead), size };
      } finally {
        await file.close();
      }
    },
    remove: (upload) => rm(pathOf(upload), { force: true }),
  };
}

async function openPart(path: string, offset: number): Promise<FileHandle> {
  if (offset > 0) return open(path, 'r+');
  return open(path, 'wx+', 0o640).catch((error: unknown) => {
    // Begun before: the answer says how far it came.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return open(path, 'r+');
    throw error;
  });
}

async function writeAll(file: FileHandle, offset: number, body: AsyncIterable<Uint8Array>): Promise<number> {
  let written = 0;
  for await (const chunk of body) {
    if (written + chunk.length > UPLOAD_PART_BYTES || offset + written + chunk.length > UPLOAD_MAX_BYTES) {
      throw new ApiProblem('too-large', { maxBytes: UPLOAD_PART_BYTES });
    }
    await file.write(chunk, 0, chunk.length, offset + written);
    written += chunk.length;
  }
  return written;
}

async function removeOld(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const info = await stat(path).catch(() => undefined);
    if (info?.isFile() && now - info.mtimeMs > KEPT_MS) await rm(path, { force: true });
  }
}

function onDisk(error: unknown): never {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') throw new ApiProblem('not-found');
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EROFS' || code === 'EACCES') {
    throw new ApiProblem('unavailable', { part: 'disk' });
  }
  throw error;
}
