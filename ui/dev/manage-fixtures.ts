/// <reference types="node" />
/**
 * What the pictures of the administration have beside the configuration: test calls over a trunk.
 * @module
 */
import type { Queue, Queues } from '../../contracts/http/queues.ts';
import type { TrunkTest, TrunkTests } from '../../contracts/http/trunk-tests.ts';

/** Typed in the pictures: a call that is going on, one that a person answered, one that the carrier refused. */
export const TEST_NUMBERS = { running: '0722 000 101', answered: '0722 000 102', refused: '0722 000 103' };

/** Undefined: there is no such address. */
export function manageAnswer(method: string, path: string, body: unknown, now: number): unknown {
  if (/^\/api\/trunks\/[^/]+\/tests$/.test(path)) {
    return method === 'POST' ? begun((body as { number: string }).number, now) : trunkTests(now);
  }
  if (path === '/api/queues') {
    const agents = ['Alexandra Vasilescu-Brâncoveanu', 'Bogdan Pop', 'Cristina Moldovan', 'Dan Ilieș'].map(
      (name, at) => ({
        id: at + 1,
        name,
        contacts: [31, 24, 0, 8][at] ?? 0,
        due: [18, 24, 0, 3][at] ?? 0,
        onShift: at < 2,
      }),
    );
    return { day: '2026-11-21', zone: 'Europe/Bucharest', dealtOut: true, agents } satisfies Queues;
  }
  if (path === '/api/queues/free/search') return { contacts: queued(now, 6, 40), more: true } satisfies Queue;
  if (/^\/api\/queues\/\d+$/.test(path)) {
    return { contacts: path.endsWith('/3') ? [] : queued(now, 9, 1), more: false } satisfies Queue;
  }
  return undefined;
}

const PEOPLE = [
  ['Șerbănescu Maria-Magdalena', 'Oradea'],
  ['Kovács István', 'Salonta'],
  ['Popa Ion', 'Beiuș'],
  ['Țurcanu Elena', 'Oradea'],
] as const;

function queued(now: number, count: number, from: number): Queue['contacts'] {
  const kinds = ['callback', 'priority', 'priority', 'retry', 'new'] as const;
  return Array.from({ length: count }, (_, at) => {
    const [name, locality] = PEOPLE[(from + at) % PEOPLE.length] ?? ['', ''];
    return {
      id: from + at,
      name,
      locality,
      number: `0722 000 ${String(100 + from + at)}`,
      list: 'oradea-2026-11',
      kind: from > 1 ? ('new' as const) : (kinds[Math.min(at, kinds.length - 1)] ?? 'new'),
      dueAt: new Date(now - (at + 1) * 1_900_000).toISOString(),
      attempts: at === 3 ? 2 : 0,
      onCall: from === 1 && at === 1,
    };
  });
}

/** The one that goes on is there once it was begun; the server of the pictures is asked by one page at a time. */
let running = false;

/** Which one was begun is told by its number. */
function begun(number: string, now: number): TrunkTest | undefined {
  running = number === TEST_NUMBERS.running;
  return trunkTests(now).tests.find((test) => test.number === number);
}

function trunkTests(now: number): TrunkTests {
  const at = (secondsAgo: number): string => new Date(now - secondsAgo * 1_000).toISOString();
  const base: TrunkTest = {
    id: '0199f000-0000-7000-8000-000000000001',
    number: TEST_NUMBERS.running,
    callerId: '0259 123 456',
    prompt: null,
    at: at(6),
    by: 'ioana.marin',
    stage: 'ringing',
    stageAt: at(3),
    ringingAt: null,
    answeredAt: null,
    endedAt: null,
    result: null,
    reason: null,
    sipStatus: null,
    talkMs: null,
    heardMs: null,
    promptMs: null,
    timeline: [],
  };
  const over = { stage: null, stageAt: null, talkMs: 0 };
  const answered: TrunkTest = {
    ...base,
    ...over,
    id: '0199f000-0000-7000-8000-000000000002',
    number: TEST_NUMBERS.answered,
    at: at(31),
    ringingAt: at(29),
    answeredAt: at(22),
    endedAt: at(17),
    result: 'success',
    reason: 'hang-up-by-us',
    sipStatus: 200,
    talkMs: 4_900,
    heardMs: 4_480,
    promptMs: 4_480,
    timeline: [
      { at: at(30), kind: 'invite' },
      { at: at(22), kind: 'prompt-started' },
    ],
  };
  const refused: TrunkTest = {
    ...base,
    ...over,
    id: '0199f000-0000-7000-8000-000000000003',
    number: TEST_NUMBERS.refused,
    at: at(90_000),
    endedAt: at(89_999),
    result: 'carrier',
    reason: 'forbidden',
    sipStatus: 403,
    timeline: [{ at: at(90_000), kind: 'invite' }],
  };
  return { tests: running ? [base, answered, refused] : [answered, refused], callerIds: ['0259 123 456'] };
}
