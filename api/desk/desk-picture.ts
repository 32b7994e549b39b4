/**
 * The desk as Postgres knows it -> as the page is shown it.
 * @module
 */
import { draftSchema, type Customer, type Desk, type DeskCall } from '../../contracts/http/desk.ts';
import type { CustomerView, NumberView } from '../../db/customer.ts';
import type { DeskCallView, DeskView } from '../../db/desk-view.ts';
import { can, type Person } from '../../domain/permissions.ts';
import { shownPhone } from '../../domain/phone-shown.ts';

/** @param input.person who looks: recordings are for those who may play them */
export function toDesk(view: DeskView, input: { now: Date; person: Person }): Desk {
  const { agent } = view;
  return {
    at: input.now.toISOString(),
    agent: { ...agent, since: agent.since.toISOString(), shiftSince: iso(agent.shiftSince) },
    deskId: view.deskId,
    deskPlace: view.deskPlace,
    phone: view.phone,
    call: view.call && toCall(view.call, input.person),
    today: view.today,
    callbacksDue: view.callbacksDue,
  };
}

export function toCustomer(view: CustomerView, person: Person): Customer {
  const { attributes: _, campaign: __, numbers, history, lastContactAt, ...rest } = view;
  const name = [view.lastName, view.firstName].filter(Boolean).join(' ');
  return {
    ...rest,
    fullName: name === '' ? null : name,
    numbers: numbers.map(toNumber),
    lastContactAt: iso(lastContactAt),
    history: history.map((one) => ({
      ...one,
      at: one.at.toISOString(),
      recording: one.recording && can(person, 'recording.play'),
    })),
  };
}

function toCall(view: DeskCallView, person: Person): DeskCall {
  const { contactId: _, attempt: __, controlUrl: ___, ...call } = view;
  const draft = draftSchema.safeParse(view.draft);
  return {
    ...call,
    stageSince: view.stageSince.toISOString(),
    previewUntil: iso(view.previewUntil),
    answeredAt: iso(view.answeredAt),
    heldSince: iso(view.heldSince),
    deskLostSince: iso(view.deskLostSince),
    endedAt: iso(view.endedAt),
    wrapUpUntil: iso(view.wrapUpUntil),
    campaign: {
      name: view.campaign.name,
      label: view.campaign.label,
      zone: view.campaign.zone,
      autoNext: view.campaign.autoNext,
    },
    number: toNumber(view.number),
    customer: view.customer && toCustomer(view.customer, person),
    draft: draft.success ? draft.data : null,
  };
}

function toNumber(view: NumberView): DeskCall['number'] {
  return { ...view, shown: shownPhone(view.e164) };
}

function iso(at: Date | null): string | null {
  return at === null ? null : at.toISOString();
}
