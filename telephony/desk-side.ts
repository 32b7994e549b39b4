/**
 * The agent's side of a call: which desk sits in it, whether it is there, and what that means for the customer. The desk's
 * leg is not the call: it may end, be lost and come back, here or from another computer, and the customer's leg never notices.
 *
 * ```
 *           REGISTER (F5, another computer): INVITE into the same call
 *          ┌──────────────────────────────────────────────────────┐
 * joining ─┴─> here ── BYE, silence, flow closed ──> lost ────────┘
 *                                                     ├─ 1 s: music
 *                                                     └─ `lostMs`: given up
 * ```
 * @module
 */
import type { CallContext } from './call-part.ts';
import { deferred } from './deferred.ts';
import { callDesk, occupantAt, type DeskContact, type DeskDirectory } from './desk-leg.ts';
import type { DeskSound, Wanted } from './desk-sound.ts';
import { feelPulse, isJoined } from './desk-watch.ts';
import { audioTarget, opusType } from './sdp.ts';
import type { LiveDialog } from './sip-invite.ts';

/** A desk answers by itself, in 15-100 ms. */
const ANSWER_MS = 5_000;
/** F5 takes a fifth of a second: music would only click. */
const MUSIC_AFTER_MS = 1_000;
/** How often a desk is looked after; while it is lost, how often it is looked for. */
const WATCH_MS = 2_000;
const SEEK_MS = 500;
/** A desk that ended its leg and stays registered is called again, but not in a loop. */
const SAME_CONTACT_AGAIN_MS = 4_000;
/** Joins whose sound does not arrive are repeated; then the desk counts as lost. */
const MAX_SILENT_JOINS = 3;

export interface DeskSideOptions {
  userId: number;
  desks: DeskDirectory;
  sound: DeskSound;
  lostMs: number;
  /** For the row; null: it is back. Must not throw. */
  onLost(since: Date | null): void;
}

export interface DeskSide {
  /** Calls the desk for the first time. @returns false when it did not answer within 5 s */
  join(): Promise<boolean>;
  /** The customer rings, is heard, or has answered. */
  customer(state: 'ringing' | 'early-media' | 'answered'): Promise<void>;
  /** Music for the customer, silence between the two. @throws NgError */
  hold(held: boolean): Promise<void>;
  /** Somebody says that the desk is gone; looked at now. */
  gone(): void;
  /** Resolves when the desk was away for `lostMs`. */
  readonly givenUp: Promise<void>;
  /** What plays now stops, nobody comes in any more. @throws NgError */
  silence(): Promise<void>;
  /** The call is over. Never rejects. */
  close(): Promise<void>;
}

interface Seat {
  contact: DeskContact;
  dialog: LiveDialog;
}

