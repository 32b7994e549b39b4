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

/** What `ui/precompress.ts` writes beside a file, the smaller first. */
const ENCODINGS = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const;

/** Paths that are never a page. */
const NOT_PAGES = /^\/(api|codec|sip|healthz|readyz|metrics|openapi\.json)(\/|$)/;

interface FoundFile {
  path: string;
  bytes: number;
  etag: string;
}

/** @param uiDir folder with `index.html` and `assets/`; null when the page is not served from here */
export function servePages(uiDir: string | null): Handler<ApiEnv> {
  return async (c) => {
    const { path } = c.req;
    if (uiDir === null || NOT_PAGES.test(path)) throw new ApiProblem('not-found');
    const isAsset = path.startsWith('/assets/');
    const plain =
      (await findFile(uiDir, path)) ??
      (isAsset || extname(path) ? null : await findFile(uiDir, '/index.html'));
    if (plain === null) throw new ApiProblem('not-found');
    const packed = isAsset ? await findPacked(uiDir, path, c.req.header('accept-encoding')) : null;
    const file = packed?.file ?? plain;
    const headers = {
      'content-type': TYPES[extname(plain.path)] ?? 'application/octet-stream',
      'cache-control': isAsset ? 'public, max-age=31536000, immutable' : 'no-cache',
      etag: file.etag,
      ...(isAsset && { vary: 'Accept-Encoding' }),
      ...(packed && { 'content-encoding': packed.encoding }),
    };
    if (c.req.header('if-none-match')?.replace(/^W\//, '') === file.etag) return c.body(null, 304, headers);
    const length = { 'content-length': String(file.bytes) };
    if (file.bytes === 0) return c.body('', 200, headers);
    return c.body(streamFile(file.path, { first: 0, last: file.bytes - 1 }), 200, { ...headers, ...length });
  };
}

/** The smallest form that lies there and that the browser takes. */
async function findPacked(
  uiDir: string,
  path: string,
  accepted: string | undefined,
): Promise<{ file: FoundFile; encoding: string } | null> {
  for (const { name, suffix } of ENCODINGS) {
    if (!takes(accepted, name)) continue;
    const file = await findFile(uiDir, `${path}${suffix}`);
    if (file !== null) return { file, encoding: name };
  }
  return null;
}

/** RFC 9110 §12.5.3, by name: what is not named gets the plain file. */
function takes(accepted: string | undefined, encoding: string): boolean {
  return (accepted ?? '').split(',').some((one) => {
    const [name = '', ...parameters] = one.split(';').map((part) => part.trim().toLowerCase());
    return name === encoding && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}

async function findFile(uiDir: string, path: string): Promise<FoundFile | null> {
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
