import { fileURLToPath } from 'node:url';
import { resolveConfig } from 'vite';
import { expect, it } from 'vitest';

const configFile = fileURLToPath(new URL('vite.config.ts', import.meta.url));
const pluginsOf = async (outDir?: string): Promise<string[]> => {
  const build = outDir === undefined ? {} : { outDir };
  return (await resolveConfig({ configFile, build }, 'build')).plugins.map(({ name }) => name);
};

it('the page that is shipped is compressed when it is built, one of a test is not', async () => {
  expect(await pluginsOf()).toContain('apel:precompress');
  expect(await pluginsOf('/elsewhere')).not.toContain('apel:precompress');
});
