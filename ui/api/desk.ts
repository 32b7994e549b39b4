/**
 * The desk's part of the API; comes with the desk. Every answer that changes something is the whole `Desk`.
 * @module
 */
import type {
  CallDraft,
  Customer,
  Desk,
  DeskHistory,
  DeskOptions,
  DialManually,
  EchoTest,
  LogOn,
  NextNumber,
  SetState,
  SipAccess,
  SpeedDials,
  WrapUp,
  WrapUpReply,
} from '../../contracts/http/desk.ts';
import type { NextState } from '../../contracts/model/agent.ts';
import type { Request } from './client.ts';

/** What goes to the edge while a call is up. */
export type DeskCommand =
  | { type: 'hang-up' | 'hold' | 'resume' | 'refuse-recording' }
  | { type: 'digits'; digits: string }
  | { type: 'mute'; muted: boolean };

export interface DeskApi {
  desk: (signal?: AbortSignal) => Promise<Desk>;
  options: (signal?: AbortSignal) => Promise<DeskOptions>;
  logOn: (body: LogOn) => Promise<Desk>;
  logOff: () => Promise<Desk>;
  setState: (body: SetState) => Promise<Desk>;
  setNextState: (next: NextState | null) => Promise<Desk>;
  sip: (deskId: string) => Promise<SipAccess>;
  next: () => Promise<NextNumber>;
  dialManually: (body: DialManually) => Promise<Desk>;
  /** Preview over; with a number, the contact's other one is called. */
  dial: (callId: string, number?: string) => Promise<Desk>;
  skip: (callId: string, reason: string) => Promise<Desk>;
  command: (callId: string, command: DeskCommand) => Promise<Desk>;
  saveDraft: (callId: string, draft: CallDraft) => Promise<void>;
  wrapUp: (callId: string, body: WrapUp) => Promise<WrapUpReply>;
  /** Calls the number that the wrap-up named. */
  another: (callId: string) => Promise<Desk>;
  extend: (callId: string) => Promise<Desk>;
  startEcho: () => Promise<EchoTest>;
  endEcho: () => Promise<void>;
  history: (signal?: AbortSignal) => Promise<DeskHistory>;
  speedDials: (signal?: AbortSignal) => Promise<SpeedDials>;
  saveSpeedDials: (body: SpeedDials) => Promise<SpeedDials>;
  customer: (id: number, signal?: AbortSignal) => Promise<Customer>;
}

export function createDeskApi(request: Request): DeskApi {
  const send = <T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body: unknown = {}): Promise<T> =>
    request<T>(`/api/desk${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(method === 'DELETE' ? {} : { body: JSON.stringify(body) }),
    });
  const call = (id: string, rest: string): string => `/calls/${encodeURIComponent(id)}/${rest}`;
  return {
    desk: (signal) => request('/api/desk', {}, signal),
    options: (signal) => request('/api/desk/options', {}, signal),
    logOn: (body) => send('POST', '/shift', body),
    logOff: () => send('DELETE', '/shift'),
    setState: (body) => send('POST', '/state', body),
    setNextState: (next) => send('PUT', '/next-state', { next }),
    sip: (deskId) => send('POST', '/sip', { deskId }),
    next: () => send('POST', '/next'),
    dialManually: (body) => send('POST', '/calls', body),
    dial: (id, number) => send('POST', call(id, 'dial'), number === undefined ? {} : { number }),
    skip: (id, reason) => send('POST', call(id, 'skip'), { reason }),
    command: (id, command) => send('POST', call(id, 'command'), command),
    saveDraft: (id, draft) => send('PUT', call(id, 'draft'), draft),
    wrapUp: (id, body) => send('POST', call(id, 'wrap-up'), body),
    another: (id) => send('POST', call(id, 'another')),
    extend: (id) => send('POST', call(id, 'extend')),
    startEcho: () => send('POST', '/echo'),
    endEcho: () => send('DELETE', '/echo'),
    history: (signal) => request('/api/desk/calls', {}, signal),
    speedDials: (signal) => request('/api/desk/speed-dials', {}, signal),
    saveSpeedDials: (body) => send('PUT', '/speed-dials', body),
    customer: (id, signal) => request(`/api/customer/${id}`, {}, signal),
  };
}
