import { describe, expect, it } from 'vitest';
import { addContacts, addEdge, createCampaign, mobile } from '../test/support/campaign-fixture.ts';
import { useTestDatabase } from '../test/support/use-database.ts';
import { listAudit } from './audit.ts';
import { claimCalls } from './claim.ts';
import type { Database } from './client.ts';
import { liftDoNotCall, setDoNotCall } from './do-not-call.ts';
import { liftStoppedNumber, stopNumber } from './stopped-numbers.ts';

const NOW = new Date('2026-11-23T10:00:00Z');
let db: Database;
useTestDatabase(async (opened) => {
  db = opened;
  await addEdge(db, 'edge-1');
});

const closesAt = new Date(NOW.getTime() + 1000);
const who = (e164: string) => ({ e164, reason: 'a cerut la telefon', by: 'ana', now: NOW });

describe('do-not-call', () => {
  it('is set once, keeps its first reason, and is lifted only with a reason; both are audited without the number', async () => {
    const number = mobile(1);
    expect(await setDoNotCall(db, who(number))).toBe(true);
    expect(await setDoNotCall(db, { ...who(number), reason: 'alta' })).toBe(false);
    await expect(liftDoNotCall(db, { ...who(number), reason: ' ' })).rejects.toThrow('reason');
    expect(await liftDoNotCall(db, { ...who(number), reason: 'a revenit în scris' })).toEqual({
      reopened: 0,
    });
    expect(await liftDoNotCall(db, who(number))).toBeUndefined();
    const audit = await listAudit(db.pool, { objectKind: 'number', limit: 10 });
    expect(audit.map((row) => row.action)).toEqual(['number.do-not-call-lifted', 'number.do-not-call']);
    expect(audit[0]).toMatchObject({
      before: { reason: 'a cerut la telefon' },
      after: { reason: 'a revenit în scris' },
    });
    expect(JSON.stringify(audit)).not.toContain(number.slice(3));
  });
});

describe('a stopped number', () => {
  it('closes its contact; lifted, the contact is called again with the next attempt', async () => {
    const setup = await createCampaign(db, 'stops');
    const number = mobile(2);
    const [contactId] = await addContacts(db, setup.id, [{ numbers: [number] }]);
    const params = { ...who(number), campaignId: setup.id };
    expect(await stopNumber(db, params)).toBe(true);
    expect(await stopNumber(db, params)).toBe(false);
    const claim = () => claimCalls(db, { setup, now: NOW, closesAt, maxCalls: 5 });
    expect(await claim()).toMatchObject({ calls: [], closed: 1 });
    expect(await liftStoppedNumber(db, params)).toEqual({ reopened: 1 });
    expect(await liftStoppedNumber(db, params)).toBeUndefined();
    expect((await claim()).calls).toMatchObject([{ contactId, attempt: 1 }]);
    // Stopped again after the lift.
    expect(await stopNumber(db, params)).toBe(true);
  });
});
