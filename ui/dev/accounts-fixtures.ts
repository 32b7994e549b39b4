/**
 * Made-up people and their journal, in the shapes of `contracts/http`.
 * @module
 */
import type { AuditEntryView, AuditOptions, AuditPage } from '../../contracts/http/audit.ts';
import type { Screen, ScreenAdded } from '../../contracts/http/screens.ts';
import type { User, UserChanged } from '../../contracts/http/users.ts';
import type { AgentState } from '../../contracts/model/agent.ts';
import type { Grant, Role } from '../../contracts/model/role.ts';

const HOUR = 3_600_000;

interface Made {
  name: string;
  shown: string;
  role: Role;
  grants?: Grant[];
  desk?: AgentState;
  disabled?: boolean;
}

const PEOPLE: readonly Made[] = [
  { name: 'administrator', shown: 'Administrator', role: 'administrator' },
  { name: 'ana.ionescu', shown: 'Ana Ionescu', role: 'agent', desk: 'in-call' },
  { name: 'dan.serban', shown: 'Dan Șerban', role: 'management', grants: ['agent.read', 'audit.read'] },
  {
    name: 'elena.turcanu',
    shown: 'Elena Țurcanu',
    role: 'agent',
    grants: ['recording.play'],
    desk: 'available',
  },
  { name: 'ioana.marin', shown: 'Ioana Marin', role: 'administrator' },
  { name: 'mihai.pop', shown: 'Mihai Pop', role: 'agent', desk: 'paused' },
  { name: 'operator', shown: 'Operator de noapte', role: 'operator' },
  { name: 'radu.vechi', shown: 'Radu Vechi', role: 'agent', desk: 'logged-out', disabled: true },
  { name: 'sanda.lungu', shown: 'Sanda-Maria Lungu-Alexandrescu', role: 'supervisor', desk: 'logged-out' },
];

function users(now: number): User[] {
  return PEOPLE.map(({ name, shown, role, grants = [], desk, disabled = false }, index) => ({
    id: index + 3,
    name,
    displayName: shown,
    role,
    grants,
    version: 1 + (index % 3),
    disabledAt: disabled ? new Date(now - 30 * HOUR).toISOString() : null,
    createdAt: new Date(now - (400 - index * 20) * 24 * HOUR).toISOString(),
    lastLogInAt: index === 6 ? null : new Date(now - (index + 1) * 1.7 * HOUR).toISOString(),
    sessions: disabled || index === 6 ? 0 : 1 + (index % 2),
    desk: desk === undefined ? null : { extension: String(101 + index), state: desk },
  }));
}

function screens(now: number): Screen[] {
  const at = (hours: number) => new Date(now - hours * HOUR).toISOString();
  const made = { createdBy: 'ioana.marin', linkExpiresAt: at(-20) };
  return [
    { ...made, id: 4, label: 'Biroul directorului', agents: false, createdAt: at(4), state: 'waiting', seenAt: null },
    { ...made, id: 3, label: 'Sala mare, lângă ușă', agents: true, createdAt: at(900), state: 'open', seenAt: at(0.1) },
    { ...made, id: 2, label: 'Recepție', agents: false, createdAt: at(4_000), state: 'over', seenAt: at(2_400) },
    { ...made, id: 1, label: 'Etajul doi', agents: true, createdAt: at(5_000), state: 'revoked', seenAt: at(3_000) },
  ]; // prettier-ignore
}

function screenMade(now: number): ScreenAdded {
  const [screen] = screens(now);
  return { screen: screen as Screen, code: 'Qm3vT8yKp0ZrW5nLh2XcJ7bDf4GsA1eU6iOoY9tRkMw' };
}

