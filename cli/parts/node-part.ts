/**
 * A process of ours, ready when it prints its JSON line.
 * @module
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../shell/home.ts';
import { jsonReadyLine, type PartSpec } from '../supervisor/part-spec.ts';
import { bundledFile, type PartProgram } from './part-programs.ts';

/** By address, not by name: `--import tsx` would look in the folder the person stands in. */
const TSX_LOADER = pathToFileURL(join(ROOT, 'node_modules/tsx/dist/loader.mjs')).href;
/** Two busy cores, everything starting at once. */
const READY_TIMEOUT_MS = 60_000;

/** glibc gives each thread an arena that it hardly gives back; the SDK's core and V8 have dozens. The Dockerfile says the same. */
const MALLOC_ARENA_MAX = '2';

export interface NodePartOptions {
  name: string;
  program: PartProgram;
  /** Folder of the bundled programs, of `getParts`. */
  parts: string;
  env: NodeJS.ProcessEnv;
  stopTimeoutMs?: number;
  /** Options of Node itself that must be there before the process starts; `docker-compose.yml` gives the same. */
  nodeOptions?: readonly string[];
}

export function nodePart(options: NodePartOptions): PartSpec {
  return {
    name: options.name,
    command: process.execPath,
    args: [
      ...(options.nodeOptions ?? []),
      '--enable-source-maps',
      bundledFile(options.parts, options.program),
    ],
    env: { MALLOC_ARENA_MAX, ...options.env },
    cwd: ROOT,
    ready: jsonReadyLine,
    readyTimeoutMs: READY_TIMEOUT_MS,
    stopTimeoutMs: options.stopTimeoutMs ?? 10_000,
  };
}

/** Arguments that make Node run TypeScript: programs that run once and are not worth a bundle. */
export function nodeArgs(): string[] {
  return ['--enable-source-maps', '--import', TSX_LOADER];
}

export function nodeEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { MALLOC_ARENA_MAX, ...env, TSX_TSCONFIG_PATH: join(ROOT, 'tsconfig.json') };
}
