/**
 * The built page: hashed assets for ever, everything else fresh; addresses of the page itself get `index.html`.
 * @module
 */
import { realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { Handler } from 'hono';
import type { ApiEnv } from '../env.ts';
import { streamFile } from '../http/file-stream.ts';
import { ApiProblem } from '../http/problem.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** Paths that are never a page. */
const NOT_PAGES = /^\/(api|codec|sip|healthz|readyz|metrics|openapi\.json)(\/|$)/;

/** @param uiDir folder with `index.html` and `assets/`; null when the page is not served from here */
export function servePages(uiDir: string | null): Handler<ApiEnv> {
  return async (c) => {
    const { path } = c.req;
    if (uiDir === null || NOT_PAGES.test(path)) throw new ApiProblem('not-found');
    const isAsset = path.startsWith('/assets/');
    const file =
      (await findFile(uiDir, path)) ??
      (isAsset || extname(path) ? null : await findFile(uiDir, '/index.html'));
    if (file === null) throw new ApiProblem('not-found');
    const headers = {
      'content-type': TYPES[extname(file.path)] ?? 'application/octet-stream',
      'cache-control': isAsset ? 'public, max-age=31536000, immutable' : 'no-cache',
      etag: file.etag,
    };
    if (c.req.header('if-none-match')?.replace(/^W\//, '') === file.etag) return c.body(null, 304, headers);
    if (file.bytes === 0) return c.body('', 200, headers);
    return c.body(streamFile(file.path, { first: 0, last: file.bytes - 1 }), 200, headers);
  };
}

async function findFile(
  uiDir: string,
  path: string,
): Promise<{ path: string; bytes: number; etag: string } | null> {
  try {
    const root = await realpath(uiDir);
    const found = await realpath(join(root, decodeURIComponent(path)));
    const facts = await stat(found);
    if (!facts.isFile() || !found.startsWith(root + sep)) return null;
    return {
      path: found,
      bytes: facts.size,
      etag: `"${facts.size.toString(36)}-${facts.mtimeMs.toString(36)}"`,
    };
  } catch {
    return null;
  }
}
