/**
 * Lists and imports as pages show them.
 * @module
 */
import type { ImportCounts, ImportListInput, ListKind } from '../contracts/model/import.ts';
import { rowsOf, type Queryable } from './queryable.ts';

export interface ImportView extends ImportCounts {
  id: string;
  workflowId: string;
  campaign: string;
  input: ImportListInput;
  state: 'open' | 'done' | 'cancelled' | 'undone';
  bytesTotal: number;
  bytesDone: number;
  startedAt: Date;
  finishedAt: Date | null;
}

export interface ListView {
  id: number;
  name: string;
  kind: ListKind;
  campaign: string;
  createdAt: Date;
  /** The list's last one; null for contacts that came otherwise. */
  import: ImportView | null;
  /** Null: too many to count for a table. */
  contacts: ContactCounts | null;
}

export interface ContactCounts {
  open: number;
  closed: number;
  withdrawn: number;
}

const IMPORT = `json_build_object('id', i.id, 'workflowId', i.workflow_id, 'campaign', p.name, 'input', i.input,
  'state', i.state, 'rows', i.rows_done, 'accepted', i.accepted, 'duplicate', i.duplicate, 'invalid', i.invalid,
  'suppressed', i.suppressed, 'bytesTotal', i.bytes_total, 'bytesDone', i.bytes_done, 'startedAt', i.started_at,
  'finishedAt', i.finished_at)`;

const LISTS = `
  select l.id, l.name, l.kind, p.name as campaign, l.created_at as "createdAt",
    (select ${IMPORT} from imports i where i.list_id = l.id order by i.started_at desc limit 1) as import
  from lists l join campaigns p on p.id = l.campaign_id`;

/** Counting a list of this size takes some 50 ms. */
const COUNTED_AT_ONCE = 50_000;

export interface ListsFilter {
  campaign?: string | undefined;
  kind?: ListKind | undefined;
  state?: ImportView['state'] | undefined;
  /** Id of the last list of the page before: newest first. */
  before?: number | undefined;
  limit: number;
}

/** One row more than `limit` means that there is a next page. */
export async function findListViews(on: Queryable, filter: ListsFilter): Promise<ListView[]> {
  const rows = await rowsOf<Omit<ListView, 'contacts'>>(
    on,
    `${LISTS}
     where ($1::text is null or p.name = $1) and ($2::text is null or l.kind = $2)
       and ($3::text is null or exists (select from imports i where i.list_id = l.id and i.state = $3))
       and ($4::int is null or l.id < $4)
     order by l.id desc limit $5`,
    [
      filter.campaign ?? null,
      filter.kind ?? null,
      filter.state ?? null,
      filter.before ?? null,
      filter.limit + 1,
    ],
  );
  const small = rows.filter((row) => (row.import?.accepted ?? 0) <= COUNTED_AT_ONCE).map(({ id }) => id);
  const counts = await rowsOf<ContactCounts & { listId: number }>(
    on,
    `select list_id as "listId", count(*) filter (where state = 'open')::int as open,
       count(*) filter (where state = 'closed')::int as closed,
       count(*) filter (where state = 'withdrawn')::int as withdrawn
     from contacts where list_id = any($1::int[]) group by list_id`,
    [small],
  );
  return rows.map((row) => {
    const found = counts.find(({ listId }) => listId === row.id);
    const none = small.includes(row.id) ? { open: 0, closed: 0, withdrawn: 0 } : null;
    const contacts = found ? { open: found.open, closed: found.closed, withdrawn: found.withdrawn } : none;
    return { ...withDates(row), contacts };
  });
}

/** Contacts of one list by state, with why those are closed that are. */
export interface ListContacts extends ContactCounts {
  onCall: number;
  /** Open, never called. */
  untouched: number;
  closedBy: Record<string, number>;
}

export async function readListView(
  on: Queryable,
  params: { id: number },
): Promise<(ListView & { contacts: ListContacts }) | undefined> {
  const [row] = await rowsOf<Omit<ListView, 'contacts'>>(on, `${LISTS} where l.id = $1`, [params.id]);
  if (!row) return undefined;
  const states = await rowsOf<{ state: keyof ContactCounts; reason: string | null; n: number }>(
    on,
    `select state, closed_reason as reason, count(*)::int as n from contacts where list_id = $1 group by 1, 2`,
    [params.id],
  );
  const [queue] = await rowsOf<{ onCall: number; untouched: number }>(
    on,
    `select count(q.call_id)::int as "onCall", count(*) filter (where q.attempts = 0)::int as untouched
     from contacts c join dial_queue q on q.contact_id = c.id where c.list_id = $1 and c.state = 'open'`,
    [params.id],
  );
  const sum = (state: string): number =>
    states.filter((one) => one.state === state).reduce((total, { n }) => total + n, 0);
  const closed = states.filter(({ state }) => state === 'closed');
  return {
    ...withDates(row),
    contacts: {
      open: sum('open'),
      closed: sum('closed'),
      withdrawn: sum('withdrawn'),
      onCall: queue?.onCall ?? 0,
      untouched: queue?.untouched ?? 0,
      closedBy: Object.fromEntries(closed.map(({ reason, n }) => [reason ?? 'other', n])),
    },
  };
}

/** An import as its own row, also of a dry run; by its workflow: the last one. */
export async function readImportView(
  on: Queryable,
  params: { id: string } | { workflowId: string },
): Promise<(ImportView & { listId: number | null }) | undefined> {
  const [row] = await rowsOf<{ import: ImportView; listId: number | null }>(
    on,
    `select ${IMPORT} as import, i.list_id as "listId" from imports i join campaigns p on p.id = i.campaign_id
     where i.id = $1 or i.workflow_id = $2 order by i.started_at desc limit 1`,
    ['id' in params ? params.id : null, 'workflowId' in params ? params.workflowId : null],
  );
  return row && { ...dated(row.import), listId: row.listId };
}

function withDates<T extends { import: ImportView | null }>(row: T): T {
  return { ...row, import: row.import && dated(row.import) };
}

/** JSON has no dates. */
function dated(view: ImportView): ImportView {
  return {
    ...view,
    startedAt: new Date(view.startedAt),
    finishedAt: view.finishedAt && new Date(view.finishedAt),
  };
}
