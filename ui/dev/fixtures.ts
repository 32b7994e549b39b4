/**
 * Made-up data in the shapes of `contracts/http`: for development, screenshots and tests of the page. Deterministic.
 * Numbers are from no plan in use: nobody has them.
 * @module
 */
import type { CallDetail, CallRow } from '../../contracts/http/calls.ts';
import type { CampaignSummary } from '../../contracts/http/campaigns.ts';
import type { LiveCall, LiveSnapshot } from '../../contracts/http/live.ts';
import type { Session } from '../../contracts/http/session.ts';
import type { StatusView } from '../../contracts/http/statuses.ts';
import type { TimelineKind } from '../../contracts/model/placed-call.ts';
import type { Role } from '../../contracts/model/role.ts';
import type { CallStage } from '../../contracts/model/call.ts';
import { ownPermissionsOf, permissionsOf } from '../../domain/permissions.ts';
import { totalOf, type StatusCell } from '../../domain/report-table.ts';
import { SEEDED_STATUSES } from '../../domain/seeded-statuses.ts';

const ZONE = 'Europe/Bucharest';

export const STATUSES: StatusView[] = SEEDED_STATUSES.map((status) => ({
  ...status,
  allowedFor: [...status.allowedFor],
}));

export function session(role: Role): Session {
  const person = { role, grants: [] };
  return {
    user: { id: 7, name: 'ioana.marin', displayName: 'Ioana Marin' },
    role,
    permissions: permissionsOf(person),
    ownPermissions: ownPermissionsOf(person),
    zone: ZONE,
    expiresAt: '2030-01-01T00:00:00.000Z',
  };
}

/** Small deterministic generator (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function campaigns(now: number): CampaignSummary[] {
  const date = localDate(now);
  return baseCampaigns(now).map((campaign) => {
    const { totals, byHour } = daySoFar(campaign.name, date);
    return { ...campaign, today: { date, total: totals.total, answered: totals.answered, byHour } };
  });
}

function daySoFar(name: string, date: string) {
  const idle = name === 'reamintire-plata' || name.startsWith('chestionar');
  // The pictures are taken just after noon.
  const cells = dayCells(date, idle ? 0 : 1, name).filter(({ localHour }) => localHour <= 12);
  const byHour = BY_HOUR.flatMap((calls, hour) => {
    const { total, answered } = totalOf(
      cells.filter(({ localHour }) => localHour === hour),
      [],
    );
    return calls === 0 || total === 0 ? [] : [{ hour, total, answered }];
  });
  return { totals: totalOf(cells, []), byHour };
}

function localDate(now: number): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: ZONE }).format(now);
}

function baseCampaigns(now: number): Omit<CampaignSummary, 'today'>[] {
  const base = { zone: ZONE, paused: null, retired: false, simulated: false, callsInProgress: 0 };
  return [
    {
      ...base,
      name: 'oradea',
      label: 'Oradea, programări control',
      mode: 'robot',
      simulated: true,
      callsInProgress: 14,
    },
    { ...base, name: 'abonamente-toamna', label: 'Abonamente de toamnă', mode: 'robot', callsInProgress: 31 },
    {
      ...base,
      name: 'sondaj-bihor',
      label: 'Sondaj Bihor 18–35',
      mode: 'agent',
      paused: {
        at: iso(now - 47 * 60_000),
        by: 'Radu Ștefănescu',
        reason: 'Se corectează scriptul, reluăm după prânz',
        stopped: false,
      },
    },
    { ...base, name: 'reamintire-plata', label: 'Reamintire de plată', mode: 'robot' },
    {
      ...base,
      name: 'chestionar-satisfactie-clienti-abonamente-business',
      label: 'Chestionar de satisfacție, clienți cu abonamente Business',
      mode: 'agent',
      paused: {
        at: iso(now - 9 * 86_400_000),
        by: 'Ioana Marin',
        reason: 'S-a terminat lista',
        stopped: true,
      },
    },
  ];
}

const WEIGHTS: Readonly<Record<string, number>> = {
  'message-heard': 30,
  'message-interrupted': 14,
  interested: 9,
  'no-answer': 24,
  busy: 9,
  declined: 6,
  nonexistent: 4,
  'opted-out': 2,
  'technical-failure': 1,
  voicemail: 3,
};
const ANSWERED = new Set([
  'message-heard',
  'message-interrupted',
  'interested',
  'opted-out',
  'voicemail',
  'success',
  'not-interested',
]);
const BY_HOUR = [0, 0, 0, 0, 0, 0, 0, 3, 18, 64, 92, 101, 78, 43, 69, 88, 84, 71, 52, 34, 6, 0, 0, 0];

/** Calls of a day by hour and status; `scale` 0 gives a day without. */
export function dayCells(date: string, scale: number, seed: string): (StatusCell & { localHour: number })[] {
  const dice = random(hash(date + seed));
  return BY_HOUR.flatMap((calls, localHour) =>
    Object.entries(WEIGHTS).map(([status, weight]) => {
      const count = Math.round((calls * scale * weight * (0.7 + 0.6 * dice())) / 100);
      const answered = ANSWERED.has(status) ? count : 0;
      const talkMs = answered * Math.round(19_000 + 18_000 * dice());
      return { localHour, status, calls: count, answered, talkMs };
    }),
  );
}

