/**
 * People, for `apel user` and the first start. What is changed is changed by `db/users.ts`, as by the page.
 * @module
 */
import { hash } from '@node-rs/argon2';
import type { Grant, Role } from '../../contracts/model/role.ts';
import {
  MAX_PASSWORD_CHARS,
  MIN_PASSWORD_CHARS,
  USER_NAME,
  type DeskEnd,
} from '../../contracts/model/user.ts';
import type { Database } from '../../db/client.ts';
import {
  addUser as addRow,
  disableUser as disableRow,
  editUser as editRow,
  enableUser as enableRow,
  findUserId,
  logOutEverywhere,
  setUserPassword,
  type UserChange,
  type UserRefusal,
} from '../../db/users.ts';
import { listUsers } from '../../db/users-list.ts';
import { grantsFor } from '../../domain/permissions.ts';
import { passwordFault, type PasswordFault } from '../../domain/user-rules.ts';
import { UserError } from '../shell/user-error.ts';

export { randomPassword } from '../../platform/random-password.ts';

export async function countUsers(db: Database): Promise<number> {
  const { rows } = await db.pool.query<{ count: number }>('select count(*) from users');
  return rows[0]?.count ?? 0;
}

/** @throws UserError when the name is taken or wrong, the password too short, a grant not for the role */
export async function addUser(
  db: Database,
  user: {
    name: string;
    displayName: string;
    role: Role;
    grants?: readonly Grant[];
    password: string;
    actor: string;
  },
): Promise<void> {
  const { name, displayName, role, grants = [], password } = user;
  checkPassword(password, name);
  checkGrants(role, grants);
  if (!USER_NAME.test(name)) {
    throw new UserError(`user name ${name}: letters, digits, dot, dash and underscore only`);
  }
  const passwordHash = await hash(password);
  const id = await addRow(db, { name, displayName, role, grants, passwordHash, ...actorOf(user) });
  if (id === undefined) throw new UserError(`user ${name} exists already`);
}

/** What is left out stays as it is. @throws UserError */
export async function editUser(
  db: Database,
  edit: { name: string; displayName?: string; role?: Role; grants?: readonly Grant[]; actor: string },
): Promise<DeskEnd> {
  const id = await idOf(db, edit.name);
  const [user] = await listUsers(db.pool, { id, now: new Date() });
  if (user === undefined) throw noSuchUser(edit.name);
  const { displayName = user.displayName, role = user.role, grants = user.grants } = edit;
  if (edit.grants) checkGrants(role, grants);
  return done(edit.name, await editRow(db, { id, displayName, role, grants, ...actorOf(edit) }));
}

/** Ends the user's log-ins at once. @throws UserError when there is no such user, or it is the last administrator */
export async function disableUser(db: Database, user: { name: string; actor: string }): Promise<DeskEnd> {
  return done(user.name, await disableRow(db, { id: await idOf(db, user.name), ...actorOf(user) }));
}

export async function enableUser(db: Database, user: { name: string; actor: string }): Promise<void> {
  done(user.name, await enableRow(db, { id: await idOf(db, user.name), ...actorOf(user) }));
}

/** Ends all log-ins of a person, whose password stays. */
export async function logOutUser(db: Database, user: { name: string; actor: string }): Promise<DeskEnd> {
  return done(user.name, await logOutEverywhere(db, { id: await idOf(db, user.name), ...actorOf(user) }));
}

/** Sets a password, enables the user again, ends the log-ins with the old one. */
export async function setPassword(
  db: Database,
  user: { name: string; password: string; actor: string },
): Promise<void> {
  checkPassword(user.password, user.name);
  const id = await idOf(db, user.name);
  const passwordHash = await hash(user.password);
  done(user.name, await setUserPassword(db, { id, passwordHash, ...actorOf(user) }));
  done(user.name, await enableRow(db, { id, ...actorOf(user) }));
}

function actorOf({ actor }: { actor: string }): { by: string; now: Date } {
  return { by: actor, now: new Date() };
}

async function idOf(db: Database, name: string): Promise<number> {
  const id = await findUserId(db.pool, name);
  if (id === undefined) throw noSuchUser(name);
  return id;
}

function noSuchUser(name: string): UserError {
  return new UserError(`there is no user ${name}`);
}

const REFUSALS: Readonly<Record<UserRefusal, string>> = {
  'no-such-user': 'there is no such user',
  conflict: 'somebody else has just changed it',
  'last-administrator': 'the last administrator stays one: make another first (apel user add)',
  oneself: 'nobody does this to themselves',
};

function done(name: string, change: UserChange): DeskEnd {
  if (change.state === 'refused') throw new UserError(`${name}: ${REFUSALS[change.reason]}`);
  return change.state === 'changed' ? change.ended.desk : 'none';
}

const FAULTS: Readonly<Record<PasswordFault, string>> = {
  'too-short': `has at least ${MIN_PASSWORD_CHARS} characters`,
  'too-long': `has at most ${MAX_PASSWORD_CHARS} characters`,
  'one-character': 'is not one character again and again',
  'user-name': 'is not the user name',
};

function checkPassword(password: string, name: string): void {
  const fault = passwordFault(password, name);
  if (fault) throw new UserError(`a password ${FAULTS[fault]}`);
}

function checkGrants(role: Role, grants: readonly Grant[]): void {
  const wrong = grants.filter((grant) => !grantsFor(role).includes(grant));
  if (wrong.length > 0) {
    const may = grantsFor(role).join(', ') || 'nothing';
    throw new UserError(`${wrong.join(', ')} cannot be granted to the role ${role}; it may get: ${may}`);
  }
}
