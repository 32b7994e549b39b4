/**
 * Writes a history into the database of a demo: all of it or nothing, once. What reports read is summed from the rows that were
 * written, in the same transaction.
 * @module
 */
import type pg from 'pg';
import { writeAudit } from '../../db/audit.ts';
import type { Database } from '../../db/client.ts';
import { correctCall } from '../../db/corrections.ts';
import { copyChunks, copyInto } from '../../db/import-copy.ts';
import { rowsOf } from '../../db/queryable.ts';
import { keepReportDays } from '../../db/report-days.ts';
import { inTransaction } from '../../db/transaction.ts';
import { HISTORY_CAMPAIGNS } from './config.ts';
import { historyParts } from './generate.ts';
import { HISTORY_PREFIXES } from './people.ts';
import * as listRows from './list-rows.ts';
import * as rows from './rows.ts';
import type { HistoryEnd, HistoryOptions, HistoryPart } from './shapes.ts';
import { readSite, type SiteIds } from './site.ts';
import { writeSums } from './sums.ts';
import { makeTapes, type Tapes } from './tapes.ts';
import { HISTORY_NODE } from './world.ts';

export interface LoadHistoryOptions extends Omit<HistoryOptions, 'taken'> {
  /** With a time for a statement of a minute at least. */
  db: Database;
  /** Folder of the recordings, where those of the last days go. */
  recordingsDir: string;
  /** As `getDemoVoices` gives it; tones when absent. */
  voices?: string;
  /** Argon2id of a password that nobody knows: agents whom the site has not are made with it. */
  passwordHash: string;
  /** As `APEL_SITE_ZONE`. */
  siteZone: string;
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
  const site = await readSite(options.db, options);
  const tapes = await makeTapes(options.recordingsDir, options.voices);
  try {
    return await loadWith(options, site, tapes);
  } catch (error) {
    tapes.undo();
    throw error;
  } finally {
    await tapes.close();
  }
}

async function loadWith(options: LoadHistoryOptions, site: SiteIds, tapes: Tapes): Promise<LoadedHistory> {
  const { db } = options;
  const ids = { ...(await reserveIds(db, site, options.calls)), tapes: tapes.tapes };
  const taken = await takenNumbers(db);
  const loaded = await inTransaction(
    db,
    async (client) => {
      await withoutChecks(client, 'replica');
      const { trail, ...written } = await writeParts(client, ids, historyParts({ ...options, taken }), {
        ...options,
        tapes,
      });
      await writeTrail(client, ids, trail);
      await writeEnd(client, ids, written.end);
      await withoutChecks(client, 'origin');
      await endCampaigns(client, written.end);
      await writeSums(client, site.users);
      return written;
    },
    SETTINGS,
  );
  for (const { call, ...correction } of loaded.end.corrections) {
    await correctCall(db, { ...correction, callId: call, now: new Date(correction.at) });
  }
  await keepReportDays(db, { siteZone: options.siteZone });
  await db.pool.query('analyze calls, contacts, contact_numbers, numbers, dial_queue');
  const { contacts, days } = loaded.end;
  return { calls: loaded.calls, contacts: contacts.length, days };
}

/**
 * Half a million references are not looked up one by one: they are right as they are made, which the test of this file checks.
 * Only an owner of the whole server may do so; with any other user it takes some seconds longer.
 */
async function withoutChecks(client: pg.PoolClient, role: 'replica' | 'origin'): Promise<void> {
  const [user] = await rowsOf<{ may: boolean }>(
    client,
    'select rolsuper as may from pg_roles where rolname = current_user',
  );
  if (user?.may === true) await client.query(`set local session_replication_role = ${role}`);
}

/** More than are ever used: what is left over is a gap. Nobody takes an id meanwhile; whoever writes waits for milliseconds. */
async function reserveIds(db: Database, site: SiteIds, calls: number): Promise<Omit<rows.RowIds, 'tapes'>> {
  const most: rows.FirstIds = {
    list: 1_000,
    contact: calls + 10_000,
    number: 2 * calls + 10_000,
    shift: 10_000,
  };
  return inTransaction(db, async (client) => {
    await client.query('lock table lists, contacts, numbers, shifts in share row exclusive mode');
    const first = { list: 0, contact: 0, number: 0, shift: 0 };
    for (const [key, table] of Object.entries(TABLES) as [keyof typeof TABLES, string][]) {
      const [row] = await rowsOf<{ first: number }>(
        client,
        `with first as materialized (select nextval(pg_get_serial_sequence('${table}', 'id')) as id)
         select id as first, setval(pg_get_serial_sequence('${table}', 'id'), id + $1) from first`,
        [most[key]],
      );
      first[key] = rows.known(row, `sequence of ${table}`).first;
    }
    return { ...site, first };
  });
}

