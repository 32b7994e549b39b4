import { syntheticResponse } from '../message/build.ts';
import { withLongNames } from '../message/parse.ts';
import type { SipRequest, SipResponse } from '../message/types.ts';
import type { ReceivedResponse } from '../transaction/received.ts';
import { unreachable, type Flow, type Unreachable } from '../transport/flow.ts';
import type { AppConnection } from '../wire/app-connection.ts';
import { sipReport } from '../wire/reports.ts';
import type { Core } from './core.ts';

/** A request without dialog consequences, whose answers all go to the application. */
export function sendPlain(
  core: Core,
  app: AppConnection,
  {
    request,
    branch,
    txnId,
    dialogId,
  }: { request: SipRequest; branch: string; txnId: string; dialogId: string },
  target: Flow | Unreachable,
  onFinal?: (response: SipResponse) => void,
): void {
  const deliver = (response: SipResponse, flow: Flow | undefined) => {
    const meta = flow ? metaOf(flow) : { protocol: 'udp', address: '0.0.0.0', port: 0 };
    if (response.status >= 200) onFinal?.(response);
    app.send(sipReport({ source: 'network', meta, txnId, dialogId, raw: withLongNames(response) }));
  };
  const fail = ({ status, problem }: Unreachable, flow: Flow | undefined) =>
    deliver(syntheticResponse(request, status, problem), flow);
  if ('problem' in target) return fail(target, undefined);
  core.transactions.startClient(request, branch, target, {
    onResponse: (response: ReceivedResponse) => deliver(response, response.flow),
    onTimeout: () => deliver(syntheticResponse(request, 408, 'no answer'), target),
    onTransportError: () => fail(unreachable(target), target),
  });
}

function metaOf({ protocol, remoteAddress, remotePort }: Flow) {
  return { protocol, address: remoteAddress, port: remotePort };
}