export function createDeskSide(call: CallContext, options: DeskSideOptions): DeskSide {
  const { deps, params, journal, media, stopped } = call;
  const closing = new AbortController();
  const givenUp = deferred<void>();
  let customer: 'none' | 'ringing' | 'early-media' | 'answered' = 'none';
  let held = false;
  let seat: Seat | undefined;
  let lost: { music: boolean; timers: NodeJS.Timeout[] } | undefined;
  let legs = 0;
  let joins: Promise<unknown> = Promise.resolve();
  let tried: { uri: string; atMs: number } | undefined;
  let watching: NodeJS.Timeout | undefined;
  let looking = false;

  /**
   * The customer's first packet waits for the end of the ringback: of two streams that nobody announced, a browser plays the one
   * that began last (libwebrtc, unsignaled SSRCs), and a customer heard for a moment before it would never be heard again.
   */
  const wanted = (): Wanted => ({
    agentBlocked: customer !== 'answered' || held || lost !== undefined,
    customerBlocked: held || customer === 'none' || customer === 'ringing',
    music: customer === 'answered' && (held || lost?.music === true),
    ringback: customer === 'ringing' && lost === undefined,
  });
  const settle = (): Promise<void> => options.sound.want(wanted());
  const settleQuietly = (): void => void settle().catch(() => undefined);

  const loseDesk = (why: string): void => {
    if (lost || closing.signal.aborted) return;
    const { at } = journal.append({ kind: 'desk-lost', why });
    const music = setTimeout(() => {
      if (lost) lost.music = true;
      settleQuietly();
    }, MUSIC_AFTER_MS);
    lost = { music: false, timers: [music, setTimeout(() => givenUp.resolve(), options.lostMs)] };
    options.onLost(new Date(at));
    settleQuietly();
    watchSoon(SEEK_MS);
  };
  const findDesk = (): void => {
    if (!lost) return;
    lost.timers.forEach(clearTimeout);
    lost = undefined;
    options.onLost(null);
  };

  const sit = async (contact: DeskContact): Promise<boolean> => {
    tried = { uri: contact.uri, atMs: performance.now() };
    const occupant = occupantAt(contact);
    legs += 1;
    const leg = `${params.callId}-desk-${legs}`;
    journal.append({ kind: 'desk-invite', leg });
    const before = (await media.heardFromAgent()).packets;
    let dialog: LiveDialog | undefined;
    const invite = async (sdp: string): Promise<string | undefined> => {
      const signal = AbortSignal.any([closing.signal, stopped]);
      dialog = await callDesk(deps, {
        leg,
        callId: params.callId,
        contact,
        sdp,
        withinMs: ANSWER_MS,
        signal,
      });
      return dialog?.sdp;
    };
    const seated = await media.seat(occupant, invite).catch((error: unknown) => {
      deps.logger.warn({ err: error, callId: params.callId }, 'media server refused the desk');
      return false;
    });
    // What was said to the newcomer is not what the one before was told: it is deaf now, whoever it is.
    const previous = seat;
    seat = undefined;
    if (previous) void previous.dialog.hangUp();
    if (!seated || !dialog || closing.signal.aborted) {
      if (dialog) void dialog.hangUp();
      loseDesk('no-answer');
      return false;
    }
    take({ contact, dialog });
    if (occupant === 'browser') void verify(contact, before);
    return true;
  };
  const left = (how: string): void => {
    seat = undefined;
    loseDesk(how);
  };
  const take = (next: Seat): void => {
    const { dialog } = next;
    seat = next;
    const target = audioTarget(dialog.sdp);
    // A browser's sound comes from wherever ICE finds it.
    const from =
      target && occupantAt(next.contact) === 'telephone'
        ? { address: target.address, port: target.port }
        : {};
    const opus = opusType(dialog.sdp);
    journal.append({ kind: 'peer', slot: 'agent', ...from, ...(opus === undefined ? {} : { opus }) });
    journal.append({ kind: 'desk-joined' });
    dialog.onKey((key) => void media.sendDigit(key).catch(() => undefined));
    void dialog.ended.then((how) => (seat?.dialog === dialog ? left(how) : undefined));
    options.sound.newcomer();
    findDesk();
    settleQuietly();
    watchSoon(WATCH_MS);
  };

  let silentJoins = 0;
  const verify = async (contact: DeskContact, before: number): Promise<void> => {
    const current = seat;
    const joined = await isJoined(media, before, closing.signal);
    if (seat !== current || closing.signal.aborted) return;
    if (joined) {
      silentJoins = 0;
      return;
    }
    silentJoins += 1;
    deps.logger.warn(
      { callId: params.callId, silentJoins },
      'nothing was heard from a desk that had answered',
    );
    if (silentJoins < MAX_SILENT_JOINS) void enqueue(contact);
    else loseDesk('not-heard');
  };

  const enqueue = (contact: DeskContact): Promise<boolean> => {
    const turn = joins.then(() => (closing.signal.aborted ? false : sit(contact)));
    joins = turn.catch((error: unknown) => {
      deps.logger.warn({ err: error, callId: params.callId }, 'desk could not be called into its call');
    });
    return turn;
  };

  const look = async (): Promise<void> => {
    const current = seat;
    if (current) {
      const { contact } = current;
      const pulse = await feelPulse({ ...deps, media, occupant: occupantAt(contact), uri: contact.uri });
      if (seat !== current) return;
      if (pulse === 'alive' && lost) {
        journal.append({ kind: 'desk-joined' });
        findDesk();
        settleQuietly();
      }
      if (pulse !== 'alive') loseDesk(pulse);
      if (pulse !== 'gone') return;
      seat = undefined;
      void current.dialog.hangUp();
    }
    const found = await options.desks.find(options.userId);
    const again = tried?.uri === found?.uri && performance.now() - (tried?.atMs ?? 0) < SAME_CONTACT_AGAIN_MS;
    if (found && !again && !seat && lost) await enqueue(found);
  };
  const watchSoon = (afterMs: number): void => {
    clearTimeout(watching);
    watching = setTimeout(() => void watch(), afterMs);
  };
  const watch = async (): Promise<void> => {
    if (looking || closing.signal.aborted) return;
    looking = true;
    await look().catch(() => undefined);
    looking = false;
    if (!closing.signal.aborted) watchSoon(lost ? SEEK_MS : WATCH_MS);
  };

  const registered = (contact: DeskContact): void => {
    // A refresh of the desk that is here.
    if (seat?.contact.uri === contact.uri && !lost) return;
    void enqueue(contact).catch(() => undefined);
  };
  let forget = (): void => undefined;

  return {
    join: async () => {
      const deadline = performance.now() + ANSWER_MS;
      await settle();
      let fresh = deferred<DeskContact>();
      const unlisten = options.desks.onRegistered(options.userId, (contact) => fresh.resolve(contact));
      try {
        let contact = await options.desks.find(options.userId).catch(() => undefined);
        for (;;) {
          if (contact && (await enqueue(contact))) break;
          findDesk();
          const left = deadline - performance.now();
          contact = left > 0 && !stopped.aborted ? await within(fresh.promise, left, stopped) : undefined;
          if (!contact) return false;
          fresh = deferred<DeskContact>();
        }
      } finally {
        unlisten();
      }
      forget = options.desks.onRegistered(options.userId, registered);
      return true;
    },
    customer: (state) => {
      customer = state;
      return settle();
    },
    hold: async (next) => {
      // Marks stand around the silence: the recording keeps less than was said in private, never more.
      if (next) journal.append({ kind: 'held' });
      held = next;
      await settle();
      if (!next) journal.append({ kind: 'resumed' });
    },
    gone: () => watchSoon(0),
    givenUp: givenUp.promise,
    silence: async () => {
      closing.abort();
      await options.sound.want({ ...wanted(), music: false, ringback: false });
    },
    close: async () => {
      closing.abort();
      clearTimeout(watching);
      forget();
      lost?.timers.forEach(clearTimeout);
      await joins.catch(() => undefined);
      await seat?.dialog.hangUp();
    },
  };
}

function within<T>(promise: Promise<T>, ms: number, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve) => {
    const finish = (value: T | undefined): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      resolve(value);
    };
    const abort = (): void => finish(undefined);
    const timer = setTimeout(abort, ms);
    signal.addEventListener('abort', abort, { once: true });
    void promise.then(finish);
  });
}
