/**
 * Bundles the programs into a folder that is complete as soon as it is there: a process of its own, because the bundler is
 * large and the launcher lives long.
 * @module
 */
import { renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'vite';
import { ROOT } from '../shell/home.ts';
import { bundledFile, PART_PROGRAMS, PAYLOAD_CONVERTER } from './part-programs.ts';

const BESIDE = /new URL\('([^']+\.ts)', import\.meta\.url\)/g;

/**
 * A source finds its files (migrations, pages, scripts) beside itself: in a bundle it is told where it came from. The
 * converter of payloads is loaded by the process itself, so its address is that of the bundled one.
 */
function sourceAddresses(folder: string): Plugin {
  const literal = (file: string): string => JSON.stringify(pathToFileURL(file).href);
  return {
    name: 'source-addresses',
    enforce: 'pre',
    transform(code, id) {
      if (!code.includes('import.meta.url')) return undefined;
      const told = code
        .replaceAll(BESIDE, (whole, path: string) => {
          const file = relative(ROOT, resolve(dirname(id), path));
          return file === PAYLOAD_CONVERTER ? `new URL(${literal(bundledFile(folder, file))})` : whole;
        })
        .replaceAll('import.meta.url', literal(id));
      return { code: told, map: null };
    },
  };
}

async function bundleParts(folder: string): Promise<void> {
  // Of the same depth: source maps name the sources by relative paths.
  const draft = `${folder}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  await build({
    root: ROOT,
    configFile: false,
    envDir: false,
    publicDir: false,
    logLevel: 'warn',
    plugins: [sourceAddresses(folder)],
    ssr: { external: true },
    build: {
      ssr: true,
      target: 'node20',
      outDir: draft,
      emptyOutDir: false,
      sourcemap: true,
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(
          [...PART_PROGRAMS, PAYLOAD_CONVERTER].map((file) => [file.replace(/\.ts$/, ''), join(ROOT, file)]),
        ),
        output: {
          // Nearly all packages are CommonJS: from ES modules Node would parse each of their files twice.
          format: 'cjs',
          entryFileNames: '[name].cjs',
          chunkFileNames: 'shared/[name]-[hash].cjs',
          sourcemapExcludeSources: true,
        },
      },
    },
  });
  // Packages stay outside, and the folder may be anywhere.
  symlinkSync(join(ROOT, 'node_modules'), join(draft, 'node_modules'));
  rmSync(folder, { recursive: true, force: true });
  renameSync(draft, folder);
}

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: part-bundle-main.ts FOLDER');
await bundleParts(resolve(folder));
