/**
 * That the far end of a call was told of its end, as a mark on the disk. A result does not wait for that longer than a few
 * seconds; what is still to be told then must outlive the process that meant to tell it.
 * @module
 */
import { guarded } from './guarded.ts';
import type { Journal, JournalEntry } from './journal.ts';

/**
 * How long a result waits for the far end of a lost call to be told. Once it is out, the number may be dialed again, and must
 * not find itself in two calls; and the SIP server is often restarted together with the edge.
 */
export const TOLD_WITHIN_MS = 8_000;

/**
 * Waits for the telling, within bounds. Where that was not enough the journal says `untold` before this resolves, and `told`
 * once it is over, however it came out: answered, or given up. Whoever finds `untold` without `told` after the writer's death
 * tells again (`left-journals.ts`).
 *
 * @returns when nothing of it is left to do; the journal must stay open until then
 */
export async function waitUntilTold(
  journal: Journal,
  telling: Promise<unknown>,
  withinMs: number = TOLD_WITHIN_MS,
): Promise<{ later: Promise<void> }> {
  const inTime = await guarded(
    telling.then(() => true),
    withinMs,
  );
  const told = (): void => void (isUntold(journal.entries) && journal.append({ kind: 'told' }));
  if (inTime) {
    told();
    return { later: Promise.resolve() };
  }
  journal.append({ kind: 'untold' });
  return { later: telling.then(told, told) };
}

/** Since when somebody is still to be told; undefined: nobody is. */
export function untoldSince(entries: readonly JournalEntry[]): Date | undefined {
  const last = entries.findLast(({ kind }) => kind === 'untold' || kind === 'told');
  return last?.kind === 'untold' ? new Date(last.at) : undefined;
}

function isUntold(entries: readonly JournalEntry[]): boolean {
  return untoldSince(entries) !== undefined;
}
