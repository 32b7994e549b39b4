/**
 * What the figures of a campaign's report lead to: its calls, one of each contact where contacts are counted.
 * @module
 */
import type { CampaignReportView } from '../../../contracts/http/campaign-report.ts';
import { contactsAddress } from '../contacts/query.ts';
import { callsAddress, NONE, withoutEmpty, type CallsFilter } from '../calls/filters.ts';

type Report = Pick<CampaignReportView, 'campaign' | 'list' | 'from' | 'to'>;
type More = { [K in keyof CallsFilter]: CallsFilter[K] | undefined };

/** Calls of the period, of all kinds. */
export function campaignCalls(report: Report, more: More): string {
  const { campaign, list, from, to } = report;
  return callsAddress(
    withoutEmpty({ from, to, campaign: campaign.name, list: list ?? undefined, state: 'counted', ...more }),
  );
}

/** A figure of a list's row; of the totals where no list is given. */
export const LIST_FIGURES = {
  calls: {},
  called: { each: 'contact' },
  reached: { each: 'contact', flag: 'reached' },
  positive: { each: 'contact', flag: 'positive' },
} as const satisfies Record<string, More>;
export type ListFigure = keyof typeof LIST_FIGURES;

/** @param list null: dialed by hand, of none; undefined: all of the report */
export function listCalls(report: Report, list: number | null | undefined, figure: ListFigure): string {
  return campaignCalls(report, {
    ...LIST_FIGURES[figure],
    ...(list === undefined ? {} : { list: list ?? NONE }),
  });
}

/** Contacts with so many calls. */
export function attemptCalls(report: Report, times: number | undefined): string {
  return campaignCalls(report, { each: 'contact', times });
}

type Failure = NonNullable<CampaignReportView['failures']>[number];

/** Undefined: all that failed. */
export function failedCalls(report: Report, failure: Failure | undefined): string {
  if (failure === undefined) return campaignCalls(report, { flag: 'failed' });
  const { trunk, result, reason, sipStatus } = failure;
  return campaignCalls(report, {
    result: result as CallsFilter['result'],
    reason: reason as CallsFilter['reason'],
    trunk: trunk ?? NONE,
    sip: sipStatus ?? NONE,
  });
}

/** Free text leads nowhere: it may name people, and an address ends in logs and histories. */
export function answerCalls(
  report: Report,
  field: NonNullable<CampaignReportView['answers']>[number],
  value: string,
): string | undefined {
  if (field.type === null || field.type === 'text') return undefined;
  return campaignCalls(report, { field: field.field, value });
}

/** Contacts of the campaign that are still to be called. */
export function openContacts({ campaign, list }: Report, of: number | null = list): string {
  return contactsAddress({ campaign: campaign.name, list: of ?? undefined, state: 'open' });
}

/** Contacts in a state, those that are closed for one reason alone. */
export function contactsOf(
  { campaign, list }: Report,
  { state, reason }: NonNullable<CampaignReportView['contacts']>[number],
): string {
  return contactsAddress({
    campaign: campaign.name,
    list: list ?? undefined,
    state,
    closed: reason ?? undefined,
  });
}

/** Contacts of the queue that wait for the same thing. */
export function waitingContacts(
  { campaign, list }: Report,
  { reason, due }: NonNullable<CampaignReportView['waits']>[number],
): string {
  return contactsAddress({ campaign: campaign.name, list: list ?? undefined, wait: reason ?? NONE, due });
}
