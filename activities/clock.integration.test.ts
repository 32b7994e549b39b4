import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CalendarDef } from '../contracts/model/config.ts';
import { WEEKDAYS } from '../contracts/model/config.ts';
import type { CampaignSetup } from '../db/campaigns.ts';
import { claimCalls } from '../db/claim.ts';
import type { Database } from '../db/client.ts';
import { openLeg } from '../db/open-leg.ts';
import { createSiteClock, fixedClock, type Clock } from '../platform/clock.ts';
import { createLogger } from '../platform/logger.ts';
import { addEdge, createCampaign } from '../test/support/campaign-fixture.ts';
import { addPeople } from '../test/support/claimed-call.ts';
import { emptyCalls, useTestDatabase } from '../test/support/use-database.ts';
import type { DialWaker } from './dial-waker.ts';
import { createDialActivities } from './dial.ts';
import { createWorkdayActivities } from './workday.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Monday 23 November 2026 in Bucharest. */
const local = (time: string, day = 23) => new Date(`2026-11-${day}T${time}:00+02:00`);

let db: Database;
let setup: CampaignSetup;
let n = 0;
useTestDatabase((opened) => {
  db = opened;
});
beforeEach(async () => {
  await emptyCalls(db);
  await addEdge(db, 'edge-1');
  n += 1;
  const hours: CalendarDef['hours'] = Object.fromEntries(
    WEEKDAYS.map((day) => [day, [{ from: '09:00', to: '20:00' }]]),
  );
  setup = await createCampaign(db, `c${n}`, { calendar: { hours } });
  await addPeople(db, setup, n * 100, 5);
});

async function claimed(): Promise<number> {
  const { rows } = await db.pool.query('select 1 from calls where campaign_id = $1', [setup.id]);
  return rows.length;
}

/** Runs the dial loop to its end. Calls end at once; each time it sleeps, `slept` runs. */
async function dial(clock: Clock, slept: (times: number) => void, closesAt = local('20:00')): Promise<void> {
  let times = 0;
  const waker: DialWaker = {
    sleep: async () => {
      await db.pool.query('delete from live_calls');
      if ((times += 1) > 200) throw new Error('the dial loop does not end');
      slept(times);
    },
    close: async () => {},
  };
  const client = {
    withDeadline: (_at: number, start: () => unknown) => start(),
    workflow: { start: async () => {} },
  } as never;
  const logger = createLogger({ service: 'test', level: 'silent' });
  const activities = createDialActivities({ db, claims: db, client, clock, logger, waker });
  const input = { campaign: setup.name, closesAt: closesAt.toISOString() };
  await new MockActivityEnvironment().run(() => activities.dial(input));
}

function asking(clock: Clock) {
  const activities = createWorkdayActivities({ db, clock });
  return (input: { campaign: string }) => activities.openInterval(input);
}

/** A machine whose wall clock the test sets, on a site whose clock it moves by itself. */
function machineOn(site: { now: Date }) {
  const machine = { stepMs: 0, steady: 0 };
  const start = site.now.getTime();
  const clock = createSiteClock({
    read: async () => site.now,
    machine: { wallMs: () => start + machine.steady + machine.stepMs, steadyMs: () => machine.steady },
  });
  const pass = (ms: number) => {
    machine.steady += ms;
    site.now = new Date(site.now.getTime() + ms);
  };
  return { machine, clock, pass };
}

describe('Temporal down from 19:50 to 23:10', () => {
  it('the dial loop that is started again after closing time ends without a call', async () => {
    await dial(fixedClock(local('23:10')), () => undefined);
    expect(await claimed()).toBe(0);
  });

  it('neither does the claim take anybody, nor the edge place what was claimed before', async () => {
    const claim = (now: Date) => claimCalls(db, { setup, now, closesAt: local('20:00'), maxCalls: 1 });
    const [call] = (await claim(local('19:50'))).calls;
    expect(await claim(local('23:10'))).toMatchObject({ calls: [], wait: { reason: 'closed' } });
    const { callId, edge } = call!;
    expect(await openLeg(db.pool, { callId, edge, now: local('23:10') })).toEqual({
      state: 'refused',
      reason: 'too-late',
    });
  });

  it('a run that the catch-up starts at 23:10 finds the calendar closed; the next morning it is open', async () => {
    const clock = fixedClock(local('23:10'));
    const openInterval = asking(clock);
    expect(await openInterval({ campaign: setup.name })).toEqual({ state: 'closed' });
    clock.set(local('09:00', 24));
    expect(await openInterval({ campaign: setup.name })).toMatchObject({
      state: 'open',
      closesAt: local('20:00', 24).toISOString(),
    });
  });

  it('a machine that slept through it does not dial by the time it fell asleep', async () => {
    const site = { now: local('19:50') };
    const { clock } = machineOn(site);
    await clock.refresh();
    site.now = local('23:10');
    expect(clock.now()).toEqual(local('19:50'));
    await dial(clock, () => undefined);
    expect(await claimed()).toBe(0);
  });
});

describe.each([HOUR_MS, -HOUR_MS, -MINUTE_MS])('a machine whose wall clock is set by %i ms', (stepMs) => {
  it('goes on dialing until the calendar closes, and not a minute longer', async () => {
    const site = { now: local('19:00') };
    const { machine, clock, pass } = machineOn(site);
    const at: number[] = [];
    await dial(clock, (times) => {
      if (times === 2) machine.stepMs = stepMs;
      pass(5 * MINUTE_MS);
      at.push(site.now.getTime());
    });
    expect(at.at(-1)).toBe(local('20:00').getTime());
    const { rows } = await db.pool.query<{ at: Date }>('select claimed_at as at from calls order by 1');
    expect(rows).toHaveLength(5);
    expect(rows.every((row) => row.at >= local('19:00') && row.at < local('20:00'))).toBe(true);
  });
});

describe('a run that begins before its opening', () => {
  it.each([
    [50, 50],
    [MINUTE_MS, 30_000],
    [HOUR_MS, 30_000],
  ])('by %i ms asks again after %i ms at most, and opens', async (earlyMs, waitMs) => {
    const clock = fixedClock(new Date(local('09:00').getTime() - earlyMs));
    const openInterval = asking(clock);
    const failure = await openInterval({ campaign: setup.name }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({ type: 'opens-soon', nonRetryable: false, nextRetryDelay: waitMs });
    clock.set(local('09:00'));
    expect(await openInterval({ campaign: setup.name })).toMatchObject({ state: 'open' });
  });

  it('by more than an hour is none of this opening', async () => {
    const openInterval = asking(fixedClock(local('07:30')));
    expect(await openInterval({ campaign: setup.name })).toEqual({ state: 'closed' });
  });
});
