/**
 * What is typed during one call: in IndexedDB at once, on the server soon after. Whichever of the two is newer (`seq`)
 * is where a reload goes on.
 * @module
 */
import { batch, computed, signal, type ReadonlySignal } from '@preact/signals';
import type { CallDraft, DeskCall, WrapUp } from '../../../contracts/http/desk.ts';
import type { AnswerValue } from '../../../contracts/model/script.ts';
import { pageAt, prefilledAnswers, shownPages, type ShownPage } from '../../../domain/script.ts';
import { ApiError } from '../../api/problem.ts';
import type { Kept, KeptDraft } from './kept.ts';
import { knownOf } from './known.ts';

const DEBOUNCE_MS = 700;
const RETRY_MS = 4_000;

export type Callback = NonNullable<WrapUp['callback']>;
export type DraftState = 'clean' | 'typing' | 'local' | 'saved';

export interface DraftStore {
  callId: string;
  answers: ReadonlySignal<Readonly<Record<string, AnswerValue>>>;
  note: ReadonlySignal<string>;
  outcome: ReadonlySignal<string | null>;
  callback: ReadonlySignal<Callback | null>;
  doNotCallReason: ReadonlySignal<string>;
  /** The script page shown, undefined without a script. */
  page: ReadonlySignal<ShownPage | undefined>;
  pages: ReadonlySignal<readonly ShownPage[]>;
  /** `local`: only in this browser, the server is away. `saved`: on the server too. */
  state: ReadonlySignal<DraftState>;
  /** Id of the wrap-up saved for this call. */
  saved: ReadonlySignal<string | null>;
  setAnswer: (field: string, value: AnswerValue | undefined) => void;
  setNote: (note: string) => void;
  setOutcome: (outcome: string | null) => void;
  setCallback: (callback: Callback | null) => void;
  setDoNotCallReason: (reason: string) => void;
  goTo: (page: string) => void;
  /** Marks the call as saved (null: not, it came back refused). */
  markSaved: (id: string | null) => Promise<void>;
  /** Reads what this browser kept. */
  load: () => Promise<void>;
  dispose: () => void;
}

export interface DraftDeps {
  call: DeskCall;
  userId: number;
  kept: () => Promise<Kept>;
  put: (callId: string, draft: CallDraft) => Promise<void>;
  now?: () => number;
}

export function createDraftStore(deps: DraftDeps): DraftStore {
  const { call } = deps;
  const { script } = call;
  const now = deps.now ?? Date.now;
  const first = call.draft ?? {
    seq: 0,
    answers: script === null ? {} : prefilledAnswers(script, knownOf(call)),
    note: '',
    outcome: null,
    page: null,
  };
  const answers = signal<Readonly<Record<string, AnswerValue>>>(first.answers);
  const note = signal(first.note);
  const outcome = signal(first.outcome);
  const pageName = signal(first.page);
  const callback = signal<Callback | null>(null);
  const doNotCallReason = signal('');
  const saved = signal<string | null>(null);
  const state = signal<DraftState>(call.draft === null ? 'clean' : 'saved');
  let seq = first.seq;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;

  const draft = (): CallDraft => ({
    seq,
    answers: { ...answers.peek() } as CallDraft['answers'],
    note: note.peek(),
    outcome: outcome.peek(),
    page: pageName.peek(),
  });

  async function keep(): Promise<void> {
    const kept: KeptDraft = {
      callId: call.id,
      userId: deps.userId,
      draft: draft(),
      callback: callback.peek(),
      doNotCallReason: doNotCallReason.peek(),
      saved: saved.peek(),
      at: now(),
    };
    await (await deps.kept()).putDraft(kept);
  }

  function changed(): void {
    seq += 1;
    state.value = 'typing';
    void keep();
    send(DEBOUNCE_MS);
  }

  function send(afterMs: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => void put(), afterMs);
  }

  async function put(): Promise<void> {
    const sent = draft();
    try {
      await deps.put(call.id, sent);
      if (sent.seq === seq) state.value = 'saved';
    } catch (error) {
      if (ended) return;
      state.value = 'local';
      // Refused for good (the call is over, or not ours any more): the browser's copy is what there is.
      const final = error instanceof ApiError && error.status >= 400 && error.status < 500;
      if (!final && sent.seq === seq) send(RETRY_MS);
    }
  }

  async function load(): Promise<void> {
    const found = await (await deps.kept()).draft(call.id);
    if (found === undefined || found.userId !== deps.userId) return;
    batch(() => {
      callback.value = found.callback ?? null;
      doNotCallReason.value = found.doNotCallReason;
      saved.value = found.saved;
      if (found.draft.seq < seq) return;
      const newer = found.draft.seq > (call.draft?.seq ?? -1);
      seq = found.draft.seq;
      answers.value = found.draft.answers;
      note.value = found.draft.note;
      outcome.value = found.draft.outcome;
      pageName.value = found.draft.page;
      if (newer && found.saved === null) {
        state.value = 'typing';
        send(DEBOUNCE_MS);
      }
    });
  }

  const change = <T>(target: { value: T; peek: () => T }, value: T): void => {
    if (saved.peek() !== null || target.peek() === value) return;
    target.value = value;
    changed();
  };
  return {
    callId: call.id,
    answers,
    note,
    outcome,
    callback,
    doNotCallReason,
    saved,
    state,
    page: computed(() => (script === null ? undefined : pageAt(script, answers.value, pageName.value))),
    pages: computed(() => (script === null ? [] : shownPages(script, answers.value))),
    setAnswer: (field, value) => {
      const next = { ...answers.peek() };
      if (value === undefined) delete next[field];
      else next[field] = value;
      change(answers, next);
    },
    setNote: (value) => change(note, value),
    setOutcome: (value) => change(outcome, value),
    setCallback: (value) => change(callback, value),
    setDoNotCallReason: (value) => change(doNotCallReason, value),
    goTo: (page) => change(pageName, page),
    markSaved: async (id) => {
      saved.value = id;
      clearTimeout(timer);
      await keep();
    },
    load,
    dispose: () => {
      ended = true;
      clearTimeout(timer);
    },
  };
}
