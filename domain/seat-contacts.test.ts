import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LAST_CLASS, classFor, dueFor, seatContacts, type WaitingContact } from './seat-contacts.ts';

const NOW = new Date('2026-11-23T08:00:00Z');
const GRACE = 30 * 60_000;

/** Due so many minutes ago. */
function waiting(
  contactId: number,
  rank: number,
  minutes: number,
  agentId: number | null = null,
): WaitingContact {
  const dueAt = NOW.getTime() - minutes * 60_000;
  return { campaignId: 1, contactId, rank, agentId, dueAt, graceMs: GRACE, ord: -minutes };
}

const seat = (agentId: number, upTo = LAST_CLASS, campaigns = [1]) => ({
  agentId,
  upTo,
  campaigns: new Set(campaigns),
});
const given = (seats: Parameters<typeof seatContacts>[0], contacts: readonly WaitingContact[]) =>
  seatContacts(seats, contacts, NOW).map((one) => one?.contactId);

describe('seatContacts', () => {
  it('own callbacks, priority, missed and open callbacks, retries, new; the longest waiting first', () => {
    const contacts = [
      waiting(8, 2, 90),
      waiting(7, 1, 80),
      waiting(6, 3, 40),
      waiting(5, 4, 50, 2),
      waiting(4, 0, 1),
      waiting(3, 0, 2),
      waiting(2, 4, 1, 1),
      waiting(1, 4, 2, 1),
    ];
    expect(
      given(
        Array.from({ length: 9 }, () => seat(1)),
        contacts,
      ),
    ).toEqual([1, 2, 3, 4, 5, 6, 7, 8, undefined]);
  });

  it('a personal callback is its agent’s at once and anyone’s after the grace, to the millisecond', () => {
    const missed = waiting(1, 4, 30, 2);
    const notYet = { ...missed, dueAt: missed.dueAt + 1 };
    expect(given([seat(1)], [missed])).toEqual([1]);
    expect(given([seat(1)], [notYet])).toEqual([undefined]);
    expect(given([seat(2)], [notYet])).toEqual([1]);
    expect(dueFor(notYet, 1)).toBe(NOW.getTime() + 1);
    expect(dueFor(notYet, 2)).toBe(notYet.dueAt);
  });

  it('what was dealt out to one agent is nobody else’s, and later classes than asked for stay', () => {
    const contacts = [waiting(1, 0, 9, 7), waiting(2, 1, 9, 7), waiting(3, 2, 9, 7), waiting(4, 2, 5)];
    expect(given([seat(1), seat(7, 1), seat(7, 1), seat(7)], contacts)).toEqual([4, 1, undefined, 2]);
    expect(given([seat(7, LAST_CLASS, [2])], contacts)).toEqual([undefined]);
    expect(classFor(waiting(1, 0, 9, 7), 8)).toBeUndefined();
  });

  it('whatever waits: nobody twice, nothing better is left for anyone', () => {
    const contact = fc.record({
      rank: fc.integer({ min: 0, max: 4 }),
      minutes: fc.integer({ min: -5, max: 60 }),
      agentId: fc.constantFrom(null, 1, 2, 3),
    });
    fc.assert(
      fc.property(
        fc.array(contact, { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 12 }),
        (rows, asking) => {
          const contacts = rows.map(({ rank, minutes, agentId }, i) => ({
            ...waiting(i, rank, minutes, rank === 4 ? (agentId ?? 1) : rank === 3 ? null : agentId),
            ord: i,
          }));
          const seats = asking.map((agentId) => seat(agentId));
          const got = seatContacts(seats, contacts, NOW);
          const taken = got.filter((one) => one !== undefined);
          expect(new Set(taken).size).toBe(taken.length);
          const left = contacts.filter((one) => !taken.includes(one));
          for (const [at, one] of got.entries()) {
            const agentId = asking[at] ?? 0;
            const better = left.filter((other) => (dueFor(other, agentId) ?? Infinity) <= NOW.getTime());
            const key = (of: WaitingContact) => (classFor(of, agentId) ?? 9) * 1_000 + of.ord;
            for (const other of better) expect(one && key(one)).toBeLessThan(key(other));
          }
        },
      ),
    );
  });
});
