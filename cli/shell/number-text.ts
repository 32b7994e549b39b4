/**
 * What is known of a number, for a person at a terminal; without the number.
 * @module
 */
import type { NumberFacts, NumberInCampaign } from '../../db/numbers.ts';

export function numberText(facts: NumberFacts): string {
  const { doNotCall: dnc } = facts;
  return [
    dnc
      ? `do-not-call     since ${dnc.at.toISOString()} by ${dnc.by ?? '?'}: ${dnc.reason ?? '?'}`
      : 'do-not-call     no',
    `calls           ${facts.callsTotal} that count towards the caps`,
    ...facts.campaigns.map(campaignLine),
  ].join('\n');
}

function campaignLine(row: NumberInCampaign): string {
  const words = [
    contactWords(row),
    row.stopped && `Nu mai suna since ${row.stopped.at.toISOString()} by ${row.stopped.by ?? '?'}`,
    !row.stopped &&
      row.lifted &&
      `called again since ${row.lifted.at.toISOString()} by ${row.lifted.by ?? '?'}: ${row.lifted.reason ?? '?'}`,
    row.unanswered > 0 && `unanswered in a row: ${row.unanswered}`,
  ];
  return `${row.campaign.padEnd(15)} ${words.filter(Boolean).join('; ')}`;
}

function contactWords(row: NumberInCampaign): string {
  if (row.contactId === null) return 'no contact';
  const contact = `contact ${row.contactId}`;
  if (row.inCall) return `${contact} is on a call`;
  if (row.state !== 'open') return `${contact} ${row.state ?? ''} (${row.closedReason ?? 'no reason kept'})`;
  return row.dueAt ? `${contact} due ${row.dueAt.toISOString()}` : `${contact} open`;
}
