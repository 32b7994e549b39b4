import { describe, expect, it } from 'vitest';
import { DIAL_WAITS } from '../../../domain/dial-wait.ts';
import { AGENT_REFUSALS } from '../../../domain/agent-state.ts';
import { ANSWER_PROBLEMS } from '../../../domain/script.ts';
import { AGENT_STATES } from '../../../contracts/model/agent.ts';
import { ApiError } from '../../api/problem.ts';
import { createI18n } from '../../i18n/i18n.ts';
import { enDesk } from '../../i18n/en-desk.ts';
import { en } from '../../i18n/en.ts';
import { roDesk } from '../../i18n/ro-desk.ts';
import { roPages } from '../../i18n/ro-pages.ts';
import { deskErrorWords } from './error-words.ts';

const i18n = createI18n({
  storage: { get: () => null, set: () => undefined },
  loadEnglish: async () => ({ ...en, ...enDesk }),
  parts: { pages: async () => roPages, desk: async () => roDesk },
});
await i18n.load('pages', 'desk');
const refused = (code: 'agent-busy' | 'invalid-request', params: object) =>
  new ApiError('problem', 409, {
    type: '', title: code, status: 409, code, requestId: 'r', params: params as never,
  }); // prettier-ignore

describe('the desk has words for', () => {
  it.each([
    ...DIAL_WAITS.map((code) => `desk.wait.${code}`),
    ...AGENT_REFUSALS.filter((code) => code !== 'no-reason').map((code) => `desk.busy.${code}`),
    ...AGENT_STATES.map((state) => `agent.${state}`),
    ...ANSWER_PROBLEMS.filter((code) => !['required', 'wrong-type', 'unknown-field'].includes(code)).map(
      (code) => `desk.field.${code}`,
    ),
  ])('%s', (key) => {
    // Not the whole catalogue as the message.
    expect(Object.keys({ ...roPages, ...roDesk }).includes(key)).toBe(true);
  });
});

it('says what stands against a call, not that something does', () => {
  expect(deskErrorWords(i18n, refused('agent-busy', { reason: 'do-not-call' }))).toBe(
    'Persoana a cerut să nu mai fie sunată.',
  );
  expect(deskErrorWords(i18n, refused('agent-busy', { reason: 'trunk-channels' }))).toBe(
    'Toate liniile spre operator sunt ocupate.',
  );
  expect(deskErrorWords(i18n, refused('agent-busy', { reason: 'moon-phase' }))).toBe(
    i18n.t('problem.agent-busy'),
  );
});

it('a number that is none says what is wrong with it', () => {
  const issues = (message: string) => refused('invalid-request', { issues: [{ path: 'number', message }] });
  expect(deskErrorWords(i18n, issues('premium'))).toBe('Numerele cu suprataxă nu se sună.');
  expect(deskErrorWords(i18n, issues('not-valid'))).toBe('Numărul nu este corect.');
});
