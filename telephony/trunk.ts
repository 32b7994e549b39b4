/**
 * A trunk's wishes, applied to one INVITE: request URI, From, P-Asserted-Identity, digest credentials.
 * @module
 */
import type { TrunkDef } from '../contracts/model/config.ts';
import type { DigestCredentials, OutgoingInvite } from './sip-outgoing.ts';

/** Country code that `national` leaves away. */
const HOME_COUNTRY = '+40';

export interface InviteFacts {
  /** Call id: becomes Call-ID and From tag, so that the dialog id is known to whoever must end an orphan. */
  callId: string;
  /** E.164. */
  number: string;
  /** E.164. */
  callerId: string;
}

/** Everything of the INVITE but its SDP. The trunk's password must be in clear here. */
export function inviteFor(trunk: TrunkDef, facts: InviteFacts): Omit<OutgoingInvite, 'sdp'> {
  const callerUser = formatNumber(facts.callerId, trunk.numberFormat);
  // `localhost` is replaced by the SIP server with its own address on the chosen transport.
  const identity = `<sip:${callerUser}@${trunk.fromDomain ?? 'localhost'}>`;
  const credentials = digestOf(trunk);
  return {
    uri: `sip:${formatNumber(facts.number, trunk.numberFormat)}@${hostPort(trunk)};transport=${trunk.transport}`,
    callId: facts.callId,
    headers: {
      'call-id': facts.callId,
      from: `${identity};tag=${facts.callId}`,
      ...(trunk.assertIdentity ? { 'P-Asserted-Identity': identity } : {}),
    },
    ...(credentials ? { credentials } : {}),
  };
}

/** Address of the trunk as it stands in a SIP URI. */
export function hostPort(trunk: Pick<TrunkDef, 'host' | 'port'>): string {
  const host = trunk.host.includes(':') ? `[${trunk.host}]` : trunk.host;
  return `${host}:${trunk.port}`;
}

/** Writes an E.164 number as the carrier wants it. A foreign number has no national form and goes out with `00`. */
export function formatNumber(e164: string, format: TrunkDef['numberFormat']): string {
  if (format === 'e164') return e164;
  if (format === 'national' && e164.startsWith(HOME_COUNTRY)) return `0${e164.slice(HOME_COUNTRY.length)}`;
  return `00${e164.slice(1)}`;
}

export function digestOf(trunk: TrunkDef): DigestCredentials | undefined {
  return trunk.credentials ? { ...trunk.credentials } : undefined;
}
