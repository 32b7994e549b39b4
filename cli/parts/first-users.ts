/**
 * The first people of a new site, with random passwords that are shown once.
 * @module
 */
import { openDatabase, type Database } from '../../db/client.ts';
import type { Role } from '../../contracts/model/role.ts';
import { addUser, countUsers, randomPassword } from './users.ts';

export interface NewUser {
  name: string;
  role: Role;
  password: string;
}

interface FirstUser {
  name: string;
  displayName: string;
  role: Role;
}

const FIRST: readonly FirstUser[] = [
  { name: 'administrator', displayName: 'Administrator', role: 'administrator' },
  { name: 'supervizor', displayName: 'Supervizor', role: 'supervisor' },
  { name: 'operator', displayName: 'Operator', role: 'operator' },
  { name: 'management', displayName: 'Management', role: 'management' },
];

const AGENTS: readonly FirstUser[] = [
  { name: 'ana', displayName: 'Ana Demo', role: 'agent' },
  { name: 'mihai', displayName: 'Mihai Demo', role: 'agent' },
];

/** @returns nothing when the site has users already */
export async function createFirstUsers(databaseUrl: string): Promise<NewUser[]> {
  return create(databaseUrl, FIRST, async (db) => (await countUsers(db)) === 0);
}

/** Agents of the demo. @returns nothing when the site has agents already */
export async function createDemoAgents(databaseUrl: string): Promise<NewUser[]> {
  return create(databaseUrl, AGENTS, async (db) => {
    const { rowCount } = await db.pool.query(
      `select from users where role = 'agent' or lower(name) = any ($1) limit 1`,
      [AGENTS.map(({ name }) => name)],
    );
    return rowCount === 0;
  });
}

async function create(
  databaseUrl: string,
  users: readonly FirstUser[],
  wanted: (db: Database) => Promise<boolean>,
): Promise<NewUser[]> {
  const db = openDatabase({ url: databaseUrl, applicationName: 'apel-cli', max: 1 });
  try {
    if (!(await wanted(db))) return [];
    const made: NewUser[] = [];
    for (const user of users) {
      const password = randomPassword();
      await addUser(db, { ...user, password, actor: 'system' });
      made.push({ name: user.name, role: user.role, password });
    }
    return made;
  } finally {
    await db.close();
  }
}
