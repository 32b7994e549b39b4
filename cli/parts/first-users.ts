/**
 * The first people of a new site, with random passwords that are shown once.
 * @module
 */
import { openDatabase } from '../../db/client.ts';
import type { Role } from '../../contracts/model/role.ts';
import { addUser, countUsers, randomPassword } from './users.ts';

export interface NewUser {
  name: string;
  role: Role;
  password: string;
}

const FIRST: readonly { name: string; displayName: string; role: Role }[] = [
  { name: 'administrator', displayName: 'Administrator', role: 'administrator' },
  { name: 'supervizor', displayName: 'Supervizor', role: 'supervisor' },
  { name: 'operator', displayName: 'Operator', role: 'operator' },
  { name: 'management', displayName: 'Management', role: 'management' },
];

/** @returns nothing when the site has users already */
export async function createFirstUsers(databaseUrl: string): Promise<NewUser[]> {
  const db = openDatabase({ url: databaseUrl, applicationName: 'apel-cli', max: 1 });
  try {
    if ((await countUsers(db)) > 0) return [];
    const made: NewUser[] = [];
    for (const user of FIRST) {
      const password = randomPassword();
      await addUser(db, { ...user, password, actor: 'system' });
      made.push({ name: user.name, role: user.role, password });
    }
    return made;
  } finally {
    await db.close();
  }
}
