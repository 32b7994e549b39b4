/**
 * Provisional responses that must be acknowledged (RFC 3262), as drachtio-srf and a peer that a test plays see them.
 * @module
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headerOf, type SipMessage, type SipRequest } from '../message/types.ts';
import type { App, AppRequest, AppResponse } from '../testing/app.ts';
import { connectSrf, eventually, startServer, type TestServer } from '../testing/harness.ts';
import { ask, createPeer, reply, SDP, type Peer } from '../testing/peer.ts';

/** 64·T1 is 1.28 s here. */
const T1_MS = 20;

let server: TestServer;
let app: App;
let peer: Peer;
beforeEach(async () => {
  server = await startServer({ timers: { t1Ms: T1_MS } });
  [app, peer] = await Promise.all([connectSrf(server), createPeer()]);
});
afterEach(async () => {
  app.disconnect();
  peer.close();
  await server.close();
});

const toPeer = (message: string) => peer.send(message, server.udpPort);
const rseqOf = (message: SipMessage) => Number(headerOf(message, 'rseq'));
const isReliable = (message: SipMessage) => headerOf(message, 'require') === '100rel';
const RELIABLE = { headers: { Require: '100rel', 'Content-Type': 'application/sdp' }, body: SDP };

describe('a call in', () => {
  /** Calls the application, which keeps it ringing. */
  async function ring(
    header = 'Supported: 100rel',
  ): Promise<{ request: AppRequest; response: AppResponse; callId: string }> {
    const callId = `c-${header.length}-${performance.now()}`;
    const offered = new Promise<{ request: AppRequest; response: AppResponse }>((resolve) =>
      app.invite((request, response) => resolve({ request, response })),
    );
    await eventually('the route is known', () => true);
    const headers = [`Contact: <sip:peer@127.0.0.1:${peer.port}>`, 'Content-Type: application/sdp', header];
    const invite = ask('INVITE', peer.port, { callId, branch: `z9hG4bK${callId}`, body: SDP, headers });
    const again = setInterval(() => toPeer(invite), 100);
    toPeer(invite);
    const shown = await offered;
    clearInterval(again);
    return { ...shown, callId };
  }

  const prack = (callId: string, to: SipMessage, rack: string, seq = 2) =>
    toPeer(
      ask('PRACK', peer.port, {
        callId,
        seq,
        to: headerOf(to, 'to') ?? '',
        headers: [`RAck: ${rack}`],
      }),
    );

  it('is shown progress again and again until its PRACK, which the application sees', async () => {
    const { response, callId } = await ring();
    const acknowledged = new Promise<{ method: string }>((resolve) =>
      (response as Acknowledged).send(183, RELIABLE, () => {}, resolve),
    );
    const first = await peer.takeStatus(183);
    expect(isReliable(first)).toBe(true);
    const again = await peer.takeStatus(183);
    expect(again.raw).toBe(first.raw);
    prack(callId, first, `${rseqOf(first)} 1 INVITE`);
    await peer.takeStatus(200, 'PRACK');
    expect((await acknowledged).method).toBe('PRACK');
    const before = peer.received.filter((message) => message.kind === 'response').length;
    response.send(486);
    await peer.takeStatus(486);
    const after = peer.received.slice(before).filter((m) => m.kind === 'response' && m.status === 183);
    expect(after.length).toBeLessThanOrEqual(1);
  });

  it('hears of the answer only after what was described before it is acknowledged', async () => {
    const { request, response, callId } = await ring();
    response.send(183, RELIABLE);
    response.send(180, { headers: { Require: '100rel' } });
    const answering = app.createUAS(request, response, { localSdp: SDP });
    const progress = await peer.takeStatus(183);
    await peer.takeStatus(183);
    expect(peer.received.some((m) => m.kind === 'response' && [180, 200].includes(m.status))).toBe(false);
    prack(callId, progress, `${rseqOf(progress)} 1 INVITE`);
    const ringing = await peer.takeStatus(180);
    expect(rseqOf(ringing)).toBe(rseqOf(progress) + 1);
    prack(callId, ringing, `${rseqOf(ringing)} 1 INVITE`, 3);
    const answered = await peer.takeStatus(200, 'INVITE');
    toPeer(ask('ACK', peer.port, { callId, to: headerOf(answered, 'to') ?? '' }));
    const dialog = await answering;
    const ending = dialog.destroy();
    toPeer(reply(await peer.takeRequest('BYE'), 200));
    await ending;
  });

  it.each([
    ['a number that was not given', (rseq: number) => `${rseq + 1} 1 INVITE`],
    ['another request', (rseq: number) => `${rseq} 2 INVITE`],
    ['another method', (rseq: number) => `${rseq} 1 UPDATE`],
    ['nothing', () => ''],
  ])('whose PRACK is for %s hears 481', async (_what, rackOf) => {
    const { response, callId } = await ring();
    response.send(183, RELIABLE);
    const progress = await peer.takeStatus(183);
    prack(callId, progress, rackOf(rseqOf(progress)));
    await peer.takeStatus(481, 'PRACK');
  });

  it('that never acknowledges is refused after 64·T1, and the application hears that it is over', async () => {
    const { request, response } = await ring();
    const over = new Promise<void>((resolve) => request.on('cancel', () => resolve()));
    response.send(183, RELIABLE);
    await peer.takeStatus(504);
    await over;
    await eventually('nothing is left', () => server.stats().dialogs + server.stats().inbound === 0);
  });

  it('of who does not know of it gets progress once, without a number', async () => {
    const { response } = await ring('Supported: timer');
    response.send(183, { ...RELIABLE, headers: { ...RELIABLE.headers, Require: '100rel, other' } });
    const progress = await peer.takeStatus(183);
    expect([headerOf(progress, 'require'), headerOf(progress, 'rseq')]).toEqual(['other', undefined]);
    response.send(486);
    await peer.takeStatus(486);
  });

  it('of who requires it gets it without the application’s asking, but an answer does not wait for a bare 180', async () => {
    const { request, response, callId } = await ring('Require: 100rel');
    response.send(180);
    expect(isReliable(await peer.takeStatus(180))).toBe(true);
    const answering = app.createUAS(request, response, { localSdp: SDP });
    const answered = await peer.takeStatus(200, 'INVITE');
    toPeer(ask('ACK', peer.port, { callId, to: headerOf(answered, 'to') ?? '' }));
    const dialog = await answering;
    expect(dialog.connected).toBe(true);
  });
});