const NAMES = [
  'Popescu Andreea', 'Mureșan Vlad', 'Țăranu Ilinca', 'Bălan Ștefan', 'Câmpean Sânziana', 'Iliescu Matei',
  'Răducanu Oana', 'Pașca Dorin', 'Hanganu Teodora', 'Șerban Luca', 'Neagu Mihaela', 'Vîlcu George',
]; // prettier-ignore

const AGENTS = ['Ana Pop', 'Bogdan Ilieș', 'Cristina Mureșan', 'Dan Țurcanu', 'Elena Sabău', 'Ștefan Rus'];
/** What a person makes of a call that a robot would have ended so. */
const BY_PERSON: Readonly<Record<string, string>> = {
  'message-heard': 'not-interested',
  'message-interrupted': 'success',
  interested: 'success',
  voicemail: 'no-answer',
};

/** The robot's campaign, and one of people. */
export function callRows(
  now: number,
  count: number,
  seen: { numbers: boolean; names: boolean; agents: boolean },
): CallRow[] {
  const dice = random(11);
  const codes = Object.entries(WEIGHTS).flatMap(([code, weight]) =>
    Array.from({ length: weight }, () => code),
  );
  let at = now - 20_000;
  return Array.from({ length: count }, (_, index): CallRow => {
    at -= Math.round(4_000 + 28_000 * dice());
    const open = index < 2;
    const any = codes[Math.floor(dice() * codes.length)] ?? 'busy';
    // The one with corrections: it ended as they say.
    const drawn = index === 5 ? 'message-heard' : any;
    const robot = index % 3 === 0 || index === 8;
    const status = open ? null : robot ? drawn : (BY_PERSON[drawn] ?? drawn);
    const answered = status !== null && ANSWERED.has(status);
    const talkMs = answered ? Math.round(6_000 + 48_000 * dice()) : null;
    const priority = dice() > 0.6;
    return {
      id: callId(index),
      kind: robot ? 'robot' : 'outbound',
      campaign: robot ? 'oradea' : 'sondaj-bihor',
      campaignLabel: robot ? 'Oradea, programări control' : 'Sondaj Bihor 18–35',
      agent: seen.agents && !robot ? (AGENTS[index % AGENTS.length] ?? null) : null,
      list: !robot
        ? { id: 5, name: 'bihor-18-35' }
        : priority
          ? { id: 4, name: 'oradea-prioritar' }
          : { id: 3, name: 'oradea-2026-11' },
      attempt: 1 + Math.floor(dice() * dice() * 4),
      number: seen.numbers ? phone(index) : null,
      contactName: seen.names ? (NAMES[index % NAMES.length] ?? null) : null,
      claimedAt: iso(at),
      invitedAt: iso(at + 180),
      answeredAt: answered ? iso(at + 9_000) : null,
      endedAt: open ? null : iso(at + 9_000 + (talkMs ?? 12_000)),
      talkMs: open ? null : (talkMs ?? 0),
      status,
      result: open ? null : answered ? 'success' : status === 'technical-failure' ? 'carrier' : 'customer',
      stage: open ? (index === 0 ? 'ringing' : 'talking') : null,
      recording: open ? null : answered ? (index % 29 === 28 ? 'lost' : 'ready') : 'none',
    };
  });
}

