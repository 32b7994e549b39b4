/**
 * Which campaigns an agent may call for now, which of them is next, and when there is anybody again.
 * @module
 */
import { nextOpening, openIntervalAt } from '../domain/calendar.ts';
import { deskRules } from '../domain/desk-rules.ts';
import { LAST_CLASS, classFor, dueFor, seatContacts, type WaitingContact } from '../domain/seat-contacts.ts';
import type { SeatRow } from './agent-claim.ts';
import type { CampaignSetup } from './campaigns.ts';
import { later, type ClaimWait } from './claim-gates.ts';
import type { OpenCampaign } from './next-number-claim.ts';
import { LOOKS, forSeats } from './next-number-statement.ts';
import { rowsOfNamed } from './numbered.ts';
import type { Queryable } from './queryable.ts';

/** New contacts come without a word to the desk. */
export const IDLE_LOOK_MS = 5_000;

/** Open until then, or closed. */
type CampaignNow = { setup: CampaignSetup } & ({ closesAt: Date } | { wait: ClaimWait });

/** The agents' campaigns by the clock. */
export function campaignsNow(setups: readonly CampaignSetup[], now: Date): CampaignNow[] {
  return setups
    .filter(({ campaign }) => campaign.mode === 'agent')
    .map((setup) => {
      const closesAt = openIntervalAt(setup.calendar, now)?.closesAt;
      if (closesAt) return { setup, closesAt };
      const until = nextOpening(setup.calendar, now)?.opensAt ?? later(now, IDLE_LOOK_MS);
      return { setup, wait: { reason: 'closed', until } };
    });
}

export interface Choice {
  /** Campaigns of the shift that may be asked. */
  open: OpenCampaign[];
  /** Why others are not. */
  closed: ClaimWait[];
}

/** Of the shift; none named: all. @param without campaigns that were asked and had nothing */
export function choiceOf(
  { campaignIds }: SeatRow,
  campaigns: readonly CampaignNow[],
  without: ReadonlyMap<number, unknown>,
): Choice {
  const mine = campaigns.filter(({ setup: { id } }) => campaignIds.length === 0 || campaignIds.includes(id));
  return {
    open: mine.flatMap((one) => ('closesAt' in one && !without.has(one.setup.id) ? [one] : [])),
    closed: mine.flatMap((one) => ('wait' in one ? [one.wait] : [])),
  };
}

export interface LookingSeat {
  agentId: number;
  /** That may be asked; none: nobody is. */
  open: readonly OpenCampaign[];
}

/** Whom to ask, and for nothing that comes after this class; or when somebody is due for this agent, if ever. */
export type Looked = { campaignId: number; upTo: number } | { campaignId?: never; dueAt?: Date };

/** Locks nothing: whoever is seen may be gone a moment later. */
export async function lookForAll(
  on: Queryable,
  { seats, now }: { seats: readonly LookingSeat[]; now: Date },
): Promise<Looked[]> {
  const campaigns = new Map(
    seats.flatMap(({ open }) => open).map(({ setup }) => [setup.id, deskRules(setup.campaign)]),
  );
  const own = seats.flatMap(({ agentId, open }) => open.map(({ setup }) => [agentId, setup.id] as const));
  const statement = forSeats(LOOKS, seats.length);
  const rows =
    campaigns.size === 0
      ? []
      : await rowsOfNamed<Row, (typeof statement.values)[number]>(on, statement, {
          seatAgents: own.map(([agent]) => agent),
          seatCampaigns: own.map(([, campaign]) => campaign),
          campaigns: [...campaigns.keys()],
          daily: [...campaigns.values()].map(({ assignment }) => assignment === 'daily-queue'),
        });
  const contacts = rows.map((row) => ({
    ...row,
    graceMs: (campaigns.get(row.campaignId)?.callbackGraceMinutes ?? 0) * 60_000,
  }));
  const asking = seats.map(({ agentId, open }) => ({
    agentId,
    campaigns: new Set(open.map(({ setup }) => setup.id)),
    upTo: LAST_CLASS,
  }));
  const given = seatContacts(asking, contacts, now);
  return asking.map((seat, at) => {
    const contact = given[at];
    if (contact)
      return { campaignId: contact.campaignId, upTo: classFor(contact, seat.agentId) ?? LAST_CLASS };
    const times = contacts
      .filter(({ campaignId }) => seat.campaigns.has(campaignId))
      .map((one) => dueFor(one, seat.agentId) ?? Infinity);
    const dueAt = Math.min(...times);
    return Number.isFinite(dueAt) ? { dueAt: new Date(dueAt) } : {};
  });
}

interface Row extends Omit<WaitingContact, 'graceMs'> {
  [key: string]: unknown;
}
