/**
 * Bearer tokens for machines (Temporal CLI, Prometheus), derived from the site's secret: the launcher and the API agree
 * without another file, and a token that leaks opens one door only.
 * @module
 */
import { createHash, hkdfSync, timingSafeEqual } from 'node:crypto';

export type ServicePurpose = 'codec' | 'metrics';

/** @param secret `APEL_EDGE_TOKEN`; the result is 43 characters of base64url */
export function serviceToken(secret: string, purpose: ServicePurpose): string {
  return Buffer.from(hkdfSync('sha256', secret, 'apel', `apel ${purpose} token`, 32)).toString('base64url');
}

/** Whether an `Authorization` header carries the token; takes the same time whatever it holds. */
export function bearerMatches(header: string | undefined, token: string): boolean {
  const given = /^Bearer (\S+)$/i.exec(header ?? '')?.[1] ?? '';
  return timingSafeEqual(sha256(given), sha256(token));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
