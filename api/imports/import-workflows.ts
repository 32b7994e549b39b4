/**
 * The API's part in the workflows of imports: start, look, cancel, take back. The client is loaded with its first use, so
 * that pages do not wait for a gRPC library; every question has a deadline.
 * @module
 */
import type { WorkflowHandle } from '@temporalio/client';
import type { ImportListInput, ImportProgress, ImportResult } from '../../contracts/model/import.ts';
import { importWorkflowId, trialImportWorkflowId } from '../../contracts/temporal/ids.ts';
import type { Keys } from '../../platform/keys.ts';
import type { TemporalAddress } from '../../temporal-config/address.ts';
import type { TemporalClient } from '../../temporal-config/client.ts';

export interface ImportRunLook {
  /** `unknown`: Temporal never heard of it, or has forgotten it. */
  state: 'running' | 'done' | 'failed' | 'cancelled' | 'unknown';
  /** Of the run's own answer; absent while no worker gives it. */
  progress?: ImportProgress;
  result?: ImportResult;
  /** What the run said when it failed. */
  failure?: string;
}

export interface ImportWorkflows {
  /** @returns `taken`: an import of this name runs, or has succeeded. @throws when Temporal does not answer within 3 s */
  start(run: ImportRun): Promise<{ workflowId: string } | 'taken'>;
  look(workflowId: string): Promise<ImportRunLook>;
  /** Between two batches; what is committed stays. `closed`: it is over, or unknown. */
  cancel(workflowId: string): Promise<'stored' | 'closed'>;
  /** Starts taking an import back, or finds it under way. */
  undo(importId: string): Promise<void>;
  close(): Promise<void>;
}

/** A trial is a dry run, named by its upload. */
export type ImportRun = { input: ImportListInput } & ({ name: string } | { trialOf: string });

const DEADLINE_MS = 3_000;

export function createImportWorkflows(address: TemporalAddress, keys: Pick<Keys, 'codec'>): ImportWorkflows {
  let opening: Promise<TemporalClient> | undefined;
  const open = (): Promise<TemporalClient> => (opening ??= load(address, keys));
  const within = async <T>(ask: (client: TemporalClient['client']) => Promise<T>): Promise<T> => {
    const { client } = await open();
    return client.withDeadline(Date.now() + DEADLINE_MS, () => ask(client));
  };

  return {
    async start(run) {
      const [{ WorkflowExecutionAlreadyStartedError }, options] = await Promise.all([
        import('@temporalio/client'),
        import('../../temporal-config/start-import.ts'),
      ]);
      const trial = 'trialOf' in run;
      const workflowId = trial ? trialImportWorkflowId(run.trialOf) : importWorkflowId(run.name);
      const started = trial
        ? options.trialImportOptions(run.trialOf, run.input)
        : options.importWorkflowOptions(run.name, run.input);
      try {
        await within((client) => client.workflow.start('importList', started));
        return { workflowId };
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return 'taken';
        throw error;
      }
    },
    async look(workflowId) {
      const { WorkflowNotFoundError } = await import('@temporalio/client');
      try {
        return await within((client) => lookAt(client.workflow.getHandle(workflowId)));
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return { state: 'unknown' };
        throw error;
      }
    },
    async cancel(workflowId) {
      const { WorkflowNotFoundError } = await import('@temporalio/client');
      try {
        await within((client) => client.workflow.getHandle(workflowId).signal('cancelImport'));
        return 'stored';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return 'closed';
        throw error;
      }
    },
    async undo(importId) {
      const { undoWorkflowOptions } = await import('../../temporal-config/start-import.ts');
      await within((client) => client.workflow.start('undoImport', undoWorkflowOptions(importId)));
    },
    close: async () => (await opening)?.close(),
  };
}

async function lookAt(handle: WorkflowHandle): Promise<ImportRunLook> {
  const { status } = await handle.describe();
  switch (status.name) {
    case 'RUNNING':
    case 'CONTINUED_AS_NEW': {
      // Answered by a worker, which may be away or busy: the run goes on all the same.
      const progress = await handle.query<ImportProgress>('progress').catch(() => undefined);
      return { state: 'running', ...(progress && { progress }) };
    }
    case 'COMPLETED':
      return { state: 'done', result: (await handle.result()) as ImportResult };
    case 'CANCELLED':
      return { state: 'cancelled' };
    default:
      return { state: 'failed', failure: await failureOf(handle) };
  }
}

/** The innermost cause: what the activity said to the operator. */
async function failureOf(handle: WorkflowHandle): Promise<string> {
  try {
    await handle.result();
    return '';
  } catch (error) {
    let cause = error;
    while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
    return cause instanceof Error ? cause.message : '';
  }
}

async function load(address: TemporalAddress, keys: Pick<Keys, 'codec'>): Promise<TemporalClient> {
  const { createClient } = await import('../../temporal-config/client.ts');
  return createClient(address, keys);
}
