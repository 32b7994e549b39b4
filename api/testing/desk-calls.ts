/**
 * Agents' calls at the desk for the API's tests: claimed, talked and ended as the edge writes it, with a Temporal and an edge
 * that answer what the test says.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import {
  deskSchema,
  type CallDraft,
  type Desk,
  type DeskCall,
  type NextNumber,
  type WrapUp,
} from '../../contracts/http/desk.ts';
import type { DeskRules } from '../../contracts/model/config.ts';
import type { Role } from '../../contracts/model/role.ts';
import type { DeskCommand, DeskCommandReply } from '../../contracts/model/edge-control.ts';
import type { WrapUpDetails, WrapUpMeta } from '../../contracts/model/wrap-up.ts';
import { endAgentCall, saveLiveDesk } from '../../db/live-desk.ts';
import type { AgentCallToStart } from '../../temporal-config/start-call.ts';
import type { ApiDeps } from '../deps.ts';
import { createCutLine, type CutLine } from './cut-line.ts';
import { ok, openFloor, type Floor, type Person } from './desk-floor.ts';
import { NOON, startTestApi, type TestApi } from './test-api.ts';

export const later = (seconds: number): Date => new Date(NOON.getTime() + seconds * 1_000);

export interface Called {
  agent: Person;
  call: DeskCall;
  campaignId: number;
  /** Of the call in the API. */
  path: string;
}

/** What reached Temporal and the edge in this test. */
interface Seen {
  started: AgentCallToStart[];
  signals: { workflowId: string; meta: WrapUpMeta; details: WrapUpDetails }[];
  extended: string[];
  commands: { url: string; command: DeskCommand }[];
}

/** How they answer. */
interface Says {
  temporal: 'stored' | 'closed' | 'away';
  edge: DeskCommandReply | undefined;
  onCommand: () => Promise<void>;
  onWrapUp: () => Promise<void>;
}

export interface DeskCalls {
  readonly api: TestApi;
  readonly floor: Floor;
  /** Between the API and its database. */
  line: CutLine;
  seen: Seen;
  says: Says;
  /** An agent on shift in a campaign of their own. */
  seated: (desk?: DeskRules, role?: Role) => Promise<{ agent: Person; campaign: string; campaignId: number }>;
  called: (desk?: DeskRules, role?: Role) => Promise<Called>;
  /** Who was called answers. */
  answer: (one: Pick<Called, 'call'>) => Promise<void>;
  talked: (desk?: DeskRules, role?: Role) => Promise<Called>;
  /** The customer hung up after a minute. */
  wrappingUp: (desk?: DeskRules, role?: Role) => Promise<Called>;
  /** As a commit leaves it behind. */
  committedWith: (one: Pick<Called, 'call'>, wrapUpId: string | null) => Promise<void>;
  /** Somebody else with a desk of their own, and no business with the call. */
  stranger: () => Promise<Person>;
}

/**
 * Registers the hooks of a test file; each test begins at noon, with nothing seen and everything in order.
 * @param overrides of what the application has beside desks
 */
