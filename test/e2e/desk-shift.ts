/**
 * Ten calls in a row, each of another kind, as an agent works them: with keys only.
 * @module
 */
import { chooseOutcome, type DeskPage } from './desk-browser.ts';
import type { Customer, CustomerDoes } from './desk-customers.ts';
import { hearEachOther, hearsAgent, hearsNothingOf } from './desk-hearing.ts';
import { until } from './site.ts';

const SOON_MS = 60_000;

export interface Shift {
  desk: DeskPage;
  /** The agent's tone. */
  hertz: number;
  /** F2 on the contact that is shown; resolves when it rings there. */
  dial: () => Promise<Customer>;
  /** Of tomorrow. */
  callbackTime: string;
}

export interface ShiftCall {
  /** What the customer does; also the end of their number. */
  ending: string;
  does: CustomerDoes;
  /** From the contact that is shown to the save. */
  work: (shift: Shift) => Promise<void>;
  /** What is in Postgres afterwards. */
  becomes: Committed;
}

export interface Committed {
  status: string;
  reason: string;
  answers: Record<string, string>;
  note: string | null;
  recording: 'ready' | 'none';
}

const ANSWERS = { answersAfterMs: 0 } as const;
const unanswered = (status: string): Committed => ({
  status,
  reason: status,
  answers: {},
  note: null,
  recording: 'none',
});

export const SHIFT_CALLS: readonly ShiftCall[] = [
  {
    ending: '01',
    does: ANSWERS,
    work: async ({ desk, dial, hertz }) => {
      const customer = await dial();
      await desk.stage('talking');
      await hearEachOther(desk, customer, hertz);
      await answerAge(desk, 1);
      await answerPlace(desk, ['bih', 'orad', 'Ion Pop']);
      // The last question is passed over: the save finds it, and the focus is there.
      await toOutcomes(desk);
      await chooseOutcome(desk, 'success');
      await desk.press('F4');
      await desk.stage('wrap-up');
      await desk.press('Control+Enter');
      await desk.sees('.script-field:has-text("Completați acest câmp.")');
      await desk.focused('.script-fields input[value=liceu]');
      await desk.press('Space', 'Control+Enter');
    },
    becomes: {
      status: 'success',
      reason: 'hang-up-by-us',
      answers: {
        'age-group': '31-40',
        county: 'Bihor',
        locality: 'Oradea',
        'full-name': 'Ion Pop',
        education: 'liceu',
      },
      note: null,
      recording: 'ready',
    },
  },
  {
    ending: '02',
    does: ANSWERS,
    work: async ({ desk, dial, hertz }) => {
      const customer = await dial();
      await desk.stage('talking');
      await desk.press('F8');
      await desk.sees('.control[aria-pressed=true]');
      await until('a muted agent is not heard', SOON_MS, () => hearsNothingOf(customer, hertz));
      await desk.press('F8');
      await until('the agent is heard again', SOON_MS, () => hearsAgent(customer, hertz));
      await answerAge(desk, 0);
      await answerPlace(desk, ['clu', 'cluj', 'Ana Câmpean']);
      await desk.tabTo('.script-fields input[value=liceu]');
      await desk.press('Space', 'ArrowRight');
      await toOutcomes(desk);
      await chooseOutcome(desk, 'success');
      await desk.tabTo('textarea.note');
      await desk.type('Sună din mașină; revine „acasă” după șase');
      await desk.press('Control+Enter');
      await desk.sees('.wrap-up[data-saved=true]');
      customer.hangUp();
    },
    becomes: {
      status: 'success',
      reason: 'hang-up-by-customer',
      answers: {
        'age-group': '20-30',
        county: 'Cluj',
        locality: 'Cluj-Napoca',
        'full-name': 'Ana Câmpean',
        education: 'facultate',
      },
      note: 'Sună din mașină; revine „acasă” după șase',
      recording: 'ready',
    },
  },
  {
    ending: '03',
    does: ANSWERS,
    work: async ({ desk, dial }) => {
      await dial();
      await desk.stage('talking');
      // Outside of the group: the questions are left out.
      await answerAge(desk, 4);
      await desk.sees('.script-head:has-text("Încheierea")');
      await toOutcomes(desk);
      await chooseOutcome(desk, 'wrong-age-group');
      await desk.press('F4');
      await desk.stage('wrap-up');
      await desk.press('Control+Enter');
    },
    becomes: {
      status: 'wrong-age-group',
      reason: 'hang-up-by-us',
      answers: { 'age-group': 'in-afara' },
      note: null,
      recording: 'ready',
    },
  },
  {
    ending: '04',
    does: { refuses: 486 },
    work: async ({ desk }) => confirm(desk, 'busy'),
    becomes: unanswered('busy'),
  },
  {
    ending: '05',
    does: 'rings',
    work: async ({ desk, dial }) => {
      await dial();
      await desk.stage('ringing');
      // „După apel”: the pause is chosen while it rings.
      await desk.tabTo('.after-call select', 'Shift+Tab');
      await desk.press('ArrowDown', 'ArrowDown');
      await desk.press('F4');
      await desk.stage('wrap-up');
      await desk.sees('.outcome[data-code=no-answer][aria-checked=true]');
      await desk.press('Control+Enter');
      await desk.focused('.idle[data-state=paused] .idle-go');
      await desk.sees('.state-button:has-text("Pauză de masă")');
      await desk.press('F2');
      await desk.focused('.idle[data-state=available] .idle-go:not([aria-disabled=true])');
      await desk.press('F2');
    },
    becomes: unanswered('no-answer'),
  },
  {
    ending: '06',
    does: { refuses: 404 },
    work: async ({ desk }) => confirm(desk, 'nonexistent'),
    becomes: unanswered('nonexistent'),
  },
  {
    ending: '07',
    does: { refuses: 603 },
    work: async ({ desk }) => confirm(desk, 'declined'),
    becomes: unanswered('declined'),
  },
  {
    ending: '08',
    does: ANSWERS,
    work: async ({ desk, dial, callbackTime }) => {
      await dial();
      await desk.stage('talking');
      await answerAge(desk, 2);
      await desk.press('F4');
      await desk.stage('wrap-up');
      await desk.tabTo('.outcome');
      await chooseOutcome(desk, 'callback');
      await desk.tabTo('.callback .chip:has-text("Mâine")');
      await desk.press('Enter');
      await desk.tabTo('.callback input[inputmode=numeric]');
      await desk.type(callbackTime);
      await desk.press('Control+Enter');
    },
    becomes: {
      status: 'callback',
      reason: 'hang-up-by-us',
      answers: { 'age-group': '41-50' },
      note: null,
      recording: 'ready',
    },
  },
  {
    ending: '09',
    does: ANSWERS,
    work: async ({ desk, dial }) => {
      await dial();
      await desk.stage('talking');
      await desk.tabTo('.outcome');
      await chooseOutcome(desk, 'opted-out');
      await desk.press('F4');
      await desk.stage('wrap-up');
      await desk.press('Control+Enter');
      await desk.sees('.wrap-up-body :text("Scrieți motivul.")');
      await desk.focused('.wrap-up-body input[aria-invalid=true]');
      await desk.type('Nu dorește sondaje');
      await desk.press('Control+Enter');
    },
    becomes: {
      status: 'opted-out',
      reason: 'hang-up-by-us',
      answers: {},
      note: null,
      recording: 'ready',
    },
  },
  {
    ending: '10',
    does: { answersAfterMs: 200, hangsUpAfterMs: 300 },
    work: async ({ desk, dial }) => {
      await dial();
      await desk.stage('wrap-up');
      await desk.tabTo('.outcome');
      await chooseOutcome(desk, 'not-interested');
      await desk.tabTo('textarea.note');
      await desk.type('A închis înainte de prima întrebare');
      await desk.press('Control+Enter');
    },
    becomes: {
      status: 'not-interested',
      reason: 'hang-up-by-customer',
      answers: {},
      note: 'A închis înainte de prima întrebare',
      recording: 'ready',
    },
  },
];