function entries(now: number): AuditEntryView[] {
  const line = (
    minutes: number,
    [actor, actorName]: readonly [string, string | null],
    action: string,
    [objectKind, objectId, objectName]: readonly [string, string, string | null],
    change: { before?: object; after?: object } = {},
  ): AuditEntryView => ({
    id: 1_000 - minutes,
    at: new Date(now - minutes * 60_000).toISOString(),
    actor,
    actorName,
    action,
    objectKind,
    objectId,
    objectName,
    before: change.before ?? null,
    after: change.after ?? null,
  });
  const ioana = ['ioana.marin', 'Ioana Marin'] as const;
  const sanda = ['sanda.lungu', 'Sanda-Maria Lungu-Alexandrescu'] as const;
  return [
    line(2, ioana, 'user.edit', ['user', '5', 'Dan Șerban'], {
      before: { displayName: 'Dan Serban', role: 'supervisor', grants: [] },
      after: { displayName: 'Dan Șerban', role: 'management', grants: ['agent.read', 'audit.read'] },
    }),
    line(9, sanda, 'campaign.pause', ['campaign', 'oradea', null], {
      after: { reason: 'ședință până la prânz' },
    }),
    line(14, sanda, 'recording.play', ['call', '3f0e8a52-9f61-4e0a-8b1e-000000000005', null]),
    line(31, ioana, 'user.disable', ['user', '10', 'Radu Vechi'], {
      after: { sessionsEnded: 1, desk: 'after-call' },
    }),
    line(48, ['cli:root', null], 'user.password', ['user', '4', 'Ana Ionescu'], {
      after: { sessionsEnded: 2 },
    }),
    line(75, sanda, 'config.change', ['calendar', 'program-oradea', null], {
      before: {
        hours: { monday: [{ from: '09:00', to: '20:00' }], saturday: [{ from: '10:00', to: '14:00' }] },
        holidays: 'ro',
      },
      after: { hours: { monday: [{ from: '09:00', to: '19:00' }] }, holidays: 'ro' },
    }),
    line(96, ioana, 'account.password', ['user', '7', 'Ioana Marin'], { after: { sessionsEnded: 1 } }),
    line(130, ['mihai.pop', 'Mihai Pop'], 'session.log-in', ['user', '8', 'Mihai Pop']),
    line(190, ['system', null], 'queue.assign', ['campaign', 'oradea', null], {
      after: { agents: 12, contacts: 240 },
    }),
  ];
}

const OPTIONS: AuditOptions = {
  actors: [
    { actor: 'ioana.marin', actorName: 'Ioana Marin' },
    { actor: 'sanda.lungu', actorName: 'Sanda-Maria Lungu-Alexandrescu' },
  ],
  actions: ['campaign.pause', 'recording.play', 'user.disable', 'user.edit'],
  objectKinds: ['call', 'campaign', 'user'],
};

/** The answer to a request of these pages; undefined when it is none of theirs. */
export function accountsFixture(
  method: string,
  path: string,
  query: URLSearchParams,
  now: number,
): object | undefined {
  if (path === '/api/audit/options') return OPTIONS;
  if (path === '/api/screens') return method === 'GET' ? { screens: screens(now) } : screenMade(now);
  if (/^\/api\/screens\/\d+\/revoke$/.test(path)) return screens(now)[3];
  if (path === '/api/audit') {
    const kind = query.get('objectKind');
    const found = entries(now).filter(
      (entry) =>
        (kind === null || entry.objectKind === kind) &&
        (query.get('objectId') === null || entry.objectId === query.get('objectId')) &&
        (query.get('actor') === null || entry.actor === query.get('actor')),
    );
    const page: AuditPage = {
      entries: found,
      nextCursor: found.length > 6 ? 'x' : null,
      zone: 'Europe/Bucharest',
    };
    return page;
  }
  if (path === '/api/account/password') return { sessionsEnded: 2 };
  if (path === '/api/users' && method === 'GET') return { users: users(now) };
  const id = /^\/api\/users(?:\/(\d+))?/.exec(path)?.[1];
  const user = users(now).find((one) => String(one.id) === (id ?? '4'));
  if (!path.startsWith('/api/users') || user === undefined) return undefined;
  if (method === 'GET') return user;
  const changed: UserChanged = { user, password: 'k7wm-3hqx-p9vd-t2ra', sessionsEnded: 1, desk: 'none' };
  return changed;
}
