import { describe, expect, it } from 'vitest';
import { parseConfigFile } from '../../contracts/http/config-file.ts';
import { localDay, openIntervalAt } from '../../domain/calendar.ts';
import { HISTORY_CALENDAR, HISTORY_CAMPAIGNS, HISTORY_CONFIG } from './config.ts';
import { generateHistory } from './generate.ts';
import type { History } from './shapes.ts';

/** A Thursday afternoon, three days after a weekend of four. */
const UNTIL = new Date('2026-12-03T13:40:00Z');
const OPTIONS = { seed: 3, until: UNTIL, calls: 3_000 };
const history = generateHistory(OPTIONS);

/** As text: to compare so many objects takes seconds. */
function rowsOf(one: History): string {
  return JSON.stringify(one, (_, value: unknown) => (value instanceof Map ? [...value] : value));
}

function share({ calls }: History, wanted: (call: History['calls'][number]) => boolean): number {
  return calls.filter(wanted).length / calls.length;
}

describe('generateHistory', () => {
  it('gives the same rows for the same seed and end, and others for another seed', () => {
    expect(rowsOf(generateHistory(OPTIONS))).toBe(rowsOf(history));
    const other = generateHistory({ ...OPTIONS, seed: 4 });
    expect(other.calls[0]?.id).not.toBe(history.calls[0]?.id);
  });

  it('makes about as many calls as were asked for, and no number that is taken', () => {
    expect(history.calls.length).toBeGreaterThan(OPTIONS.calls * 0.9);
    expect(history.calls.length).toBeLessThan(OPTIONS.calls * 1.1);
    const taken = new Set(history.numbers.map(({ e164 }) => e164));
    const again = generateHistory({ ...OPTIONS, taken });
    expect(again.numbers.filter(({ e164 }) => taken.has(e164))).toEqual([]);
  });

  it('calls while the calendar is open only: not on Sundays, not on holidays, not after the end', () => {
    const closed = history.calls.filter(({ invitedAt }) => {
      return invitedAt !== undefined && !openIntervalAt(HISTORY_CALENDAR, new Date(invitedAt));
    });
    expect(closed).toEqual([]);
    const days = new Set(
      history.calls.map(({ claimedAt }) => localDay('Europe/Bucharest', new Date(claimedAt))),
    );
    expect(days).toContain('2026-11-27');
    // Saint Andrew's, and the national day.
    expect(days).not.toContain('2026-11-30');
    expect(days).not.toContain('2026-12-01');
    expect(days).toContain('2026-12-03');
    expect(Math.max(...history.calls.map(({ committedAt }) => committedAt))).toBeLessThan(UNTIL.getTime());
    expect(Math.max(...history.trail.map(({ at }) => at))).toBeLessThan(UNTIL.getTime());
  });

  it('has something to say in each campaign: every outcome, several lists, twelve agents', () => {
    for (const { name, mode } of HISTORY_CAMPAIGNS) {
      const calls = history.calls.filter(({ campaign }) => campaign === name);
      const outcomes = new Set(calls.map(({ status }) => status));
      expect(outcomes).toContain('no-answer');
      expect(outcomes).toContain(mode === 'robot' ? 'message-heard' : 'success');
      expect(history.lists.filter(({ campaign }) => campaign === name).length).toBeGreaterThan(1);
    }
    expect(new Set(history.shifts.map(({ agent }) => agent)).size).toBe(history.agents.length);
    expect(history.calls.some(({ desk }) => desk?.answers)).toBe(true);
    expect(history.calls.some(({ attempt, status }) => attempt > 2 && status === 'success')).toBe(true);
    expect(history.corrections.length).toBeGreaterThan(0);
  });

  it('is plausible: half of the people answer, few lines fail, lunch is quiet', () => {
    const answered = share(history, ({ answeredAt }) => answeredAt !== undefined);
    expect(answered).toBeGreaterThan(0.3);
    expect(answered).toBeLessThan(0.65);
    expect(share(history, ({ status }) => status === 'technical-failure')).toBeLessThan(0.05);
    // UTC+2 in these weeks.
    const robotsAt = (hour: number) =>
      share(
        history,
        ({ kind, claimedAt }) => kind === 'robot' && new Date(claimedAt).getUTCHours() === hour - 2,
      );
    expect(robotsAt(13)).toBeLessThan(robotsAt(11) * 0.8);
  });

  it('moves agents without a gap, from log-on to log-off', () => {
    const state = new Map<number, string>();
    for (const { agent, from, to } of history.trail) {
      expect(from).toBe(state.get(agent) ?? 'logged-out');
      state.set(agent, to);
    }
    expect(new Set(state.values())).toEqual(new Set(['logged-out']));
  });
});

describe('HISTORY_CONFIG', () => {
  it('is what a configuration file may say', () => {
    const parsed = parseConfigFile(HISTORY_CONFIG.map(({ kind, body }) => ({ kind, ...body })));
    expect(parsed).toMatchObject({ ok: true });
  });
});
