/**
 * Istoria interacțiunilor: people found by number or name, over all lists, and their calls in the order of time.
 * @module
 */
import type { CallKind } from '../contracts/model/call.ts';
import { nameWords } from '../domain/fold-name.ts';
import { rowsOf, type Queryable } from './queryable.ts';

/** A contact of a list; the same person may be on several. */
export interface FoundPerson {
  contactId: number;
  lastName: string | null;
  firstName: string | null;
  locality: string | null;
  county: string | null;
  ageBand: string | null;
  campaign: string;
  list: string;
  /** E.164, in order of position. */
  numbers: string[];
  calls: number;
  lastCallAt: Date | null;
}

const MAX_PEOPLE = 50;
/** A last name of thousands: who asks for it types more. */
const MAX_CANDIDATES = 5_000;
/** Calls of one person, newest; a desk of ten years has not more. */
const MAX_CALLS = 500;

/** The row of a number, and the contacts that have it, open or not. Undefined: nobody has had that number. */
export async function findByNumber(
  on: Queryable,
  e164: string,
): Promise<{ numberId: number; people: FoundPerson[] } | undefined> {
  const [number] = await rowsOf<{ id: number }>(on, 'select id from numbers where e164 = $1', [e164]);
  if (!number) return undefined;
  const ids = await rowsOf<{ id: number }>(
    on,
    'select contact_id as id from contact_numbers where number_id = $1 order by contact_id desc limit $2',
    [number.id, MAX_PEOPLE],
  );
  return {
    numberId: number.id,
    people: await describe(
      on,
      ids.map(({ id }) => id),
    ),
  };
}

/**
 * People of whom each word begins a word of the name, in any order; one of the words must begin the last name.
 * @returns `more`: there are others
 */
export async function findByName(
  on: Queryable,
  name: string,
): Promise<{ people: FoundPerson[]; more: boolean }> {
  const words = nameWords(name);
  if (words.length === 0) return { people: [], more: false };
  const rows = await rowsOf<{ id: number; candidates: number }>(on, byName(words.length), [
    words,
    ...words.flatMap((word) => [word, `${word}\u{10ffff}`]),
  ]);
  const ids = rows.slice(0, MAX_PEOPLE).map(({ id }) => id);
  const more = rows.length > MAX_PEOPLE || (rows[0]?.candidates ?? 0) >= MAX_CANDIDATES;
  return { people: await describe(on, ids), more };
}

/**
 * Each word is a stretch of the index of last names; what they find is looked at word by word. Closest names first. The words
 * are values of their own: of those in an array the planner knows nothing, and it then sorts all that a common name finds.
 */
function byName(words: number): string {
  const found = Array.from({ length: words }, (_, n) => {
    const [word, beyond] = [`$${2 * n + 2}::text`, `$${2 * n + 3}::text`];
    return `
    (select id, fold_name(concat_ws(' ', last_name, first_name)) as name from contacts
     where fold_name(last_name) collate "C" >= ${word} collate "C" and fold_name(last_name) collate "C" < ${beyond} collate "C"
     order by fold_name(last_name) collate "C" limit ${MAX_CANDIDATES})`;
  });
  return `
  with found as (${found.join(' union ')}),
  fitting as (
    select id, name from found f
    where not exists (select 1 from unnest($1::text[]) as w(word) where not exists (
      select 1 from regexp_split_to_table(f.name, '[^[:alnum:]''-]+') part where starts_with(part, w.word))))
  select id, (select count(*)::int from found) as candidates from fitting order by length(name), name, id desc
  limit ${MAX_PEOPLE + 1}`;
}

async function describe(on: Queryable, ids: readonly number[]): Promise<FoundPerson[]> {
  if (ids.length === 0) return [];
  return rowsOf<FoundPerson>(on, DESCRIBE, [ids]);
}

const DESCRIBE = `
  select ct.id as "contactId", ct.last_name as "lastName", ct.first_name as "firstName", ct.locality, ct.county,
    ct.age_band as "ageBand", coalesce(o.body->>'label', '') as campaign, li.name as list,
    array(select n.e164 from contact_numbers cn join numbers n on n.id = cn.number_id
          where cn.contact_id = ct.id order by cn.position) as numbers,
    made.calls, made."lastCallAt"
  from unnest($1::bigint[]) with ordinality as asked(id, place)
  join contacts ct on ct.id = asked.id
  join lists li on li.id = ct.list_id
  left join config_objects o on o.id = ct.campaign_id
  cross join lateral (
    select count(*)::int as calls, max(coalesce(c.invited_at, c.claimed_at)) as "lastCallAt"
    from calls c where c.contact_id = ct.id and c.committed_at is not null) made
  order by asked.place`;

