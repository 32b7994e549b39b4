/**
 * The tables. Names in SQL are snake_case plurals; times are `timestamptz`; ids are `bigint`/`int` identities except
 * calls and imports (uuid: they leave the database as SIP Call-IDs, file names and addresses).
 * @module
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  customType,
  date,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { ConfigBody, ConfigKind, UsedVersions } from '../contracts/model/config.ts';
import type { CallKind, CallResult, CallStage, EndReason } from '../contracts/model/call.ts';
import type { ImportListInput, ListKind, RejectReason } from '../contracts/model/import.ts';
import type { TimelineEvent } from '../contracts/model/placed-call.ts';
import type { Role } from '../contracts/model/role.ts';

const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

// ---------------------------------------------------------------------------------------------------- people

export const users = pgTable(
  'users',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    name: text('name').notNull(),
    displayName: text('display_name').notNull(),
    role: text('role').$type<Role>().notNull(),
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

/** Throttle of log-ins by user name and by address; shared by all API processes. */
export const loginThrottle = pgTable('login_throttle', {
  key: text('key').primaryKey(),
  failures: integer('failures').notNull(),
  blockedUntil: at('blocked_until'),
  updatedAt: at('updated_at').notNull(),
});

export const auditLog = pgTable('audit_log', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  at: at('at').notNull().defaultNow(),
  /** User name, or `cli:<os user>`, or `system`. */
  actor: text('actor').notNull(),
  action: text('action').notNull(),
  objectKind: text('object_kind').notNull(),
  objectId: text('object_id').notNull(),
  before: jsonb('before'),
  after: jsonb('after'),
});

// ------------------------------------------------------------------------------------------------- configuration

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
  },
  (t) => [primaryKey({ columns: [t.kind, t.name, t.version] })],
);

/** The lookup table of outcomes; kept in step with config objects of kind `status`, never deleted from. */
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

// ------------------------------------------------------------------------------------------------------- numbers

/** One row for each E.164 number of the whole site: do-not-call, caps. */
export const numbers = pgTable('numbers', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  e164: text('e164').notNull().unique(),
  doNotCallAt: at('do_not_call_at'),
  doNotCallReason: text('do_not_call_reason'),
  doNotCallBy: text('do_not_call_by'),
  /** Local day of `capDayCount` (zone of the calendar of the call's campaign). */
  capDay: date('cap_day', { mode: 'string' }),
  capDayCount: integer('cap_day_count').notNull().default(0),
  capTotal: integer('cap_total').notNull().default(0),
  /** Demo numbers may only ever be dialed through this trunk (`config_objects.id`): they may belong to somebody. */
  onlyTrunkId: integer('only_trunk_id').references(() => configObjects.id),
});

/** `Nu mai suna` for one campaign, and the run of unanswered calls that leads to it. */
export const campaignNumbers = pgTable(
  'campaign_numbers',
  {
    campaignId: integer('campaign_id')
      .notNull()
      .references(() => campaigns.id),
    numberId: bigint('number_id', { mode: 'number' })
      .notNull()
      .references(() => numbers.id),
    /** Consecutive calls that nobody answered. */
    unanswered: integer('unanswered').notNull().default(0),
    stoppedAt: at('stopped_at'),
    /** `rule`, or the user who did it. */
    stoppedBy: text('stopped_by'),
    liftedAt: at('lifted_at'),
    liftedBy: text('lifted_by'),
    liftedReason: text('lifted_reason'),
  },
  (t) => [
    primaryKey({ columns: [t.campaignId, t.numberId] }),
    index('campaign_numbers_number').on(t.numberId),
  ],
);

// ----------------------------------------------------------------------------------------------- lists, contacts

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
    lastStatusId: smallint('last_status_id').references(() => statuses.id),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [
    index('contacts_list').on(t.listId),
    index('contacts_import').on(t.importId),
    index('contacts_campaign').on(t.campaignId),
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
    /** 0 priority list, 1 retry, 2 new contact of a normal list. */
    rank: smallint('rank').notNull(),
    dueAt: at('due_at').notNull(),
    /** Which of the contact's numbers is next (position). */
    position: smallint('position').notNull().default(1),
    /** Attempts so far; the next call is `attempts + 1`. Always grows. */
    attempts: integer('attempts').notNull().default(0),
    callId: uuid('call_id'),
    /** Why it was last passed over: `cap-day`, `number-busy`, … */
    waitReason: text('wait_reason'),
  },
  (t) => [
    index('dial_queue_due')
      .on(t.campaignId, t.rank, t.dueAt, t.contactId)
      .where(sql`call_id is null`),
    index('dial_queue_list').on(t.listId),
  ],
);

// --------------------------------------------------------------------------------------------------------- calls

