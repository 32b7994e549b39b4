/**
 * vitest `globalSetup` of the whole sites: the workflow bundle, made once for all of them, given as a release gives it. The
 * demo makes its own (`test/e2e/pages-site.ts`).
 * @module
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const VARIABLE = 'APEL_WORKFLOW_BUNDLE';

export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env[VARIABLE]) return undefined;
  // The bundler is large, and only runs with sites need it.
  const { ensureWorkflowBundle } = await import('../../temporal-config/workflow-bundle.ts');
  const folder = await mkdtemp(join(tmpdir(), 'apel-test-bundle-'));
  const bundle = await ensureWorkflowBundle({ home: folder });
  if (!('codePath' in bundle)) throw new Error('a bundle on disk was expected');
  process.env[VARIABLE] = bundle.codePath;
  return async () => {
    delete process.env[VARIABLE];
    await rm(folder, { recursive: true, force: true });
  };
}
