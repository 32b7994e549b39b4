/**
 * Parts that are away, stopped or refusing for a while, on a site whose Postgres and Temporal belong to the test.
 */
import { execFileSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importNumbers, newNumbers } from '../e2e/robot-world.ts';
import { makeTestHome, until } from '../e2e/site.ts';
import {
  dialed,
  judge,
  startFaultSite,
  untilDialedOut,
  type Campaign,
  type FaultSite,
} from './support/fault-site.ts';
import { startOwnPostgres, startOwnTemporal, type OwnServer } from './support/own-servers.ts';
import { signalPart, stallMachine, type Part } from './support/processes.ts';
import { createRandom, seedFromEnvironment } from './support/random.ts';
import { report } from './support/report.ts';
import { trapFor } from './support/stages.ts';

interface Outage {
  name: string;
  /** Customers of this campaign talk when the fault begins. */
  campaign: Campaign;
  /** Returns when the fault is over. */
  strike: () => Promise<void>;
  /** No call that was up may end by it. */
  sparesTalk: boolean;
  /** Only in the full run. */
  long?: boolean;
}

const FULL = process.env['APEL_TEST_FULL'] !== undefined;
/** Faults of the normal run, chosen by the seed. */
const SAMPLE = 2;
const TALKING = 12;
/** Claimed while the fault lasts. */
const WAITING = 6;
const DRAIN_MS = 150_000;
const TEN_MINUTES = 600;
/** Small enough to fill at once, large enough for a cluster and its write-ahead log. */
const DISK_BYTES = 512 * 1_048_576;

const OUTAGES: readonly Outage[] = [
  { name: 'the whole machine stalls for 5 s', campaign: 'faults-10s', sparesTalk: true, strike: stall(5) },
  {
    name: 'Temporal is down for 1 s',
    campaign: 'faults-10s',
    sparesTalk: true,
    strike: temporalDown(1),
    long: true,
  },
  { name: 'Temporal is down for 6 s', campaign: 'faults-10s', sparesTalk: true, strike: temporalDown(6) },
  {
    name: 'Temporal is down for 40 s',
    campaign: 'faults-50s',
    sparesTalk: true,
    strike: temporalDown(40),
    long: true,
  },
  { name: 'Postgres is down for 8 s', campaign: 'faults-10s', sparesTalk: true, strike: postgresDown(8) },
  {
    name: 'Postgres is down for 60 s',
    campaign: 'faults-10s',
    sparesTalk: true,
    strike: postgresDown(60),
    long: true,
  },
  {
    name: 'Postgres is down for 10 min',
    campaign: 'faults-10s',
    sparesTalk: true,
    strike: postgresDown(TEN_MINUTES),
    long: true,
  },
  {
    name: 'Postgres is read-only for 10 s',
    campaign: 'faults',
    sparesTalk: true,
    strike: readOnly(10),
    long: true,
  },
  {
    name: 'Postgres has no connection left for 10 s',
    campaign: 'faults',
    sparesTalk: true,
    strike: noConnections(10),
  },
  {
    name: 'the disk of Postgres is full for 15 s',
    campaign: 'faults',
    sparesTalk: true,
    strike: diskFull(15),
    long: true,
  },
  // The zombie wakes when its calls are settled: its late results must change nothing.
  {
    name: 'the edge is stopped for 6 s',
    campaign: 'faults-10s',
    sparesTalk: false,
    strike: stopped('edge', 6),
  },
  {
    name: 'the edge is stopped for 30 s',
    campaign: 'faults-50s',
    sparesTalk: false,
    strike: stopped('edge', 30),
    long: true,
  },
  {
    name: 'an orchestration worker is stopped for 30 s',
    campaign: 'faults-10s',
    sparesTalk: true,
    strike: stopped('orchestration-1', 30),
    long: true,
  },
  {
    name: 'both orchestration workers are stopped for 30 s',
    campaign: 'faults-10s',
    sparesTalk: true,
    strike: stopped('orchestration', 30),
    long: true,
  },
];

let site: FaultSite;
let postgres: OwnServer;
let temporal: OwnServer;
let folder: string;
/** The disk of Postgres, where we may mount one. */
let disk: string | undefined;

