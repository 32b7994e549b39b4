/**
 * Writes a history into the database of a demo: all of it or nothing, once. What reports read is summed from the rows that were
 * written, in the same transaction.
 * @module
 */
import type pg from 'pg';
import { writeAudit } from '../../db/audit.ts';
import type { Database } from '../../db/client.ts';
import { correctCall } from '../../db/corrections.ts';
import { copyInto } from '../../db/import-copy.ts';
import { rowsOf } from '../../db/queryable.ts';
import { inTransaction } from '../../db/transaction.ts';
import { HISTORY_CAMPAIGNS } from './config.ts';
import { historyDays } from './generate.ts';
import { HISTORY_PREFIXES } from './people.ts';
import * as rows from './rows.ts';
import type { HistoryDay, HistoryEnd, HistoryOptions } from './shapes.ts';
import { readSite, type SiteIds } from './site.ts';
import { writeSums } from './sums.ts';
import { HISTORY_NODE } from './world.ts';

export interface LoadHistoryOptions extends Omit<HistoryOptions, 'taken'> {
  /** With a time for a statement of a minute at least. */
  db: Database;
  /** Argon2id of a password that nobody knows: agents whom the site has not are made with it. */
  passwordHash: string;
  /** Told now and then how many calls there are. */
  progress?: (calls: number) => void;
}

export interface LoadedHistory {
  calls: number;
  contacts: number;
  days: number;
}

/** Somebody may hold a lock for a moment; nobody holds one for long. */
const SETTINGS = [
  `statement_timeout = '120s'`,
  `lock_timeout = '20s'`,
  `idle_in_transaction_session_timeout = '120s'`,
];

/** Whether the site has a history: a second one is never added. */
export async function hasHistory(on: pg.Pool): Promise<boolean> {
  const found = await rowsOf(
    on,
    'select 1 from calls where campaign_id = any(select id from campaigns where name = any($1)) and node = $2 limit 1',
    [HISTORY_CAMPAIGNS.map(({ name }) => name), HISTORY_NODE],
  );
  return found.length > 0;
}

/** `HISTORY_CONFIG` is applied before. @throws when an object that it names is missing, with nothing written */
export async function loadHistory(options: LoadHistoryOptions): Promise<LoadedHistory> {
  const { db } = options;
  const site = await readSite(db, options);
  const loaded = await inTransaction(
    db,
    async (client) => {
      const ids = await firstIds(client, site);
      const taken = await takenNumbers(client);
      const written = await writeDays(client, ids, { ...options, taken });
      await writeEnd(client, ids, written.end);
      await moveSequences(client, ids, written);
      await writeAgents(client, ids);
      await endCampaigns(client, written.end);
      await writeSums(client, site.users);
      return written;
    },
    SETTINGS,
  );
  for (const { call, ...correction } of loaded.end.corrections) {
    await correctCall(db, { ...correction, callId: call, now: new Date(correction.at) });
  }
  await db.pool.query(
    `analyze calls, contacts, contact_numbers, numbers, campaign_numbers, dial_queue, call_answers, agent_states, rollup_hours,
       report_hours, report_days, report_agent_days, agent_state_hours, agent_state_days`,
  );
  return { calls: loaded.calls, contacts: loaded.end.contacts.length, days: loaded.days };
}

/** Nobody takes an id between the first one and the last one. */
async function firstIds(client: pg.PoolClient, site: SiteIds): Promise<rows.RowIds> {
  await client.query('lock table lists, contacts, numbers, shifts in share row exclusive mode');
  const [first] = await rowsOf<rows.FirstIds>(
    client,
    `select ${Object.entries(TABLES)
      .map(([key, table]) => `nextval(pg_get_serial_sequence('${table}', 'id')) as ${key}`)
      .join(', ')}`,
  );
  return { ...site, first: rows.known(first, 'sequences') };
}

const TABLES = { list: 'lists', contact: 'contacts', number: 'numbers', shift: 'shifts' } as const;

async function takenNumbers(client: pg.PoolClient): Promise<Set<string>> {
  const found = await rowsOf<{ e164: string }>(
    client,
    'select e164 from numbers where left(e164, 6) = any($1)',
    [HISTORY_PREFIXES],
  );
  return new Set(found.map(({ e164 }) => e164));
}

interface Written {
  end: HistoryEnd;
  calls: number;
  shifts: number;
  days: number;
}

