/**
 * Histories of real runs, kept in the repository and replayed on every build.
 * @module
 */
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Connection, WorkflowHandle } from '@temporalio/client';
import type { WorkflowType } from '../../contracts/temporal/workflow-types.ts';
import { findTemporalCli } from './temporal-binary.ts';

const FOLDER = fileURLToPath(new URL('../../workflows/__histories__/', import.meta.url));

/**
 * Writes the run's history to `workflows/__histories__/<workflow>/<scenario>.json` when `APEL_CAPTURE_HISTORIES=1`;
 * otherwise does nothing. The last run of its id unless one is named. Captured anew only when a workflow is meant to change: old ones are what a replay protects.
 */
export async function captureHistory(
  handle: WorkflowHandle,
  workflow: WorkflowType,
  scenario: string,
  runId?: string,
): Promise<void> {
  if (process.env['APEL_CAPTURE_HISTORIES'] !== '1') return;
  const path = join(FOLDER, workflow, `${scenario}.json`);
  const { address } = (handle.client.connection as Connection).options;
  const show = [
    'workflow',
    'show',
    '--workflow-id',
    handle.workflowId,
    ...(runId === undefined ? [] : ['--run-id', runId]),
    '--output',
    'json',
    '--address',
    address,
  ];
  const { stdout } = await promisify(execFile)(findTemporalCli(), show, { timeout: 10_000 });
  const history = JSON.parse(stdout, withoutMachine) as unknown;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(history, null, 1)}\n`);
}

/** Names of machines, processes and folders say nothing to a replay. */
function withoutMachine(key: string, value: unknown): unknown {
  if (key === 'stackTrace') return '';
  const sticky = typeof value === 'string' && /^\d+@/.test(value);
  return key === 'identity' || sticky ? 'captured' : value;
}

export interface StoredHistory {
  /** `<workflow>/<scenario>`. */
  name: string;
  workflow: string;
  /** As the CLI and the UI write it. */
  history: unknown;
}

export async function readHistories(): Promise<StoredHistory[]> {
  const files = await readdir(FOLDER, { recursive: true }).catch(() => []);
  const names = files.filter((file) => file.endsWith('.json')).sort();
  return Promise.all(
    names.map(async (file) => ({
      name: file.slice(0, -'.json'.length),
      workflow: dirname(file),
      history: JSON.parse(await readFile(join(FOLDER, file), 'utf8')) as unknown,
    })),
  );
}

/**
 * The decoded form of a stored history, as the replayer takes it.
 *
 * The SDK's own `historyFromJSON` fails where npm gave `@temporalio/common` and `@temporalio/proto` a copy of protobufjs
 * each ("type must be a Type"); here both the type and the reader come from the second.
 */
export function decodeHistory(history: unknown): unknown {
  const ours = createRequire(import.meta.url);
  const common = createRequire(ours.resolve('@temporalio/common'));
  const protoPath = common.resolve('@temporalio/proto');
  const root = common(protoPath) as { lookupType?: unknown };
  const { patchProtobufRoot } = common('@temporalio/proto/lib/patch-protobuf-root') as {
    patchProtobufRoot: (root: unknown) => { lookupType(name: string): unknown };
  };
  const { fromJson } = createRequire(protoPath)('protobufjs/ext/protojson') as {
    fromJson: (type: unknown, json: unknown, options: object) => unknown;
  };
  const type = patchProtobufRoot(root).lookupType('temporal.api.history.v1.History');
  return fromJson(type, history, { ignoreUnknownFields: true });
}
