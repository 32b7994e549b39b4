/**
 * Who listened to which recording: one line in the journal for each listening, however many parts of the file a player asks for.
 * @module
 */
import { writeAudit } from '../../db/audit.ts';
import type { ApiDeps } from '../deps.ts';

/** A player that asks within this time of its last request is still the same listening. */
const SAME_LISTENING_MS = 10 * 60_000;
/** But not for ever: nobody hides a day of listening behind one line. */
const LONGEST_MS = 2 * 3_600_000;
const MAX_REMEMBERED = 10_000;

interface Heard {
  actor: string;
  callId: string;
}

/** @returns resolves when the line is written: no byte goes out before */
export function createListenings(deps: Pick<ApiDeps, 'db' | 'clock'>): (heard: Heard) => Promise<void> {
  const known = new Map<string, { begun: number; last: number; written: Promise<void> }>();
  return ({ actor, callId }) => {
    const key = `${actor} ${callId}`;
    const at = deps.clock.now();
    const now = at.getTime();
    const found = known.get(key);
    const same =
      found !== undefined && now - found.last < SAME_LISTENING_MS && now - found.begun < LONGEST_MS;
    // Kept before it is written: a player asks for several parts at once.
    const listening = same
      ? { ...found, last: now }
      : { begun: now, last: now, written: write({ actor, callId }, at) };
    known.delete(key);
    known.set(key, listening);
    listening.written.catch(() => known.delete(key));
    const [oldest] = known.keys();
    if (known.size > MAX_REMEMBERED && oldest !== undefined) known.delete(oldest);
    return listening.written;
  };

  async function write({ actor, callId }: Heard, at: Date): Promise<void> {
    await writeAudit(deps.db.pool, {
      actor,
      action: 'recording.play',
      objectKind: 'call',
      objectId: callId,
      at,
    });
  }
}
