/**
 * Builds or finds the workflow bundle and prints its path: a process of its own, because the bundler is large and the
 * launcher lives long.
 * @module
 */
import { ensureWorkflowBundle } from '../../temporal-config/workflow-bundle.ts';

const home = process.argv[2];
if (home === undefined) throw new Error('usage: workflow-bundle-main.ts HOME');
const bundle = await ensureWorkflowBundle({ home });
process.stdout.write(`${'codePath' in bundle ? bundle.codePath : ''}\n`);
