/**
 * The peer: two SIP legs straight through the site's rtpengine, connected by a loop that does nothing else: no SIP server, no
 * journal, no recording, no ringback, nobody is kept from being heard. Agent first, as Apel calls; the agent's packets
 * already arrive when the customer answers, and one NG command then lets them through (as a proxy does with a 183 and a 200).
 *
 * ```
 * INVITE desk (no SDP) -> 200 -> offer, answer with nobody's SDP -> ACK -> INVITE customer -> 180 … 200 -> answer -> heard
 * ```
 * @module
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createLogger } from '../../platform/logger.ts';
import { createNgClient } from '../../telephony/ng-client.ts';
import { DUMMY_SDP } from '../../telephony/sdp.ts';
import { serveHelper, startHelper, type HelperProcess } from '../support/helper-process.ts';
import type { Bench } from '../support/run-bench.ts';
import { bodyOf, headerOf } from '../support/sip-text.ts';

export interface StraightCall {
  callId: string;
  desk: string;
  customer: string;
}

type Command = { place: StraightCall } | { hangUp: string };

export interface Straight {
  pid: number;
  /** Resolves when the customer's INVITE was sent. */
  place(call: StraightCall): Promise<void>;
  /** Resolves when both legs have ended. */
  hangUp(callId: string): Promise<void>;
}

/** @param ngPort of the rtpengine that both legs go through */
export async function startStraight(bench: Pick<Bench, 'onEnd'>, ngPort: number): Promise<Straight> {
  const process: HelperProcess<null, Command> = await startHelper(bench, import.meta.url, { ngPort });
  return {
    pid: process.pid,
    place: (call) => process.ask({ place: call }),
    hangUp: (callId) => process.ask({ hangUp: callId }),
  };
}

/** Repeated until answered. */
const T1_MS = 500;
const TRIES = 8;
const AGENT = { 'from-tag': 'agent', ICE: 'remove', 'transport-protocol': 'RTP/AVP' } as const;

await serveHelper(import.meta.url, async (setup) => {
  const { ngPort } = setup as { ngPort: number };
  const logger = createLogger({ service: 'bench', level: 'silent' });
  const ng = await createNgClient({ host: '127.0.0.1', port: ngPort, logger });
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4_000_000 });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  /** Whoever waits for a response, by Call-ID and CSeq. */
  const waiting = new Map<string, (response: string) => void>();
  socket.on('message', (datagram) => {
    const text = datagram.toString('latin1');
    waiting.get(`${headerOf(text, 'call-id')} ${headerOf(text, 'cseq')}`)?.(text);
  });

  const send = (
    leg: Leg,
    { method, seq, body = '' }: { method: string; seq: number; body?: string },
  ): void => {
    const type = body === '' ? '' : 'Content-Type: application/sdp\r\n';
    const text =
      `${method} ${leg.uri} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK-${leg.callId}-${seq}${method};rport\r\n` +
      `Max-Forwards: 70\r\nFrom: <sip:straight@127.0.0.1:${port}>;tag=straight\r\nTo: ${leg.to}\r\n` +
      `Call-ID: ${leg.callId}\r\nCSeq: ${seq} ${method}\r\nContact: <sip:straight@127.0.0.1:${port}>\r\n` +
      `${leg.extra}${type}Content-Length: ${body.length}\r\n\r\n${body}`;
    socket.send(text, Number(/:(\d+)$/.exec(leg.uri)?.[1]), '127.0.0.1', () => undefined);
  };
  /** @param onFinal runs in the very moment of the answer */
  const ask = <T>(
    leg: Leg,
    request: { method: string; seq: number; body?: string },
    onFinal: (response: string) => T,
  ): Promise<T> =>
    new Promise((resolve, reject) => {
      const key = `${leg.callId} ${request.seq} ${request.method}`;
      let tries = 0;
      let timer: NodeJS.Timeout;
      const again = (): void => {
        tries += 1;
        if (tries > TRIES) return reject(new Error(`${request.method}: no answer`));
        send(leg, request);
        timer = setTimeout(again, T1_MS);
      };
      waiting.set(key, (response) => {
        clearTimeout(timer);
        if (response.startsWith('SIP/2.0 1')) return;
        waiting.delete(key);
        resolve(onFinal(response));
      });
      again();
    });

  const legs = new Map<string, [desk: Leg, customer: Leg]>();
  const place = async ({ callId, desk, customer }: StraightCall): Promise<void> => {
    const ids = { 'call-id': callId };
    const [deskLeg, customerLeg]: [Leg, Leg] = [
      { callId: `${callId}-desk`, uri: desk, to: `<${desk}>`, extra: `X-Apel-Call: ${callId}\r\n` },
      { callId, uri: customer, to: `<${customer}>`, extra: '' },
    ];
    legs.set(callId, [deskLeg, customerLeg]);
    const invite = { method: 'INVITE', seq: 1 };
    const answered = await ask(deskLeg, invite, (text) => text);
    deskLeg.to = headerOf(answered, 'to');
    const offered = await ng.request('offer', { ...ids, ...AGENT, sdp: bodyOf(answered) });
    const toCustomer = { ...ids, ...AGENT, 'to-tag': 'cust' };
    const early = await ng.request('answer', { ...toCustomer, sdp: DUMMY_SDP });
    send(deskLeg, { method: 'ACK', seq: 1, body: String(early['sdp']) });
    void ask(customerLeg, { ...invite, body: String(offered['sdp']) }, (text) => {
      void ng.request('answer', { ...toCustomer, sdp: bodyOf(text) }).catch(() => undefined);
      customerLeg.to = headerOf(text, 'to');
      send(customerLeg, { method: 'ACK', seq: 1 });
    });
  };
  const hangUp = async (callId: string): Promise<void> => {
    const both = legs.get(callId);
    if (!both) throw new Error('no such call');
    legs.delete(callId);
    await Promise.all(both.map((leg) => ask(leg, { method: 'BYE', seq: 2 }, () => undefined)));
    await ng.request('delete', { 'call-id': callId });
  };
  return {
    ready: null,
    answer: (command: Command) => ('place' in command ? place(command.place) : hangUp(command.hangUp)),
  };
});

interface Leg {
  callId: string;
  /** Ends in its port. */
  uri: string;
  to: string;
  /** Header lines of each request. */
  extra: string;
}
