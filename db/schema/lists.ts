/**
 * Lists, imports, contacts with their numbers, and the queue of those to be called.
 * @module
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { ImportListInput, ListKind, RejectReason } from '../../contracts/model/import.ts';
import { at } from './columns.ts';
import { campaigns, statuses } from './config.ts';
import { numbers } from './numbers.ts';

export const lists = pgTable(
  'lists',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campaignId: integer('campaign_id')
      .notNull()
      .references(() => campaigns.id),
    name: text('name').notNull(),
    kind: text('kind').$type<ListKind>().notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [unique('lists_campaign_name').on(t.campaignId, t.name)],
);

export const imports = pgTable(
  'imports',
  {
    id: uuid('id').primaryKey(),
    workflowId: text('workflow_id').notNull(),
    campaignId: integer('campaign_id')
      .notNull()
      .references(() => campaigns.id),
    listId: integer('list_id').references(() => lists.id),
    input: jsonb('input').$type<ImportListInput>().notNull(),
    fileSha256: text('file_sha256').notNull(),
    state: text('state').$type<'open' | 'done' | 'cancelled' | 'undone'>().notNull(),
    /** Columns found: header cell -> known column or attribute name, delimiter, source encoding. */
    layout: jsonb('layout').notNull(),
    bytesTotal: bigint('bytes_total', { mode: 'number' }).notNull(),
    /** Position in the UTF-8 spool copy up to which rows are committed. */
    bytesDone: bigint('bytes_done', { mode: 'number' }).notNull().default(0),
    rowsDone: integer('rows_done').notNull().default(0),
    /** Line of the file at `bytesDone` (quoted newlines make it differ from rows). */
    linesDone: integer('lines_done').notNull().default(0),
    accepted: integer('accepted').notNull().default(0),
    duplicate: integer('duplicate').notNull().default(0),
    invalid: integer('invalid').notNull().default(0),
    suppressed: integer('suppressed').notNull().default(0),
    rejectsFile: text('rejects_file'),
    startedAt: at('started_at').notNull().defaultNow(),
    finishedAt: at('finished_at'),
  },
  (t) => [
    index('imports_campaign').on(t.campaignId),
    index('imports_list').on(t.listId),
    index('imports_sha').on(t.fileSha256),
    unique('imports_workflow').on(t.workflowId, t.startedAt),
  ],
);

export const importRejects = pgTable(
  'import_rejects',
  {
    importId: uuid('import_id')
      .notNull()
      .references(() => imports.id),
    /** 1-based data row (the header is not counted). */
    rowNo: integer('row_no').notNull(),
    /** 1-based line of the file on which the row starts. */
    line: integer('line').notNull(),
    outcome: text('outcome').$type<'duplicate' | 'invalid' | 'suppressed'>().notNull(),
    reason: text('reason').$type<RejectReason>().notNull(),
    /** Known column that is to blame, where one is. */
    column: text('column'),
    /** Of `duplicate-in-campaign`: the list that had the number. No foreign key: hundreds of thousands of rows, never joined by it. */
    listId: integer('list_id'),
    cells: text('cells').array().notNull(),
  },
  (t) => [primaryKey({ columns: [t.importId, t.rowNo] })],
);

export const contacts = pgTable(
  'contacts',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    campaignId: integer('campaign_id')
      .notNull()
      .references(() => campaigns.id),
    listId: integer('list_id')
      .notNull()
      .references(() => lists.id),
    importId: uuid('import_id').references(() => imports.id),
    rowNo: integer('row_no'),
    externalId: text('external_id'),
    lastName: text('last_name'),
    firstName: text('first_name'),
    locality: text('locality'),
    county: text('county'),
    age: smallint('age'),
    ageBand: text('age_band'),
    address: text('address'),
    email: text('email'),
    language: text('language'),
    note: text('note'),
    consentAt: date('consent_at', { mode: 'string' }),
    consentSource: text('consent_source'),
    attributes: jsonb('attributes').$type<Record<string, string>>(),
    /** `open`: may be called (a `dial_queue` row exists). Others are final, with `closedReason`. */
    state: text('state').$type<'open' | 'closed' | 'withdrawn'>().notNull().default('open'),
    closedReason: text('closed_reason'),
    closedAt: at('closed_at'),
    /** Not written any more (nobody reads it); kept while a worker of the former build may still commit. */
    lastStatusId: smallint('last_status_id').references(() => statuses.id),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [
    index('contacts_list').on(t.listId),
    index('contacts_import').on(t.importId),
    // In order: the newest of a campaign are shown first, also of one that was imported before all others.
    index('contacts_campaign').on(t.campaignId, t.id),
    // A person is found by how the last name begins, written anyhow: `fold_name` is in the migration `names-without-diacritics`.
    index('contacts_last_name').on(sql`fold_name(${t.lastName}) collate "C"`),
  ],
);

/** One to three numbers of a contact, in order. A number is active once per campaign. */
export const contactNumbers = pgTable(
  'contact_numbers',
  {
    contactId: bigint('contact_id', { mode: 'number' })
      .notNull()
      .references(() => contacts.id),
    position: smallint('position').notNull(),
    campaignId: integer('campaign_id')
      .notNull()
      .references(() => campaigns.id),
    numberId: bigint('number_id', { mode: 'number' })
      .notNull()
      .references(() => numbers.id),
    /** False: non-existent, or the contact was withdrawn. */
    active: boolean('active').notNull().default(true),
  },
  (t) => [
    primaryKey({ columns: [t.contactId, t.position] }),
    uniqueIndex('contact_numbers_campaign_number')
      .on(t.campaignId, t.numberId)
      .where(sql`active`),
    index('contact_numbers_number').on(t.numberId),
  ],
);

/**
 * The small hot table: one row per contact that may still be called. `call_id` set = leased by that open call; a lease
 * ends only by the commit of its call. Order of dialing: rank, due time, contact.
 */
export const dialQueue = pgTable(
  'dial_queue',
  {
    contactId: bigint('contact_id', { mode: 'number' })
      .primaryKey()
      .references(() => contacts.id),
    campaignId: integer('campaign_id').notNull(),
    listId: integer('list_id').notNull(),
    /** 0 priority list, 1 retry, 2 new contact of a normal list, 3 callback for anyone, 4 callback for `agent_id`. */
    rank: smallint('rank').notNull(),
    dueAt: at('due_at').notNull(),
    /** Which of the contact's numbers is next (position). */
    position: smallint('position').notNull().default(1),
    /** Attempts so far; the next call is `attempts + 1`. Always grows. */
    attempts: integer('attempts').notNull().default(0),
    callId: uuid('call_id'),
    /** Why it was last passed over: `cap-day`, `number-busy`, … */
    waitReason: text('wait_reason'),
    /** Whose it is: of a personal callback, or dealt out to an agent's daily queue. */
    agentId: integer('agent_id'),
  },
  (t) => [
    index('dial_queue_agent')
      .on(t.agentId, t.rank, t.dueAt)
      .where(sql`agent_id is not null and call_id is null`),
    index('dial_queue_due')
      .on(t.campaignId, t.rank, t.dueAt, t.contactId)
      .where(sql`call_id is null`),
  ],
);
