/**
 * What people did afterwards: outcomes corrected, numbers put on the do-not-call list by letter or telephone.
 * @module
 */
import { at, type World } from './world.ts';

/** Of each five hundred calls one, and no more than that: each is made by the product itself. */
const CALLS_A_CORRECTION = 500;
const MOST_CORRECTIONS = 80;
const CALLS_AN_OBJECTION = 4_000;
const HOUR_MS = 3_600_000;
const SUPERVISOR = 'supervizor';

const CHANGES: Readonly<Record<string, readonly (readonly [status: string, reason: string])[]>> = {
  'no-outcome': [
    ['not-interested', 'Am ascultat convorbirea: nu dorește.'],
    ['interested', 'Am ascultat convorbirea: a cerut oferta.'],
  ],
  success: [['interested', 'Nu a confirmat la final, doar s-a interesat.']],
  'not-interested': [['wrong-age-group', 'A spus că are peste 60 de ani.']],
};

/** Only calls that are the last of their contact: what follows from the new outcome then contradicts no later call. */
export function makeCorrections({ random, history, memory }: World, calls: number): void {
  const wanted = Math.min(MOST_CORRECTIONS, Math.round(calls / CALLS_A_CORRECTION));
  const candidates = memory.flatMap(({ last }) =>
    last?.kind === 'outbound' && last.status in CHANGES ? [last] : [],
  );
  for (const call of candidates) {
    const share = (wanted / Math.max(1, candidates.length)) * (call.status === 'no-outcome' ? 8 : 1);
    if (history.corrections.length >= wanted || !random.chance(share)) continue;
    const [status, reason] = random.pick(CHANGES[call.status] ?? []);
    const corrected = Math.round(call.committedAt + random.between(0.3, 20) * HOUR_MS);
    if (corrected >= history.until) continue;
    history.corrections.push({
      call: call.id,
      expected: call.status,
      status,
      reason,
      by: SUPERVISOR,
      at: corrected,
    });
  }
}

/** People whom nobody calls any more anyway, so that no call comes after it. */
export function putOnDoNotCall({ random, history, liveUntil }: World, calls: number): void {
  const open = new Set(history.contacts.filter(({ queue }) => queue).flatMap(({ numbers }) => numbers));
  const wanted = Math.max(2, Math.round(calls / CALLS_AN_OBJECTION));
  const candidates = [...liveUntil.entries()].filter(([number, last]) => last > 0 && !open.has(number));
  for (let made = 0; made < wanted && candidates.length > 0; made++) {
    const [number, called] = random.pick(candidates);
    const written = Math.round(called + random.between(1, 60) * HOUR_MS);
    if (written >= history.until) continue;
    at(history.numbers, number).doNotCall ??= {
      at: written,
      by: SUPERVISOR,
      ...random.pick([
        { reason: 'a trimis o scrisoare', source: 'letter' },
        { reason: 'a sunat la sediu și a cerut asta', source: 'phone' },
        { reason: 'cerere prin e-mail', source: 'e-mail' },
      ] as const),
    };
  }
}
