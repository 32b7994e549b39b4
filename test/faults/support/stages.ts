/**
 * The stages of a robot call at which a fault strikes: how the customer behaves so that the stage lasts long enough to be
 * hit, and how the test sees that it has begun.
 * @module
 */
import type { Behaviour } from '../../../demo/carrier/behaviour.ts';
import type { FaultSite } from './fault-site.ts';
import { signalPart } from './processes.ts';
import type { Random } from './random.ts';

export const STAGES = [
  'claimed',
  'inviting',
  'ringing',
  'answered',
  'talking',
  'hanging-up',
  'committing',
] as const;
export type Stage = (typeof STAGES)[number];

export interface StageTrap {
  behaviour: Behaviour;
  /** Before the contacts are imported. */
  arm(site: FaultSite): Promise<void>;
  /** Calls that are, or have been, in the stage. */
  reached(site: FaultSite): Promise<number>;
  /** Range of the seeded wait between the stage's beginning and the fault, ms. */
  delayMs: readonly [number, number];
  /** After the fault: what held the calls in the stage lets them go. */
  release(site: FaultSite): Promise<void>;
}

const LISTENS: Behaviour = {
  kind: 'listens',
  ringAfterMs: 50,
  finalAfterMs: 150,
  final: { status: 200, reason: 'OK' },
  earlyMedia: false,
};
const nothing = async (): Promise<void> => {};

const OPEN = { arm: nothing, release: nothing };

const TRAPS: Record<Stage, () => StageTrap> = {
  claimed: edgeHeld,
  inviting: () => ({
    ...OPEN,
    behaviour: { ...LISTENS, ringAfterMs: 2_500 },
    reached: async ({ carrier }) => carrier.count('invite'),
    delayMs: [0, 100],
  }),
  ringing: () => ({
    ...OPEN,
    behaviour: { ...LISTENS, finalAfterMs: 3_000 },
    reached: async ({ carrier }) => carrier.count('invite'),
    delayMs: [300, 1_500],
  }),
  answered: () => ({
    ...OPEN,
    behaviour: LISTENS,
    reached: async ({ carrier }) => carrier.count('final'),
    delayMs: [0, 30],
  }),
  talking: () => ({
    ...OPEN,
    behaviour: LISTENS,
    reached: async ({ carrier }) => carrier.count('ack'),
    delayMs: [100, 1_500],
  }),
  'hanging-up': () => ({
    ...OPEN,
    behaviour: { ...LISTENS, byeAnsweredAfterMs: 1_500 },
    reached: async ({ carrier }) => carrier.count('bye-received'),
    delayMs: [0, 300],
  }),
  committing: commitHeld,
};

export function trapFor(stage: Stage): StageTrap {
  return TRAPS[stage]();
}

/** A stopped edge polls nothing: calls are claimed and their workflows started, and wait for it. */
function edgeHeld(): StageTrap {
  return {
    behaviour: LISTENS,
    arm: async (site) => signalPart(site, 'edge', 'SIGSTOP'),
    reached: async ({ db }) => {
      const { rows } = await db.query<{ n: number }>(
        `select count(*)::int as n from live_calls where stage = 'claimed'`,
      );
      return rows[0]?.n ?? 0;
    },
    delayMs: [0, 300],
    // A SIGCONT to an edge that was killed meanwhile reaches the next one, which runs already.
    release: async (site) => signalPart(site, 'edge', 'SIGCONT'),
  };
}

/** A lock on what every commit writes, and nothing else does while calls are dialed. */
function commitHeld(): StageTrap {
  let unlock = nothing;
  return {
    behaviour: { ...LISTENS, hangUpAfterMs: 300 },
    arm: async (site) => {
      const client = await site.db.connect();
      client.on('error', () => {});
      await client.query('begin');
      await client.query('lock table rollup_deltas in share row exclusive mode');
      unlock = async () => {
        await client.query('rollback').catch(() => {});
        client.release(true);
      };
    },
    reached: async ({ db }) => {
      const { rows } = await db.query<{ n: number }>(
        // The fold of the rollups waits for the same lock.
        `select count(*)::int as n from pg_locks join pg_stat_activity using (pid)
         where relation = 'rollup_deltas'::regclass and not granted and query not like '%delete from rollup_deltas%'`,
      );
      return rows[0]?.n ?? 0;
    },
    delayMs: [0, 200],
    release: () => unlock(),
  };
}

/**
 * Of stages that fewer calls can be in at once: each worker commits a few at a time; the dial loop claims no more when over
 * twenty wait for a stopped edge (`BACKLOG_CALLS`, `BACKLOG_ROOM`).
 */
const MOST: Readonly<Partial<Record<string, number>>> = { committing: 3, claimed: 21 };

/** How many of `inFlight` calls must have reached the stage before the fault. */
export function threshold(inFlight: number, stage: string, random: Random): number {
  return random.between(1, Math.min(inFlight, MOST[stage] ?? Math.ceil(inFlight * 0.7)));
}