export function callId(index: number): string {
  return `01979b3c-8f00-7000-8000-${String(index).padStart(12, '0')}`;
}

/** 0700 000 0xx: not given to anybody. */
function phone(index: number): string {
  return `+40700000${String(index % 1000).padStart(3, '0')}`;
}

export function callDetail(
  row: CallRow,
  seen: { listen: boolean },
  durationMs: number,
  bytes: number,
): CallDetail {
  const start = Date.parse(row.claimedAt);
  const answered = row.answeredAt !== null;
  const open = row.status === null;
  const robot = row.kind === 'robot';
  const event = (offset: number, kind: TimelineKind, detail?: string): CallDetail['timeline'][number] => ({
    at: iso(start + offset),
    kind,
    ...(detail === undefined ? {} : { detail }),
  });
  const end = 9_000 + durationMs;
  const timeline = [
    event(0, 'claimed'),
    event(184, 'invite'),
    event(1_902, 'ringing', '180'),
    ...(answered
      ? [
          event(9_000, 'answered', '200'),
          ...(robot
            ? [
                event(9_061, 'prompt-started'),
                event(9_000 + Math.round(durationMs * 0.7), 'key', '1'),
                event(9_040 + Math.round(durationMs * 0.7), 'prompt-ended'),
                event(end, 'bye-sent'),
              ]
            : [
                event(9_000 + Math.round(durationMs * 0.4), 'held'),
                event(9_000 + Math.round(durationMs * 0.6), 'resumed'),
                event(end, 'bye-received'),
              ]),
          event(end + 412, 'recording'),
        ]
      : [event(21_310, 'failed', row.status === 'busy' ? '486' : '480')]),
  ];
  const recordingInfo: CallDetail['recordingInfo'] = open
    ? { state: 'pending' }
    : row.recording === 'ready'
      ? {
          state: 'ready',
          form: 'wav',
          url: seen.listen ? `/api/calls/${row.id}/recording` : null,
          downloadUrl: seen.listen ? `/api/calls/${row.id}/recording/download` : null,
          durationMs,
          bytes,
          sha256: '9f2c'.repeat(16),
          archivedAt: null,
        }
      : row.recording === 'lost'
        ? { state: 'lost', reason: 'disk-full' }
        : { state: 'none', reason: 'not-answered' };
  return {
    ...row,
    talkMs: answered ? durationMs : row.talkMs,
    workflowId: 'call:48213:2',
    committedAt: open ? null : iso(start + (answered ? end + 498 : 21_402)),
    ringingAt: iso(start + 1_902),
    endedAt: open ? null : iso(start + (answered ? end : 21_310)),
    reason: open
      ? null
      : answered
        ? robot
          ? 'hang-up-by-us'
          : 'hang-up-by-customer'
        : row.status === 'busy'
          ? 'busy'
          : 'no-answer',
    sipStatus: open ? null : answered ? 200 : row.status === 'busy' ? 486 : 480,
    trunk: 'simulat',
    node: 'edge-1',
    epoch: 12,
    zone: ZONE,
    statusBy: null,
    robot:
      answered && robot
        ? { promptMs: 17_400, heardMs: Math.round(durationMs * 0.68), heardInFull: false, key: '1' }
        : null,
    contact: {
      id: 48_213,
      lastName: row.contactName?.split(' ')[0] ?? null,
      firstName: row.contactName?.split(' ')[1] ?? null,
      locality: row.contactName === null ? null : 'Oradea',
      county: row.contactName === null ? null : 'Bihor',
      ageBand: row.contactName === null ? null : '26–35',
      age: row.contactName === null ? null : 31,
    },
    recordingInfo,
    timeline: open ? timeline.slice(0, 3) : timeline,
    versions: robot
      ? { campaign: 4, calendar: 1, trunk: 2, prompt: 3, 'retry-rules': 1, caps: 1 }
      : { campaign: 2, calendar: 1, trunk: 2, script: 5, 'retry-rules': 1, caps: 1 },
  };
}

