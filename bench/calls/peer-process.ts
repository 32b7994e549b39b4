/**
 * One process of the peer: `calls` runs the empty workflows and starts them as the dial loop does, `edge` runs the empty
 * place step. Options are those of the product's workers.
 * @module
 */
import { DefaultLogger, makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';
import { readKeys } from '../../platform/keys.ts';
import { createClient } from '../../temporal-config/client.ts';
import { connectWorker } from '../../temporal-config/worker-connection.ts';
import { createDataConverter } from '../../temporal-config/data-converter.ts';
import { callWorkflowOptions } from '../../temporal-config/start-call.ts';
import { WORKFLOW_WORKER_OPTIONS } from '../../temporal-config/worker-options.ts';
import { EMPTY_CALLS_QUEUE, EMPTY_EDGE_QUEUE, type EmptyActivities } from './empty-workflows.ts';
import type { PeerCommand, PeerReport, PeerSetup } from './peer.ts';

/** As `activities/start-calls.ts`. */
const STARTS_IN_FLIGHT = 10;

const setup = JSON.parse(process.argv[2] ?? '{}') as PeerSetup;
const keys = readKeys(setup.keysFile);
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  shutdownSignals: [],
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
});
const common = {
  connection: await connectWorker(setup),
  namespace: setup.temporalNamespace,
  dataConverter: createDataConverter(keys),
};
const tell = (report: PeerReport): void => void process.send?.(report);

const emptyPlace: EmptyActivities['emptyPlace'] = ({ callId }) => {
  tell({ placed: callId });
  return Promise.resolve({ end: 'success' });
};
const emptyCommit: EmptyActivities['emptyCommit'] = ({ callId }) => {
  tell({ committed: callId });
  return Promise.resolve({ status: 'message-heard' });
};
const worker =
  setup.role === 'edge'
    ? await Worker.create({
        ...common,
        taskQueue: EMPTY_EDGE_QUEUE,
        activities: { emptyPlace },
        maxConcurrentActivityTaskExecutions: setup.capacity,
      })
    : await Worker.create({
        ...common,
        ...WORKFLOW_WORKER_OPTIONS,
        taskQueue: EMPTY_CALLS_QUEUE,
        workflowBundle: { codePath: setup.bundle },
        activities: { emptyCommit },
      });
const { client } = createClient(setup, keys);
process.on('disconnect', () => process.exit(0));
process.on('message', (command: PeerCommand) => void startAll(command));
tell('ready');
await worker.run();

/** Search attributes, summary and time-outs of a real call; only the name and the queue are others. */
async function startAll({ prefix, from, count }: PeerCommand): Promise<void> {
  let next = from;
  const work = async (): Promise<void> => {
    while (next < from + count) {
      const contactId = (next += 1);
      const callId = `01900000-0000-7000-8000-${String(contactId).padStart(12, '0')}`;
      const options = callWorkflowOptions({
        callId,
        kind: 'robot',
        edge: { node: 'edge-1', epoch: 1 },
        contactId,
        attempt: 1,
        campaign: { name: 'calls', label: 'calls' },
        listId: 1,
        priority: false,
      });
      await client.workflow.start('emptyCall', {
        ...options,
        workflowId: `${prefix}:${contactId}`,
        taskQueue: EMPTY_CALLS_QUEUE,
        args: [{ callId }],
      });
    }
  };
  await Promise.all(Array.from({ length: STARTS_IN_FLIGHT }, work));
  tell('started');
}
