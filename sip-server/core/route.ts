import { asksForWebSocket, isNowhere, parseSipUri } from '../message/uri.ts';
import type { Contact, Flow, Unreachable } from '../transport/flow.ts';
import type { Core } from './core.ts';

/** The way of a new request: the transport it leaves by, known at once, and the flow, which may need a look-up. */
export interface Route {
  readonly local: Contact;
  /** Calls back exactly once, at once or later. */
  reach(done: (target: Flow | Unreachable) => void): void;
}

/** Finds the way to a URI: a registered browser's connection, else by address or name. */
export function routeTo(core: Core, uri: string): Route | { readonly problem: string } {
  const { transports, flowMemory } = core;
  const parsed = parseSipUri(uri);
  const ws = transports.local('ws');
  if (parsed && ws && (asksForWebSocket(parsed) || isNowhere(parsed))) {
    const flow = flowMemory.find(uri);
    if (flow || asksForWebSocket(parsed)) return { local: ws, reach: (done) => done(flow ?? NOT_CONNECTED) };
  }
  const destination = transports.destinationOf(uri);
  if ('problem' in destination) return destination;
  const { protocol, host, port } = destination;
  const local = transports.local(protocol);
  if (!local) return { problem: 'transport not available' };
  const reach: Route['reach'] = (done) =>
    transports.resolver.resolve(host, (resolved) => {
      if ('problem' in resolved) return done({ problem: resolved.problem, status: 503 });
      const flow = transports.flowTo(protocol, resolved.address, port, host);
      done(flow ?? { problem: 'transport not available', status: 503 });
    });
  return { local, reach };
}

const NOT_CONNECTED: Unreachable = { problem: 'not connected', status: 410 };
