/**
 * Argon2id, bounded: each check takes 19 MiB and a good part of a core.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

const MAX_PARALLEL = 2;
const MAX_WAITING = 20;

export interface Passwords {
  /**
   * Whether the password belongs to the hash; a null hash (no such user) takes the same time and is false.
   * @returns 'overloaded' when too many wait
   */
  check(passwordHash: string | null, password: string): Promise<boolean | 'overloaded'>;
  /** Of a new password. */
  hash(password: string): Promise<{ hash: string } | 'overloaded'>;
}

export function createPasswords(): Passwords {
  // Same parameters as real ones (the library's defaults), nobody's password.
  const nobody = hash(randomBytes(32));
  // Without a log-in nobody awaits it; a failure shows at the first check.
  nobody.catch(() => {});
  const waiting: (() => void)[] = [];
  let running = 0;

  async function enter(): Promise<boolean> {
    if (running < MAX_PARALLEL) {
      running += 1;
      return true;
    }
    if (waiting.length >= MAX_WAITING) return false;
    await new Promise<void>((resolve) => waiting.push(resolve));
    return true;
  }

  /** The place goes straight to the next one waiting. */
  function leave(): void {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }

  return {
    async check(passwordHash, password) {
      if (!(await enter())) return 'overloaded';
      try {
        const matches = await verify(passwordHash ?? (await nobody), password);
        return matches && passwordHash !== null;
      } finally {
        leave();
      }
    },
    async hash(password) {
      if (!(await enter())) return 'overloaded';
      try {
        return { hash: await hash(password) };
      } finally {
        leave();
      }
    },
  };
}
