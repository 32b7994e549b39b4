import { describe, expect, it } from 'vitest';
import type { CampaignRow } from '../queries/campaigns.ts';
import type { CalendarDef } from '../../contracts/model/config.ts';
import { calendarView, dialerView, type DialerFacts } from './dialer-view.ts';

const NOW = new Date('2026-11-21T10:00:00Z');
const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1_000);

function view(row: Partial<CampaignRow>, facts: Partial<DialerFacts> = {}) {
  const whole = {
    body: { mode: 'robot', concurrency: 10 },
    calendar: {},
    paused_at: null,
    stopped_at: null,
    wait_reason: null,
    wait_until: null,
    wait_since: null,
    last_claim_at: ago(1),
    ...row,
  } as CampaignRow;
  const calendar = { open: true, changesAt: null };
  return dialerView({ row: whole, calendar, trunk: null, now: NOW, dialersConnected: true, ...facts });
}

describe('the calendar', () => {
  const calendar = (hours: CalendarDef['hours']): CalendarDef => ({
    name: 'c',
    zone: 'Europe/Bucharest',
    holidays: 'none',
    hours,
  });
  const allDay = [{ from: '00:00', to: '24:00' }];

  it('closes at the end of the last of the intervals that touch', () => {
    // NOON is Saturday 12:00 in Bucharest.
    expect(
      calendarView(calendar({ saturday: allDay, sunday: [{ from: '00:00', to: '08:00' }] }), NOW),
    ).toEqual({ open: true, changesAt: '2026-11-22T06:00:00.000Z' });
    expect(calendarView(calendar({ saturday: [{ from: '09:00', to: '13:00' }] }), NOW)).toEqual({
      open: true,
      changesAt: '2026-11-21T11:00:00.000Z',
    });
  });

  it('opens when it is closed', () => {
    expect(calendarView(calendar({ monday: [{ from: '08:00', to: '20:00' }] }), NOW)).toEqual({
      open: false,
      changesAt: '2026-11-23T06:00:00.000Z',
    });
  });
});

describe('the dialer', () => {
  it('dials while it claims', () => {
    expect(view({ last_claim_at: ago(5) })).toMatchObject({ state: 'dialing' });
  });

  it('is not running when no process with dial loops is connected, whatever was said last', () => {
    for (const wait_reason of [null, 'concurrency', 'no-contacts']) {
      expect(view({ wait_reason }, { dialersConnected: false })).toMatchObject({ state: 'stopped' });
    }
  });

  it('is not running when it said that it dials and has claimed nothing for long, or never', () => {
    expect(view({ last_claim_at: ago(60) })).toEqual({
      state: 'stopped',
      reason: null,
      since: ago(60).toISOString(),
      until: null,
    });
    expect(view({ last_claim_at: null })).toMatchObject({ state: 'stopped', since: null });
  });

  it('is not running when the end of its wait is long over', () => {
    const waiting = { wait_reason: 'nothing-due', wait_since: ago(300), last_claim_at: ago(400) };
    expect(view({ ...waiting, wait_until: ago(2) })).toMatchObject({ state: 'waiting' });
    expect(view({ ...waiting, wait_until: ago(60) })).toMatchObject({
      state: 'stopped',
      since: ago(300).toISOString(),
    });
  });

  it('may wait long for contacts without anything being wrong', () => {
    expect(view({ wait_reason: 'no-contacts', last_claim_at: ago(9_000) })).toMatchObject({
      state: 'waiting',
      reason: { code: 'no-contacts' },
    });
  });

  it('is paused or closed rather than not running', () => {
    const gone = { dialersConnected: false };
    expect(view({ paused_at: ago(9) }, gone)).toMatchObject({ state: 'paused' });
    expect(view({}, { ...gone, calendar: { open: false, changesAt: null } })).toMatchObject({
      state: 'closed',
    });
  });
});
