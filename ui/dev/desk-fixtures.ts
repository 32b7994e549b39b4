/**
 * Made-up people, calls and a script in the shapes of `contracts/http/desk.ts`. Numbers are from no plan in use: nobody
 * has them.
 * @module
 */
import type { Customer, DeskCall, DeskHistory, DeskOptions } from '../../contracts/http/desk.ts';
import type { ScriptDef } from '../../contracts/model/script.ts';
import { callId } from './fixtures.ts';

export const iso = (ms: number): string => new Date(ms).toISOString();
const both = (ro: string, en: string) => ({ ro, en });

export const DESK_OPTIONS: DeskOptions = {
  campaigns: [
    { name: 'sondaj-bihor', label: 'Sondaj Bihor' },
    { name: 'oradea', label: 'Oradea, programări control' },
    { name: 'reamintire-plata', label: 'Reamintire plată' },
  ],
  pauseReasons: [
    { name: 'break', labels: both('Pauză scurtă', 'Short break'), maxMinutes: 15 },
    { name: 'lunch', labels: both('Masă', 'Lunch'), maxMinutes: 45 },
    { name: 'training', labels: both('Instruire', 'Training'), maxMinutes: null },
    { name: 'meeting', labels: both('Ședință', 'Meeting'), maxMinutes: null },
  ],
};

/** S0's script: who calls and that it is recorded, age group, place and name, education. */
export const SCRIPT: ScriptDef = {
  name: 's0',
  label: 'Sondaj',
  pages: [
    {
      name: 'opening',
      title: both('Deschidere', 'Opening'),
      text: both(
        'Bună ziua, {contact.firstName}! Mă numesc {agent.name} și vă sun din partea campaniei „{campaign.label}”. Convorbirea se înregistrează; dacă nu doriți, opresc înregistrarea acum.\n\nAveți două minute pentru câteva întrebări?',
        'Good day, {contact.firstName}! My name is {agent.name}, I am calling for the campaign “{campaign.label}”. The call is recorded; if you do not want that, I stop the recording now.\n\nDo you have two minutes for a few questions?',
      ),
      fields: [
        {
          name: 'age-group',
          type: 'choice',
          labels: both('Grupă de vârstă', 'Age group'),
          required: true,
          options: [
            { value: '20-30', labels: both('20–30 ani', '20–30 years') },
            { value: '30-40', labels: both('30–40 ani', '30–40 years') },
            { value: '40-50', labels: both('40–50 ani', '40–50 years') },
            { value: '50-60', labels: both('50–60 ani', '50–60 years') },
            { value: 'outside', labels: both('În afara grupei', 'Outside') },
          ],
        },
      ],
      jumps: [{ when: { field: 'age-group', in: ['outside'] }, to: 'thanks' }],
    },
    {
      name: 'place',
      title: both('Localitate și nume', 'Place and name'),
      text: both('În ce localitate locuiți, {contact.firstName}?', 'Where do you live, {contact.firstName}?'),
      fields: [
        { name: 'county', type: 'county', labels: both('Județ', 'County'), required: true, prefill: 'county' },
        { name: 'locality', type: 'locality', labels: both('Localitate', 'Locality'), required: true, prefill: 'locality' },
        { name: 'name', type: 'text', labels: both('Nume', 'Name'), required: true, prefill: 'fullName' },
        { name: 'persons', type: 'number', labels: both('Persoane în gospodărie', 'Persons in household'), required: false, min: 1, max: 20 },
      ],
    },
    {
      name: 'education',
      title: both('Studii', 'Education'),
      text: both('Ce studii ați terminat?', 'What is your education?'),
      fields: [
        {
          name: 'education',
          type: 'choice',
          labels: both('Studii sau ocupație', 'Education or occupation'),
          required: true,
          options: [
            { value: 'school', labels: both('Liceu', 'High school') },
            { value: 'university', labels: both('Facultate', 'University') },
            { value: 'farm', labels: both('Mulge lapte', 'Milks cows') },
          ],
        },
        {
          name: 'faculty',
          type: 'text',
          labels: both('Ce facultate?', 'Which faculty?'),
          required: false,
          showIf: { field: 'education', in: ['university'] },
        },
      ],
    },
    {
      name: 'thanks',
      title: both('Încheiere', 'Closing'),
      text: both('Vă mulțumesc pentru timpul acordat. O zi bună!', 'Thank you for your time. Good day!'),
      fields: [],
    },
  ],
}; // prettier-ignore

