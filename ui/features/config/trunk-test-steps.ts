/**
 * What a test call did, as steps on the page, and what follows from its end.
 * @module
 */
import type { TrunkTest } from '../../../contracts/http/trunk-tests.ts';
import type { Tone } from '../../design/tone.ts';

export const TEST_STEPS = ['claimed', 'inviting', 'ringing', 'answered', 'played', 'ended'] as const;
export type TestStep = (typeof TEST_STEPS)[number];
/** `skipped`: the call went past it (a carrier that answers without ringing), or ended before it. */
export type StepState = 'done' | 'now' | 'ahead' | 'skipped';

export interface StepView {
  step: TestStep;
  state: StepState;
  /** RFC 3339. */
  at?: string;
}

const ORDER: Readonly<Record<NonNullable<TrunkTest['stage']>, TestStep>> = {
  claimed: 'claimed',
  inviting: 'inviting',
  ringing: 'ringing',
  talking: 'played',
  ending: 'ended',
  'wrap-up': 'ended',
  committing: 'ended',
};

export function stepsOf(test: TrunkTest): StepView[] {
  const at = timesOf(test);
  const now = test.endedAt === null ? TEST_STEPS.indexOf(ORDER[test.stage ?? 'claimed']) : TEST_STEPS.length;
  return TEST_STEPS.map((step, index) => {
    const when = at[step];
    const reached = when !== undefined || (test.endedAt === null && step !== 'ringing' && index < now);
    const state: StepState = index === now ? 'now' : reached ? 'done' : index < now ? 'skipped' : 'ahead';
    return { step, state, ...(when !== undefined && { at: when }) };
  });
}

function timesOf(test: TrunkTest): Partial<Record<TestStep, string>> {
  const mark = (kind: string): string | undefined => test.timeline.find((one) => one.kind === kind)?.at;
  const inviting = mark('invite') ?? (test.stage === 'inviting' ? test.stageAt : null);
  const ringing = test.ringingAt ?? (test.stage === 'ringing' ? test.stageAt : null);
  const played = mark('prompt-started');
  return {
    claimed: test.at,
    ...(inviting != null && { inviting }),
    ...(ringing != null && { ringing }),
    ...(test.answeredAt !== null && { answered: test.answeredAt }),
    ...(played !== undefined && { played }),
    ...(test.endedAt !== null && { ended: test.endedAt }),
  };
}

/** Keys of `config.test.do.*`: what to do after an end. */
export const ADVICE = [
  'works',
  'reached',
  'number',
  'log-in',
  'forbidden',
  'busy-carrier',
  'no-response',
  'bad-response',
  'media',
  'gate',
  'released',
  'platform',
] as const;
export type Advice = (typeof ADVICE)[number];

const BY_REASON: Readonly<Record<NonNullable<TrunkTest['reason']>, Advice>> = {
  'hang-up-by-customer': 'works',
  'hang-up-by-us': 'works',
  'talk-limit': 'works',
  'desk-lost': 'platform',
  busy: 'reached',
  'no-answer': 'reached',
  declined: 'reached',
  nonexistent: 'number',
  unavailable: 'busy-carrier',
  congestion: 'busy-carrier',
  forbidden: 'forbidden',
  'no-response': 'no-response',
  'bad-response': 'bad-response',
  'media-not-acceptable': 'media',
  'not-placed': 'platform',
  skipped: 'platform',
  'desk-unreachable': 'platform',
  'edge-lost': 'platform',
  'sip-server-lost': 'platform',
  'media-lost': 'platform',
  released: 'released',
  'refused-by-gate': 'gate',
  'timed-out': 'platform',
  'internal-error': 'platform',
};

/** RFC 3261 §22: the carrier asks who we are, and does not take the answer. */
const LOG_IN_STATUSES: readonly (number | null)[] = [401, 407];

export function adviceOf({ reason, sipStatus }: Pick<TrunkTest, 'reason' | 'sipStatus'>): Advice {
  if (reason === null) return 'platform';
  if (reason === 'forbidden' && LOG_IN_STATUSES.includes(sipStatus)) return 'log-in';
  return BY_REASON[reason];
}

/** A telephone that is busy, or that nobody answers, was reached: the trunk works. */
export function toneOf(advice: Advice): Tone {
  if (advice === 'works' || advice === 'reached') return 'positive';
  return advice === 'released' || advice === 'gate' || advice === 'platform' || advice === 'number'
    ? 'warning'
    : 'danger';
}
