import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RECORDING_UPKEEP_ID, workdayScheduleId } from '../contracts/temporal/ids.ts';
import { WEEKDAYS, type CalendarDef } from '../contracts/model/config.ts';
import { nextOpening, openIntervalAt } from '../domain/calendar.ts';
import { startTestTemporal } from '../test/support/temporal.ts';
import { ensureRecordingSchedule } from './recording-schedule.ts';
import { ensureSearchAttributes } from './search-attributes.ts';
import { workdayScheduleSpec } from './schedule-spec.ts';
import { syncSchedules, workdayScheduleOptions, type ScheduledCampaign } from './schedules.ts';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await startTestTemporal();
});
afterAll(() => env?.teardown());

const everyDay = (from: string, to: string) =>
  Object.fromEntries(WEEKDAYS.map((day) => [day, [{ from, to }]]));
const calendar: CalendarDef = {
  name: 'office',
  zone: 'Europe/Bucharest',
  hours: {
    ...everyDay('09:00', '13:00'),
    wednesday: [
      { from: '08:15', to: '12:00' },
      { from: '14:00', to: '18:30' },
    ],
    sunday: [],
  },
  holidays: 'ro',
};
const campaign = (name: string, change: Partial<ScheduledCampaign> = {}): ScheduledCampaign => ({
  name,
  label: name,
  mode: 'robot',
  calendar,
  ...change,
});
const handleOf = (name: string) => env.client.schedule.getHandle(workdayScheduleId(name));

/** What the rules say: the next openings, one after another. */
function openingsAfter(from: Date, count: number): string[] {
  const found: string[] = [];
  for (let at = from; found.length < count;) {
    const next = nextOpening(calendar, at);
    if (!next) break;
    found.push(next.opensAt.toISOString());
    at = next.opensAt;
  }
  return found;
}

describe('the Schedule of a calendar', () => {
  // Each stretch has something that goes wrong easily; the server's own arithmetic is what is asked.
  it.each([
    ['across the change to summer time', '2027-03-24T22:00:00Z'],
    ['across the change to winter time', '2027-10-27T22:00:00Z'],
    ['across Easter', '2027-04-27T22:00:00Z'],
    ['across the end of the year', '2027-12-22T22:00:00Z'],
  ])('fires exactly when the calendar opens, %s', async (name, from) => {
    const startAt = new Date(from);
    const options = workdayScheduleOptions(campaign(`fires-${name.replaceAll(' ', '-')}`), startAt);
    const spec = { ...workdayScheduleSpec(calendar, startAt.getUTCFullYear()), startAt };
    const handle = await env.client.schedule.create({ ...options, spec });
    const { nextActionTimes } = (await handle.describe()).info;
    expect(nextActionTimes.length).toBeGreaterThanOrEqual(5);
    const expected = openingsAfter(startAt, nextActionTimes.length);
    expect(nextActionTimes.map((at) => at.toISOString())).toEqual(expected);
    await handle.delete();
  });
});

describe('the Schedule over a whole year', () => {
  const HOUR_MS = 3_600_000;
  const YEAR = { from: new Date('2025-12-31T22:00:00Z'), to: new Date('2026-12-31T22:00:00Z') };
  const daily = (...hours: [string, string][]): CalendarDef => ({
    ...calendar,
    hours: Object.fromEntries(WEEKDAYS.map((day) => [day, hours.map(([from, to]) => ({ from, to }))])),
  });

  /** By the server's own arithmetic. */
  async function firesAt(scheduleId: string): Promise<string[]> {
    const seconds = (at: Date) => ({ seconds: (at.getTime() / 1000) as never });
    const { startTime } = await env.client.workflowService.listScheduleMatchingTimes({
      namespace: env.namespace ?? 'default',
      scheduleId,
      startTime: seconds(YEAR.from),
      endTime: seconds(YEAR.to),
    });
    return (startTime ?? []).map((at) => new Date(Number(at.seconds) * 1000).toISOString());
  }

  function openingsOfYear(of: CalendarDef): string[] {
    const found: string[] = [];
    let next = nextOpening(of, new Date(YEAR.from.getTime() - 1));
    while (next && next.opensAt < YEAR.to) {
      found.push(next.opensAt.toISOString());
      next = nextOpening(of, next.opensAt);
    }
    return found;
  }

  it.each([
    ['office hours', calendar],
    ['around the clock', daily(['00:00', '24:00'])],
    ['nights, opening before the change', daily(['01:15', '05:00'])],
    ['nights, opening in the hour that is missing or doubled', daily(['03:30', '06:00'])],
    ['two openings, one at the change', daily(['03:00', '03:45'], ['09:00', '20:00'])],
    ['in an hour that is missing once a year', daily(['03:10', '03:50'])],
  ])('%s: fires at every opening and at nothing else', async (name, of) => {
    const options = workdayScheduleOptions(
      campaign(`year-${name.replaceAll(/[ ,]+/g, '-')}`, { calendar: of }),
      new Date('2026-01-02T00:00:00Z'),
    );
    const handle = await env.client.schedule.create({ ...options, state: { paused: true } });
    expect(await firesAt(options.scheduleId)).toEqual(openingsOfYear(of));
    await handle.delete();
  });

  it('an opening in the hour before the doubled one fires a second time, when its run is there already', async () => {
    const of = daily(['02:30', '06:00']);
    const options = workdayScheduleOptions(campaign('year-before-doubled', { calendar: of }), YEAR.from);
    const handle = await env.client.schedule.create({ ...options, state: { paused: true } });
    const fires = await firesAt(options.scheduleId);
    const openings = new Set(openingsOfYear(of));
    expect(fires.filter((at) => openings.has(at))).toEqual([...openings]);
    // Temporal's doing: an hour after 02:30. Buffered behind the run, it finds the calendar closed.
    const more = fires.filter((at) => !openings.has(at));
    expect(more).toEqual(['2026-10-25T00:30:00.000Z']);
    expect(openIntervalAt(of, new Date(more[0]!))?.opensAt.getTime()).toBe(Date.parse(more[0]!) - HOUR_MS);
    await handle.delete();
  });
});

