/**
 * vitest `globalSetup` of the whole sites: the workflow bundle and the bundled programs, made once for all of them, given as a
 * release gives them. The demo makes its own (`test/e2e/pages-site.ts`).
 * @module
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function setup(): Promise<(() => Promise<void>) | undefined> {
  const home = await mkdtemp(join(tmpdir(), 'apel-test-bundle-'));
  const made = [
    ...(await provide('APEL_WORKFLOW_BUNDLE', async () => {
      // The bundlers are large, and only runs with sites need them.
      const { ensureWorkflowBundle } = await import('../../temporal-config/workflow-bundle.ts');
      const bundle = await ensureWorkflowBundle({ home });
      if (!('codePath' in bundle)) throw new Error('a bundle on disk was expected');
      return bundle.codePath;
    })),
    ...(await provide('APEL_PARTS', async () => {
      const { getParts } = await import('../../cli/parts/part-bundle.ts');
      // A source that cannot be read fails each site with this message, and spares all other tests.
      return getParts({ path: home }, () => undefined).catch((error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        return undefined;
      });
    })),
  ];
  return async () => {
    for (const variable of made) delete process.env[variable];
    await rm(home, { recursive: true, force: true });
  };
}

/** @returns the variable's name when it was set here */
async function provide(variable: string, make: () => Promise<string | undefined>): Promise<string[]> {
  if (process.env[variable]) return [];
  const value = await make();
  if (value === undefined) return [];
  process.env[variable] = value;
  return [variable];
}
