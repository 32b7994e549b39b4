/**
 * The kinds behind the choice of a filter.
 * @module
 */
import type { CallKind, KindChoice } from '../contracts/model/call.ts';

const DIALED: readonly CallKind[] = ['outbound', 'robot'];

/** The kinds that a choice stands for; undefined: every one, so that no condition is needed. */
export function kindsOf(choice: KindChoice): readonly CallKind[] | undefined {
  if (choice === 'all') return undefined;
  return choice === 'dialed' ? DIALED : [choice];
}
