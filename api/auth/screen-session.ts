/**
 * The log-in of a screen on a wall: a token of its own kind, told by its beginning from a person's.
 * @module
 */
import { randomBytes } from 'node:crypto';
import type { Database } from '../../db/client.ts';
import { findScreens, SCREEN_UNSEEN_MS, type LivingScreen } from '../../db/screens.ts';
import type { Person } from '../../domain/permissions.ts';
import type { SessionUser } from './session-user.ts';

const PREFIX = 'tv.';

export function newScreenToken(): string {
  return PREFIX + randomBytes(32).toString('base64url');
}

export function isScreenToken(token: string): boolean {
  return token.startsWith(PREFIX);
}

/** Totals only, and agents by name where it was made so: a role that may change nothing and sees no customer. */
export function personOfScreen({ agents }: Pick<LivingScreen, 'agents'>): Person {
  return { role: 'management', grants: agents ? ['agent.read'] : [] };
}

export async function findScreenSession(
  db: Database,
  { tokenHash, now }: { tokenHash: Buffer; now: Date },
): Promise<SessionUser | null> {
  const [screen] = await findScreens(db.pool, { tokenHashes: [tokenHash], now });
  return screen ? sessionOfScreen(screen, now) : null;
}

export function sessionOfScreen({ tokenHash, id, label, agents }: LivingScreen, now: Date): SessionUser {
  return {
    tokenHash,
    userId: 0,
    name: `screen:${id}`,
    displayName: label,
    ...personOfScreen({ agents }),
    expiresAt: new Date(now.getTime() + SCREEN_UNSEEN_MS),
    screen: true,
  };
}
