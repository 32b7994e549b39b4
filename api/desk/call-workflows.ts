/**
 * The API's part in the workflows of agents' calls: start, wrap-up, more time. The client is loaded with its first use, so
 * that pages do not wait for a gRPC library.
 * @module
 */
import type { Client, WorkflowStartOptions } from '@temporalio/client';
import type { WrapUpDetails, WrapUpMeta } from '../../contracts/model/wrap-up.ts';
import type { Keys } from '../../platform/keys.ts';
import type { TemporalAddress } from '../../temporal-config/address.ts';
import type { AgentCallToStart, TrunkTestToStart } from '../../temporal-config/start-call.ts';
import type { TemporalClient } from '../../temporal-config/client.ts';

export interface CallWorkflows {
  /** Idempotent by the workflow's id. @throws when Temporal does not answer within 3 s */
  start(call: AgentCallToStart): Promise<void>;
  /** A test call over a trunk; the rest as above. */
  startTrunkTest(test: TrunkTestToStart): Promise<void>;
  /** `closed`: the workflow is over (or unknown): the row in Postgres tells. @throws when Temporal does not answer within 3 s */
  wrapUp(
    workflowId: string,
    wrapUp: { meta: WrapUpMeta; details: WrapUpDetails },
  ): Promise<'stored' | 'closed'>;
  /** @throws as above */
  extendWrapUp(workflowId: string): Promise<'stored' | 'closed'>;
  close(): Promise<void>;
}

type StartCall = typeof import('../../temporal-config/start-call.ts');

/** A page waits for it; the browser's outbox tries again. */
const DEADLINE_MS = 3_000;

export function createCallWorkflows(address: TemporalAddress, keys: Pick<Keys, 'codec'>): CallWorkflows {
  let opening: Promise<TemporalClient> | undefined;
  const open = (): Promise<TemporalClient> => (opening ??= load(address, keys));
  const signal = async (
    workflowId: string,
    send: (handle: ReturnType<Client['workflow']['getHandle']>) => Promise<void>,
  ): Promise<'stored' | 'closed'> => {
    const { client } = await open();
    const { WorkflowNotFoundError } = await import('@temporalio/client');
    try {
      await client.withDeadline(Date.now() + DEADLINE_MS, () => send(client.workflow.getHandle(workflowId)));
      return 'stored';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'closed';
      throw error;
    }
  };
  const start = async (
    type: 'outboundCall' | 'robotCall',
    optionsBy: (starting: StartCall) => WorkflowStartOptions,
  ): Promise<void> => {
    const { client } = await open();
    const [{ WorkflowExecutionAlreadyStartedError }, starting] = await Promise.all([
      import('@temporalio/client'),
      import('../../temporal-config/start-call.ts'),
    ]);
    try {
      await client.withDeadline(Date.now() + DEADLINE_MS, () =>
        client.workflow.start(type, optionsBy(starting)),
      );
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  };
  return {
    start: (call) => start('outboundCall', (starting) => starting.agentCallWorkflowOptions(call)),
    startTrunkTest: (test) => start('robotCall', (starting) => starting.trunkTestWorkflowOptions(test)),
    async wrapUp(workflowId, { meta, details }) {
      const { sensitive } = await import('../../contracts/temporal/sensitive.ts');
      return signal(workflowId, (handle) => handle.signal('wrapUp', meta, sensitive(details)));
    },
    extendWrapUp: (workflowId) => signal(workflowId, (handle) => handle.signal('extendWrapUp')),
    close: async () => (await opening)?.close(),
  };
}

async function load(address: TemporalAddress, keys: Pick<Keys, 'codec'>): Promise<TemporalClient> {
  const { createClient } = await import('../../temporal-config/client.ts');
  return createClient(address, keys);
}
