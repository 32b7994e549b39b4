/**
 * What the two parties of an agent's call hear that the other one does not say: ringback, music, nothing. One description of
 * how it should be, and the steps from how it is.
 * @module
 */
import { join } from 'node:path';
import type { Logger } from '../platform/logger.ts';
import type { Journal } from './journal.ts';
import type { MediaSession } from './media-session.ts';
import type { Prompt } from './play-prompt.ts';

/** Endless: 100,000 passes of the shortest music are days. */
const REPEAT = 100_000;

export interface Wanted {
  /** The agent is not heard. */
  agentBlocked: boolean;
  /** The customer is not heard. */
  customerBlocked: boolean;
  /** The customer hears music. */
  music: boolean;
  /** The agent hears the customer's phone ring. */
  ringback: boolean;
}

export interface DeskSound {
  /** Resolves when it is so. @throws NgError */
  want(wanted: Wanted): Promise<void>;
  /** Somebody else sits in the agent's slot: what was played to the one before is over. */
  newcomer(): void;
}

export interface DeskSoundDeps {
  media: MediaSession;
  journal: Journal;
  promptsDir: string;
  music: Prompt;
  ringback: Prompt;
  logger: Logger;
}

export function createDeskSound(deps: DeskSoundDeps): DeskSound {
  const { media, journal } = deps;
  const is: Wanted = { agentBlocked: false, customerBlocked: false, music: false, ringback: false };
  let wanted: Wanted = { ...is };
  let turns: Promise<void> = Promise.resolve();

  // Silence first, then music; and the other way round when it ends: never both.
  const customersEar = async (): Promise<void> => {
    if (wanted.agentBlocked && !is.agentBlocked) {
      await media.block('agent');
      is.agentBlocked = true;
    }
    if (wanted.music !== is.music) {
      is.music = wanted.music;
      if (is.music) {
        await play('cust', deps.music);
        journal.append({ kind: 'music-started', ...deps.music });
      } else {
        await media.stop('cust');
        journal.append({ kind: 'music-ended' });
      }
    }
    if (!wanted.agentBlocked && is.agentBlocked) {
      await media.unblock('agent');
      is.agentBlocked = false;
    }
  };
  const agentsEar = async (): Promise<void> => {
    if (wanted.customerBlocked && !is.customerBlocked) {
      await media.block('cust');
      is.customerBlocked = true;
    }
    if (wanted.ringback !== is.ringback) {
      is.ringback = wanted.ringback;
      await (is.ringback ? play('agent', deps.ringback) : media.stop('agent'));
    }
    if (!wanted.customerBlocked && is.customerBlocked) {
      await media.unblock('cust');
      is.customerBlocked = false;
    }
  };
  const play = async (slot: 'cust' | 'agent', sound: Prompt): Promise<void> => {
    await media.play(slot, join(deps.promptsDir, `${sound.sha256}.wav`), REPEAT);
  };

  const afterwards = async (earlier: Promise<void>): Promise<void> => {
    await earlier.catch(() => undefined);
    // Side by side: an answer is not to wait for the end of the ringback. Both come to rest before the next change.
    const ears = await Promise.allSettled([customersEar(), agentsEar()]);
    for (const ear of ears) if (ear.status === 'rejected') throw ear.reason;
  };

  return {
    want: (next) => {
      wanted = next;
      turns = afterwards(turns);
      turns.catch((error: unknown) =>
        deps.logger.warn({ err: error }, 'sound of a call could not be changed'),
      );
      return turns;
    },
    newcomer: () => {
      is.ringback = false;
    },
  };
}
