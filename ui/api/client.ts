/**
 * The only way from the page to the server. Typed by `contracts/http`; every request has a time-out.
 * @module
 */
import type { CallDetail, CallsPage, CallsQuery } from '../../contracts/http/calls.ts';
import type { CampaignList, ListList, PauseResult } from '../../contracts/http/campaigns.ts';
import type { LiveSnapshot } from '../../contracts/http/live.ts';
import type { Problem } from '../../contracts/http/problem.ts';
import type { LogIn, Session } from '../../contracts/http/session.ts';
import type { StatusList } from '../../contracts/http/statuses.ts';
import { ApiError } from './problem.ts';

/** Longer than the API's own limit, so that its words arrive before we give up. */
const REQUEST_TIMEOUT_MS = 15_000;

/** An answer that nobody took by then is old. */
const AHEAD_MS = 5_000;

export type CallFilters = Partial<Omit<CallsQuery, 'limit'>> & { limit?: number };

export interface Api {
  /** Null: nobody is logged in. */
  session: (signal?: AbortSignal) => Promise<Session | null>;
  logIn: (body: LogIn) => Promise<Session>;
  logOut: () => Promise<void>;
  statuses: (signal?: AbortSignal) => Promise<StatusList>;
  campaigns: (signal?: AbortSignal) => Promise<CampaignList>;
  lists: (campaign: string | undefined, signal?: AbortSignal) => Promise<ListList>;
  live: (campaign: string, signal?: AbortSignal) => Promise<LiveSnapshot>;
  pause: (campaign: string, reason: string) => Promise<PauseResult>;
  resume: (campaign: string, reason: string) => Promise<PauseResult>;
  calls: (query: CallFilters, signal?: AbortSignal) => Promise<CallsPage>;
  call: (id: string, signal?: AbortSignal) => Promise<CallDetail>;
  /** For the clients of later pages (`api/desk.ts`), which come with them. */
  request: Request;
  /** Asks now what a page is about to ask: the same request takes this answer, once, within a moment. */
  ahead: (path: string, options?: JsonRequest) => void;
}

export type Request = <T>(path: string, options?: JsonRequest, signal?: AbortSignal) => Promise<T>;

export interface ApiDeps {
  fetch: typeof fetch;
  /** The session is gone; called once for each refused request, log-in excepted. */
  onUnauthenticated?: () => void;
  /** The `Date` of each answer, ms. */
  onServerTime?: (time: number) => void;
}

export type JsonRequest = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> };

export function createApi(deps: ApiDeps): Api {
  async function send(
    path: string,
    init: RequestInit,
    signal: AbortSignal | undefined,
    timeoutMs: number,
  ): Promise<Response> {
    const timeout = AbortSignal.timeout(timeoutMs);
    let response: Response;
    try {
      response = await deps.fetch(path, {
        ...init,
        credentials: 'same-origin',
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
    } catch {
      throw new ApiError(timeout.aborted ? 'timeout' : 'network');
    }
    const date = Date.parse(response.headers.get('date') ?? '');
    if (!Number.isNaN(date)) deps.onServerTime?.(date);
    if (response.ok) return response;
    const error = new ApiError('problem', response.status, await problemOf(response));
    if (response.status === 401 && !error.is('bad-credentials')) deps.onUnauthenticated?.();
    throw error;
  }

  const early = new Map<string, Promise<unknown>>();
  const keyOf = (path: string, { method = 'GET', body }: JsonRequest): string =>
    `${method} ${path} ${typeof body === 'string' ? body : ''}`;

  function request<T>(path: string, options: JsonRequest = {}, signal?: AbortSignal): Promise<T> {
    const key = keyOf(path, options);
    const found = early.get(key) as Promise<T> | undefined;
    early.delete(key);
    return found ?? ask<T>(path, options, signal);
  }

  function ahead(path: string, options: JsonRequest = {}): void {
    const key = keyOf(path, options);
    const answer = ask(path, options, undefined);
    // Whoever takes it is told.
    answer.catch(() => undefined);
    early.set(key, answer);
    setTimeout(() => early.get(key) === answer && early.delete(key), AHEAD_MS);
  }

  async function ask<T>(path: string, options: JsonRequest, signal: AbortSignal | undefined): Promise<T> {
    const { headers, ...init } = options;
    const response = await send(
      path,
      { ...init, headers: { accept: 'application/json', ...headers } },
      signal,
      REQUEST_TIMEOUT_MS,
    );
    if (response.status === 204) return undefined as T;
    try {
      return (await response.json()) as T;
    } catch {
      throw new ApiError('unexpected', response.status);
    }
  }

  const post = <T>(path: string, body: unknown): Promise<T> =>
    request<T>(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const campaignPath = (name: string, rest: string): string =>
    `/api/campaigns/${encodeURIComponent(name)}/${rest}`;

  return {
    session: (signal) => request('/api/session', {}, signal),
    logIn: (body) => post('/api/session', body),
    logOut: () =>
      request('/api/session', { method: 'DELETE', headers: { 'content-type': 'application/json' } }),
    statuses: (signal) => request('/api/statuses', {}, signal),
    campaigns: (signal) => request('/api/campaigns', {}, signal),
    lists: (campaign, signal) => request(`/api/lists${search({ campaign })}`, {}, signal),
    live: (campaign, signal) => request(campaignPath(campaign, 'live'), {}, signal),
    pause: (campaign, reason) => post(campaignPath(campaign, 'pause'), { reason }),
    resume: (campaign, reason) => post(campaignPath(campaign, 'resume'), { reason }),
    calls: (query, signal) => request(`/api/calls${search(query)}`, {}, signal),
    call: (id, signal) => request(`/api/calls/${encodeURIComponent(id)}`, {}, signal),
    request,
    ahead,
  };
}

async function problemOf(response: Response): Promise<Problem | undefined> {
  try {
    const body = (await response.json()) as Partial<Problem> | null;
    return body && typeof body.code === 'string' ? ({ params: {}, ...body } as Problem) : undefined;
  } catch {
    return undefined;
  }
}

/** `?a=1&b=2` of what is set; empty for nothing. */
export function search(query: Readonly<Record<string, string | number | undefined>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') params.set(name, String(value));
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}
