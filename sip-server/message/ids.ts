import { randomUUID } from 'node:crypto';

/** RFC 3261 §8.1.1.7: branches of this standard start so. */
export const BRANCH_COOKIE = 'z9hG4bK';

/** A new transaction branch. */
export function newBranch(): string {
  return BRANCH_COOKIE + randomUUID().replaceAll('-', '');
}

/** A new From or To tag: 60 random bits, more than the 32 of RFC 3261 §19.3. */
export function newTag(): string {
  return randomUUID().replaceAll('-', '').slice(16);
}

/** A new id for the admin protocol or a Call-ID. */
export function newId(): string {
  return randomUUID();
}

/** Id of a dialog in the admin protocol: Call-ID and the tag of whoever sent the INVITE. */
export function dialogIdOf(callId: string, inviterTag: string): string {
  return `${callId};from-tag=${inviterTag}`;
}