async function writeDays(
  client: pg.PoolClient,
  ids: rows.RowIds,
  options: HistoryOptions & Pick<LoadHistoryOptions, 'progress'>,
): Promise<Written> {
  const history = historyDays(options);
  const sum = { calls: 0, shifts: 0, days: 0 };
  // Its sums are added when all rows are there: row by row they would take most of the time.
  await client.query('alter table agent_states disable trigger agent_states_take_time');
  for (;;) {
    const next = history.next();
    if (next.done === true) {
      await client.query('alter table agent_states enable trigger agent_states_take_time');
      return { ...sum, end: next.value };
    }
    await writeDay(client, ids, next.value, sum.shifts);
    sum.calls += next.value.calls.length;
    sum.shifts += next.value.shifts.length;
    sum.days += 1;
    options.progress?.(sum.calls);
  }
}

async function writeDay(
  client: pg.PoolClient,
  ids: rows.RowIds,
  day: HistoryDay,
  shifts: number,
): Promise<void> {
  await copyInto(client, rows.CALL_COLUMNS, day.calls, (call) => rows.callLine(ids, call));
  const told = day.calls.filter(({ desk }) => desk?.answers);
  await copyInto(client, rows.ANSWER_COLUMNS, told, rows.answerLines);
  await copyInto(client, rows.SHIFT_COLUMNS, [...day.shifts.entries()], ([place, shift]) =>
    rows.shiftLine(ids, shift, shifts + place),
  );
  await copyInto(client, rows.MOVE_COLUMNS, day.trail, (move) => rows.moveLine(ids, move));
}

async function writeEnd(client: pg.PoolClient, ids: rows.RowIds, end: HistoryEnd): Promise<void> {
  const placed = <T>(values: readonly T[]): [number, T][] => [...values.entries()];
  const { lists, numbers, contacts } = end;
  await copyInto(client, rows.LIST_COLUMNS, placed(lists), ([place, list]) =>
    rows.listLine(ids, list, place),
  );
  await copyInto(client, rows.IMPORT_COLUMNS, placed(lists), ([place, list]) =>
    rows.importLine(ids, list, place),
  );
  await copyInto(client, rows.REJECT_COLUMNS, lists, rows.rejectLines);
  await copyInto(client, rows.NUMBER_COLUMNS, placed(numbers), ([place, number]) =>
    rows.numberLine(ids, number, place),
  );
  await copyInto(client, rows.RUN_COLUMNS, placed(numbers), ([place, number]) =>
    rows.runLines(ids, number, place),
  );
  await copyInto(client, rows.CONTACT_COLUMNS, placed(contacts), ([place, contact]) =>
    rows.contactLine(ids, contact, place, rows.known(lists[contact.list], 'list').importId),
  );
  await copyInto(client, rows.CONTACT_NUMBER_COLUMNS, placed(contacts), ([place, contact]) =>
    rows.contactNumberLines(ids, contact, place),
  );
  await copyInto(client, rows.QUEUE_COLUMNS, placed(contacts), ([place, contact]) =>
    rows.queueLine(ids, contact, place),
  );
}

async function moveSequences(
  client: pg.PoolClient,
  { first }: rows.RowIds,
  { end, shifts }: Written,
): Promise<void> {
  const used = { list: end.lists, contact: end.contacts, number: end.numbers, shift: { length: shifts } };
  for (const [key, table] of Object.entries(TABLES) as [keyof typeof TABLES, string][]) {
    const last = first[key] + Math.max(1, used[key].length) - 1;
    await client.query(`select setval(pg_get_serial_sequence('${table}', 'id'), $1)`, [last]);
  }
}

/** Everybody has gone home. */
async function writeAgents(client: pg.PoolClient, { users }: rows.RowIds): Promise<void> {
  await client.query(
    `insert into agents (user_id, extension, state_since)
     select u.id, ((select coalesce(max(extension::int), 100) from agents where extension ~ '^[0-9]{1,9}$') + u.nth)::text,
       coalesce((select max(at) from agent_states s where s.user_id = u.id), now())
     from unnest($1::int[]) with ordinality u (id, nth)`,
    [users],
  );
}

async function endCampaigns(client: pg.PoolClient, { ends }: HistoryEnd): Promise<void> {
  for (const { campaign, what, at, by, reason } of ends) {
    const when = new Date(at);
    await client.query(
      `update campaigns set paused_at = $2, paused_by = $3, paused_reason = $4, stopped_at = $5 where name = $1`,
      [campaign, when, by, reason, what === 'stop' ? when : null],
    );
    await writeAudit(client, {
      actor: by,
      action: `campaign.${what}`,
      objectKind: 'campaign',
      objectId: campaign,
      before: { state: 'running' },
      after: { state: what === 'stop' ? 'stopped' : 'paused', reason },
      at: when,
    });
  }
}
