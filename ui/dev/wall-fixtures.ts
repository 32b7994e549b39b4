/**
 * Made-up walls in the shapes of `contracts/http/wall.ts`.
 * @module
 */
import type { WallAgent, WallMessage, WallSnapshot } from '../../contracts/http/wall.ts';
import type { AgentState } from '../../contracts/model/agent.ts';

const FIRST = [
  'Ioana',
  'Andrei',
  'Ștefania',
  'Mihai',
  'Elena',
  'Răzvan',
  'Cătălina',
  'Vlad',
  'Țuța',
  'Bogdan',
];
const LAST = [
  'Popescu',
  'Ionescu',
  'Mureșan',
  'Bârsan',
  'Dobrescu',
  'Șerban',
  'Văcărescu',
  'Lupu',
  'Țăranu',
  'Crișan',
];
const STATES: readonly AgentState[] = [
  'in-call',
  'available',
  'in-call',
  'wrap-up',
  'in-call',
  'paused',
  'calling',
  'available',
  'in-call',
  'missed',
  'in-call',
  'paused',
  'logged-in',
];
const CAMPAIGNS = ['sondaj-bihor', 'vanzari-cluj'];
const PAUSES = ['masa', 'cafea', 'connection'];

export interface WallSeen {
  /** How many; 14 unless told. */
  agents?: number;
  /** Whether this role sees rows of agents, and what of customers. */
  rows?: boolean;
  customers?: boolean;
}

export function wallSnapshot(now: number, seen: WallSeen = {}): WallSnapshot {
  const all = Array.from({ length: seen.agents ?? 14 }, (_, n) => agentAt(n, now, seen.customers ?? true));
  const totals: WallSnapshot['totals'] = {};
  for (const { state } of all) totals[state] = (totals[state] ?? 0) + 1;
  const rows = seen.rows ?? true;
  return {
    at: iso(now),
    agents: rows ? all : [],
    totals,
    campaigns: [
      {
        name: 'oradea',
        label: 'Oradea: anunț lucrări',
        mode: 'robot',
        paused: false,
        stages: { ringing: 6, talking: 11, inviting: 2, ending: 1 },
      },
      {
        name: 'reamintire-plata',
        label: 'Reamintire plată',
        mode: 'robot',
        paused: true,
        stages: { talking: 2 },
      },
      {
        name: 'sondaj-bihor',
        label: 'Sondaj Bihor',
        mode: 'agent',
        paused: false,
        stages: { talking: 4, ringing: 1, 'wrap-up': 1 },
      },
      { name: 'vanzari-cluj', label: 'Vânzări Cluj', mode: 'agent', paused: false, stages: { talking: 2 } },
    ],
    today: {
      date: '2026-11-21',
      zone: 'Europe/Bucharest',
      total: 4318,
      answered: 1872,
      success: 402,
      failed: 249,
      talkMs: 61_320_000,
    },
    stuck: { count: 3, calls: rows ? stuckCalls(now) : [] },
    parts: [
      { part: 'edge', name: 'edge-1', level: 'ok', message: null, load: { used: 28, of: 250 } },
      {
        part: 'edge',
        name: 'edge-2',
        level: 'amber',
        message: { code: 'edge-draining', params: { node: 'edge-2' } },
        load: { used: 1, of: 250 },
      },
      { part: 'trunk', name: 'digi-oradea', level: 'ok', message: null, load: { used: 21, of: 30 } },
      {
        part: 'trunk',
        name: 'orange-cluj',
        level: 'red',
        message: { code: 'trunk-suspended', params: { trunk: 'orange-cluj', reason: 'congestion' } },
        load: { used: 0, of: 60 },
      },
      { part: 'dialer', name: null, level: 'ok', message: null, load: null },
      { part: 'temporal', name: null, level: 'ok', message: null, load: null },
      { part: 'counts', name: null, level: 'ok', message: null, load: null },
      {
        part: 'recordings',
        name: null,
        level: 'amber',
        message: { code: 'recordings-lost', params: { n: 1 } },
        load: null,
      },
    ],
    storage: {
      usedBytes: 412e9,
      freeBytes: 588e9,
      bytesPerDay: 9.4e9,
      freedPerDay: 7.1e9,
      daysLeft: 255,
      wavBytes: 71e9,
      archiveBytes: 318e9,
      missing: 0,
      lostToday: 1,
      lostWeek: 3,
    },
    pauses: [
      { name: 'masa', labels: { ro: 'Masă', en: 'Lunch' } },
      { name: 'cafea', labels: { ro: 'Cafea', en: 'Coffee' } },
      { name: 'instruire', labels: { ro: 'Instruire', en: 'Training' } },
    ],
    thresholds: { version: 3, metrics: { 'answer-rate': { amber: 45, red: 25 } } },
  };
}

