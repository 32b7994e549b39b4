import { describe, expect, it } from 'vitest';
import { createSiteClock } from './clock.ts';

const START = Date.parse('2026-11-23T08:00:00Z');
const HOUR_MS = 3_600_000;

/** A machine and a site whose clocks the test moves by themselves. */
function world() {
  const at = { wall: START, steady: 5_000, site: START, readMs: 0 };
  const set: { byMs: number; machineOffByMs: number }[] = [];
  const pass = (ms: number) => {
    at.wall += ms;
    at.steady += ms;
    at.site += ms;
  };
  const clock = createSiteClock({
    read: async () => {
      pass(at.readMs / 2);
      const told = new Date(at.site);
      pass(at.readMs / 2);
      return told;
    },
    onSet: (change) => set.push(change),
    machine: { wallMs: () => at.wall, steadyMs: () => at.steady },
  });
  const offBy = () => clock.now().getTime() - at.site;
  return { at, set, pass, clock, offBy };
}

describe('the site clock', () => {
  it.each([HOUR_MS, -HOUR_MS, -60_000])('does not follow a wall clock that is set by %i ms', async (step) => {
    const { at, set, pass, clock, offBy } = world();
    await clock.refresh();
    at.wall += step;
    expect(offBy()).toBe(0);
    pass(10_000);
    await clock.refresh();
    expect(offBy()).toBe(0);
    expect(set).toEqual([]);
  });

  it.each([HOUR_MS, -HOUR_MS, -60_000])(
    'is right on a machine that is wrong by %i ms from the start',
    async (off) => {
      const { clock } = world();
      const at = { wall: START + off, steady: 0, site: START };
      const set: unknown[] = [];
      const wrong = createSiteClock({
        read: async () => new Date(at.site),
        onSet: (change) => set.push(change),
        machine: { wallMs: () => at.wall, steadyMs: () => at.steady },
      });
      expect(wrong.now().getTime()).toBe(START + off);
      await wrong.refresh();
      expect(wrong.now()).toEqual(clock.now());
      expect(set).toEqual([{ byMs: -off, machineOffByMs: off }]);
    },
  );

  it('is right again after the machine slept, as soon as it is refreshed', async () => {
    const { at, clock, offBy } = world();
    await clock.refresh();
    at.wall += 3 * HOUR_MS;
    at.site += 3 * HOUR_MS;
    expect(offBy()).toBe(-3 * HOUR_MS);
    await clock.refresh();
    expect(offBy()).toBe(0);
  });

  it('follows Postgres when that is set, and ignores what is within the noise of a reading', async () => {
    const { at, set, clock, offBy } = world();
    at.site += 200;
    await clock.refresh();
    expect(set).toEqual([]);
    at.site += 60_000;
    at.readMs = 40;
    await clock.refresh();
    expect(offBy()).toBe(0);
    expect(set).toHaveLength(1);
  });

  it('asks again when a reading took too long to mean anything', async () => {
    const { at, clock, offBy } = world();
    at.site -= HOUR_MS;
    at.readMs = 5_000;
    const slow = clock.refresh();
    at.readMs = 10;
    await slow;
    expect(Math.abs(offBy())).toBeLessThan(250);
  });

  it('stays as it is when the time cannot be read', async () => {
    const clock = createSiteClock({
      read: () => Promise.reject(new Error('away')),
      machine: { wallMs: () => START, steadyMs: () => 1 },
    });
    await expect(clock.refresh()).rejects.toThrow('away');
    expect(clock.now().getTime()).toBe(START);
  });
});
