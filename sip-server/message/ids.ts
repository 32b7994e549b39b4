import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

/** RFC 3261 §8.1.1.7: branches of this standard start so. */
export const BRANCH_COOKIE = 'z9hG4bK';

/** Transaction branches that this server recognises as its own, also those of its run before a restart. */
export interface Branches {
  next(): string;
  isOwn(branch: string): boolean;
}

/** @param secret the same at every start: a part of each branch is signed with it */
export function createBranches(secret: string): Branches {
  const signature = (text: string) =>
    createHmac('sha256', `branch ${secret}`).update(text).digest().subarray(0, SIGNATURE_BYTES);
  return {
    next: () => {
      const unique = randomUUID().replaceAll('-', '');
      return `${BRANCH_COOKIE}${unique}${signature(unique).toString('hex')}`;
    },
    isOwn: (branch) => {
      const [, unique, signed] = OWN_BRANCH.exec(branch) ?? [];
      return (
        unique !== undefined &&
        signed !== undefined &&
        timingSafeEqual(signature(unique), Buffer.from(signed, 'hex'))
      );
    },
  };
}

const SIGNATURE_BYTES = 8;
const OWN_BRANCH = /^z9hG4bK([0-9a-f]{32})([0-9a-f]{16})$/;

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
