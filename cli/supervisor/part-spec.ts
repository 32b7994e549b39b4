/**
 * What the supervisor must know about a part to start, watch, restart and end it.
 * @module
 */
import type { ProcessRef } from './proc.ts';

/** Details of a part's ready line, for instance the port it chose. */
export type ReadyDetails = Readonly<Record<string, unknown>>;

export type ReadyCheck =
  /** The part prints a line; undefined means "not this one". */
  | { kind: 'line'; match: (line: string) => ReadyDetails | undefined }
  /** The part is asked until it answers; a rejection counts as "not yet". */
  | { kind: 'probe'; probe: () => Promise<boolean> };

export interface PartSpec {
  name: string;
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  uid?: number;
  gid?: number;
  ready: ReadyCheck;
  readyTimeoutMs: number;
  /** Postgres: SIGINT is its fast shutdown. */
  stopSignal?: NodeJS.Signals;
  /** From the stop signal to SIGKILL of the group. */
  stopTimeoutMs: number;
  /** Before every start, the first one included. */
  beforeStart?: () => Promise<void>;
  /** While the part still runs, before the stop signal; bounded by `stopTimeoutMs`. */
  beforeStop?: () => Promise<void>;
}

export type PartState = 'starting' | 'ready' | 'restarting' | 'failed' | 'stopped';

export interface PartStatus {
  name: string;
  state: PartState;
  process?: ProcessRef;
  restarts: number;
}

/** Ready line of our own processes: JSON with `"ready":true`. */
export const jsonReadyLine: ReadyCheck = {
  kind: 'line',
  match: (line) => {
    if (!line.startsWith('{') || !line.includes('"ready":true')) return undefined;
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === 'object' && value !== null ? (value as ReadyDetails) : undefined;
    } catch {
      return undefined;
    }
  },
};
