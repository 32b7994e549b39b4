/**
 * The client of the users page, which comes with it.
 * @module
 */
import type {
  EditUser,
  NewUser,
  ResetPassword,
  User,
  UserChanged,
  UserList,
} from '../../../contracts/http/users.ts';
import type { Api } from '../../api/client.ts';

export interface UsersApi {
  list: (signal?: AbortSignal) => Promise<UserList>;
  one: (id: number, signal?: AbortSignal) => Promise<User>;
  add: (user: NewUser) => Promise<UserChanged>;
  edit: (id: number, user: EditUser) => Promise<UserChanged>;
  reset: (id: number, body: ResetPassword) => Promise<UserChanged>;
  act: (id: number, what: 'disable' | 'enable' | 'log-out') => Promise<UserChanged>;
}

export function createUsersApi({ request }: Pick<Api, 'request'>): UsersApi {
  const send = (method: string, path: string, body?: object): Promise<UserChanged> =>
    request(path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  return {
    list: (signal) => request('/api/users', {}, signal),
    one: (id, signal) => request(`/api/users/${id}`, {}, signal),
    add: (user) => send('POST', '/api/users', user),
    edit: (id, user) => send('PUT', `/api/users/${id}`, user),
    reset: (id, body) => send('POST', `/api/users/${id}/password`, body),
    act: (id, what) => send('POST', `/api/users/${id}/${what}`),
  };
}
