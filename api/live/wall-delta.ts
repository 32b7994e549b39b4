/**
 * What changed on the wall, and what of it a person may see. Pure.
 * @module
 */
import type {
  WallAgent,
  WallAgentPatch,
  WallMessage,
  WallSections,
  WallSnapshot,
} from '../../contracts/http/wall.ts';
import { can, type Person } from '../../domain/permissions.ts';

/** What a socket may be sent. */
export interface WallView {
  agents: boolean;
  numbers: boolean;
  names: boolean;
}

/** @param screen hangs on a wall, where anybody reads it: no customer, whoever is logged in */
export function wallViewOf(person: Person, screen: boolean): WallView {
  return {
    agents: can(person, 'agent.read'),
    numbers: !screen && can(person, 'number.read'),
    names: !screen && can(person, 'name.read'),
  };
}

/** The fields that differ; null when none do. */
export function agentPatch(before: WallAgent | undefined, after: WallAgent): WallAgentPatch | null {
  if (before === undefined) return after;
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(after) as (keyof WallAgent)[]) {
    if (before[key] === after[key]) continue;
    if (JSON.stringify(before[key]) !== JSON.stringify(after[key])) patch[key] = after[key];
  }
  return Object.keys(patch).length === 0 ? null : { ...(patch as Partial<WallAgent>), id: after.id };
}

/** The sections that differ. */
export function changedWallSections(
  before: WallSections,
  after: Partial<WallSections>,
): Partial<WallSections> {
  const keys = Object.keys(after) as (keyof WallSections)[];
  const changed = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  return Object.fromEntries(changed.map((key) => [key, after[key]]));
}

/** People on shift by state. */
export function totalsOf(agents: Iterable<WallAgent>): WallSections['totals'] {
  const totals: WallSections['totals'] = {};
  for (const { state } of agents) totals[state] = (totals[state] ?? 0) + 1;
  return totals;
}

/** The message as this view may have it; the message itself is shared. */
export function redactWall(view: WallView, message: WallMessage): WallMessage {
  if (message.type === 'stale') return message;
  if (message.type === 'snapshot') {
    return { type: 'snapshot', snapshot: redactSnapshot(view, message.snapshot) };
  }
  const { agents, gone, sections, ...rest } = message;
  return {
    ...rest,
    ...(view.agents && agents && { agents: agents.map((agent) => redactAgent(view, agent)) }),
    ...(view.agents && gone && { gone }),
    ...(sections && { sections: redactSections(view, sections) }),
  };
}

function redactSnapshot(view: WallView, snapshot: WallSnapshot): WallSnapshot {
  return {
    ...snapshot,
    ...redactSections(view, snapshot),
    agents: view.agents ? snapshot.agents.map((agent) => redactAgent(view, agent)) : [],
  };
}

function redactSections<T extends { stuck?: WallSections['stuck'] | undefined }>(
  view: WallView,
  sections: T,
): T {
  if (view.agents || sections.stuck === undefined) return sections;
  return { ...sections, stuck: { count: sections.stuck.count, calls: [] } };
}

function redactAgent<T extends WallAgentPatch>(view: WallView, agent: T): T {
  if (!agent.call || (view.numbers && view.names)) return agent;
  const { call } = agent;
  return {
    ...agent,
    call: {
      ...call,
      number: view.numbers ? call.number : null,
      customer: view.names ? call.customer : null,
    },
  };
}
