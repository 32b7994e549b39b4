/**
 * A browser in which a person has logged in before is known by a cookie, and its log-ins are throttled on their own. So
 * a stranger who goes on guessing somebody's password makes strangers wait, and not the person at her usual place
 * (OWASP calls it a device cookie). It opens nothing: a password is needed as ever.
 * @module
 */
import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

export interface KnownBrowsers {
  /** The browser's id, when the cookie was made here for this name; null otherwise. */
  idOf(cookie: string | undefined, name: string): string | null;
  /** The cookie after a right password; a known browser keeps its id. */
  cookieFor(id: string | null, name: string): string;
}

/** @param secret of the site, at least 32 bytes; another one makes every browser a stranger, and nothing worse */
export function createKnownBrowsers(secret: Buffer): KnownBrowsers {
  const key = Buffer.from(hkdfSync('sha256', secret, 'apel', 'apel known browser', 32));
  const macOf = (id: string, name: string): Buffer =>
    createHmac('sha256', key).update(`${id} ${name.toLowerCase()}`).digest();
  return {
    idOf(cookie, name) {
      const [, id, mac] = /^([\w-]{22})\.([\w-]{43})$/.exec(cookie ?? '') ?? [];
      if (id === undefined || mac === undefined) return null;
      return timingSafeEqual(Buffer.from(mac, 'base64url'), macOf(id, name)) ? id : null;
    },
    cookieFor(id, name) {
      const known = id ?? randomBytes(16).toString('base64url');
      return `${known}.${macOf(known, name).toString('base64url')}`;
    },
  };
}
