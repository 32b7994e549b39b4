/**
 * People, their log-ins, what they did.
 * @module
 */
import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { Grant, Role } from '../../contracts/model/role.ts';
import { at, bytea } from './columns.ts';

export const users = pgTable(
  'users',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    name: text('name').notNull(),
    displayName: text('display_name').notNull(),
    role: text('role').$type<Role>().notNull(),
    /** Beyond the role; what counts of it is decided by `domain/permissions.ts`. */
    grants: text('grants')
      .array()
      .$type<Grant[]>()
      .notNull()
      .default(sql`'{}'::text[]`),
    /** One more with each change of name, role or grants: two administrators do not overwrite each other unseen. */
    version: integer('version').notNull().default(1),
    passwordHash: text('password_hash').notNull(),
    disabledAt: at('disabled_at'),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [uniqueIndex('users_name').on(sql`lower(${t.name})`)],
);

/** Log-ins. Only the SHA-256 of the token is kept. */
export const sessions = pgTable(
  'sessions',
  {
    tokenHash: bytea('token_hash').primaryKey(),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id),
    createdAt: at('created_at').notNull().defaultNow(),
    expiresAt: at('expires_at').notNull(),
    revokedAt: at('revoked_at'),
  },
  (t) => [index('sessions_user').on(t.userId)],
);

/**
 * Screens on a wall: each has a log-in of its own that reads the wall and nothing else. It comes by a link that is good once;
 * only the SHA-256 of link and token are kept.
 */
export const screens = pgTable('screens', {
  id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
  label: text('label').notNull(),
  /** Shows agents by name. */
  agents: boolean('agents').notNull(),
  createdAt: at('created_at').notNull(),
  /** User name. */
  createdBy: text('created_by').notNull(),
  /** Null: it was used. */
  linkHash: bytea('link_hash').unique(),
  linkExpiresAt: at('link_expires_at').notNull(),
  /** Null: the link was not used yet. */
  tokenHash: bytea('token_hash').unique(),
  seenAt: at('seen_at'),
  revokedAt: at('revoked_at'),
});

/** Throttle of log-ins by user name and by address; shared by all API processes. */
export const loginThrottle = pgTable('login_throttle', {
  key: text('key').primaryKey(),
  failures: integer('failures').notNull(),
  blockedUntil: at('blocked_until'),
  updatedAt: at('updated_at').notNull(),
});

export const auditLog = pgTable(
  'audit_log',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: at('at').notNull().defaultNow(),
    /** User name, or `cli:<os user>`, or `system`. */
    actor: text('actor').notNull(),
    action: text('action').notNull(),
    objectKind: text('object_kind').notNull(),
    objectId: text('object_id').notNull(),
    before: jsonb('before'),
    after: jsonb('after'),
  },
  // The log is read newest first, within an interval, by person, by action or by object.
  (t) => [
    index('audit_log_at').on(t.at, t.id),
    index('audit_log_actor').on(t.actor, t.at, t.id),
    index('audit_log_action').on(t.action, t.at, t.id),
    index('audit_log_object').on(t.objectKind, t.objectId, t.at, t.id),
  ],
);
