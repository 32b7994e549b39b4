/**
 * What the dialer does, in a code and its values. Pure.
 * @module
 */
import type { DialerView, LiveSnapshot, TrunkView } from '../../contracts/http/live.ts';
import type { CalendarDef, TrunkDef } from '../../contracts/model/config.ts';
import { nextOpening, openIntervalAt } from '../../domain/calendar.ts';
import type { CampaignRow } from '../queries/campaigns.ts';
import type { TrunkStateRow } from '../queries/live.ts';

export function calendarView(calendar: CalendarDef | null, now: Date): LiveSnapshot['calendar'] {
  if (calendar === null) return { open: false, changesAt: null };
  const open = openIntervalAt(calendar, now);
  const changesAt = open ? closingTime(calendar, open.closesAt) : nextOpening(calendar, now)?.opensAt;
  return { open: open !== undefined, changesAt: changesAt?.toISOString() ?? null };
}

/** A week of days that touch at midnight never closes as far as a person cares. */
const MAX_TOUCHING = 8;

/** The end of an interval, or of those that follow it without a gap; undefined when no end is in sight. */
function closingTime(calendar: CalendarDef, closesAt: Date): Date | undefined {
  let end = closesAt;
  for (let i = 0; i < MAX_TOUCHING; i += 1) {
    const next = openIntervalAt(calendar, end);
    if (next === undefined) return end;
    end = next.closesAt;
  }
  return undefined;
}

export interface DialerFacts {
  row: CampaignRow;
  calendar: LiveSnapshot['calendar'];
  trunk: TrunkView | null;
  now: Date;
  /** Whether some process with dial loops is connected to Postgres. */
  dialersConnected: boolean;
}

/** A person's pause first, then the calendar, then whether anybody dials at all, then what the loop said last. */
export function dialerView(facts: DialerFacts): DialerView {
  const { row, calendar, trunk } = facts;
  const since = row.wait_since?.toISOString() ?? null;
  if (row.paused_at !== null) {
    return { state: 'paused', reason: message('paused'), since: row.paused_at.toISOString(), until: null };
  }
  if (row.calendar === null || row.body.mode !== 'robot') {
    return { state: 'unknown', reason: null, since, until: null };
  }
  if (!calendar.open) {
    return { state: 'closed', reason: message('closed'), since: null, until: calendar.changesAt };
  }
  if (!facts.dialersConnected || isSilent(row, facts.now)) {
    return { state: 'stopped', reason: null, since: lastSign(row)?.toISOString() ?? null, until: null };
  }
  if (row.wait_reason === null) {
    return { state: 'dialing', reason: null, since, until: null };
  }
  return {
    state: 'waiting',
    reason: { code: row.wait_reason, params: waitParams(row, trunk) },
    since,
    until: row.wait_until?.toISOString() ?? null,
  };
}

/** Each pass of a loop that says "dialing" claims a call; this is longer than any trunk's pace asks for. */
const CLAIM_SILENCE_MS = 20_000;
/** A living loop looks each second, and again when its wait is over. */
const WAIT_SILENCE_MS = 10_000;

/** Whether what was said last is too old to have been said by a loop that lives. */
function isSilent(row: CampaignRow, now: Date): boolean {
  if (row.wait_reason === null) return isOlder(row.last_claim_at, CLAIM_SILENCE_MS, now);
  return row.wait_until !== null && isOlder(row.wait_until, WAIT_SILENCE_MS, now);
}

function isOlder(at: Date | null, ms: number, now: Date): boolean {
  return at === null || now.getTime() - at.getTime() > ms;
}

function lastSign(row: CampaignRow): Date | null {
  const signs = [row.last_claim_at, row.wait_since].filter((at) => at !== null);
  return signs.toSorted((a, b) => b.getTime() - a.getTime())[0] ?? null;
}

function waitParams(row: CampaignRow, trunk: TrunkView | null): Record<string, string | number> {
  switch (row.wait_reason) {
    case 'concurrency':
      return { max: row.body.concurrency };
    case 'trunk-channels':
      return trunk ? { trunk: trunk.name, max: trunk.maxChannels } : {};
    case 'trunk-rate':
      return trunk ? { trunk: trunk.name, perSecond: trunk.callsPerSecond } : {};
    case 'trunk-backoff':
    case 'trunk-suspended':
      return trunk ? { trunk: trunk.name, reason: trunk.reason ?? '' } : {};
    default:
      return {};
  }
}

function message(code: string): { code: string; params: Record<string, string | number> } {
  return { code, params: {} };
}

export function trunkView(trunk: TrunkDef, state: TrunkStateRow, now: Date): TrunkView {
  const backingOff = state.backoff_until !== null && state.backoff_until > now;
  const suspended = state.suspended_at !== null;
  return {
    name: trunk.name,
    state: suspended ? 'suspended' : backingOff ? 'backing-off' : 'ok',
    reason: suspended ? state.suspended_reason : null,
    until: backingOff ? (state.backoff_until?.toISOString() ?? null) : null,
    since: (suspended ? state.suspended_at : backingOff ? state.failures_since : null)?.toISOString() ?? null,
    channelsInUse: state.channels_in_use,
    maxChannels: trunk.maxChannels,
    callsPerSecond: trunk.callsPerSecond,
    simulated: trunk.simulated ?? false,
  };
}
