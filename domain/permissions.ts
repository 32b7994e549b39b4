/**
 * Who may do what: one table, used by the API for every route and by the page to hide what is refused anyway.
 * @module
 */
import { GRANTS, ROLES, type Grant, type Role } from '../contracts/model/role.ts';

const everybody = ROLES;
const office = ['supervisor', 'management', 'operator', 'administrator'] as const;
const floor = ['supervisor', 'operator', 'administrator'] as const;

/**
 * Action -> roles. `*.read`/`*.list` of pages, and three fields: numbers, names and recordings are personal data that
 * upper management does not get, whichever page shows them.
 */
const ALLOWED = {
  /** One's own password. */
  'account.edit': everybody,
  'status.list': everybody,
  /** Names of campaigns and lists, for filters; no contacts. */
  'campaign.list': office,
  'campaign.pause': floor,
  'live.read': floor,
  'call.list': office,
  'call.read': office,
  'number.read': floor,
  'name.read': floor,
  'recording.play': ['supervisor', 'administrator'],
  'report.read': office,
  /** Agents by name: reports of agents, their times, who took a call. Totals without them are `report.read`. */
  'agent.read': floor,
  /** All calls of a person, found by number or name. */
  'history.read': ['supervisor', 'operator', 'administrator'],
  /** Another outcome for a committed call, with a reason. */
  'call.correct': ['supervisor', 'administrator'],
  'recording.download': ['supervisor', 'administrator'],
  /** Log an agent off, change the state. */
  'agent.control': ['supervisor', 'administrator'],
  /** When a figure on the wall turns amber or red. */
  'threshold.edit': ['supervisor', 'administrator'],
  'config.read': floor,
  /** Campaigns, calendars, statuses, scripts, prompts, pause reasons, agents' queues. */
  'config.edit': ['supervisor', 'administrator'],
  /** Trunks, with their log-ins at the carrier, and a test call over one. */
  'trunk.edit': ['administrator'],
  'list.read': floor,
  /** Upload, undo. */
  'list.import': floor,
  'contact.read': floor,
  'contact.edit': ['supervisor', 'administrator'],
  'do-not-call.read': floor,
  'do-not-call.edit': floor,
  'user.manage': ['administrator'],
  'audit.read': ['administrator'],
  /** A desk of one's own: shift, phone, calls, scripts; numbers, names and history of one's own calls come with it. */
  'desk.use': ['agent', 'supervisor', 'administrator'],
  /** The card of a contact. */
  'customer.read': ['supervisor', 'operator', 'administrator'],
  /** Dialing by hand against do-not-call or outside the calendar, with a reason. */
  'call.override': ['supervisor', 'administrator'],
  /** Decrypting payloads in the Temporal UI. */
  'codec.use': ['operator', 'administrator'],
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof ALLOWED;

/** What these roles may of their own calls, and of nobody else's. */
const OWN: Readonly<Partial<Record<Action, readonly Role[]>>> = {
  'call.list': ['agent'],
  'call.read': ['agent'],
  'number.read': ['agent'],
  'name.read': ['agent'],
  'customer.read': ['agent'],
};

/** What may be granted to a person of these roles beyond the role; to an agent for their own calls only. */
const GRANTABLE: Readonly<Record<Grant, readonly Role[]>> = {
  'number.read': ['management'],
  'name.read': ['management'],
  'agent.read': ['management'],
  'recording.play': ['agent', 'management', 'operator'],
  'recording.download': ['agent', 'management', 'operator'],
  'audit.read': ['supervisor', 'management'],
};

/** A role and what was granted to the one person. */
export interface Person {
  role: Role;
  grants: readonly Grant[];
}

/** `own`: only for what is the person's own. */
export type Reach = 'all' | 'own' | 'none';

/** Every action, in the order of the table. */
export const ACTIONS = Object.keys(ALLOWED) as readonly Action[];

/**
 * Whether a person may do an action.
 * @param object that it is done to; left out, the answer is about everybody's
 */
export function can(person: Person, action: Action, object: { own: boolean } = { own: false }): boolean {
  const reach = reachOf(person, action);
  return reach === 'all' || (reach === 'own' && object.own);
}

/** How far an action of a person goes. */
export function reachOf({ role, grants }: Person, action: Action): Reach {
  const roles: readonly Role[] = ALLOWED[action];
  if (roles.includes(role)) return 'all';
  if (OWN[action]?.includes(role)) return 'own';
  const granted = grants.some((grant) => grant === action && GRANTABLE[grant].includes(role));
  if (!granted) return 'none';
  return role === 'agent' ? 'own' : 'all';
}

/** All that a person may do to everybody's; sent with the session. */
export function permissionsOf(person: Person): Action[] {
  return ACTIONS.filter((action) => reachOf(person, action) === 'all');
}

/** All that a person may do to their own only; sent with the session. */
export function ownPermissionsOf(person: Person): Action[] {
  return ACTIONS.filter((action) => reachOf(person, action) === 'own');
}

/** What may be granted to a person of a role. */
export function grantsFor(role: Role): Grant[] {
  return GRANTS.filter((grant) => GRANTABLE[grant].includes(role));
}
