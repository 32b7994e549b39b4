/**
 * The peer of the import: what somebody writes by hand who knows the list and Postgres well.
 * @module
 */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/**
 * COPY of the file as it is into an unlogged table, then one transaction of hand-written SQL that normalises, dedupes
 * inside the file and against the campaign, leaves out do-not-call, and writes the product's four tables with the same
 * keys, indexes and foreign keys. No rejects, no report, no resuming, and nothing callable before all of it is committed.
 */
export async function importByHand(
  client: Client,
  input: { path: string; campaignId: number; listId: number },
): Promise<number> {
  await client.query('drop table if exists peer_stage');
  await client.query(`
    create unlogged table peer_stage (phone text, last_name text, first_name text, locality text, county text, age text,
      address text, consent_at text, consent_source text, external_id text)`);
  const copy = client.query(copyFrom(`copy peer_stage from stdin (format csv, delimiter ';', header true)`));
  await pipeline(createReadStream(input.path), copy);
  await client.query('begin');
  await client.query(NORMALISE);
  await client.query('analyze peer_rows');
  await client.query(
    'insert into numbers (e164) select e164 from peer_rows order by e164 on conflict (e164) do nothing',
  );
  const { rows } = await client.query<{ accepted: number }>(STORE, [input.campaignId, input.listId]);
  await client.query('commit');
  await client.query('drop table peer_rows');
  return rows[0]?.accepted ?? 0;
}

const NORMALISE = `
  create temporary table peer_rows as
  select distinct on (e164) * from (
    select row_number() over () as row_no,
      case when digits ~ '^0040' then '+' || substr(digits, 3) when digits ~ '^0' then '+4' || digits else '+' || digits end as e164,
      trim(last_name) as last_name, trim(first_name) as first_name, trim(locality) as locality, trim(county) as county,
      nullif(age, '')::smallint as age, trim(address) as address, nullif(consent_at, '')::date as consent_at,
      trim(consent_source) as consent_source, trim(external_id) as external_id
    from (select *, regexp_replace(phone, '[^0-9]', '', 'g') as digits from peer_stage) s) r
  where e164 ~ '^\\+40[237][0-9]{8}$'
  order by e164, row_no`;

const STORE = `
  with fresh as materialized (
    select nextval(pg_get_serial_sequence('contacts', 'id')) as id, r.*, n.id as number_id
    from peer_rows r join numbers n using (e164)
    where n.do_not_call_at is null and not exists (
      select 1 from contact_numbers cn where cn.campaign_id = $1 and cn.number_id = n.id and cn.active)
    order by row_no),
  added as (
    insert into contacts (id, campaign_id, list_id, row_no, external_id, last_name, first_name, locality, county, age,
      address, consent_at, consent_source)
    overriding system value
    select id, $1, $2, row_no, external_id, last_name, first_name, locality, county, age, address, consent_at, consent_source
    from fresh),
  linked as (
    insert into contact_numbers (contact_id, position, campaign_id, number_id) select id, 1, $1, number_id from fresh),
  queued as (
    insert into dial_queue (contact_id, campaign_id, list_id, rank, due_at) select id, $1, $2, 2, now() from fresh)
  select count(*)::int as accepted from fresh`;
