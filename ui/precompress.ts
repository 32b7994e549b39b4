/// <reference types="node" />
/**
 * Scripts, style sheets and pictures are compressed once, with all there is, when the page is built: the API sends them as they
 * lie there (`api/routes/pages.ts`) and compresses nothing.
 * @module
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const COMPRESSIBLE: ReadonlySet<string> = new Set(['.js', '.css', '.svg']);

/** Writes `file.br` and `file.gz` beside a file of text. */
export async function precompressFile(file: string): Promise<void> {
  const text = await readFile(file);
  const best = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  const [brotli, gzipped] = await Promise.all([
    promisify(brotliCompress)(text, { params: { ...best, [constants.BROTLI_PARAM_SIZE_HINT]: text.length } }),
    promisify(gzip)(text, { level: constants.Z_BEST_COMPRESSION }),
  ]);
  await Promise.all([writeFile(`${file}.br`, brotli), writeFile(`${file}.gz`, gzipped)]);
}

/** For the page that is shipped; one built for a test into a folder of its own is looked at once and thrown away. */
export function precompress(): Plugin {
  return {
    name: 'apel:precompress',
    apply: ({ build }, { command }) => command === 'build' && build?.outDir === 'dist',
    writeBundle: async ({ dir }) => {
      const assets = join(dir ?? '', 'assets');
      const files = (await readdir(assets)).filter((name) => COMPRESSIBLE.has(extname(name)));
      await Promise.all(files.map((name) => precompressFile(join(assets, name))));
    },
  };
}
