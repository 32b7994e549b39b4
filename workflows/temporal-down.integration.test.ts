import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createCommitCall } from '../activities/commit-call.ts';
import { createDialWaker } from '../activities/dial-waker.ts';
import { createDialActivities } from '../activities/dial.ts';
import { createWorkdayActivities } from '../activities/workday.ts';
import { WEEKDAYS } from '../contracts/model/config.ts';
import { workdayScheduleId } from '../contracts/temporal/ids.ts';
import { CALLS_QUEUE, DIAL_QUEUE, edgeQueue } from '../contracts/temporal/queues.ts';
import { openDatabase, type Database } from '../db/client.ts';
import { systemClock } from '../platform/clock.ts';
import { createLogger } from '../platform/logger.ts';
import { createDataConverter } from '../temporal-config/data-converter.ts';
import { syncSchedules } from '../temporal-config/schedules.ts';
import { ensureSearchAttributes } from '../temporal-config/search-attributes.ts';
import { DIAL_WORKER_OPTIONS, WORKFLOW_WORKER_OPTIONS } from '../temporal-config/worker-options.ts';
import { addContacts, addEdge, createCampaign, mobile } from '../test/support/campaign-fixture.ts';
import { freePort } from '../test/support/free-port.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/postgres.ts';
import { findTemporalCli } from '../test/support/temporal-binary.ts';
import { answeredCall } from '../test/support/temporal-calls.ts';
import { testBundle, testKeys, whileRunning } from '../test/support/temporal.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** 19:50 to 23:10 with a closing at 20:00, in minutes: four of them, hence only with APEL_TEST_FULL=1. */
describe.skipIf(process.env['APEL_TEST_FULL'] !== '1')('Temporal down over closing time', () => {
  let test: TestDatabase;
  let db: Database;
  let folder: string;
  let address: string;
  let server: ChildProcess | undefined;
  beforeAll(async () => {
    test = await createTestDatabase();
    db = openDatabase({ url: test.url, applicationName: 'test' });
    folder = await mkdtemp(join(tmpdir(), 'apel-temporal-down-'));
    address = `127.0.0.1:${await freePort()}`;
    server = await startServer();
  });
  afterAll(async () => {
    await kill();
    await db?.close();
    await test?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  async function startServer(): Promise<ChildProcess> {
    const file = join(folder, 'temporal.db');
    const port = address.split(':')[1] ?? '';
    const child = spawn(
      findTemporalCli(),
      ['server', 'start-dev', '--headless', '--port', port, '--db-filename', file, '--log-level', 'never'],
      { stdio: 'ignore' },
    );
    await vi.waitFor(
      async () => {
        const connection = await Connection.connect({ address, connectTimeout: 1_000 });
        await ensureSearchAttributes(connection, 'default');
        await connection.close();
      },
      { timeout: 60_000, interval: 500 },
    );
    return child;
  }

  async function kill(): Promise<void> {
    if (!server) return;
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
    server = undefined;
  }

  async function claimTimes(): Promise<number[]> {
    const { rows } = await db.pool.query<{ at: Date }>('select claimed_at as at from calls order by 1');
    return rows.map(({ at }) => at.getTime());
  }
  const until = (ms: number) =>
    vi.waitFor(() => expect(Date.now()).toBeGreaterThanOrEqual(ms), {
      timeout: Math.max(1, ms - Date.now()) + 10_000,
      interval: 100,
    });

  it('nobody is dialed after closing, and the next opening starts by itself', async () => {
    const minute = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
    const [closesAt, opensAt] = [minute + 2 * MINUTE_MS, minute + 4 * MINUTE_MS];
    const wall = (ms: number) => new Date(ms).toISOString().slice(11, 16);
    const hours = [
      { from: wall(minute - MINUTE_MS), to: wall(closesAt) },
      { from: wall(opensAt), to: wall(opensAt + 5 * MINUTE_MS) },
    ];
    const setup = await createCampaign(db, 'down', {
      calendar: { zone: 'UTC', hours: Object.fromEntries(WEEKDAYS.map((day) => [day, hours])) },
      trunk: { callsPerSecond: 2 },
    });
    const numbers = Array.from({ length: 900 }, (_, i) => ({ numbers: [mobile(i)] }));
    await addContacts(db, setup.id, numbers);
    const edge = await addEdge(db, 'edge-1');

    const dataConverter = createDataConverter(testKeys);
    const connection = await NativeConnection.connect({ address });
    const gRPC = await Connection.connect({ address });
    const client = new Client({ connection: gRPC, dataConverter });
    const logger = createLogger({ service: 'test', level: 'silent' });
    const waker = createDialWaker(db, logger);
    const common = { connection, dataConverter };
    const workers = [
      Worker.create({
        ...common,
        ...WORKFLOW_WORKER_OPTIONS,
        taskQueue: CALLS_QUEUE,
        workflowBundle: await testBundle(),
        activities: {
          commitCall: createCommitCall({ db, clock: systemClock }),
          ...createWorkdayActivities({ db, clock: systemClock }),
        },
      }),
      Worker.create({
        ...common,
        ...DIAL_WORKER_OPTIONS,
        taskQueue: DIAL_QUEUE,
        activities: createDialActivities({ db, claims: db, client, clock: systemClock, logger, waker }),
      }),
      Worker.create({
        ...common,
        taskQueue: edgeQueue(edge),
        activities: { placeCall: async () => answeredCall(edge) },
      }),
    ];
    try {
      await whileRunning(workers, async () => {
        const { name, calendar, campaign } = setup;
        await syncSchedules(client, [{ name, label: name, mode: campaign.mode, calendar }], new Date());
        await vi.waitFor(async () => expect((await claimTimes()).length).toBeGreaterThan(3), {
          timeout: 60_000,
          interval: 100,
        });
        await until(closesAt - 20 * SECOND_MS);
        await kill();
        await until(closesAt + 15 * SECOND_MS);
        server = await startServer();
        await vi.waitFor(async () => expect((await claimTimes()).at(-1)).toBeGreaterThanOrEqual(opensAt), {
          timeout: opensAt - Date.now() + 30_000,
          interval: 200,
        });
        const times = await claimTimes();
        expect(times.filter((at) => at >= closesAt && at < opensAt)).toEqual([]);
        const { info } = await client.schedule.getHandle(workdayScheduleId(name)).describe();
        expect(info.numActionsMissedCatchupWindow).toBe(0);
        await client.schedule.getHandle(workdayScheduleId(name)).delete();
      });
    } finally {
      await waker.close();
      await gRPC.close();
      await connection.close();
    }
    expect(Date.now()).toBeLessThan(opensAt + 30 * SECOND_MS);
  }, 420_000);
});
