/**
 * Configuration with its versions, and the state that goes with it: statuses, campaigns, trunks.
 * @module
 */
import { sql } from 'drizzle-orm';
import {
  boolean,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import type { ConfigBody, ConfigKind } from '../../contracts/model/config.ts';
import type { CallKind } from '../../contracts/model/call.ts';
import { at } from './columns.ts';

/** The current version of every config object; `config_versions` has all of them. */
export const configObjects = pgTable(
  'config_objects',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    kind: text('kind').$type<ConfigKind>().notNull(),
    name: text('name').notNull(),
    version: integer('version').notNull(),
    body: jsonb('body').$type<ConfigBody['body']>().notNull(),
    /** `file`: by `apply`; `page`: by a person in the UI; `seed`: by the migration. */
    origin: text('origin').$type<'file' | 'page' | 'seed'>().notNull(),
    updatedAt: at('updated_at').notNull().defaultNow(),
    updatedBy: text('updated_by').notNull(),
    /** Out of use: offered nowhere, but calls and reports keep its name. Campaigns, trunks and statuses only. */
    retiredAt: at('retired_at'),
    retiredBy: text('retired_by'),
  },
  (t) => [unique('config_objects_kind_name').on(t.kind, t.name)],
);

export const configVersions = pgTable(
  'config_versions',
  {
    kind: text('kind').$type<ConfigKind>().notNull(),
    name: text('name').notNull(),
    version: integer('version').notNull(),
    body: jsonb('body').$type<ConfigBody['body']>().notNull(),
    origin: text('origin').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
    createdBy: text('created_by').notNull(),
    /** The object was taken away; the body is what it was. A later version brings it back. */
    removed: boolean('removed').notNull().default(false),
  },
  (t) => [primaryKey({ columns: [t.kind, t.name, t.version] })],
);

/** The lookup table of outcomes; kept in step with config objects of kind `status`, never deleted from: a commit may be about to name it. */
export const statuses = pgTable('statuses', {
  id: smallint('id').primaryKey().generatedAlwaysAsIdentity(),
  code: text('code').notNull().unique(),
  labelRo: text('label_ro').notNull(),
  labelEn: text('label_en').notNull(),
  reachedPerson: boolean('reached_person').notNull(),
  countsAsNoAnswer: boolean('counts_as_no_answer').notNull(),
  countsTowardsCaps: boolean('counts_towards_caps').notNull(),
  final: boolean('final').notNull(),
  positive: boolean('positive').notNull(),
  system: boolean('system').notNull(),
  allowedFor: text('allowed_for').$type<CallKind>().array().notNull(),
  sort: integer('sort').notNull(),
  /** Out of use, or its object was removed: offered to nobody. */
  retiredAt: at('retired_at'),
});

/** State of a campaign that is not its definition. The id equals its `config_objects.id`. */
export const campaigns = pgTable('campaigns', {
  id: integer('id')
    .primaryKey()
    .references(() => configObjects.id),
  name: text('name').notNull().unique(),
  pausedAt: at('paused_at'),
  pausedBy: text('paused_by'),
  pausedReason: text('paused_reason'),
  /** Not begun yet, or over: its Schedule is gone. Paused as well, so that nothing is claimed. */
  stoppedAt: at('stopped_at'),
  /** What the dial loop last said it waits for: a code of `domain/dial-wait.ts`, with when it will look again. */
  waitReason: text('wait_reason'),
  waitUntil: at('wait_until'),
  waitSince: at('wait_since'),
});

/** Health of a trunk, over all edges. The id equals its `config_objects.id`. Touched only when something is wrong. */
export const trunkHealth = pgTable('trunk_health', {
  id: integer('id')
    .primaryKey()
    .references(() => configObjects.id),
  /** No new INVITE before this time. */
  backoffUntil: at('backoff_until'),
  /** Last back-off in seconds: 2, 4, … 60. */
  backoffSeconds: integer('backoff_seconds').notNull().default(0),
  /** Technical failures since `failuresSince`. */
  failures: integer('failures').notNull().default(0),
  failuresSince: at('failures_since'),
  /** Times of the last technical failures (at most ten, at most 30 s old when written): an exact sliding window. */
  failureTimes: at('failure_times')
    .array()
    .notNull()
    .default(sql`'{}'::timestamptz[]`),
  /** Set after ten technical failures in 30 s; then one call a minute until one gets through. */
  suspendedAt: at('suspended_at'),
  suspendedReason: text('suspended_reason'),
  lastProbeAt: at('last_probe_at'),
  /** Leaky bucket of calls per second: claims allowed at `bucketAt`. */
  bucketLevel: doublePrecision('bucket_level').notNull().default(0),
  bucketAt: at('bucket_at').notNull().defaultNow(),
});
