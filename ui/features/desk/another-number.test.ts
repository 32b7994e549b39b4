import { expect, it, vi } from 'vitest';
import type { WrapUp } from '../../../contracts/http/desk.ts';
import { deskOf, type DeskScenario } from '../../dev/desk-scenarios.ts';
import { STATUSES } from '../../dev/fixtures.ts';
import { ApiError } from '../../api/problem.ts';
import { createActions } from './actions.ts';
import { createAnotherNumber } from './another-number.ts';
import { createCallForm } from './call-form.ts';
import { memoryKept } from './kept.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');
const OTHER = '+40700000214';
const away = () => Promise.reject(new ApiError('problem', 503));

/** The call of a scenario, over a server that answers as told. */
async function setUp(scenario: DeskScenario, another = vi.fn(async () => deskOf('ringing', '', NOW))) {
  const { call } = deskOf(scenario, '', NOW);
  const wrapUp = vi.fn(async (..._sent: [string, WrapUp]) => ({ state: 'stored' as const }));
  const onError = vi.fn();
  let ids = 0;
  const form = createCallForm({
    api: { wrapUp, saveDraft: async () => undefined },
    userId: 7,
    kept: Promise.resolve(memoryKept()),
    clock: { now: () => NOW },
    phone: { talkQuality: () => undefined },
    statusOf: (code) => STATUSES.find((status) => status.code === code),
    uuid: () => 'saved',
    call: () => call,
    onSent: () => undefined,
  });
  form.turnTo(call);
  await form.draft.value?.load();
  const dial = vi.fn(async () => true);
  const { callAnother } = createAnotherNumber({
    api: { wrapUp, another },
    actions: createActions({ accept: () => undefined, refresh: async () => undefined, onError }),
    form,
    call: () => call,
    dial,
    expectGone: () => undefined,
    uuid: () => `w${(ids += 1)}`,
  });
  return { callAnother, form, wrapUp, another, dial, onError };
}

it('in the preview the other number is called instead; nothing is saved', async () => {
  const { callAnother, dial, wrapUp } = await setUp('preview');
  expect(await callAnother(OTHER)).toBe(true);
  expect(dial).toHaveBeenCalledWith(OTHER);
  expect(wrapUp).not.toHaveBeenCalled();
});

it('a phone that rings is saved as no answer, with the number that follows', async () => {
  const { callAnother, wrapUp, another, form } = await setUp('ringing');
  expect(await callAnother(OTHER)).toBe(true);
  expect(wrapUp.mock.calls[0]?.[1]).toMatchObject({
    id: 'w1',
    outcome: 'no-answer',
    another: { number: OTHER },
  });
  expect(another).toHaveBeenCalledOnce();
  expect(form.draft.value?.saved.value).toBe('w1');
});

it('whoever answered has an outcome, which is asked for first', async () => {
  const { callAnother, form, wrapUp } = await setUp('talking');
  expect(await callAnother(OTHER)).toBe(false);
  expect([form.problems.value?.outcome, wrapUp.mock.calls.length]).toEqual(['missing', 0]);
});

it.each(['callback', 'opted-out'])('no other number is called with the outcome %s', async (outcome) => {
  const { callAnother, form, wrapUp } = await setUp('talking');
  form.draft.value?.setOutcome(outcome);
  expect(await callAnother(OTHER)).toBe(false);
  expect([form.problems.value?.outcome, wrapUp.mock.calls.length]).toEqual(['ends', 0]);
});

it('a number that is refused leaves the form open, and is the same wrap-up when it is tried again', async () => {
  const { callAnother, form, wrapUp, another, onError } = await setUp('busy');
  wrapUp.mockRejectedValueOnce(new ApiError('problem', 409));
  expect(await callAnother(OTHER)).toBe(false);
  expect([onError.mock.calls.length, another.mock.calls.length, form.draft.value?.saved.value]).toEqual([
    1,
    0,
    null,
  ]);
  expect(await callAnother(OTHER)).toBe(true);
  expect(wrapUp.mock.calls.map(([, { id, outcome }]) => [id, outcome])).toEqual([
    ['w1', 'busy'],
    ['w1', 'busy'],
  ]);
});

it('a commit that takes longer is asked for again, not for ever', async () => {
  const late = vi.fn(async () => deskOf('ringing', '', NOW)).mockImplementationOnce(away);
  expect(await (await setUp('busy', late)).callAnother(OTHER)).toBe(true);
  expect(late).toHaveBeenCalledTimes(2);
  const never = vi.fn(away);
  const { callAnother, onError } = await setUp('busy', never);
  expect(await callAnother(OTHER)).toBe(false);
  expect([never.mock.calls.length, onError.mock.calls.length]).toEqual([3, 1]);
});