describe('syncSchedules', () => {
  const closed: CalendarDef = { ...calendar, hours: { monday: [{ from: '00:00', to: '00:01' }] } };
  const never = new Date('2026-11-24T12:00:00Z');

  it('creates, leaves alone, changes and removes, and only for robots', async () => {
    const sync = (campaigns: ScheduledCampaign[]) => syncSchedules(env.client, campaigns, never);
    const robot = campaign('a', { calendar: closed });
    const agents = campaign('b', { mode: 'agent', calendar: closed });
    expect(await sync([robot, agents])).toMatchObject({ created: ['a'], updated: [] });
    expect(await sync([robot, agents])).toEqual({ created: [], updated: [], removed: [], triggered: [] });

    await handleOf('a').pause('inventar');
    const later = { ...closed, hours: { monday: [{ from: '10:30', to: '11:00' }] } };
    expect(await sync([{ ...robot, calendar: later }])).toMatchObject({ updated: ['a'] });
    const changed = await handleOf('a').describe();
    expect(changed.spec.calendars?.[0]?.hour[0]?.start).toBe(10);
    expect(changed.policies).toMatchObject({ overlap: 'BUFFER_ONE', catchupWindow: 30 * 60_000 });
    expect(changed.state).toMatchObject({ paused: true, note: 'inventar' });

    await vi.waitFor(async () => expect((await sync([])).removed).toEqual(['a']), {
      timeout: 60_000,
      interval: 200,
    });
    await expect(handleOf('a').describe()).rejects.toThrow();
  });

  it('starts a run now when the calendar is open, once, and not of a paused Schedule', async () => {
    const always = campaign('always', {
      calendar: { ...calendar, holidays: 'none', hours: everyDay('00:00', '24:00') },
    });
    const now = new Date();
    expect(openIntervalAt(always.calendar, now)).toBeDefined();
    expect((await syncSchedules(env.client, [always], now)).triggered).toEqual(['always']);
    await vi.waitFor(
      async () => expect((await handleOf('always').describe()).info.runningActions).toHaveLength(1),
      { timeout: 60_000, interval: 100 },
    );
    expect((await syncSchedules(env.client, [always], now)).triggered).toEqual([]);
    const paused = { ...always, name: 'paused' };
    await env.client.schedule.create({
      ...workdayScheduleOptions(paused, now),
      state: { paused: true },
    });
    expect((await syncSchedules(env.client, [always, paused], now)).triggered).toEqual([]);
  });

  it('may run twice at once', async () => {
    const one = campaign('twice', { calendar: closed });
    await Promise.all([1, 2, 3].map(() => syncSchedules(env.client, [one], never)));
    expect((await handleOf('twice').describe()).action.workflowType).toBe('workday');
  });
});

describe('ensureSearchAttributes', () => {
  it('is quiet where they exist, and names the namespace that it may not change', async () => {
    await ensureSearchAttributes(env.connection, env.namespace ?? 'default');
    await expect(ensureSearchAttributes(env.connection, 'no-such-namespace')).rejects.toThrow(/namespace/i);
  });
});

it('makes the Schedule of the upkeep of recordings once, and leaves it as an operator left it', async () => {
  expect(await ensureRecordingSchedule(env.client)).toBe('created');
  const handle = env.client.schedule.getHandle(RECORDING_UPKEEP_ID);
  await handle.pause('audit');
  expect(await ensureRecordingSchedule(env.client)).toBe('there');
  // Those of campaigns are removed with their campaign; this one is none.
  await syncSchedules(env.client, []);
  const { state, action, info } = await handle.describe();
  expect(state.paused).toBe(true);
  expect(action).toMatchObject({ workflowType: 'recordingUpkeep', workflowId: RECORDING_UPKEEP_ID });
  expect(info.nextActionTimes[0]?.getUTCMinutes()).toBe(23);
});