const NAMES = [
  'Andreea Popescu',
  'Vlad Mureșan',
  'Ilinca Țăranu',
  'Ștefan Bălan',
  'Sânziana Câmpean',
] as const;

export function customerOf(index: number, now: number): Customer {
  const fullName = NAMES[index % NAMES.length] ?? NAMES[0];
  const [firstName = '', lastName = ''] = fullName.split(' ');
  const number = (position: number, digits: number, change: object = {}) => ({
    shown: `0700 000 ${String(digits).padStart(3, '0')}`,
    e164: `+40700000${String(digits).padStart(3, '0')}`,
    position,
    active: true,
    doNotCall: false,
    stopped: false,
    ...change,
  });
  const interaction = (n: number, days: number, status: string, more: object = {}) => ({
    callId: callId(700 + n),
    at: iso(now - days * 86_400_000 - n * 3_600_000),
    kind: 'outbound' as const,
    campaign: 'Sondaj Bihor',
    list: 'oradea-2026-11',
    status,
    agent: 'Sabin Blejan',
    talkMs: 0,
    details: [],
    recording: false,
    ...more,
  });
  return {
    id: 48_213 + index,
    externalId: `C-${20_451 + index}`,
    fullName,
    firstName,
    lastName,
    email: 'a.popescu@example.ro',
    numbers: [number(1, 12 + index), number(2, 214), number(3, 377, { doNotCall: true, active: false })],
    locality: 'Oradea',
    county: 'Bihor',
    age: 44,
    ageBand: '40–50 ani',
    address: 'Str. Republicii 12, ap. 4',
    language: 'română',
    note: 'Preferă să fie sunată după ora 16.',
    accountStatus: 'activ',
    tier: 'Gold',
    openCases: '1',
    lifetimeValue: '3.240 lei',
    lastContactAt: iso(now - 9 * 86_400_000),
    state: 'open',
    list: 'oradea-2026-11',
    attempts: 2,
    custom: { Abonament: 'Fibră 500', 'Client din': '2019' },
    history: [
      interaction(1, 9, 'success', {
        details: ['Oradea', 'Bihor', '40–50 ani'],
        talkMs: 214_000,
        recording: true,
      }),
      interaction(2, 10, 'no-answer'),
      interaction(3, 31, 'busy', { campaign: 'Oradea, programări control', agent: null, kind: 'robot' }),
    ],
  };
}

export function callOf(index: number, now: number, change: Partial<DeskCall> = {}): DeskCall {
  const customer = customerOf(index, now);
  const [number] = customer.numbers;
  if (number === undefined) throw new Error('no number');
  return {
    id: callId(900 + index),
    kind: 'outbound',
    manual: false,
    stage: 'claimed',
    stageSince: iso(now),
    previewUntil: null,
    answeredAt: null,
    heldSince: null,
    deskLostSince: null,
    recording: 'on',
    endedAt: null,
    endReason: null,
    proposedOutcome: null,
    wrapUpUntil: null,
    wrapUpExtendSeconds: 60,
    campaign: { name: 'sondaj-bihor', label: 'Sondaj Bihor', zone: 'Europe/Bucharest', autoNext: true },
    number,
    customer,
    script: SCRIPT,
    outcomes: ['success', 'not-interested', 'wrong-age-group', 'callback', 'opted-out', 'voicemail'],
    draft: null,
    ...change,
  };
}

export function deskHistory(now: number): DeskHistory {
  const statuses = [
    'success',
    'no-answer',
    'not-interested',
    'busy',
    'callback',
    'success',
    'nonexistent',
  ] as const;
  return {
    calls: statuses.map((status, index) => ({
      id: callId(800 + index),
      at: iso(now - (index + 1) * 260_000),
      kind: index === 4 ? 'inbound' : 'outbound',
      number: `0700 000 ${String(31 + index).padStart(3, '0')}`,
      name: NAMES[index % NAMES.length] ?? null,
      contactId: 48_000 + index,
      status,
      talkMs: status === 'success' ? 187_000 : status === 'not-interested' ? 31_000 : 0,
    })),
  };
}