/** A number that nobody answers at: what the carrier said is proposed, and confirmed with one key. */
async function confirm(desk: DeskPage, code: string): Promise<void> {
  await desk.press('F2');
  await desk.stage('wrap-up');
  await desk.sees(`.outcome[data-code=${code}][aria-checked=true]`);
  await desk.press('Control+Enter');
}

/** @param place of the age group in its row */
async function answerAge(desk: DeskPage, place: number): Promise<void> {
  await desk.focused('.script-fields input[type=radio]');
  await desk.press('Space', ...Array<string>(place).fill('ArrowRight'), 'Enter');
}

/** @param typed beginnings of county and locality, and the whole name, which is known otherwise from the list */
async function answerPlace(
  desk: DeskPage,
  [county, locality, name]: readonly [string, string, string],
): Promise<void> {
  await desk.focused('.script-fields input[role=combobox]');
  await takeFirst(desk, county);
  await desk.press('Tab');
  await takeFirst(desk, locality);
  await desk.press('Tab');
  await desk.type(name);
}

async function takeFirst(desk: DeskPage, typed: string): Promise<void> {
  await desk.type(typed);
  await desk.sees('.suggest-list:not([hidden]) li');
  await desk.press('ArrowDown', 'Enter');
}

async function toOutcomes(desk: DeskPage): Promise<void> {
  await desk.tabTo('.script-foot [type=submit]');
  const last = desk.page.locator('.script-foot [type=submit]:has-text("rezultat")');
  if ((await last.count()) === 0) await desk.press('Enter');
  await desk.tabTo('.script-foot [type=submit]:has-text("rezultat")');
  await desk.press('Enter');
  await desk.focused('.outcome');
}

/** From `Disponibil` to a pause with its reason, and off; by the menu of states. */
export async function endShift(desk: DeskPage): Promise<void> {
  await desk.tabTo('.state-button', 'Shift+Tab');
  await desk.press('Enter');
  await desk.tabTo('.state-list button:has-text("Ședință")', 'ArrowDown');
  await desk.press('Enter');
  await desk.sees('.state-button:has-text("Ședință")');
  // Where the page takes the focus when the state has changed.
  await desk.focused('.idle[data-state=paused] .idle-go');
  await desk.tabTo('.state-button', 'Shift+Tab');
  await desk.press('Enter');
  await desk.tabTo('.state-list button:has-text("Delogare")', 'ArrowDown');
  await desk.press('Enter');
  await desk.sees('.log-on');
}
