/**
 * Screens on a wall: made with a link that is told once, opened with it once, seen, revoked.
 * @module
 */
import { writeAudit } from './audit.ts';
import type { Database } from './client.ts';
import { rowsOf, type Queryable } from './queryable.ts';
import { inTransaction } from './transaction.ts';

export interface ScreenView {
  id: number;
  label: string;
  /** Shows agents by name. */
  agents: boolean;
  createdAt: Date;
  createdBy: string;
  linkExpiresAt: Date;
  /** Its link was used. */
  opened: boolean;
  /** To ten minutes. */
  seenAt: Date | null;
  revokedAt: Date | null;
}

/** A link is for the person who is about to walk to the screen. */
const LINK_MS = 24 * 3_600_000;
/** A screen that was off for so long begins anew. */
export const SCREEN_UNSEEN_MS = 90 * 24 * 3_600_000;
/** Not a write for each request. */
const SEEN_AFTER_MS = 10 * 60_000;
const MAX_LISTED = 200;

const COLUMNS = `id, label, agents, created_at as "createdAt", created_by as "createdBy",
  link_expires_at as "linkExpiresAt", token_hash is not null as opened, seen_at as "seenAt", revoked_at as "revokedAt"`;

/** Those that may show something first, newest first. */
export async function listScreens(on: Queryable, id?: number): Promise<ScreenView[]> {
  return rowsOf<ScreenView>(
    on,
    `select ${COLUMNS} from screens where $1::int is null or id = $1
     order by revoked_at is not null, id desc limit ${MAX_LISTED}`,
    [id ?? null],
  );
}

export async function addScreen(
  db: Pick<Database, 'pool'>,
  screen: { label: string; agents: boolean; linkHash: Buffer; by: string; now: Date },
): Promise<number> {
  const { label, agents, linkHash, by, now } = screen;
  return inTransaction(db, async (client) => {
    const [row] = await rowsOf<{ id: number }>(
      client,
      `insert into screens (label, agents, created_at, created_by, link_hash, link_expires_at)
       values ($1, $2, $3, $4, $5, $6) returning id`,
      [label, agents, now, by, linkHash, new Date(now.getTime() + LINK_MS)],
    );
    const id = row?.id ?? 0;
    await audit(client, { id, by, now, action: 'screen.add', after: { label, agents } });
    return id;
  });
}

/** @returns false when there is no such screen; revoked before is revoked */
export async function revokeScreen(
  db: Pick<Database, 'pool'>,
  { id, by, now }: { id: number; by: string; now: Date },
): Promise<boolean> {
  return inTransaction(db, async (client) => {
    const [screen] = await rowsOf<{ label: string; revoked: boolean }>(
      client,
      'select label, revoked_at is not null as revoked from screens where id = $1 for update',
      [id],
    );
    if (!screen) return false;
    if (screen.revoked) return true;
    await rowsOf(client, 'update screens set revoked_at = $2, link_hash = null where id = $1', [id, now]);
    await audit(client, { id, by, now, action: 'screen.revoke', after: { label: screen.label } });
    return true;
  });
}

/** With its link, once. Undefined: it was used, is over, or never was. */
export async function openScreen(
  db: Pick<Database, 'pool'>,
  { linkHash, tokenHash, now }: { linkHash: Buffer; tokenHash: Buffer; now: Date },
): Promise<ScreenView | undefined> {
  return inTransaction(db, async (client) => {
    const [screen] = await rowsOf<ScreenView>(
      client,
      `update screens set link_hash = null, token_hash = $2, seen_at = $3
       where link_hash = $1 and link_expires_at > $3 and revoked_at is null returning ${COLUMNS}`,
      [linkHash, tokenHash, now],
    );
    if (screen) {
      const { id, label } = screen;
      await audit(client, { id, by: `screen:${id}`, now, action: 'screen.open', after: { label } });
    }
    return screen;
  });
}

export interface LivingScreen {
  tokenHash: Buffer;
  id: number;
  label: string;
  agents: boolean;
}

/** Of these tokens those that still hold; being asked for is being seen. */
export async function findScreens(
  on: Queryable,
  { tokenHashes, now }: { tokenHashes: readonly Buffer[]; now: Date },
): Promise<LivingScreen[]> {
  return rowsOf<LivingScreen>(
    on,
    `with living as (
       select id, token_hash, label, agents, seen_at from screens
       where token_hash = any($1::bytea[]) and revoked_at is null and seen_at > $2::timestamptz - make_interval(secs => $3)),
     seen as (
       update screens s set seen_at = $2 from living l
       where s.id = l.id and s.revoked_at is null and $2::timestamptz - l.seen_at >= make_interval(secs => $4))
     select id, token_hash as "tokenHash", label, agents from living`,
    [tokenHashes, now, SCREEN_UNSEEN_MS / 1_000, SEEN_AFTER_MS / 1_000],
  );
}

async function audit(
  client: Queryable,
  { id, by, now, ...entry }: { id: number; by: string; now: Date; action: string; after: object },
): Promise<void> {
  await writeAudit(client, { ...entry, actor: by, objectKind: 'screen', objectId: String(id), at: now });
}
