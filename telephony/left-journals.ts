/**
 * Journals that dead edges left. A settlement that was killed behind its call's commit may have left somebody untold, and nobody
 * would ever delete the journal, which names the customer.
 * @module
 */
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { deleteJournal, listJournals, readJournal, reopenJournal } from './journal.ts';
import type { SipLink } from './sip-link.ts';
import { tellDesk, tellFarEnd } from './tell-orphan.ts';
import { untoldSince } from './told.ts';

/** Implements the port of the same name in `activities/ports.ts`. */
export interface LeftJournals {
  listJournals(): Promise<string[]>;
  letGo(call: { callId: string; isCommitted: boolean }): Promise<'deleted' | 'telling' | 'kept'>;
}

export interface LeftJournalsOptions {
  sip: SipLink;
  spoolDir: string;
  clock: Clock;
  logger: Logger;
  /** Calls whose far ends this process is telling. */
  telling: Set<string>;
  /** How long another process is left to tell those whose journal it has marked; default 15 s. */
  othersTellMs?: number;
  /** How long a committed call's journal stays after its last line; default 10 min. */
  keptMs?: number;
}

/**
 * Whoever wrote `untold` is telling, if alive. To be told twice does no harm (the second BYE is answered with 481), so that
 * nothing needs to tell the living from the dead.
 */
const OTHERS_TELL_MS = 15_000;
/** An edge that only stood still must find that its call has a journal: it sends nothing then. */
const KEPT_MS = 600_000;
/** Each is a BYE or two; the next ones come with the next look. */
const MAX_TELLING = 20;

export function createLeftJournals(options: LeftJournalsOptions): LeftJournals {
  const { spoolDir, clock, telling } = options;
  return {
    listJournals: () => listJournals(spoolDir),
    letGo: async ({ callId, isCommitted }) => {
      if (telling.has(callId)) return 'telling';
      const entries = (await readJournal(spoolDir, callId)) ?? [];
      // Also of a clock that was set back.
      const isYoung = (at: Date, ms: number): boolean => Math.abs(clock.now().getTime() - at.getTime()) < ms;
      const since = untoldSince(entries);
      if (since) {
        const young = isYoung(since, options.othersTellMs ?? OTHERS_TELL_MS);
        if (!young && telling.size < MAX_TELLING) void tellAgain(options, callId);
        return 'telling';
      }
      const last = entries.at(-1);
      if (!isCommitted || (last && isYoung(new Date(last.at), options.keptMs ?? KEPT_MS))) return 'kept';
      await deleteJournal(spoolDir, callId);
      return 'deleted';
    },
  };
}

/** Goes on for minutes where the SIP server is away. Never rejects. */
async function tellAgain(options: LeftJournalsOptions, callId: string): Promise<void> {
  const { spoolDir, clock, logger, telling } = options;
  telling.add(callId);
  try {
    const journal = await reopenJournal({ spoolDir, callId, now: () => clock.now() });
    const { entries } = journal;
    logger.warn({ callId }, 'whoever had to tell the far end of a lost call is gone: it is told now');
    await Promise.all([tellFarEnd(options, callId, entries), tellDesk(options, entries)]);
    journal.append({ kind: 'told' });
    journal.close();
  } catch (error) {
    logger.warn({ err: error, callId }, 'journal of a lost call could not be read');
  } finally {
    telling.delete(callId);
  }
}