/** What was dialed: the intent written before the INVITE, completed once by the commit. */
export const calls = pgTable(
  'calls',
  {
    id: uuid('id').primaryKey(),
    kind: text('kind').$type<CallKind>().notNull(),
    campaignId: integer('campaign_id')
      .notNull()
      .references(() => campaigns.id),
    listId: integer('list_id').references(() => lists.id),
    contactId: bigint('contact_id', { mode: 'number' }).references(() => contacts.id),
    /** Per-contact sequence; with the contact it names the workflow. */
    attempt: integer('attempt').notNull(),
    numberId: bigint('number_id', { mode: 'number' })
      .notNull()
      .references(() => numbers.id),
    trunkId: integer('trunk_id').references(() => configObjects.id),
    agentId: integer('agent_id').references(() => users.id),
    node: text('node').notNull(),
    epoch: integer('epoch').notNull(),
    versions: jsonb('versions').$type<UsedVersions>().notNull(),
    claimedAt: at('claimed_at').notNull().defaultNow(),
    // The rest is written by the commit.
    committedAt: at('committed_at'),
    statusId: smallint('status_id').references(() => statuses.id),
    result: text('result').$type<CallResult>(),
    reason: text('reason').$type<EndReason>(),
    sipStatus: smallint('sip_status'),
    invitedAt: at('invited_at'),
    ringingAt: at('ringing_at'),
    answeredAt: at('answered_at'),
    endedAt: at('ended_at'),
    talkMs: integer('talk_ms'),
    promptMs: integer('prompt_ms'),
    heardMs: integer('heard_ms'),
    menuKey: text('menu_key'),
    recordingState: text('recording_state').$type<'ready' | 'none' | 'lost'>(),
    recordingReason: text('recording_reason'),
    recordingPath: text('recording_path'),
    recordingSha256: text('recording_sha256'),
    recordingMs: integer('recording_ms'),
    recordingBytes: integer('recording_bytes'),
    timeline: jsonb('timeline').$type<TimelineEvent[]>(),
    /** Who chose the status when it did not follow from the call (`setOutcome`). */
    statusBy: text('status_by'),
  },
  (t) => [
    unique('calls_contact_attempt').on(t.contactId, t.attempt),
    index('calls_campaign_claimed').on(t.campaignId, t.claimedAt, t.id),
    index('calls_claimed').on(t.claimedAt, t.id),
    index('calls_number').on(t.numberId),
    index('calls_list').on(t.listId),
    index('calls_agent').on(t.agentId),
    index('calls_trunk').on(t.trunkId),
    index('calls_status').on(t.statusId),
  ],
);

/**
 * One row per open call, from claim to commit: the live-call lock of a number, what each edge owes, the stage shown on
 * the page. Small, so that counting channels and settling an epoch are quick.
 */
export const liveCalls = pgTable(
  'live_calls',
  {
    callId: uuid('call_id')
      .primaryKey()
      .references(() => calls.id),
    /** Order of the claims of one trunk, campaign or edge: `db/claim-memory.ts`. */
    seq: bigint('seq', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    /** Unique: never two live calls to one number, over all campaigns. */
    numberId: bigint('number_id', { mode: 'number' }).notNull().unique(),
    campaignId: integer('campaign_id').notNull(),
    contactId: bigint('contact_id', { mode: 'number' }),
    attempt: integer('attempt').notNull(),
    trunkId: integer('trunk_id'),
    node: text('node').notNull(),
    epoch: integer('epoch').notNull(),
    stage: text('stage').$type<CallStage>().notNull(),
    stageAt: at('stage_at').notNull().defaultNow(),
    claimedAt: at('claimed_at').notNull().defaultNow(),
    /** No INVITE after this instant (closing time of the calendar): the edge's last gate checks it. */
    placeBefore: at('place_before'),
    /** The workflow is known to have been started. */
    startedAt: at('started_at'),
    /** The edge opened the leg: an INVITE has left, or may have. */
    invitedAt: at('invited_at'),
    answeredAt: at('answered_at'),
  },
  (t) => [
    index('live_calls_edge').on(t.node, t.epoch, t.seq),
    index('live_calls_campaign').on(t.campaignId, t.seq),
    index('live_calls_trunk').on(t.trunkId, t.seq),
  ],
);

/** One row per run of an edge process. `ended_at` is the only fact that ends an epoch. */
export const edges = pgTable(
  'edges',
  {
    node: text('node').notNull(),
    epoch: integer('epoch').notNull(),
    /** `http://127.0.0.1:<port>` of the control socket. */
    controlUrl: text('control_url').notNull(),
    capacity: integer('capacity').notNull(),
    startedAt: at('started_at').notNull().defaultNow(),
    /** No new calls: it is leaving. */
    drainingAt: at('draining_at'),
    endedAt: at('ended_at'),
    endedBy: text('ended_by'),
    /** Why it takes no recorded calls now (`disk-full`, `media-server-down`), null when healthy. */
    refusing: text('refusing'),
  },
  (t) => [
    primaryKey({ columns: [t.node, t.epoch] }),
    // At most one open epoch per node is expected; several open ones are settled one by one.
    index('edges_open')
      .on(t.node)
      .where(sql`ended_at is null`),
  ],
);

// ------------------------------------------------------------------------------------------------------- rollups

const rollupKey = {
  /** UTC hour of the INVITE (of the claim for calls not placed). */
  hour: at('hour').notNull(),
  campaignId: integer('campaign_id').notNull(),
  /** 0 where there is none: keys are never null. */
  listId: integer('list_id').notNull(),
  agentId: integer('agent_id').notNull(),
  kind: text('kind').$type<CallKind>().notNull(),
  statusId: smallint('status_id').notNull(),
};
const rollupSums = {
  calls: integer('calls').notNull(),
  answered: integer('answered').notNull(),
  talkMs: bigint('talk_ms', { mode: 'number' }).notNull(),
  holdMs: bigint('hold_ms', { mode: 'number' }).notNull(),
  wrapUpMs: bigint('wrap_up_ms', { mode: 'number' }).notNull(),
};

/** Written by each commit, folded into `rollup_hours` each second. */
export const rollupDeltas = pgTable('rollup_deltas', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  ...rollupKey,
  ...rollupSums,
});

/** Reports read this plus the unfolded deltas; together they always equal a recount of `calls`. */
export const rollupHours = pgTable('rollup_hours', { ...rollupKey, ...rollupSums }, (t) => [
  primaryKey({ columns: [t.hour, t.campaignId, t.listId, t.agentId, t.kind, t.statusId] }),
  index('rollup_hours_campaign').on(t.campaignId, t.hour),
]);