export function useDeskCalls(overrides: Partial<ApiDeps> = {}): DeskCalls {
  const line = createCutLine();
  const seen: Seen = { started: [], signals: [], extended: [], commands: [] };
  const says = {} as Says;
  let api: TestApi;
  let floor: Floor;
  let other: Person | undefined;
  let n = 0;
  beforeAll(async () => {
    api = await startTestApi({ ...pretended(seen, says), ...overrides }, line.through);
    floor = await openFloor(api);
  });
  afterAll(async () => {
    await api.close();
    await line.close();
  });
  beforeEach(() => {
    Object.assign(seen, { started: [], signals: [], extended: [], commands: [] } satisfies Seen);
    const nothing = async (): Promise<void> => {};
    const well = {
      temporal: 'stored',
      edge: { outcome: 'done' },
      onCommand: nothing,
      onWrapUp: nothing,
    } as const;
    Object.assign(says, well satisfies Says);
    api.clock.set(NOON);
  });

  const seated: DeskCalls['seated'] = async (desk = {}, role = 'agent') => {
    n += 1;
    const campaign = `campanie-${n}`;
    const campaignId = await floor.campaign(campaign, desk);
    return { agent: await floor.agent(campaign, role), campaign, campaignId };
  };
  const called: DeskCalls['called'] = async (desk, role) => {
    const { agent, campaignId } = await seated(desk, role);
    await floor.contact(campaignId);
    const { desk: now } = await ok<NextNumber>(await agent.send('POST', '/api/desk/next'));
    if (!now.call) throw new Error('no call');
    return { agent, call: now.call, campaignId, path: `/api/desk/calls/${now.call.id}` };
  };
  const answer: DeskCalls['answer'] = async ({ call }) => {
    await api.db.pool.query(`update live_calls set stage = 'ringing', invited_at = $2 where call_id = $1`, [
      call.id,
      later(1),
    ]);
    const [stageAt, answeredAt] = [later(5), later(5)];
    const state = { callId: call.id, edge: floor.edge, stage: 'talking', stageAt, answeredAt } as const;
    await saveLiveDesk(api.db.pool, state);
  };
  const talked: DeskCalls['talked'] = async (desk, role) => {
    const one = await called(desk, role);
    await answer(one);
    return one;
  };

  return {
    get api() {
      return api;
    },
    get floor() {
      return floor;
    },
    line,
    seen,
    says,
    seated,
    called,
    answer,
    talked,
    async wrappingUp(desk, role) {
      const one = await talked(desk, role);
      const [answeredAt, endedAt, now] = [later(5), later(65), later(65)];
      const end = { callId: one.call.id, answeredAt, endedAt, reason: 'hang-up-by-customer', now } as const;
      await endAgentCall(api.db.pool, end);
      return one;
    },
    async committedWith({ call }, wrapUpId) {
      await api.db.pool.query(
        `update calls set committed_at = $2, wrap_up_id = $3, invited_at = $4, answered_at = $5, ended_at = $6, talk_ms = 60000,
           result = 'success', reason = 'hang-up-by-customer',
           status_id = (select id from statuses where code = case when $3::uuid is null then 'no-outcome' else 'success' end)
         where id = $1`,
        [call.id, later(70), wrapUpId, later(1), later(5), later(65)],
      );
      await api.db.pool.query(`delete from live_calls where call_id = $1`, [call.id]);
    },
    async stranger() {
      other ??= await floor.person('supervisor');
      return other;
    },
  };
}

function pretended(seen: Seen, says: Says): Pick<ApiDeps, 'callWorkflows' | 'edgeControl'> {
  const away = () => Promise.reject(new Error('away'));
  return {
    callWorkflows: {
      start: async (call) => void seen.started.push(call),
      wrapUp: async (workflowId, wrapUp) => {
        if (says.temporal === 'away') return away();
        seen.signals.push({ workflowId, ...wrapUp });
        await says.onWrapUp();
        return says.temporal;
      },
      startTrunkTest: async () => (says.temporal === 'away' ? away() : undefined),
      extendWrapUp: async (workflowId) => {
        if (says.temporal === 'away') return away();
        seen.extended.push(workflowId);
        return says.temporal;
      },
      close: async () => {},
    },
    edgeControl: {
      command: async (url, { command }) => {
        seen.commands.push({ url, command });
        await says.onCommand();
        return says.edge;
      },
      deskGone: async () => true,
      startEcho: async () => ({ outcome: 'calling' }),
      endEcho: async () => false,
    },
  };
}

/** A good wrap-up of the floor's script. */
export function saved(change: Partial<WrapUp> = {}): WrapUp {
  return {
    id: randomUUID(),
    outcome: 'success',
    answers: { interes: 'da' },
    note: ' bine ',
    savedAt: later(70).toISOString(),
    ...change,
  };
}

export function draft(seq: number, note = `nota ${seq}`): CallDraft {
  return { seq, answers: { interes: 'da' }, note, outcome: null, page: 'intrebari' };
}

export async function deskOf(person: Person): Promise<Desk> {
  return deskSchema.parse(await ok(await person.get('/api/desk')));
}
