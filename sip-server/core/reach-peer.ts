import { isIP } from 'node:net';
import { parseNameAddr } from '../message/name-addr.ts';
import type { Flow } from '../transport/flow.ts';
import type { Core } from './core.ts';
import type { Dialog } from './dialog.ts';

/**
 * Finds the way to the peer: the connection it uses, the first route, or its Contact. When the Contact names
 * another address than packets come from (NAT), or cannot be resolved, the source address is used. A browser is reached by
 * the connection it registered last, which outlives the one its call began on, else by that one: closed, it fails at once.
 */
export function reachPeer(core: Core, dialog: Dialog, done: (flow: Flow) => void): void {
  const { flow } = dialog;
  if (flow.protocol === 'ws') return done(core.flowMemory.find(dialog.remoteTarget) ?? flow);
  if (flow.protocol !== 'udp' && flow.alive) return done(flow);
  if (flow.protocol === 'tls' && flow.provenName !== undefined) {
    // Its Contact may be an address, which no certificate names: back to whom we have called.
    const { remoteAddress, remotePort, provenName } = flow;
    return done(core.transports.flowTo('tls', remoteAddress, remotePort, provenName) ?? flow);
  }
  const firstRoute = parseNameAddr(dialog.routeSet[0] ?? '')?.uri;
  const found = core.transports.destinationOf(firstRoute ?? dialog.remoteTarget, flow.protocol);
  if ('problem' in found) return done(flow);
  if (
    firstRoute === undefined &&
    flow.protocol === 'udp' &&
    isIP(found.host) &&
    found.host !== flow.remoteAddress
  )
    return done(flow);
  core.transports.resolver.resolve(found.host, (resolved) => {
    const open =
      'address' in resolved
        ? core.transports.flowTo(found.protocol, resolved.address, found.port, found.host)
        : undefined;
    done(open ?? flow);
  });
}
