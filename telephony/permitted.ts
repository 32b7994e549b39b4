/**
 * The last gate before an INVITE: which numbers may be dialed at all. It stands in the edge so that no other part's
 * mistake can ring an emergency line or a premium number.
 * @module
 */

/** Romanian geographic (02, 03) and mobile (07) numbers. Used for a trunk that names no prefixes. */
export const DEFAULT_PERMITTED_PREFIXES = ['+402', '+403', '+407'] as const;

/**
 * Refused whatever a trunk permits: emergency and short codes, Romanian premium rate (0900, 0903, 0906) and the shared
 * international premium-rate code (ITU-T E.169.2).
 */
const NEVER = ['+401', '+4090', '+979'] as const;

const E164 = /^\+[1-9]\d{7,14}$/;
/** Romanian national numbers have nine digits after the country code. */
const ROMANIAN = /^\+40\d{9}$/;
const PREFIX = /^\+[1-9]\d{0,14}$/;

export type GateVerdict =
  { permitted: true } | { permitted: false; reason: 'not-e164' | 'never-dialed' | 'prefix-not-permitted' };

/**
 * @param number what the row says; anything but E.164 is refused, `112` included
 * @param prefixes the trunk's; entries that are no E.164 prefix permit nothing
 */
export function checkPermitted(number: string, prefixes: readonly string[]): GateVerdict {
  if (NEVER.some((prefix) => number.startsWith(prefix))) return { permitted: false, reason: 'never-dialed' };
  if (!E164.test(number) || (number.startsWith('+40') && !ROMANIAN.test(number))) {
    return { permitted: false, reason: 'not-e164' };
  }
  const allowed = prefixes.length === 0 ? DEFAULT_PERMITTED_PREFIXES : prefixes;
  if (allowed.some((prefix) => PREFIX.test(prefix) && number.startsWith(prefix))) return { permitted: true };
  return { permitted: false, reason: 'prefix-not-permitted' };
}