beforeAll(async () => {
  folder = await makeTestHome();
  disk = FULL ? await mountDisk(join(folder, 'disk')) : undefined;
  [postgres, temporal] = await Promise.all([startOwnPostgres(disk ?? folder), startOwnTemporal(folder)]);
  site = await startFaultSite({
    DATABASE_URL: postgres.address,
    TEMPORAL_ADDRESS: temporal.address,
  });
});
afterAll(async () => {
  await site?.stop();
  await Promise.all([postgres?.stop(), temporal?.stop()]);
  if (disk) execFileSync('umount', [disk]);
  await rm(folder, { recursive: true, force: true });
});

const seed = seedFromEnvironment();
const short = createRandom(seed).shuffled(OUTAGES.filter(({ long }) => !long));

describe(`a part is away for a while, seed ${seed}`, () => {
  it.each(FULL ? OUTAGES : short.slice(0, SAMPLE))(
    '$name',
    async ({ name, campaign, strike, sparesTalk }) => {
      const numbers = newNumbers(TALKING + WAITING);
      const talking = numbers.slice(0, TALKING);
      const { behaviour } = trapFor('talking');
      site.carrier.forget();
      site.carrier.behave(numbers, behaviour);
      await importNumbers(site, campaign, talking);
      await until('customers talk', 30_000, () => site.carrier.count('ack') >= TALKING / 2);
      await importNumbers(site, 'faults', numbers.slice(TALKING));
      await strike();
      const healedAt = Date.now();
      await untilDialedOut(site, DRAIN_MS);
      const recoveredMs = Date.now() - healedAt;
      const findings = await judge(site);
      const { called, ends } = await dialed(site, numbers);
      report({ test: 'outages', fault: name, recoveredMs, ends, findings });
      expect(findings).toEqual([]);
      expect(called).toBe(numbers.length);
      if (sparesTalk) expect(Object.keys(ends).filter((end) => /^platform.*\*$/.test(end))).toEqual([]);
    },
    (TEN_MINUTES + 300) * 1_000,
  );
});

function stall(seconds: number): () => Promise<void> {
  return () => stallMachine(site, [postgres.pid(), temporal.pid()], seconds * 1_000);
}

function temporalDown(seconds: number): () => Promise<void> {
  return () => away(temporal, seconds);
}

function postgresDown(seconds: number): () => Promise<void> {
  return () => away(postgres, seconds);
}

async function away(server: OwnServer, seconds: number): Promise<void> {
  await server.down();
  await delay(seconds * 1_000);
  await server.up();
}

function stopped(part: Part, seconds: number): () => Promise<void> {
  return async () => {
    signalPart(site, part, 'SIGSTOP');
    await delay(seconds * 1_000);
    signalPart(site, part, 'SIGCONT');
  };
}

function readOnly(seconds: number): () => Promise<void> {
  const set = async (value: 'on' | 'off') => {
    const client = await connect();
    // This session must be able to take it back.
    await client.query('set default_transaction_read_only = off');
    await client.query(`alter system set default_transaction_read_only = ${value}`);
    await client.query('select pg_reload_conf()');
    await client.end();
  };
  return async () => {
    await set('on');
    await delay(seconds * 1_000);
    await set('off');
  };
}

/** Takes every free connection; those that Apel holds at this moment stay Apel's. */
function noConnections(seconds: number): () => Promise<void> {
  return async () => {
    const clients: Client[] = [];
    try {
      for (;;) clients.push(await connect());
    } catch {
      // Refused: there is none left.
    }
    await delay(seconds * 1_000);
    await Promise.all(clients.map((client) => client.end()));
  };
}

function diskFull(seconds: number): () => Promise<void> {
  return async () => {
    if (!disk) throw new Error('this machine lets nobody mount a small disk: the fault was not tried');
    const filler = join(disk, 'filler');
    const { bavail, bsize } = statfsSync(disk);
    await writeFile(filler, Buffer.alloc(bavail * bsize)).catch(() => {});
    await delay(seconds * 1_000);
    await rm(filler);
    // A server that could not write its log has ended itself; production's supervisor starts it, here we do.
    if (!(await answers())) {
      await postgres.stop();
      await postgres.up();
    }
  };
}

async function mountDisk(path: string): Promise<string | undefined> {
  await mkdir(path, { mode: 0o711 });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES},mode=0711`, 'tmpfs', path], {
      stdio: 'ignore',
    });
    return path;
  } catch {
    return undefined;
  }
}

async function answers(): Promise<boolean> {
  try {
    const client = await connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: postgres.address, connectionTimeoutMillis: 3_000 });
  client.on('error', () => {});
  await client.connect();
  return client;
}
