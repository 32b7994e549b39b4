import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keepingStackTraces, leanBundle } from './lean-workflows.ts';

it('takes the source map off a bundle and leaves one that the SDK can read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'apel-lean-'));
  try {
    const map = Buffer.from(JSON.stringify({ version: 3, sources: ['mine.ts'], mappings: 'AAAA' }));
    const url = `data:application/json;charset=utf-8;base64,${map.toString('base64')}`;
    const path = join(folder, 'bundle.js');
    await writeFile(path, `var ș = 1;\n// sourceMappingURL is a word\n//# sourceMappingURL=${url}`);
    const bundle = await leanBundle({ home: folder, workflowBundle: path });
    const code = 'code' in bundle ? bundle.code : '';
    const [program, left] = code.split('\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,');
    expect(program).toBe('var ș = 1;\n// sourceMappingURL is a word');
    expect(JSON.parse(Buffer.from(left ?? '', 'base64').toString())).toMatchObject({
      version: 3,
      sources: [],
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('takes back a handler of stack traces that was installed meanwhile', async () => {
  const before: unknown = Reflect.get(Error, 'prepareStackTrace');
  const made = await keepingStackTraces(() => {
    Reflect.set(Error, 'prepareStackTrace', () => 'theirs');
    return Promise.resolve('worker');
  });
  expect(made).toBe('worker');
  expect(Reflect.get(Error, 'prepareStackTrace')).toBe(before);
});
