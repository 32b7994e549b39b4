/**
 * Who may do what: one table, used by the API for every route and by the page to hide what is refused anyway.
 * @module
 */
import { ROLES, type Role } from '../contracts/model/role.ts';

const everybody = ROLES;
const office = ['supervisor', 'management', 'operator', 'administrator'] as const;
const floor = ['supervisor', 'operator', 'administrator'] as const;

/**
 * Action -> roles. `*.read`/`*.list` of pages, and three fields: numbers, names and recordings are personal data that
 * upper management does not get, whichever page shows them.
 */
const ALLOWED = {
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
  'config.read': floor,
  /** A desk of one's own: shift, phone, calls, scripts; numbers, names and history of one's own calls come with it. */
  'desk.use': ['agent', 'supervisor', 'administrator'],
  /** The card of a contact; an agent's own calls only. */
  'customer.read': ['agent', 'supervisor', 'operator', 'administrator'],
  /** Dialing by hand against do-not-call or outside the calendar, with a reason. */
  'call.override': ['supervisor', 'administrator'],
  /** Decrypting payloads in the Temporal UI. */
  'codec.use': ['operator', 'administrator'],
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof ALLOWED;

/** Every action, in the order of the table. */
export const ACTIONS = Object.keys(ALLOWED) as readonly Action[];

/** Whether a role may do an action. */
export function can(role: Role, action: Action): boolean {
  const roles: readonly Role[] = ALLOWED[action];
  return roles.includes(role);
}

/** All that a role may do; sent with the session. */
export function permissionsOf(role: Role): Action[] {
  return ACTIONS.filter((action) => can(role, action));
}
