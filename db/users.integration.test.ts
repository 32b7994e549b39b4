import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Grant, Role } from '../contracts/model/role.ts';
import { addUser as addAgentUser } from '../test/support/agent-fixture.ts';
import { useTestDatabase } from '../test/support/use-database.ts';
import { logOn, setState } from './agents.ts';
import { listAudit } from './audit.ts';
import type { Database } from './client.ts';
import {
  addUser,
  disableUser,
  editUser,
  enableUser,
  findUserId,
  logOutEverywhere,
  setUserPassword,
} from './users.ts';
import { listUsers } from './users-list.ts';

const NOW = new Date('2026-11-21T10:00:00Z');
const HASH = '$argon2id$never-shown';

let db: Database;
useTestDatabase((opened) => {
  db = opened;
});

beforeEach(async () => {
  await db.pool.query('delete from sessions; delete from shifts; delete from agents; delete from users');
});

const root = { by: 'root', now: NOW };

async function make(name: string, role: Role = 'agent', grants: Grant[] = []): Promise<number> {
  const id = await addUser(db, { name, displayName: name, role, grants, passwordHash: HASH, ...root });
  if (id === undefined) throw new Error(`${name} is taken`);
  return id;
}

async function one(id: number) {
  const [user] = await listUsers(db.pool, { id, now: NOW });
  if (user === undefined) throw new Error('no such user');
  return user;
}

async function logIn(userId: number, token: string): Promise<Buffer> {
  const hash = createHash('sha256').update(token).digest();
  await db.pool.query(
    `insert into sessions (token_hash, user_id, created_at, expires_at) values ($1, $2, $3, $3::timestamptz + interval '1 day')`,
    [hash, userId, NOW],
  );
  return hash;
}

async function lastAudit() {
  const [row] = await listAudit(db.pool, { limit: 1 });
  return row;
}

describe('a person', () => {
  it('is added once, whatever the case of the name, with the grants that the role may have', async () => {
    const id = await make('Maria.Popescu', 'management', ['audit.read', 'number.read']);
    expect(await findUserId(db.pool, 'maria.popescu')).toBe(id);
    const again = { displayName: 'x', role: 'agent', grants: [], passwordHash: HASH, ...root } as const;
    expect(await addUser(db, { name: 'MARIA.popescu', ...again })).toBeUndefined();
    const agent = await make('ana', 'agent', ['number.read', 'recording.play']);
    expect((await one(agent)).grants).toEqual(['recording.play']);
    expect(await one(id)).toMatchObject({ grants: ['number.read', 'audit.read'], sessions: 0, version: 1 });
  });

  it('is changed with before and after in the journal, and not over the change of somebody else', async () => {
    const id = await make('ion', 'supervisor', ['audit.read']);
    const to = {
      id,
      version: 1,
      displayName: 'Ion',
      role: 'management',
      grants: ['audit.read'],
      ...root,
    } as const;
    expect((await editUser(db, to)).state).toBe('changed');
    expect(await lastAudit()).toMatchObject({
      actor: 'root',
      action: 'user.edit',
      objectId: String(id),
      before: { displayName: 'ion', role: 'supervisor' },
      after: { displayName: 'Ion', role: 'management', grants: ['audit.read'] },
    });
    expect(await editUser(db, to)).toEqual({ state: 'unchanged' });
    expect(await editUser(db, { ...to, role: 'operator' })).toEqual({ state: 'refused', reason: 'conflict' });
    expect(await editUser(db, { ...to, id: -1 })).toEqual({ state: 'refused', reason: 'no-such-user' });
  });

  it('does not change their own role, nor disable themselves; their own shown name they may', async () => {
    const id = await make('eu', 'administrator');
    await make('alt', 'administrator');
    const me = { by: 'eu', byUserId: id, now: NOW };
    const edit = { id, displayName: 'eu', grants: [], ...me };
    const oneself = { state: 'refused', reason: 'oneself' };
    expect(await editUser(db, { ...edit, role: 'operator' })).toEqual(oneself);
    expect(await disableUser(db, { id, ...me })).toEqual(oneself);
    expect((await editUser(db, { ...edit, displayName: 'Eu', role: 'administrator' })).state).toBe('changed');
  });
});

