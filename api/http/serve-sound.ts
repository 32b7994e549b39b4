/**
 * A sound file that never changes, with Range: the player of a page asks for parts of it.
 * @module
 */
import type { Context } from 'hono';
import type { ApiEnv } from '../env.ts';
import { parseByteRange } from './byte-range.ts';
import { streamFile } from './file-stream.ts';
import { ApiProblem } from './problem.ts';

export interface SoundFile {
  path: string;
  bytes: number;
  /** With its quotes. */
  etag: string;
  /** Default `audio/wav`. */
  type?: string;
  /** What it is called where it is saved. */
  name?: string;
  /** To be saved rather than played: always the whole file, each time. */
  take?: true;
}

export function serveSound(c: Context<ApiEnv>, file: SoundFile): Response {
  const named = { 'content-disposition': `${file.take ? 'attachment' : 'inline'}; filename="${file.name}"` };
  const headers = {
    'content-type': file.type ?? 'audio/wav',
    ...(file.name === undefined ? {} : named),
  };
  return file.take ? whole(c, file, headers) : partOf(c, file, headers);
}

function whole(c: Context<ApiEnv>, file: SoundFile, headers: Record<string, string>): Response {
  return c.body(streamFile(file.path, { first: 0, last: file.bytes - 1 }), 200, {
    ...headers,
    'cache-control': 'private, no-store',
    'content-length': String(file.bytes),
  });
}

function partOf(c: Context<ApiEnv>, file: SoundFile, common: Record<string, string>): Response {
  const headers = {
    ...common,
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    etag: file.etag,
  };
  if (c.req.header('if-none-match') === file.etag) return c.body(null, 304, headers);
  // RFC 9110 §13.1.5: with another ETag the whole new file is wanted.
  const ifRange = c.req.header('if-range');
  const asked = ifRange === undefined || ifRange === file.etag ? c.req.header('range') : undefined;
  const range = parseByteRange(asked, file.bytes);
  if (range.kind === 'unsatisfiable') {
    const contentRange = { 'content-range': `bytes */${file.bytes}` };
    throw new ApiProblem('range-not-satisfiable', { bytes: file.bytes }, contentRange);
  }
  const part = range.kind === 'part';
  const { first, last } = part ? range : { first: 0, last: file.bytes - 1 };
  return c.body(streamFile(file.path, { first, last }), part ? 206 : 200, {
    ...headers,
    'content-length': String(last - first + 1),
    ...(part ? { 'content-range': `bytes ${first}-${last}/${file.bytes}` } : {}),
  });
}
