import type { CalendarDef, LocalInterval, Weekday } from '../../contracts/model/config.ts';
import type { CarrierCall } from './carrier-record.ts';
import type { AuditContext } from './audit-context.ts';

/** Orthodox Easter Sundays, from the church calendar: a table, so that it shares nothing with the product's formula. */
const ORTHODOX_EASTER = ['2025-04-20', '2026-04-12', '2027-05-02', '2028-04-16', '2029-04-08', '2030-04-28'];
const FIXED_HOLIDAYS = '01-01 01-02 01-06 01-07 01-24 05-01 06-01 08-15 11-30 12-01 12-25 12-26'.split(' ');

/** No contact twice for one attempt, outside its calendar, over its caps, or on do-not-call; no number twice at once. */
export async function auditDialingRules(context: AuditContext): Promise<string[]> {
  return [
    ...(await attemptsTwice(context)),
    ...(await outsideCalendar(context)),
    ...(await overCaps(context)),
    ...(await onDoNotCall(context)),
    ...twoCallsToOneNumber(context),
  ];
}

async function attemptsTwice({ db }: AuditContext): Promise<string[]> {
  const { rows } = await db.query<{ contact_id: string; attempt: number; n: string }>(
    `select contact_id, attempt, count(*) n from calls where contact_id is not null group by 1, 2 having count(*) > 1`,
  );
  return rows.map((row) => `contact ${row.contact_id}: attempt ${row.attempt} was dialed ${row.n} times`);
}

async function outsideCalendar({ db }: AuditContext): Promise<string[]> {
  const { rows } = await db.query<{ id: string; invited_at: Date; calendar: CalendarDef }>(
    `select c.id::text, c.invited_at, cal.body as calendar
     from calls c
     join config_objects campaign on campaign.id = c.campaign_id
     join config_versions v on v.kind = 'campaign' and v.name = campaign.name
      and v.version = (c.versions->>'campaign')::int
     join config_versions cal on cal.kind = 'calendar' and cal.name = v.body->>'calendar'
      and cal.version = (c.versions->>'calendar')::int
     where c.invited_at is not null`,
  );
  return rows
    .filter((row) => !isOpen(row.calendar, row.invited_at))
    .map((row) => `call ${row.id}: invited at ${row.invited_at.toISOString()}, when its calendar was closed`);
}

function isOpen(calendar: CalendarDef, instant: Date): boolean {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: calendar.zone,
    weekday: 'long',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(instant);
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? '';
  const day = `${part('year')}-${part('month')}-${part('day')}`;
  const time = `${part('hour')}:${part('minute')}`;
  if (calendar.closedDates?.includes(day)) return false;
  if (calendar.holidays === 'ro' && isRomanianHoliday(day)) return false;
  const intervals: readonly LocalInterval[] = calendar.hours[part('weekday').toLowerCase() as Weekday] ?? [];
  return intervals.some((interval) => time >= interval.from && time < interval.to);
}

function isRomanianHoliday(day: string): boolean {
  if (FIXED_HOLIDAYS.includes(day.slice(5))) return true;
  return ORTHODOX_EASTER.some((easter) => {
    const distance = (Date.parse(day) - Date.parse(easter)) / 86_400_000;
    return [-2, 0, 1, 49, 50].includes(distance);
  });
}

async function overCaps({ db }: AuditContext): Promise<string[]> {
  const { rows } = await db.query<{ number_id: string; day: string; n: number; cap: number }>(
    `with counted as (
       select c.number_id, (c.invited_at at time zone (cal.body->>'zone'))::date as day, (caps.body->>'perNumberPerDay')::int as cap
       from calls c
       join statuses s on s.id = c.status_id and s.counts_towards_caps
       join config_objects campaign on campaign.id = c.campaign_id
       join config_versions v on v.kind = 'campaign' and v.name = campaign.name and v.version = (c.versions->>'campaign')::int
       join config_versions cal on cal.kind = 'calendar' and cal.name = v.body->>'calendar' and cal.version = (c.versions->>'calendar')::int
       join config_versions caps on caps.kind = 'caps' and caps.name = v.body->>'caps' and caps.version = (c.versions->>'caps')::int
       where c.invited_at is not null)
     select number_id, day::text, count(*)::int n, max(cap) cap from counted group by 1, 2 having count(*) > max(cap)`,
  );
  return rows.map((row) => `number ${row.number_id}: ${row.n} calls on ${row.day}, cap ${row.cap}`);
}

async function onDoNotCall({ db }: AuditContext): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select c.id::text from calls c join numbers n on n.id = c.number_id where c.invited_at > n.do_not_call_at`,
  );
  return rows.map((row) => `call ${row.id}: invited after its number was put on do-not-call`);
}

/** By the carrier's clock: the next INVITE to a number comes after the previous call to it is over. */
function twoCallsToOneNumber({ carrier }: AuditContext): string[] {
  const byNumber = new Map<string, CarrierCall[]>();
  for (const call of carrier.values())
    byNumber.set(call.dialed, [...(byNumber.get(call.dialed) ?? []), call]);
  const findings: string[] = [];
  for (const calls of byNumber.values()) {
    const sorted = calls.toSorted((a, b) => a.invitedAt - b.invitedAt);
    for (const [index, next] of sorted.entries()) {
      const previous = sorted[index - 1];
      if (previous && overAt(previous) > next.invitedAt)
        findings.push(`calls ${previous.callId} and ${next.callId}: live at once to one number`);
    }
  }
  return findings;
}

function overAt(call: CarrierCall): number {
  const failed = call.finalStatus !== undefined && call.finalStatus >= 300;
  return call.endedAt ?? (failed ? call.finalAt : call.cancelledAt) ?? Number.POSITIVE_INFINITY;
}
