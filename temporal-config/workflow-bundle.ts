/**
 * The prebuilt workflow bundle: bundling takes 1-2 s, so it is done once per state of the sources and kept on disk.
 * @module
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkerOptions } from '@temporalio/worker';
import { PAYLOAD_CONVERTER_PATH } from './data-converter.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WORKFLOWS_PATH = join(ROOT, 'workflows', 'index.ts');
/** Everything that can end up in the bundle. */
const SOURCES = ['workflows', 'contracts/model', 'contracts/temporal', 'domain', 'temporal-config'];

export interface WorkflowBundleOptions {
  /** Folder of the cache, `APEL_HOME`. */
  home: string;
  /** `APEL_WORKFLOW_BUNDLE`: a bundle shipped with the release, used as it is. */
  workflowBundle?: string;
}

/**
 * The bundle to give to `Worker.create`. Builds it where there is none for these sources; several processes may do so at
 * once, the file is complete as soon as it is visible.
 */
export async function ensureWorkflowBundle(
  options: WorkflowBundleOptions,
): Promise<NonNullable<WorkerOptions['workflowBundle']>> {
  if (options.workflowBundle !== undefined) return { codePath: options.workflowBundle };
  const codePath = join(options.home, `workflow-bundle-${await hashSources()}.js`);
  if (!(await exists(codePath))) {
    const { code } = await buildWorkflowBundle();
    await mkdir(dirname(codePath), { recursive: true });
    const draft = `${codePath}.${process.pid}`;
    await writeFile(draft, code);
    await rename(draft, codePath);
  }
  return { codePath };
}

/** Bundles the workflows as they are on disk now; for tests and for releases. */
export function buildWorkflowBundle(): Promise<{ code: string }> {
  return bundleWorkflowCode({
    workflowsPath: WORKFLOWS_PATH,
    payloadConverterPath: PAYLOAD_CONVERTER_PATH,
    logger: quietLogger,
  });
}

async function hashSources(): Promise<string> {
  const hash = createHash('sha256').update(sdkVersion());
  for (const folder of SOURCES) {
    const names = (await readdir(join(ROOT, folder), { recursive: true })).filter(isSource).sort();
    for (const name of names) {
      const path = join(ROOT, folder, name);
      hash
        .update(relative(ROOT, path))
        .update('\0')
        .update(await readFile(path))
        .update('\0');
    }
  }
  return hash.digest('hex').slice(0, 16);
}

function isSource(name: string): boolean {
  return name.endsWith('.ts') && !name.endsWith('.test.ts');
}

function sdkVersion(): string {
  const require = createRequire(import.meta.url);
  return (require('@temporalio/workflow/package.json') as { version: string }).version;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** webpack's progress belongs to nobody; its errors reject the promise. */
const quietLogger = {
  log: () => {},
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};
