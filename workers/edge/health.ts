/**
 * What keeps an edge from taking calls: a media server that does not answer, a disk that is full, a SIP server that is
 * away. Seen within seconds, written to the edge's row so that nothing is claimed for it, and taken back by itself.
 * @module
 */
import { freeBytes } from '../../platform/free-bytes.ts';
import type { Logger } from '../../platform/logger.ts';
import type { NgClient } from '../../telephony/ng-client.ts';
import type { EdgeRefusal } from '../../contracts/model/edge-control.ts';

const LOOK_MS = 1_000;
const PING_TIMEOUT_MS = 800;
/** One lost answer on a busy machine is not a dead media server. */
const MAX_LOST_PINGS = 2;
/** About two hours of one hundred recorded calls would fit into 20 GB; this is the last reserve of a small disk. */
const MIN_FREE_BYTES = 200 * 1024 * 1024;

export interface Health {
  /** Null when calls may be placed. */
  refusing(): EdgeRefusal | null;
  /** From now on the state is the watched one, instead of `starting`. */
  open(): Promise<void>;
  stop(): void;
}

export interface HealthDeps {
  ng: NgClient;
  sipConnected(): boolean;
  /** Folders on whose disks recordings grow. */
  folders: readonly string[];
  store(refusing: EdgeRefusal | null): Promise<void>;
  logger: Logger;
}

export function watchHealth(deps: HealthDeps): Health {
  let state: EdgeRefusal | null = 'starting';
  let stored: EdgeRefusal | null = 'starting';
  let opened = false;
  let stopped = false;
  let lostPings = 0;
  let timer: NodeJS.Timeout | undefined;

  const look = async (): Promise<void> => {
    const [ping, full] = await Promise.all([pings(deps.ng), isFull(deps.folders)]);
    lostPings = ping ? 0 : lostPings + 1;
    if (!opened) return;
    const next = lostPings >= MAX_LOST_PINGS ? 'media-server-down' : otherwise(deps, full);
    if (next !== state) deps.logger.warn({ refusing: next, before: state }, 'edge health changed');
    state = next;
    if (stored === state) return;
    try {
      await deps.store(state);
      stored = state;
    } catch (error) {
      // Postgres is away: nothing is claimed anyway; tried again with the next look.
      deps.logger.warn({ err: error }, 'edge health was not stored');
    }
  };
  const loop = (): void => {
    if (stopped) return;
    timer = setTimeout(() => void look().finally(loop), LOOK_MS);
  };
  loop();
  return {
    refusing: () => state,
    open: async () => {
      opened = true;
      await look();
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

function otherwise(deps: HealthDeps, full: boolean): EdgeRefusal | null {
  if (!deps.sipConnected()) return 'sip-server-down';
  return full ? 'disk-full' : null;
}

function pings(ng: NgClient): Promise<boolean> {
  return ng.request('ping', {}, { timeoutMs: PING_TIMEOUT_MS }).then(
    () => true,
    () => false,
  );
}

async function isFull(folders: readonly string[]): Promise<boolean> {
  const free = await Promise.all(folders.map(freeBytes));
  return free.some((bytes) => (bytes ?? 0) < MIN_FREE_BYTES);
}
