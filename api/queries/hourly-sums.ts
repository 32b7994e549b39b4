/**
 * Sums of one local day from the rollups: folded hours and the unfolded tail in one statement, so that a fold in
 * between is never seen half. Hourly UTC buckets are exact in every zone with a whole-hour offset.
 * @module
 */
import type { CallKind } from '../../contracts/model/call.ts';
import type { HourCell } from '../../domain/report-slots.ts';
import type { Database } from '../../db/client.ts';

export interface DayFilter {
  /** Local day `YYYY-MM-DD` in `zone`. */
  date: string;
  zone: string;
  kind?: CallKind | undefined;
  campaignId?: number | undefined;
  listId?: number | undefined;
}

export async function hourlySums(db: Database, filter: DayFilter): Promise<HourCell[]> {
  const found = await db.pool.query<HourCell>(STATEMENT, [
    filter.date,
    filter.zone,
    filter.kind ?? null,
    filter.campaignId ?? null,
    filter.listId ?? null,
  ]);
  return found.rows;
}

const PART = `
  select r.hour, r.status_id, r.calls, r.answered, r.talk_ms from TABLE r, day
  where r.hour >= day.starts and r.hour < day.ends
    and ($3::text is null or r.kind = $3)
    and ($4::int is null or r.campaign_id = $4)
    and ($5::int is null or r.list_id = $5)`;

const STATEMENT = `
  with day as materialized (
    select $1::date::timestamp at time zone $2 as starts, ($1::date + 1)::timestamp at time zone $2 as ends)
  select extract(hour from p.hour at time zone $2)::int as "localHour", s.code as status,
         sum(p.calls)::int8 as calls, sum(p.answered)::int8 as answered, sum(p.talk_ms)::int8 as "talkMs"
  from (${PART.replace('TABLE', 'rollup_hours')} union all ${PART.replace('TABLE', 'rollup_deltas')}) p
  join statuses s on s.id = p.status_id
  group by 1, 2`;
