import { describe, expect, it } from 'vitest';
import { shownChange, shownObjectId } from './audit-shown.ts';

const administrator = { role: 'administrator', grants: [] } as const;
const auditor = { role: 'management', grants: ['audit.read'] } as const;

const CHANGE = {
  reason: 'a cerut la 0722 000 123, de pe +40722000124',
  numbers: [{ e164: '+40722000125', position: 1 }],
  phone: 722_000_126,
  lastName: 'Popescu',
  answers: { prieten: 'Ion Vasile', oras: 'Oradea' },
  role: 'agent',
  since: '2026-11-21T10:00:00.000Z',
  call: '3f0e8a52-9f61-4e0a-8b1e-000000000001',
  callerId: '0259 123 456',
};

describe('a change in the journal', () => {
  it('is whole for who may see numbers and names', () => {
    expect(shownChange(CHANGE, administrator)).toEqual(CHANGE);
  });

  it('has no number and no name for who may not, and loses nothing else', () => {
    expect(shownChange(CHANGE, auditor)).toEqual({
      reason: 'a cerut la ***, de pe ***',
      numbers: [{ e164: '***', position: 1 }],
      phone: '***',
      lastName: '***',
      answers: '***',
      role: 'agent',
      since: CHANGE.since,
      call: CHANGE.call,
      callerId: '***',
    });
  });

  it('never has a secret, at no depth', () => {
    const secrets = { passwordHash: '$argon2id$x', trunk: { credentials: { password: 'p' } }, token: 't' };
    expect(shownChange(secrets, administrator)).toEqual({
      passwordHash: '***',
      trunk: { credentials: '***' },
      token: '***',
    });
  });

  it('of an object whose id is a number hides it as well', () => {
    expect(shownObjectId('+40722000125', auditor)).toBe('***');
    expect(shownObjectId(CHANGE.call, auditor)).toBe(CHANGE.call);
    expect(shownObjectId('+40722000125', administrator)).toBe('+40722000125');
  });
});
