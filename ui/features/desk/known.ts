/**
 * What is known of the contact, by the names that scripts use.
 * @module
 */
import type { Customer, DeskCall } from '../../../contracts/http/desk.ts';

/** For `prefill`: a column or the name of an attribute. */
export function knownOf(call: Pick<DeskCall, 'customer'>): Record<string, string | number | null> {
  const { customer } = call;
  return customer === null ? {} : { ...customer.custom, ...columns(customer) };
}

/** For `{contact.firstName}`, `{contact.attributes.X}`, `{agent.name}`, `{campaign.label}`. */
export function variablesOf(
  call: Pick<DeskCall, 'customer' | 'campaign'>,
  agentName: string,
): Record<string, string | null> {
  const values: Record<string, string | null> = {
    'agent.name': agentName,
    'campaign.label': call.campaign.label,
  };
  if (call.customer === null) return values;
  for (const [name, value] of Object.entries(columns(call.customer))) {
    values[`contact.${name}`] = value === null ? null : String(value);
  }
  for (const [name, value] of Object.entries(call.customer.custom))
    values[`contact.attributes.${name}`] = value;
  return values;
}

function columns(customer: Customer): Record<string, string | number | null> {
  const { fullName, firstName, lastName, locality, county, age, ageBand, address, email, language } =
    customer;
  return { fullName, firstName, lastName, locality, county, age, ageBand, address, email, language };
}