const STAGES: readonly CallStage[] = [
  'talking', 'talking', 'ringing', 'talking', 'inviting', 'talking', 'ringing', 'ending', 'talking', 'ringing',
  'talking', 'inviting', 'committing', 'claimed',
]; // prettier-ignore

export function liveSnapshot(name: string, now: number, seen: { numbers: boolean }): LiveSnapshot {
  const date = localDate(now);
  const { totals, byHour } = daySoFar(name, date);
  const campaign = campaigns(now).find((item) => item.name === name);
  const dice = random(5);
  const calls: LiveCall[] = STAGES.map((stage, index) => {
    const age = stage === 'talking' ? 4_000 + 41_000 * dice() : 900 + 8_000 * dice();
    return {
      callId: callId(index + 500),
      attempt: 1 + (index % 3 === 2 ? 1 : 0),
      stage,
      since: iso(now - age),
      claimedAt: iso(now - age - 9_000),
      answeredAt: stage === 'talking' ? iso(now - age) : null,
      number: seen.numbers ? phone(index + 40) : null,
      node: index % 4 === 3 ? 'edge-2' : 'edge-1',
    };
  }).toSorted((a, b) => a.claimedAt.localeCompare(b.claimedAt));
  const byStatus = Object.fromEntries(Object.entries(totals.counts).filter(([, count]) => count > 0));
  return {
    campaign: {
      name,
      label: campaign?.label ?? name,
      mode: campaign?.mode ?? 'robot',
      zone: ZONE,
      concurrency: 20,
      callerId: '+40259000100',
    },
    generatedAt: iso(now),
    paused: campaign?.paused ?? null,
    calendar: { open: true, changesAt: iso(now + 3 * 3_600_000) },
    dialer: campaign?.paused
      ? { state: 'paused', reason: { code: 'paused', params: {} }, since: campaign.paused.at, until: null }
      : {
          state: 'waiting',
          reason: { code: 'trunk-channels', params: { trunk: 'simulat', max: 14 } },
          since: iso(now - 2_000),
          until: null,
        },
    callsInProgress: calls.length,
    calls,
    today: {
      date,
      zone: ZONE,
      total: totals.total,
      answered: totals.answered,
      talkMs: totals.talkMs,
      byStatus,
      byHour,
    },
    queue: {
      due: 3_418,
      duePriority: 212,
      later: 1_076,
      onCall: calls.length,
      nextDueAt: iso(now + 4 * 60_000),
    },
    imports: imports(now),
    trunk: {
      name: 'simulat',
      state: 'ok',
      reason: null,
      until: null,
      since: null,
      channelsInUse: 14,
      maxChannels: 14,
      callsPerSecond: 5,
      simulated: true,
    },
    health: [],
  };
}

function imports(now: number): LiveSnapshot['imports'] {
  return [
    {
      importId: 'i2', workflowId: 'import:oradea-noiembrie', state: 'open', file: 'oradea-noiembrie.csv', kind: 'normal',
      rows: 612_400, accepted: 588_113, duplicate: 17_204, invalid: 4_871, suppressed: 2_212,
      bytesDone: 44_100_000, bytesTotal: 71_900_000, startedAt: iso(now - 9_000), finishedAt: null,
    },
    {
      importId: 'i1', workflowId: 'import:oradea-prioritar', state: 'done', file: 'oradea-prioritar.csv', kind: 'priority',
      rows: 1_240, accepted: 1_188, duplicate: 31, invalid: 14, suppressed: 7,
      bytesDone: 118_000, bytesTotal: 118_000, startedAt: iso(now - 3_700_000), finishedAt: iso(now - 3_698_000),
    },
  ]; // prettier-ignore
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function hash(text: string): number {
  return Array.from(text).reduce(
    (value, letter) => (Math.imul(value, 31) + (letter.codePointAt(0) ?? 0)) | 0,
    7,
  );
}
