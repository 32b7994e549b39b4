/**
 * Numbers as people read them.
 * @module
 */
import { parsePhoneNumberFromString } from 'libphonenumber-js';

/** E.164 -> `0722 123 456` for Romanian numbers, `+39 06 1234567` for others; what is no number is left as it is. */
export function shownPhone(e164: string): string {
  const parsed = parsePhoneNumberFromString(e164);
  if (parsed === undefined) return e164;
  return parsed.countryCallingCode === '40' ? parsed.formatNational() : parsed.formatInternational();
}
