/**
 * People who may log in. Every change is in the audit log; passwords are Argon2id hashes.
 * @module
 */
import { randomInt } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import type { Database } from '../../db/client.ts';
import type { Role } from '../../contracts/model/role.ts';
import { UserError } from '../shell/user-error.ts';

export const MIN_PASSWORD_CHARS = 10;
/** Argon2 takes a good part of a core for longer texts as well; nobody types more. */
const MAX_PASSWORD_CHARS = 200;
/** No letters or digits that are mistaken for one another when read aloud or from paper. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

/** 16 characters out of 31, about 79 bits. */
export function randomPassword(): string {
  const letters = Array.from({ length: 16 }, () => ALPHABET[randomInt(ALPHABET.length)] ?? 'x').join('');
  return letters.match(/.{4}/g)?.join('-') ?? letters;
}

export async function countUsers(db: Database): Promise<number> {
  const { rows } = await db.pool.query<{ count: number }>('select count(*) from users');
  return rows[0]?.count ?? 0;
}

/** @throws UserError when the name is taken or the password too short */
export async function addUser(
  db: Database,
  user: { name: string; displayName: string; role: Role; password: string; actor: string },
): Promise<void> {
  checkPassword(user.password);
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u.test(user.name)) {
    throw new UserError(`user name ${user.name}: letters, digits, dot, dash and underscore only`);
  }
  const { rowCount } = await db.pool.query(ADD, [
    user.name,
    user.displayName,
    user.role,
    await hash(user.password),
    user.actor,
  ]);
  if (!rowCount) throw new UserError(`user ${user.name} exists already`);
}

const ADD = `
  with added as (
    insert into users (name, display_name, role, password_hash) values ($1, $2, $3, $4)
    on conflict do nothing returning id, name, role)
  insert into audit_log (actor, action, object_kind, object_id, after)
  select $5::text, 'user.add', 'user', id::text, jsonb_build_object('name', name, 'role', role) from added`;

/** Ends the user's log-ins at once. @throws UserError when there is no such user */
export async function disableUser(db: Database, user: { name: string; actor: string }): Promise<void> {
  const { rowCount } = await db.pool.query(DISABLE, [user.name, user.actor]);
  if (!rowCount) throw new UserError(`there is no user ${user.name}`);
}

const DISABLE = `
  with gone as (
    update users set disabled_at = coalesce(disabled_at, now()) where lower(name) = lower($1) returning id),
  ended as (
    update sessions set revoked_at = now() where user_id in (select id from gone) and revoked_at is null)
  insert into audit_log (actor, action, object_kind, object_id)
  select $2::text, 'user.disable', 'user', id::text from gone`;

/** Sets a password, enables the user again, ends the log-ins with the old one. */
export async function setPassword(
  db: Database,
  user: { name: string; password: string; actor: string },
): Promise<void> {
  checkPassword(user.password);
  const { rowCount } = await db.pool.query(PASSWORD, [user.name, user.actor, await hash(user.password)]);
  if (!rowCount) throw new UserError(`there is no user ${user.name}`);
}

const PASSWORD = `
  with changed as (
    update users set password_hash = $3, disabled_at = null where lower(name) = lower($1) returning id),
  ended as (
    update sessions set revoked_at = now() where user_id in (select id from changed) and revoked_at is null)
  insert into audit_log (actor, action, object_kind, object_id)
  select $2::text, 'user.password', 'user', id::text from changed`;

function checkPassword(password: string): void {
  if (password.length < MIN_PASSWORD_CHARS || password.length > MAX_PASSWORD_CHARS) {
    throw new UserError(`a password has ${MIN_PASSWORD_CHARS} to ${MAX_PASSWORD_CHARS} characters`);
  }
}
