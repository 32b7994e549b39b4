/**
 * Made-up desks, one for each state that the page can show.
 * @module
 */
import type { Desk, DeskCall } from '../../contracts/http/desk.ts';
import { callOf, customerOf, iso } from './desk-fixtures.ts';

const UNANSWERED = ['no-answer', 'busy', 'nonexistent', 'declined', 'voicemail', 'technical-failure'];
const DRAFT = {
  seq: 9,
  answers: { 'age-group': '40-50', county: 'Bihor', locality: 'Oradea', name: 'Andreea Popescu' },
  note: 'Sună la ușă un curier, revine imediat.',
  outcome: null,
  page: 'place',
};

export const DESK_SCENARIOS = [
  'log-on', 'no-campaigns', 'elsewhere', 'logged-in', 'available', 'paused', 'long-pause', 'connection', 'missed', 'preview',
  'inviting', 'ringing', 'talking', 'education', 'held', 'lost', 'manual', 'no-script', 'long-names', 'next-pause', 'wrap-up',
  'wrap-up-ready', 'busy',
] as const; // prettier-ignore
export type DeskScenario = (typeof DESK_SCENARIOS)[number];

const PLACE =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36 (192.0.2.14)';

export function deskOf(scenario: DeskScenario, deskId: string, now: number): Desk {
  const base: Desk = {
    at: iso(now),
    agent: {
      id: 7,
      name: 'Ioana Marin',
      extension: '104',
      state: 'available',
      since: iso(now - 34_000),
      reason: null,
      nextState: null,
      worksOn: 'outbound',
      campaigns: [
        { name: 'sondaj-bihor', label: 'Sondaj Bihor', manualCalls: true },
        { name: 'oradea', label: 'Oradea, programări control', manualCalls: true },
      ],
      shiftSince: iso(now - 3_840_000),
    },
    deskId,
    deskPlace: PLACE,
    phone: 'registered',
    call: null,
    today: { calls: 23, answered: 11, positive: 6, talkMs: 2_514_000 },
    callbacksDue: 0,
  };
  const agent = (change: Partial<Desk['agent']>): Desk => ({ ...base, agent: { ...base.agent, ...change } });
  const inCall = (state: Desk['agent']['state'], change: Partial<DeskCall>): Desk => ({
    ...agent({ state }),
    call: callOf(0, now, change),
  });
  const talking = {
    stage: 'talking' as const,
    stageSince: iso(now - 74_000),
    answeredAt: iso(now - 74_000),
    draft: DRAFT,
  };
  const over = {
    stage: 'wrap-up' as const,
    stageSince: iso(now - 12_000),
    endedAt: iso(now - 12_000),
    draft: DRAFT,
  };
  switch (scenario) {
    case 'log-on':
    case 'no-campaigns':
      return {
        ...agent({ state: 'logged-out', worksOn: null, campaigns: [], shiftSince: null }),
        deskId: null,
        deskPlace: null,
        phone: 'unregistered',
      };
    case 'elsewhere':
      return { ...inCall('in-call', talking), deskId: '00000000-0000-4000-8000-000000000000' };
    case 'logged-in':
      return agent({ state: 'logged-in' });
    case 'paused':
      return agent({ state: 'paused', reason: 'break', since: iso(now - 260_000) });
    case 'long-pause':
      return agent({ state: 'paused', reason: 'break', since: iso(now - 1_090_000) });
    case 'connection':
      return agent({ state: 'paused', reason: 'connection' });
    case 'missed':
      return agent({ state: 'missed' });
    case 'preview':
      return inCall('calling', { previewUntil: iso(now + 14_000), stageSince: iso(now - 6_000) });
    case 'inviting':
      return inCall('calling', { stage: 'inviting', stageSince: iso(now - 1_000) });
    case 'ringing':
      return inCall('calling', { stage: 'ringing', stageSince: iso(now - 7_000) });
    case 'talking':
      return inCall('in-call', talking);
    case 'education':
      return inCall('in-call', {
        ...talking,
        draft: {
          ...DRAFT,
          page: 'education',
          answers: { ...DRAFT.answers, education: 'university', faculty: 'Științe economice' },
        },
      });
    case 'held':
      return inCall('in-call', { ...talking, heldSince: iso(now - 18_000) });
    case 'lost':
      return inCall('in-call', { ...talking, deskLostSince: iso(now - 4_000) });
    case 'wrap-up':
      return inCall('wrap-up', {
        ...over,
        answeredAt: iso(now - 226_000),
        endReason: 'hang-up-by-customer',
        wrapUpUntil: iso(now + 108_000),
        draft: { ...DRAFT, page: 'education', outcome: 'callback' },
      });
    case 'wrap-up-ready':
      return inCall('wrap-up', {
        ...over,
        answeredAt: iso(now - 226_000),
        endReason: 'hang-up-by-us',
        wrapUpUntil: iso(now + 108_000),
        draft: {
          ...DRAFT,
          page: 'education',
          outcome: 'success',
          answers: { ...DRAFT.answers, education: 'school' },
        },
      });
    case 'no-script':
      return inCall('in-call', { ...talking, script: null, draft: { ...DRAFT, answers: {}, page: null } });
    case 'long-names':
      return { ...inCall('in-call', talking), ...longNames(now, talking) };
    case 'next-pause':
      return {
        ...inCall('in-call', talking),
        agent: { ...base.agent, state: 'in-call', nextState: { to: 'paused', reason: 'lunch' } },
      };
    case 'busy':
      return inCall('wrap-up', {
        ...over,
        endReason: 'busy',
        proposedOutcome: 'busy',
        wrapUpUntil: iso(now + 7_000),
        outcomes: UNANSWERED,
        draft: null,
      });
    case 'manual':
      return inCall('in-call', {
        ...talking,
        manual: true,
        customer: null,
        script: null,
        draft: null,
        recording: 'refused',
      });
    default:
      return { ...base, callbacksDue: 2 };
  }
}

