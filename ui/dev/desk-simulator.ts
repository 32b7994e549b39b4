/// <reference types="node" />
/**
 * The desk's part of the fixture server: starts in a scenario, and then answers as a site would: numbers come, phones
 * ring, people answer, wrap-ups are committed. No telephony.
 * @module
 */
import type { Desk, DeskCall, SpeedDials } from '../../contracts/http/desk.ts';
import { callOf, deskHistory, DESK_OPTIONS } from './desk-fixtures.ts';
import { deskOf, DESK_SCENARIOS, type DeskScenario } from './desk-scenarios.ts';

const RING_AFTER_MS = 300;
const ANSWER_AFTER_MS = 1_500;
const COMMIT_AFTER_MS = 250;

export interface DeskSimulator {
  /** Answers a request below `/api/desk`; undefined: there is no such route. */
  answer: (method: string, path: string, body: unknown) => { status: number; body?: unknown } | undefined;
  desk: () => Desk;
  /** Calls back after each change; the answer stops it. */
  watch: (onDesk: (desk: Desk) => void) => () => void;
}

export function scenarioOf(text: string | undefined): DeskScenario {
  return DESK_SCENARIOS.find((scenario) => scenario === text) ?? 'log-on';
}

export function createDeskSimulator(options: {
  scenario: DeskScenario;
  deskId: string;
  now: () => number;
  /** 1: as usual, 0.1: ten times as fast. */
  pace: number;
}): DeskSimulator {
  const { now, pace } = options;
  const watchers = new Set<(desk: Desk) => void>();
  let desk = deskOf(options.scenario, options.deskId, now());
  let calls = 0;
  let speedDials: SpeedDials['speedDials'] = [
    { label: 'Supervizor', number: '0700000901' },
    { label: 'Suport tehnic', number: '0700000902' },
  ];
  const iso = (): string => new Date(now()).toISOString();

  function set(change: Partial<Desk>, agent: Partial<Desk['agent']> = {}): Desk {
    const moved = agent.state !== undefined && agent.state !== desk.agent.state;
    desk = {
      ...desk,
      ...change,
      at: iso(),
      agent: { ...desk.agent, ...(moved ? { since: iso(), reason: null } : {}), ...agent },
    };
    for (const watcher of watchers) watcher(desk);
    return desk;
  }
  const setCall = (change: Partial<DeskCall>, agent: Partial<Desk['agent']> = {}): Desk =>
    desk.call === null ? desk : set({ call: { ...desk.call, ...change } }, agent);
  const later = (ms: number, id: string, act: () => void): void => {
    setTimeout(() => desk.call?.id === id && act(), ms * pace).unref();
  };

  function place(): Desk {
    const id = desk.call?.id ?? '';
    later(RING_AFTER_MS, id, () => setCall({ stage: 'ringing', stageSince: iso() }));
    later(ANSWER_AFTER_MS, id, () => {
      if (desk.call?.stage === 'ringing')
        setCall({ stage: 'talking', stageSince: iso(), answeredAt: iso() }, { state: 'in-call' });
    });
    return setCall({ stage: 'inviting', stageSince: iso(), previewUntil: null }, { state: 'calling' });
  }

  function end(): Desk {
    const answered = desk.call?.answeredAt != null;
    return setCall(
      {
        stage: 'wrap-up',
        stageSince: iso(),
        endedAt: iso(),
        heldSince: null,
        endReason: answered ? 'hang-up-by-us' : 'no-answer',
        proposedOutcome: answered ? null : 'no-answer',
        wrapUpUntil: new Date(now() + (answered ? 120_000 : 10_000)).toISOString(),
      },
      { state: 'wrap-up' },
    );
  }

  function commit(): void {
    const { nextState } = desk.agent;
    const today = { ...desk.today, calls: desk.today.calls + 1 };
    if (nextState?.to === 'logged-out') {
      set({ call: null, today, deskId: null }, { state: 'logged-out', nextState: null });
    } else if (nextState?.to === 'paused') {
      set({ call: null, today }, { state: 'paused', reason: nextState.reason, nextState: null });
    } else set({ call: null, today }, { state: 'available', nextState: null });
  }

  function answer(
    method: string,
    path: string,
    raw: unknown,
  ): { status: number; body?: unknown } | undefined {
    const body = (raw ?? {}) as Record<string, never>;
    const ok = (value: unknown = desk) => ({ status: 200, body: value });
    const inCall = /^\/calls\/[^/]+\/(\w[\w-]*)$/.exec(path)?.[1];
    switch (`${method} ${inCall ?? path}`) {
      case 'GET ':
        return ok({ ...desk, at: iso() });
      case 'GET /options':
        return ok({ ...DESK_OPTIONS, ...(options.scenario === 'no-campaigns' ? { campaigns: [] } : {}) });
      case 'GET /calls':
        return ok(deskHistory(now()));
      case 'GET /speed-dials':
        return ok({ speedDials });
      case 'PUT /speed-dials':
        speedDials = body['speedDials'] ?? [];
        return ok({ speedDials });
      case 'POST /shift':
        return ok(
          set(
            { ...deskOf('logged-in', body['deskId'] ?? '', now()), call: desk.call },
            { state: 'logged-in' },
          ),
        );
      case 'DELETE /shift':
        return ok(set({ deskId: null }, { state: 'logged-out' }));
      case 'POST /state':
        return ok(set({}, { state: body['to'] ?? 'available', reason: body['reason'] ?? null }));
      case 'PUT /next-state':
        return ok(set({}, { nextState: body['next'] ?? null }));
      case 'POST /sip':
        return ok({
          username: 'fixture', password: 'fixture', domain: 'apel', wsPath: '/sip', iceServers: [],
          expiresAt: new Date(Date.now() + 600_000).toISOString(),
        }); // prettier-ignore
      case 'POST /next':
        calls += 1;
        set(
          { call: callOf(calls, now(), { previewUntil: new Date(now() + 20_000).toISOString() }) },
          { state: 'calling' },
        );
        return ok({ desk, wait: null });
      case 'POST /calls':
        calls += 1;
        set(
          { call: callOf(calls, now(), { manual: true, customer: null, script: null }) },
          { state: 'calling' },
        );
        return ok(place());
      case 'POST dial':
        return ok(place());
      case 'POST skip':
        return ok(set({ call: null }, { state: 'available' }));
      case 'POST /echo':
        return ok({ until: new Date(now() + 24_000).toISOString() });
      case 'DELETE /echo':
        return { status: 204 };
      case 'POST another':
        commit();
        calls += 1;
        set({ call: callOf(calls, now()) }, { state: 'calling' });
        return ok(place());
      case 'POST extend': {
        const until = Date.parse(desk.call?.wrapUpUntil ?? iso()) + 60_000;
        return ok(setCall({ wrapUpUntil: new Date(until).toISOString(), wrapUpExtendSeconds: 0 }));
      }
      case 'POST command':
        if (body['type'] === 'hang-up') return ok(end());
        if (body['type'] === 'hold') return ok(setCall({ heldSince: iso() }));
        if (body['type'] === 'resume') return ok(setCall({ heldSince: null }));
        if (body['type'] === 'refuse-recording') return ok(setCall({ recording: 'refused' }));
        return ok();
      case 'PUT draft':
        return { status: 204 };
      case 'POST wrap-up': {
        const id = desk.call?.id ?? '';
        const commitWhenOver = (): void => {
          if (desk.call?.endedAt == null) later(COMMIT_AFTER_MS, id, commitWhenOver);
          else commit();
        };
        later(COMMIT_AFTER_MS, id, commitWhenOver);
        return { status: 202, body: { state: 'stored' } };
      }
      default:
        return undefined;
    }
  }

  return {
    answer,
    desk: () => ({ ...desk, at: iso() }),
    watch: (onDesk) => {
      watchers.add(onDesk);
      return () => watchers.delete(onDesk);
    },
  };
}