/** Some change state, as on a busy floor. */
export function wallUpdate(now: number, turn: number, seen: WallSeen = {}): WallMessage {
  const count = seen.agents ?? 14;
  const id = 1 + ((turn * 5) % count);
  const state = STATES[(turn * 3 + id) % STATES.length] ?? 'available';
  const changes = { ...agentAt(id - 1, now, seen.customers ?? true), state, since: iso(now) };
  return { type: 'update', at: iso(now), ...((seen.rows ?? true) && { agents: [changes] }) };
}

function stuckCalls(now: number): WallSnapshot['stuck']['calls'] {
  const base = { campaign: 'oradea', trunk: null, node: 'edge-1' };
  return [
    {
      ...base,
      id: '00000000-0000-4000-8000-00000000a001',
      workflowId: 'call:41877:2',
      stage: 'committing',
      since: iso(now - 412_000),
      reason: 'not-saved',
    },
    {
      ...base,
      id: '00000000-0000-4000-8000-00000000a002',
      workflowId: 'call:41902:1',
      stage: 'talking',
      since: iso(now - 1_260_000),
      reason: 'talks-long',
    },
    {
      ...base,
      id: '00000000-0000-4000-8000-00000000a003',
      workflowId: 'call:00000000-0000-4000-8000-00000000a003',
      campaign: null,
      trunk: 'principal',
      stage: 'claimed',
      since: iso(now - 95_000),
      reason: 'not-started',
    },
  ];
}

function agentAt(n: number, now: number, customers: boolean): WallAgent {
  const state = STATES[n % STATES.length] ?? 'available';
  const campaign = CAMPAIGNS[n % CAMPAIGNS.length] ?? '';
  const since =
    now - 1000 * (7 + ((n * 149) % 2_100) * (state === 'calling' || state === 'missed' ? 0.02 : 1));
  const onCall = state === 'in-call' || state === 'calling' || state === 'wrap-up';
  const round = Math.floor(n / (FIRST.length * LAST.length));
  return {
    id: n + 1,
    user: `agent-${n + 1}`,
    name: `${LAST[(n * 3 + Math.floor(n / 10)) % LAST.length]} ${FIRST[n % FIRST.length]}${round > 0 ? ` ${round + 1}` : ''}`,
    extension: String(101 + n),
    state,
    since: iso(since),
    reason: state === 'paused' ? (PAUSES[n % PAUSES.length] ?? null) : null,
    next: state === 'in-call' && n % 8 === 0 ? { to: 'paused', reason: 'masa' } : null,
    campaigns: [campaign],
    call: onCall
      ? {
          id: `00000000-0000-4000-8000-${String(n + 1).padStart(12, '0')}`,
          kind: 'outbound',
          campaign,
          stage: state === 'in-call' ? 'talking' : state === 'calling' ? 'ringing' : 'wrap-up',
          since: iso(since),
          held: n === 8,
          number: customers ? `+4072200${String(1000 + n).slice(-4)}` : null,
          customer: customers ? `${LAST[(n + 4) % LAST.length]} ${FIRST[(n + 2) % FIRST.length]}` : null,
        }
      : null,
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
