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
