/**
 * A small site for tests of the pages: the real API on a database of its own, a person of every role, six weeks of calls of
 * three agents and a robot, recordings that can be heard.
 * @module
 */
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash } from '@node-rs/argon2';
import { buildUi } from '../../cli/parts/ui-build.ts';
import { ROOT } from '../../cli/shell/home.ts';
import { ROLES, type Role } from '../../contracts/model/role.ts';
import { openDatabase, type Database } from '../../db/client.ts';
import type { Person } from '../e2e/pages-browser.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { startApiProcess, type ApiProcess } from './api-process.ts';
import { addHistory, type History } from './history.ts';

const PASSWORD = 'parola-lunga-1';
/** Of those who look; agents of the history have names of their own. */
const NAMES: Readonly<Record<Role, string>> = {
  agent: 'Ilie Nicoleta',
  supervisor: 'Stan Mihaela',
  management: 'Dumitru Radu',
  operator: 'Moldovan Sorin',
  administrator: 'Toma Andreea',
};

export interface PagesWorld {
  db: Database;
  api: ApiProcess;
  history: History;
  person(role: Role): Person;
  stop(): Promise<void>;
}

export async function startPagesWorld(): Promise<PagesWorld> {
  const home = await mkdtemp(join(tmpdir(), 'apel-pages-'));
  const ends: (() => Promise<unknown>)[] = [() => rm(home, { recursive: true, force: true, maxRetries: 3 })];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).toReversed()) await end();
  };
  try {
    await chmod(home, 0o711);
    const [uiDir, recordings] = [join(home, 'ui'), join(home, 'recordings')];
    await mkdir(recordings);
    const database = await createTestDatabase();
    ends.push(() => database.drop());
    const db = openDatabase({ url: database.url, applicationName: 'pages-test', max: 4 });
    ends.push(() => db.close());
    // Somebody who builds the pages anew meanwhile takes nothing away from this browser.
    const built = buildUi(() => undefined).then(() => cp(join(ROOT, 'ui/dist'), uiDir, { recursive: true }));
    const [history] = await Promise.all([
      addUsers(db).then(() => addHistory(db, (name, bytes) => writeFile(join(recordings, name), bytes))),
      built,
    ]);
    const api = await startApiProcess({ databaseUrl: database.url, home, uiDir });
    ends.push(() => api.kill());
    return { db, api, history, person: (role) => ({ name: role, password: PASSWORD }), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Each is named like the role. */
async function addUsers(db: Database): Promise<void> {
  const passwordHash = await hash(PASSWORD);
  await db.pool.query(
    `insert into users (name, display_name, role, password_hash)
     select u.role, u.name, u.role, $3 from unnest($1::text[], $2::text[]) as u (role, name)`,
    [ROLES, ROLES.map((role) => NAMES[role]), passwordHash],
  );
}