describe('the last administrator', () => {
  it('is neither disabled nor given another role', async () => {
    const id = await make('singur', 'administrator');
    const gone = await make('plecat', 'administrator');
    await disableUser(db, { id: gone, ...root });
    const last = { state: 'refused', reason: 'last-administrator' };
    expect(await disableUser(db, { id, ...root })).toEqual(last);
    expect(await editUser(db, { id, displayName: 'x', role: 'operator', grants: [], ...root })).toEqual(last);
    await enableUser(db, { id: gone, ...root });
    expect((await disableUser(db, { id, ...root })).state).toBe('changed');
  });

  it('is left when several go at the same moment', async () => {
    const ids = await Promise.all(Array.from({ length: 6 }, (_, i) => make(`admin-${i}`, 'administrator')));
    const all = await Promise.all(
      ids.map((id, i) =>
        i % 2 === 0
          ? disableUser(db, { id, ...root })
          : editUser(db, { id, displayName: 'x', role: 'agent', grants: [], ...root }),
      ),
    );
    expect(all.filter(({ state }) => state === 'refused')).toHaveLength(1);
    const left = (await listUsers(db.pool, { now: NOW })).filter(
      (user) => user.role === 'administrator' && user.disabledAt === null,
    );
    expect(left).toHaveLength(1);
  });
});

describe('log-ins and the desk', () => {
  async function agentAtDesk(): Promise<number> {
    const { userId, name, deskId } = await addAgentUser(db, NOW);
    const shift = {
      userId,
      by: name,
      deskId,
      place: 'x',
      worksOn: 'outbound',
      campaigns: [],
      now: NOW,
    } as const;
    await logOn(db, shift);
    await setState(db, { userId, by: name, to: 'available', now: NOW });
    return userId;
  }

  it('end at once when the person is disabled, and who is in a call leaves after it', async () => {
    await make('seful', 'administrator');
    const free = await agentAtDesk();
    const busy = await agentAtDesk();
    await db.pool.query(`update agents set state = 'in-call' where user_id = $1`, [busy]);
    expect(await disableUser(db, { id: free, ...root })).toMatchObject({
      state: 'changed',
      ended: { sessions: [expect.any(Buffer)], desk: 'logged-off' },
    });
    expect(await disableUser(db, { id: busy, ...root })).toMatchObject({ ended: { desk: 'after-call' } });
    expect(await one(free)).toMatchObject({ sessions: 0, desk: { state: 'logged-out' }, disabledAt: NOW });
    const { rows } = await db.pool.query(
      'select state, next_state, desk_id is null as gone from agents order by user_id',
    );
    expect(rows).toEqual([
      { state: 'logged-out', next_state: null, gone: true },
      { state: 'in-call', next_state: { to: 'logged-out' }, gone: false },
    ]);
    expect((await lastAudit())?.after).toEqual({ sessionsEnded: 1, desk: 'after-call' });
    expect(await disableUser(db, { id: free, ...root })).toEqual({ state: 'unchanged' });
  });

  it('the desk is closed for a role that has none', async () => {
    const id = await agentAtDesk();
    const edit = { id, displayName: 'x', grants: [], ...root };
    expect(await editUser(db, { ...edit, role: 'supervisor' })).toMatchObject({ ended: { desk: 'none' } });
    expect(await editUser(db, { ...edit, role: 'management' })).toMatchObject({
      ended: { desk: 'logged-off' },
    });
  });

  it('end with a new password; of whoever changes their own, one goes on', async () => {
    const id = await make('ana');
    const here = await logIn(id, 'aici');
    const there = await logIn(id, 'acolo');
    const own = { id, passwordHash: '$new', by: 'ana', byUserId: id, now: NOW };
    const changed = await setUserPassword(db, { ...own, action: 'account.password', keep: here });
    expect(changed).toEqual({ state: 'changed', ended: { sessions: [there], desk: 'none' } });
    expect(await setUserPassword(db, { id, passwordHash: '$newer', ...root })).toMatchObject({
      ended: { sessions: [here] },
    });
    expect(await logOutEverywhere(db, { id, ...root })).toEqual({ state: 'unchanged' });
    await logIn(id, 'iar');
    expect(await logOutEverywhere(db, { id, ...root })).toMatchObject({ state: 'changed' });
    const log = JSON.stringify(await listAudit(db.pool, { limit: 100 }));
    expect(log).not.toContain('$new');
    expect(log).not.toContain('argon2');
    expect(log).toContain('account.password');
  });
});
