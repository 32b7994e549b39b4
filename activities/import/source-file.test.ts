import { execFile } from 'node:child_process';
import { lstat, mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSourceFile } from './source-file.ts';

const OUTSIDE = 'not yours\n';

let base: string;
let lists: string;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'apel-source-'));
  lists = join(base, 'lists');
  await mkdir(join(lists, 'folder'), { recursive: true });
  await mkdir(join(base, 'lists-of-others'));
  await writeFile(join(base, 'outside.csv'), OUTSIDE);
  await writeFile(join(base, 'lists-of-others', 'a.csv'), OUTSIDE);
  await writeFile(join(lists, 'folder', 'good.csv'), 'telefon\n');
  await writeFile(join(lists, '%2e%2e%2foutside.csv'), 'telefon\n');
  await symlink(join(base, 'outside.csv'), join(lists, 'link.csv'));
  await symlink(base, join(lists, 'linked-folder'));
  await symlink('/dev/zero', join(lists, 'device.csv'));
  await symlink('loop.csv', join(lists, 'loop.csv'));
  await symlink('folder/good.csv', join(lists, 'inner-link.csv'));
  await promisify(execFile)('mkfifo', [join(lists, 'pipe.csv')]);
});
afterAll(() => rm(base, { recursive: true, force: true }));

async function read(name: string): Promise<string> {
  const file = await openSourceFile(lists, name);
  try {
    return await file.file.readFile('utf8');
  } finally {
    await file.close();
  }
}

describe('the file of an import', () => {
  it.each([
    '../outside.csv',
    'folder/../../outside.csv',
    '..\\outside.csv',
    '/etc/passwd',
    '..',
    '.',
    'link.csv',
    'linked-folder/outside.csv',
    '../lists-of-others/a.csv',
    'device.csv',
    'loop.csv',
    'folder',
    'folder/',
    'pipe.csv',
    'socket.csv',
    'good.csv\u0000.txt',
    '..%2foutside.csv',
    '%2e%2e/outside.csv',
    'folder/good.csv/x',
  ])('is refused with a sentence about `file`: %s', async (name) => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(lists, 'socket.csv'), resolve));
    try {
      await expect(read(name)).rejects.toThrow(/^file: /);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it.each([
    ['name', `${'a'.repeat(300)}.csv`],
    ['path', `${'a/'.repeat(3_000)}b.csv`],
  ])('is refused when its %s is longer than a file system takes', async (_what, name) => {
    await expect(read(name)).rejects.toThrow(/^file: /);
  });

  it.each(['folder/good.csv', 'inner-link.csv', './folder/good.csv', '%2e%2e%2foutside.csv'])(
    'is read when it lies inside, and names are taken as they are: %s',
    async (name) => expect(await read(name)).toBe('telefon\n'),
  );

  it('is never one outside, however a folder is exchanged for a link meanwhile', async () => {
    const [real, aside] = [join(lists, 'turning'), join(base, 'aside')];
    await mkdir(real);
    await writeFile(join(real, 'a.csv'), 'telefon\n');
    const over = new AbortController();
    const turn = (async () => {
      while (!over.signal.aborted) {
        await rename(real, aside);
        await symlink(join(base, 'lists-of-others'), real);
        await unlink(real);
        await rename(aside, real);
        // Long enough for a reader to come through now and then.
        for (let i = 0; i < 10; i += 1) await lstat(real);
      }
    })();
    const seen = new Set<string>();
    for (let i = 0; i < 400; i += 1) seen.add(await read('turning/a.csv').catch(() => 'refused'));
    over.abort();
    await turn;
    expect(seen.has(OUTSIDE)).toBe(false);
    expect(seen.has('telefon\n')).toBe(true);
  });
});