/** What a list of real people brings: everything as long as it comes. */
function longNames(now: number, talking: Partial<DeskCall>): Pick<Desk, 'call' | 'agent'> {
  const desk = deskOf('talking', '', now);
  const fullName = 'Ștefania-Alexandrina Constantinescu-Brâncoveanu';
  const customer = {
    ...customerOf(0, now),
    fullName,
    firstName: 'Ștefania-Alexandrina',
    lastName: 'Constantinescu-Brâncoveanu',
    locality: 'Sânnicolau de Munte',
    county: 'Bistrița-Năsăud',
    email: 'stefania-alexandrina.constantinescu-brancoveanu@administratia.example.ro',
    address: 'Bulevardul Regele Ferdinand I al României nr. 117, bl. C12, sc. B, et. 4, ap. 58',
    accountStatus: 'suspendat temporar la cererea clientului',
    note: 'Rugămintea ei este să fie sunată numai în zilele lucrătoare între 16:30 și 18:00, pe numărul de mobil.',
    list: 'bistrita-nasaud-si-maramures-2026-11-prioritar',
    custom: { 'Abonament principal': 'Fibră 1000 + TV Extins + Mobil Nelimitat', 'Client din': '08.02.2019' },
  };
  const campaign = {
    name: 'sondaj',
    label: 'Sondaj privind calitatea serviciilor publice din regiunea Nord-Vest',
    zone: 'Europe/Bucharest',
    autoNext: true,
  };
  return {
    agent: {
      ...desk.agent,
      name: 'Alexandrina-Maria Constantinescu',
      campaigns: [{ ...campaign, manualCalls: true }],
    },
    call: callOf(0, now, {
      ...talking,
      customer,
      campaign,
      draft: {
        ...DRAFT,
        answers: {
          ...DRAFT.answers,
          county: 'Bistrița-Năsăud',
          locality: 'Sânnicolau de Munte',
          name: fullName,
        },
      },
    }),
  };
}