const TABLES = { list: 'lists', contact: 'contacts', number: 'numbers', shift: 'shifts' } as const;

async function takenNumbers({ pool }: Database): Promise<Set<string>> {
  const found = await rowsOf<{ e164: string }>(
    pool,
    'select e164 from numbers where left(e164, 6) = any($1)',
    [HISTORY_PREFIXES],
  );
  return new Set(found.map(({ e164 }) => e164));
}

interface Written {
  end: HistoryEnd;
  calls: number;
  /** Lines that are still to be written. */
  trail: Buffer[];
}

/** Calls are written while the next ones are made up. */
async function writeParts(
  client: pg.PoolClient,
  ids: rows.RowIds,
  parts: Generator<HistoryPart, HistoryEnd, void>,
  { progress, tapes }: Pick<LoadHistoryOptions, 'progress'> & { tapes: Tapes },
): Promise<Written> {
  const lines: Record<'calls' | 'answers' | 'shifts' | 'trail', Buffer[]> = {
    calls: [],
    answers: [],
    shifts: [],
    trail: [],
  };
  const sum = { calls: 0, shifts: 0 };
  let end: HistoryEnd | undefined;
  const add = (to: keyof typeof lines, text: string): void => {
    if (text !== '') lines[to].push(Buffer.from(text));
  };
  function* calls(): Generator<Buffer> {
    for (;;) {
      const next = parts.next();
      if (next.done === true) {
        end = next.value;
        return;
      }
      const part = next.value;
      add('answers', part.calls.map(rows.answerLines).join(''));
      add(
        'shifts',
        part.shifts.map((shift, place) => rows.shiftLine(ids, shift, sum.shifts + place)).join(''),
      );
      add('trail', part.trail.map((move) => rows.moveLine(ids, move)).join(''));
      sum.calls += part.calls.length;
      sum.shifts += part.shifts.length;
      progress?.(sum.calls);
      for (const { id, recording, answeredAt } of part.calls) {
        if (recording?.state === 'kept') tapes.put(recording.tape, rows.recordingPath(id, answeredAt ?? 0));
      }
      yield Buffer.from(part.calls.map((call) => rows.callLine(ids, call)).join(''));
    }
  }
  await copyChunks(client, rows.CALL_COLUMNS, calls());
  await copyChunks(client, rows.ANSWER_COLUMNS, lines.answers);
  await copyChunks(client, rows.SHIFT_COLUMNS, lines.shifts);
  if (!end) throw new Error('the history has no end');
  return { end, calls: sum.calls, trail: lines.trail };
}

/** Its sums are added when all rows are there: row by row they would take most of the time. Nobody writes a trail meanwhile. */
async function writeTrail(
  client: pg.PoolClient,
  { users }: rows.RowIds,
  trail: readonly Buffer[],
): Promise<void> {
  await client.query('alter table agent_states disable trigger agent_states_take_time');
  await copyChunks(client, rows.MOVE_COLUMNS, trail);
  await client.query('alter table agent_states enable trigger agent_states_take_time');
  // Everybody has gone home.
  await client.query(
    `insert into agents (user_id, extension, state_since)
     select u.id, ((select coalesce(max(extension::int), 100) from agents where extension ~ '^[0-9]{1,9}$') + u.nth)::text,
       coalesce((select max(at) from agent_states s where s.user_id = u.id), now())
     from unnest($1::int[]) with ordinality u (id, nth)`,
    [users],
  );
}

async function writeEnd(client: pg.PoolClient, ids: rows.RowIds, end: HistoryEnd): Promise<void> {
  const placed = <T>(values: readonly T[]): [number, T][] => [...values.entries()];
  const { lists, numbers, contacts } = end;
  await copyInto(client, listRows.LIST_COLUMNS, placed(lists), ([place, list]) =>
    listRows.listLine(ids, list, place),
  );
  await copyInto(client, listRows.IMPORT_COLUMNS, placed(lists), ([place, list]) =>
    listRows.importLine(ids, list, place),
  );
  await copyInto(client, listRows.REJECT_COLUMNS, lists, listRows.rejectLines);
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
