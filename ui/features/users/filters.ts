/**
 * Filters of the users list, in the address: `?cauta=ana&rol=agent&stare=activi`.
 * @module
 */
import type { User } from '../../../contracts/http/users.ts';
import { ROLES, type Role } from '../../../contracts/model/role.ts';
import { search } from '../../api/client.ts';

export interface UsersFilter {
  text: string;
  role?: Role | undefined;
  state?: 'active' | 'disabled' | undefined;
}

const STATES = { activi: 'active', dezactivati: 'disabled' } as const;

export function parseUsersFilter(query: Readonly<Record<string, string | undefined>>): UsersFilter {
  const state = query['stare'] ?? '';
  return {
    text: query['cauta'] ?? '',
    role: ROLES.find((role) => role === query['rol']),
    state: state in STATES ? STATES[state as keyof typeof STATES] : undefined,
  };
}

export function usersAddress({ text, role, state }: UsersFilter): string {
  const stare = Object.entries(STATES).find(([, value]) => value === state)?.[0];
  return `/utilizatori${search({ cauta: text.trim(), rol: role, stare })}`;
}

/** Words in any order, without diacritics and case, in the shown or the user name. */
export function filterUsers(users: readonly User[], filter: UsersFilter): User[] {
  const words = plain(filter.text)
    .split(/\s+/)
    .filter((word) => word !== '');
  return users.filter((user) => {
    const text = plain(`${user.displayName} ${user.name}`);
    return (
      words.every((word) => text.includes(word)) &&
      (filter.role === undefined || user.role === filter.role) &&
      (filter.state === undefined || (user.disabledAt === null) === (filter.state === 'active'))
    );
  });
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
