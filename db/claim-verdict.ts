/**
 * The gates that a contact must pass before it is called, as a piece of SQL: the same for robots and for agents, and for
 * the page that says why a contact is (not) called (`why-dialed.ts`).
 * @module
 */
import { localDay } from '../domain/calendar.ts';
import type { CampaignSetup } from './campaigns.ts';

/** What these gates are told of a campaign at `now`. */
export function verdictValues(
  setup: Pick<CampaignSetup, 'id' | 'trunkId' | 'trunk' | 'calendar' | 'caps' | 'campaign'>,
  now: Date,
) {
  const { campaign } = setup;
  return {
    campaign: setup.id,
    trunk: setup.trunkId,
    prefixes: setup.trunk.permittedPrefixes,
    day: localDay(setup.calendar.zone, now),
    perDay: setup.caps.perNumberPerDay,
    perTotal: setup.caps.perNumberTotal,
    // Commercial calls by automatic systems need prior consent (Law 506/2004, art. 12): not a setting for robots.
    consent: campaign.consentRequired || campaign.mode === 'robot',
  };
}

/** SQL expressions of the statement around. */
export interface VerdictNames {
  campaign: string;
  trunk: string;
  /** `text[]`; empty: any. */
  prefixes: string;
  /** Local day of the campaign's calendar. */
  day: string;
  perDay: string;
  perTotal: string;
  /** boolean */
  consent: string;
}

/**
 * CTEs `num` (each number's verdict) and `verdict` (one per contact: `ok` with position and number, or why not) over `cand`,
 * which has contact_id, list_id, rank, attempts, position, ord.
 */
export function verdictParts(p: VerdictNames): string {
  return `num as materialized (
  select c.contact_id, c.ord, cn.position, cn.number_id, cn.position < c.position as passed,
    case
      when n.do_not_call_at is not null then 'do-not-call'
      when not cn.active then 'nonexistent'
      when s.stopped_at is not null and s.lifted_at is null then 'stopped'
      when n.cap_total >= ${p.perTotal} then 'cap-total'
      when n.only_trunk_id <> ${p.trunk} then 'trunk-bound'
      when cardinality(${p.prefixes}) > 0 and not exists (select 1 from unnest(${p.prefixes}) p where starts_with(n.e164, p))
        then 'prefix-not-permitted'
      -- A day ahead: written before a clock was set back over midnight.
      when n.cap_day >= ${p.day} and n.cap_day_count >= ${p.perDay} then 'cap-day'
      when (select true from live_calls l where l.number_id = cn.number_id) then 'number-busy'
      else 'ok'
    end as verdict
  from cand c
  join contact_numbers cn on cn.contact_id = c.contact_id
  join numbers n on n.id = cn.number_id
  left join campaign_numbers s on s.campaign_id = ${p.campaign} and s.number_id = cn.number_id),
of_contact as (
  select contact_id, array_agg(verdict) as verdicts,
    min(array[passed::int, position, number_id]) filter (where verdict = 'ok') as chosen
  from num group by contact_id),
verdict as materialized (
  select c.contact_id, c.list_id, c.attempts, c.rank, c.ord, s.chosen[2]::smallint as position, s.chosen[3] as number_id,
    case
      when 'do-not-call' = any(s.verdicts) then 'do-not-call'
      when ${p.consent} and (ct.consent_at is null or ct.consent_source is null) then 'no-consent'
      when s.chosen is not null then 'ok'
      when 'number-busy' = any(s.verdicts) then 'number-busy'
      when 'cap-day' = any(s.verdicts) then 'cap-day'
      when 'prefix-not-permitted' = any(s.verdicts) then 'prefix-not-permitted'
      when 'trunk-bound' = any(s.verdicts) then 'trunk-bound'
      when 'stopped' = any(s.verdicts) then 'stopped'
      when 'cap-total' = any(s.verdicts) then 'cap-total'
      else 'nonexistent'
    end as verdict
  from cand c
  join contacts ct on ct.id = c.contact_id
  left join of_contact s on s.contact_id = c.contact_id)`;
}
