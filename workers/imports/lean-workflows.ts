/**
 * Workflows beside the rows: how this worker runs the few it has with a fifth of the memory.
 * @module
 */
import { readFile } from 'node:fs/promises';
import type { WorkerOptions } from '@temporalio/worker';
import { ensureWorkflowBundle, type WorkflowBundleOptions } from '../../temporal-config/workflow-bundle.ts';

/**
 * `debugMode` is the SDK's name for running workflows in the main thread. An isolate of their own costs 33 MB, and an import
 * has one workflow task for 100,000 rows. The price: nothing ends a workflow task that never yields. `importList` and
 * `undoImport` have no loop without an `await`.
 */
export const LEAN_WORKFLOW_OPTIONS = {
  debugMode: true,
  maxCachedWorkflows: 50,
} as const satisfies Partial<WorkerOptions>;

const SOURCE_MAP = '\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,';
/** The SDK wants one. */
const EMPTY_MAP = { version: 3, file: 'workflow-bundle.js', sources: [], names: [], mappings: '' };

/**
 * The bundle without its source map, which is two thirds of it and is held several times over: about 15 MB. The stack of
 * a failed import names functions of the bundle instead of lines of ours.
 */
export async function leanBundle(
  options: WorkflowBundleOptions,
): Promise<NonNullable<WorkerOptions['workflowBundle']>> {
  const bundle = await ensureWorkflowBundle(options);
  const text = 'code' in bundle ? bundle.code : await readFile(bundle.codePath, 'utf8');
  const end = text.lastIndexOf('\n//# sourceMappingURL=');
  const map = Buffer.from(JSON.stringify(EMPTY_MAP)).toString('base64');
  // Through a buffer: a slice would keep the whole text.
  const code = Buffer.from(end < 0 ? text : text.slice(0, end)).toString();
  return { code: `${code}${SOURCE_MAP}${map}\n` };
}

/**
 * Makes what `make` makes, and takes back the handler of stack traces that the SDK installs for the workflows' thread,
 * here ours: with it, errors of the whole process would lose the lines of the source.
 */
export async function keepingStackTraces<T>(make: () => Promise<T>): Promise<T> {
  const ours: unknown = Reflect.get(Error, 'prepareStackTrace');
  const made = await make();
  Reflect.set(Error, 'prepareStackTrace', ours);
  return made;
}