interface Acknowledged {
  send(
    status: number,
    options: typeof RELIABLE,
    sent: () => void,
    onPrack: (prack: { method: string }) => void,
  ): void;
}

describe('a call out', () => {
  const statuses: number[] = [];
  async function call() {
    statuses.length = 0;
    const answering = app.createUAC(
      `sip:callee@127.0.0.1:${peer.port}`,
      { localSdp: SDP, headers: { Supported: '100rel' } },
      { cbProvisional: ({ status }) => void statuses.push(status) },
    );
    return { answering, invite: await peer.takeRequest('INVITE') };
  }
  const progressOf = (invite: SipRequest, status: number, rseq: number, tag: string) =>
    toPeer(
      reply(invite, status, {
        tag,
        headers: ['Require: 100rel', `RSeq: ${rseq}`, `Contact: <sip:${tag}@127.0.0.1:${peer.port}>`],
      }),
    );
  const answerOf = (invite: SipRequest, tag: string) =>
    toPeer(
      reply(invite, 200, {
        tag,
        headers: [`Contact: <sip:${tag}@127.0.0.1:${peer.port}>`, 'Content-Type: application/sdp'],
        body: SDP,
      }),
    );
  const isFor = (method: string, tag: string) => (message: SipMessage) =>
    message.kind === 'request' &&
    message.method === method &&
    (headerOf(message, 'to') ?? '').endsWith(`tag=${tag}`);

  it('acknowledges progress at the callee’s own address, and shows it to the application once', async () => {
    const { answering, invite } = await call();
    progressOf(invite, 183, 7, 'one');
    progressOf(invite, 183, 7, 'one');
    const prack = await peer.takeRequest('PRACK');
    expect(prack.uri).toBe(`sip:one@127.0.0.1:${peer.port}`);
    expect(['rack', 'cseq'].map((key) => headerOf(prack, key))).toEqual(['7 1 INVITE', '2 PRACK']);
    toPeer(reply(prack, 200));
    // Out of turn: the 8th was lost, and will be repeated.
    progressOf(invite, 182, 9, 'one');
    progressOf(invite, 180, 8, 'one');
    const second = await peer.take('PRACK', (m) => headerOf(m, 'rack') === '8 1 INVITE');
    toPeer(reply(second as SipRequest, 200));
    answerOf(invite, 'one');
    const dialog = await answering;
    await peer.takeRequest('ACK');
    expect(statuses).toEqual([183, 180]);
    const ending = dialog.destroy();
    const bye = await peer.takeRequest('BYE');
    expect(headerOf(bye, 'cseq')).toBe('4 BYE');
    toPeer(reply(bye, 200));
    await ending;
  });

  it('acknowledges each fork by itself, talks to the first that answers and ends the other', async () => {
    const { answering, invite } = await call();
    progressOf(invite, 183, 7, 'one');
    progressOf(invite, 183, 7, 'two');
    for (const tag of ['one', 'two']) {
      const prack = (await peer.take(`PRACK for ${tag}`, isFor('PRACK', tag))) as SipRequest;
      expect(prack.uri).toBe(`sip:${tag}@127.0.0.1:${peer.port}`);
      expect(headerOf(prack, 'cseq')).toBe('2 PRACK');
      toPeer(reply(prack, 200));
    }
    answerOf(invite, 'one');
    answerOf(invite, 'two');
    const dialog = await answering;
    for (const tag of ['one', 'two']) await peer.take(`ACK for ${tag}`, isFor('ACK', tag));
    const loser = (await peer.take('BYE', isFor('BYE', 'two'))) as SipRequest;
    expect([headerOf(loser, 'cseq'), loser.uri]).toEqual(['3 BYE', `sip:two@127.0.0.1:${peer.port}`]);
    toPeer(reply(loser, 200));
    expect(dialog.connected).toBe(true);
    const ending = dialog.destroy();
    const bye = (await peer.take('BYE', isFor('BYE', 'one'))) as SipRequest;
    expect([headerOf(bye, 'cseq'), bye.uri]).toEqual(['3 BYE', `sip:one@127.0.0.1:${peer.port}`]);
    toPeer(reply(bye, 200));
    await ending;
  });

  it('ends a fork that answers long after the call was set up, and goes on with the call', async () => {
    const { answering, invite } = await call();
    answerOf(invite, 'one');
    const dialog = await answering;
    await peer.take('ACK for one', isFor('ACK', 'one'));
    await eventually('the INVITE is forgotten', () => server.stats().transactions === 0);
    answerOf(invite, 'two');
    await peer.take('ACK for two', isFor('ACK', 'two'));
    toPeer(reply((await peer.take('BYE', isFor('BYE', 'two'))) as SipRequest, 200));
    expect(dialog.connected).toBe(true);
    const ending = dialog.destroy();
    toPeer(reply((await peer.take('BYE', isFor('BYE', 'one'))) as SipRequest, 200));
    await ending;
  });
});
