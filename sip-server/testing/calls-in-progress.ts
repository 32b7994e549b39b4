import { headerOf } from '../message/types.ts';
import type { App, AppDialog, AppRequest, AppResponse } from './app.ts';
import { eventually } from './harness.ts';
import { ask, createPeer, reply, SDP, type Peer } from './peer.ts';

/** Calls that must survive what strangers do meanwhile. */
export interface CallsInProgress {
  readonly callIds: readonly string[];
  /** Each answers a re-INVITE and ends by BYE, from the side that is left; fails when one does not. */
  proveAlive(): Promise<void>;
  close(): void;
}

const HONEST = 'honest-';

/**
 * Sets up calls through an application. With calls in, it routes what the network asks for and refuses every other INVITE with
 * 486; with none it routes nothing, as an edge that only dials.
 */
export async function startCalls(
  app: App,
  sipPort: number,
  { callsOut, callsIn }: { callsOut: number; callsIn: number },
): Promise<CallsInProgress> {
  const peer = await createPeer();
  const incoming: AppDialog[] = [];
  if (callsIn > 0) routeEverything(app, incoming);
  const outgoing: AppDialog[] = [];
  for (let i = 0; i < callsOut; i++) {
    const calling = app.createUAC(`sip:callee@127.0.0.1:${peer.port}`, { localSdp: SDP });
    await answerInvite(peer, sipPort);
    outgoing.push(await calling);
    await peer.takeRequest('ACK');
  }
  const tags: string[] = [];
  for (let i = 0; i < callsIn; i++) {
    peer.send(
      ask('INVITE', peer.port, { callId: `${HONEST}${i}`, branch: `z9hG4bK${HONEST}${i}`, body: SDP }),
      sipPort,
    );
    tags.push(headerOf(await peer.takeStatus(200, 'INVITE'), 'to') ?? '');
    peer.send(inside('ACK', peer, i, 1, tags[i]), sipPort);
  }
  await eventually('all are up', () => incoming.length === callsIn);
  return {
    callIds: [
      ...outgoing.map(({ id }) => id.replace(/;from-tag=.*/, '')),
      ...tags.map((_, i) => `${HONEST}${i}`),
    ],
    async proveAlive() {
      for (const dialog of outgoing) {
        if (!dialog.connected) throw new Error('a call out was ended');
        const modifying = dialog.modify(SDP);
        await answerInvite(peer, sipPort);
        await modifying;
        const ending = dialog.destroy();
        peer.send(reply(await peer.takeRequest('BYE'), 200), sipPort);
        await ending;
      }
      for (const [i, tag] of tags.entries()) {
        peer.send(inside('BYE', peer, i, 2, tag), sipPort);
        await peer.takeStatus(200, 'BYE');
      }
    },
    close: () => peer.close(),
  };
}

function routeEverything(app: App, incoming: AppDialog[]): void {
  const refuse = (_request: AppRequest, response: AppResponse) => response.send(486);
  app.invite((request, response) => {
    const { headers } = request as unknown as { headers: Record<string, string> };
    if (!headers['call-id']?.startsWith(HONEST)) return refuse(request, response);
    void app.createUAS(request, response, { localSdp: SDP }).then((dialog) => incoming.push(dialog));
  });
  app.options((_request, response) => response.send(200));
  app.register((_request, response) => response.send(403));
}

async function answerInvite(peer: Peer, sipPort: number): Promise<void> {
  const headers = [`Contact: <sip:callee@127.0.0.1:${peer.port}>`, 'Content-Type: application/sdp'];
  peer.send(reply(await peer.takeRequest('INVITE'), 200, { headers, body: SDP }), sipPort);
}

function inside(method: string, peer: Peer, i: number, seq: number, to = ''): string {
  return ask(method, peer.port, {
    callId: `${HONEST}${i}`,
    branch: `z9hG4bK${HONEST}${method}${i}`,
    seq,
    to,
  });
}
