/**
 * Bundles of the workflows as another release would have them: the sources of today with a change.
 * @module
 */
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { PAYLOAD_CONVERTER_PATH } from '../../temporal-config/data-converter.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** All that the entry of the bundle reaches. */
const FOLDERS = ['workflows', 'contracts', 'domain'];

export interface SourceChange {
  /** From the repository's root. */
  file: string;
  /** Occurs exactly once, so that a test does not go on with a change that changes nothing. */
  replace: string;
  by: string;
}

/** @throws when a text to replace is not there (any more) */
export async function bundleChanged(changes: readonly SourceChange[]): Promise<{ code: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'apel-changed-workflows-'));
  try {
    for (const name of FOLDERS) await cp(join(ROOT, name), join(folder, name), { recursive: true });
    await cp(join(ROOT, 'package.json'), join(folder, 'package.json'));
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const { file, replace, by } of changes) {
      const path = join(folder, file);
      const parts = (await readFile(path, 'utf8')).split(replace);
      if (parts.length !== 2) throw new Error(`${file}: "${replace}" is there ${parts.length - 1} times`);
      await writeFile(path, parts.join(by));
    }
    return await bundleWorkflowCode({
      workflowsPath: join(folder, 'workflows', 'index.ts'),
      payloadConverterPath: PAYLOAD_CONVERTER_PATH,
      logger: new DefaultLogger('ERROR'),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const BODY = 'const placed = await placeOnEdge({ callId: input.callId, edge: input.edge });';

/** A step more after the call, guarded: what a careful release looks like. */
export const PATCHED_CALL: readonly SourceChange[] = [
  {
    file: 'workflows/robot-call.ts',
    replace: BODY,
    by: `${BODY}\n    if (patched('test-step-more')) await sleep('10 milliseconds');`,
  },
  {
    file: 'workflows/robot-call.ts',
    replace: '  upsertSearchAttributes,\n}',
    by: '  patched,\n  sleep,\n  upsertSearchAttributes,\n}',
  },
];

/** A step before the call, not guarded: every call in progress replays to something else. */
export const BROKEN_CALL: readonly SourceChange[] = [
  { file: 'workflows/robot-call.ts', replace: BODY, by: `await sleep('10 milliseconds');\n    ${BODY}` },
  {
    file: 'workflows/robot-call.ts',
    replace: '  upsertSearchAttributes,\n}',
    by: '  sleep,\n  upsertSearchAttributes,\n}',
  },
];
