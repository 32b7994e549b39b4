/**
 * `run.json` of the state folder: what runs where, for the other commands and for the next start after a crash.
 * @module
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { PartState } from './part-spec.ts';
import { isRunning, type ProcessRef } from './proc.ts';

export interface RunState {
  launcher: ProcessRef;
  startedAt: string;
  /** True once every part is ready. */
  ready: boolean;
  /** The environment of our processes, secrets included: the file is 0600. */
  env: Record<string, string>;
  addresses: Addresses;
  parts: { name: string; state: PartState; restarts: number; process?: ProcessRef }[];
}

export interface Addresses {
  page: string;
  temporal: string;
  temporalUi?: string;
  /** SIP address of our server, `127.0.0.1:5060`. */
  sip?: string;
  /** SIP address of the simulated carrier (demo only). */
  carrier?: string;
  /** The simulated carrier's own log (demo only). */
  carrierLog?: string;
}

export function readRunState(path: string): RunState | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as RunState;
  } catch {
    return undefined;
  }
}

/** The state of a launcher that lives. */
export function readLiveRunState(path: string): RunState | undefined {
  const state = readRunState(path);
  return state && isRunning(state.launcher) ? state : undefined;
}

/** Readers never see half a file. */
export function writeRunState(path: string, state: RunState): void {
  const draft = `${path}.draft`;
  writeFileSync(draft, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}

export function removeRunState(path: string): void {
  rmSync(path, { force: true });
}