export interface Interaction {
  callId: string;
  at: Date;
  /** Of the campaign's calendar. */
  zone: string | null;
  kind: CallKind;
  /** E.164. */
  number: string;
  campaign: string;
  list: string | null;
  agent: string | null;
  /** User id. */
  agentId: number | null;
  status: string;
  positive: boolean;
  /** What a positive call is told with; null for the others. */
  locality: string | null;
  county: string | null;
  /** As it is written: `40-50`. */
  ageBand: string | null;
  talkMs: number;
  recording: boolean;
  corrected: boolean;
}

/** Whose history: a contact's own calls, or those of a number and of every contact that has it. */
export type HistoryOf = { contactId: number } | { numberId: number };

/** Committed calls, oldest first; the newest 500 of them. Undefined: there is no such contact or number. */
export async function readHistory(
  on: Queryable,
  of: HistoryOf,
): Promise<
  { people: FoundPerson[]; number: string | null; calls: Interaction[]; more: boolean } | undefined
> {
  const numberId = 'numberId' in of ? of.numberId : null;
  const [number] = await rowsOf<{ e164: string }>(on, 'select e164 from numbers where id = $1', [numberId]);
  const ids =
    'contactId' in of
      ? [of.contactId]
      : (
          await rowsOf<{ id: number }>(
            on,
            'select contact_id as id from contact_numbers where number_id = $1 order by contact_id desc limit $2',
            [numberId, MAX_PEOPLE],
          )
        ).map(({ id }) => id);
  const people = await describe(on, ids);
  if (people.length === 0 && !number) return undefined;
  const calls = await rowsOf<Interaction>(on, HISTORY, [ids, numberId, 'contactId' in of]);
  const more = calls.length > MAX_CALLS;
  return { people, number: number?.e164 ?? null, calls: calls.slice(0, MAX_CALLS).toReversed(), more };
}

/**
 * Of a contact also what other lists did with its numbers. Answers tell more than the list did: the person said them. The
 * type of a field is in the script's version that the call used; the age band is the answer to a field filled from it.
 */
const HISTORY = `
  with asked as (
    select c.id, c.claimed_at from calls c where c.contact_id = any($1::bigint[]) and c.committed_at is not null
    union
    select c.id, c.claimed_at from calls c
    where c.committed_at is not null and (c.number_id = $2::bigint or ($3::boolean and c.number_id in (
      select number_id from contact_numbers where contact_id = any($1::bigint[]))))
    order by claimed_at desc, id desc limit ${MAX_CALLS + 1})
  select c.id as "callId", coalesce(c.invited_at, c.claimed_at) as at, cal.body->>'zone' as zone, c.kind, n.e164 as number,
    coalesce(o.body->>'label', '') as campaign, li.name as list, u.display_name as agent, c.agent_id as "agentId",
    s.code as status, s.positive, coalesce(c.talk_ms, 0) as "talkMs",
    coalesce(c.recording_state = 'ready', false) as recording,
    exists (
      select 1 from call_corrections k where k.call_id = c.id and k.before_status_id <> k.after_status_id) as corrected,
    case when s.positive then coalesce(said.locality, ct.locality) end as locality,
    case when s.positive then coalesce(said.county, ct.county) end as county,
    case when s.positive then coalesce(said.age_band, ct.age_band) end as "ageBand"
  from asked a
  join calls c on c.id = a.id
  join numbers n on n.id = c.number_id
  join statuses s on s.id = c.status_id
  left join contacts ct on ct.id = c.contact_id
  left join lists li on li.id = c.list_id
  left join users u on u.id = c.agent_id
  left join config_objects o on o.id = c.campaign_id
  left join config_objects cal on cal.kind = 'calendar' and cal.name = o.body->>'calendar'
  left join lateral (
    select max(w.value #>> '{}') filter (where f->>'type' = 'locality') as locality,
      max(w.value #>> '{}') filter (where f->>'type' = 'county') as county,
      max(w.value #>> '{}') filter (where f->>'prefill' = 'ageBand') as age_band
    from call_answers w
    join config_versions v on v.kind = 'script' and v.name = o.body->'desk'->>'script'
      and v.version = (c.versions->>'script')::int
    cross join lateral jsonb_array_elements(v.body->'pages') page
    cross join lateral jsonb_array_elements(page->'fields') f
    where w.call_id = c.id and f->>'name' = w.field and s.positive) said on true
  order by c.claimed_at desc, c.id desc`;
