import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headerOf, type SipRequest } from '../message/types.ts';
import {
  answers,
  connectRaw,
  dialogOf,
  eventually,
  inviteCommand,
  reports,
  startServer,
  tokenOf,
  type RawApp,
  type TestServer,
} from '../testing/harness.ts';
import { createPeer, reply, SDP, type Peer } from '../testing/peer.ts';

/** 64·T1 is 1.28 s here. */
const T1_MS = 20;

describe('calls of an application', () => {
  let server: TestServer;
  let app: RawApp;
  let peer: Peer;
  let contact: string;

  beforeEach(async () => {
    server = await startServer({ timers: { t1Ms: T1_MS } });
    [app, peer] = await Promise.all([connectRaw(server), createPeer()]);
    contact = `Contact: <sip:callee@127.0.0.1:${peer.port}>`;
  });
  afterEach(async () => {
    app.socket.destroy();
    peer.close();
    await server.close();
  });

  /** Sends an INVITE and returns it as the peer got it, with its transaction id. */
  async function call(id: string): Promise<{ invite: SipRequest; txnId: string }> {
    app.send(inviteCommand('m', id, peer.port, { body: SDP }));
    const sent = await app.take('OK', answers('m', 'OK'));
    // Not one of another call, repeated because this machine was slow.
    const invite = await peer.take(
      'INVITE',
      (message) =>
        message.kind === 'request' && message.method === 'INVITE' && headerOf(message, 'call-id') === id,
    );
    return { invite: invite as SipRequest, txnId: tokenOf(sent, 10) };
  }

  async function establish(id: string): Promise<SipRequest> {
    const { invite } = await call(id);
    peer.send(reply(invite, 200, { headers: [contact], body: SDP }), server.udpPort);
    await app.take('200', reports('SIP/2.0 200'));
    app.send(`a|sip||${dialogOf(id)}\r\nACK sip:placeholder SIP/2.0\r\n\r\n`);
    await app.take('OK to ACK', answers('a', 'OK'));
    await peer.takeRequest('ACK');
    return invite;
  }

  const idle = () => server.stats().dialogs + server.stats().inbound + server.stats().outbound === 0;

  it('carry the Call-ID and tag that the application chose, so that anyone can derive the dialog id', async () => {
    const { invite } = await call('c1');
    expect(headerOf(invite, 'call-id')).toBe('c1');
    expect(headerOf(invite, 'from')).toBe(`<sip:caller@127.0.0.1:${server.udpPort}>;tag=c1`);
    peer.send(reply(invite, 180), server.udpPort);
    const ringing = await app.take('180', reports('SIP/2.0 180'));
    expect(tokenOf(ringing, 9)).toBe(dialogOf('c1'));
    expect(tokenOf(ringing, 4)).toBe('udp');
    expect(tokenOf(ringing, 6)).toBe(String(peer.port));
  });

  it('reach a peer behind lost datagrams: INVITE and BYE are repeated until answered', async () => {
    const { invite } = await call('c1');
    const again = await peer.takeRequest('INVITE');
    expect(again.raw).toBe(invite.raw);
    peer.send(reply(invite, 200, { headers: [contact] }), server.udpPort);
    await app.take('200', reports('SIP/2.0 200'));
    app.send(`a|sip||${dialogOf('c1')}\r\nACK sip:placeholder SIP/2.0\r\n\r\n`);
    const ack = await peer.takeRequest('ACK');
    // The ACK was lost: the callee repeats its answer and gets the same ACK again, unseen by the application.
    peer.send(reply(invite, 200, { headers: [contact] }), server.udpPort);
    expect((await peer.takeRequest('ACK')).raw).toBe(ack.raw);
    app.send(`b|sip||${dialogOf('c1')}\r\nBYE sip:placeholder SIP/2.0\r\n\r\n`);
    const bye = await peer.takeRequest('BYE');
    expect((await peer.takeRequest('BYE')).raw).toBe(bye.raw);
    expect(headerOf(bye, 'cseq')).toBe('2 BYE');
    peer.send(reply(bye, 200), server.udpPort);
    await app.take('200 to BYE', reports('SIP/2.0 200'));
    expect(app.payloads.filter(reports('SIP/2.0 200'))).toEqual([]);
    await eventually('nothing is left', idle);
  });

  it('end with 408 when nobody answers and with 503 when the host is unknown', async () => {
    await call('c1');
    expect(await app.take('408', reports('SIP/2.0 408'))).toContain('CSeq: 1 INVITE');
    app.send(inviteCommand('n', 'c2', 5060, { host: 'no-such-host.invalid' }));
    await app.take('OK', answers('n', 'OK'));
    expect(await app.take('503', reports('SIP/2.0 503'))).toContain('Call-ID: c2');
    await eventually('nothing is left', idle);
  });

  it('end with 503 when TCP is refused', async () => {
    app.send(inviteCommand('m', 'c1', 1, { params: ';transport=tcp' }));
    expect(await app.take('OK', answers('m', 'OK'))).toContain('Via: SIP/2.0/TCP ');
    await app.take('503', reports('SIP/2.0 503'));
  });

  it('go to the outbound proxy the application names', async () => {
    app.send(
      inviteCommand('m', 'c1', 5060, { host: 'example.invalid', route: `sip:127.0.0.1:${peer.port}` }),
    );
    expect((await peer.takeRequest('INVITE')).uri).toBe('sip:callee@example.invalid:5060');
  });

  it('are acknowledged by the server when they fail', async () => {
    const { invite } = await call('c1');
    peer.send(reply(invite, 486), server.udpPort);
    const busy = await app.take('486', reports('SIP/2.0 486'));
    expect(tokenOf(busy, 9)).toBe(dialogOf('c1'));
    const ack = await peer.takeRequest('ACK');
    expect(headerOf(ack, 'via')).toBe(headerOf(invite, 'via'));
    app.send(`a|sip||${dialogOf('c1')}\r\nACK sip:placeholder SIP/2.0\r\n\r\n`);
    expect(await app.take('NOK', answers('a'))).toContain('automatically generated by server');
  });

  it('can be tried again with credentials: same Call-ID and tag, next CSeq', async () => {
    const { invite } = await call('c1');
    peer.send(
      reply(invite, 401, { headers: ['WWW-Authenticate: Digest realm="x",nonce="y"'] }),
      server.udpPort,
    );
    await app.take('401', reports('SIP/2.0 401'));
    app.send(
      inviteCommand('n', 'c1', peer.port).replace(
        'Call-ID:',
        'CSeq: 2 INVITE\r\nAuthorization: Digest z\r\nCall-ID:',
      ),
    );
    const second = await peer.take('second INVITE', (message) => headerOf(message, 'cseq') === '2 INVITE');
    expect(headerOf(second, 'call-id')).toBe('c1');
    expect(headerOf(second, 'authorization')).toBe('Digest z');
  });

  it('when cancelled before any answer, send CANCEL only after the first one', async () => {
    const { invite, txnId } = await call('c1');
    app.send(`x|sip|${txnId}|\r\nCANCEL sip:callee@127.0.0.1 SIP/2.0\r\n\r\n`);
    expect(await app.take('OK', answers('x', 'OK'))).toContain('CSeq: 1 CANCEL');
    expect(peer.received.some((message) => message.kind === 'request' && message.method === 'CANCEL')).toBe(
      false,
    );
    peer.send(reply(invite, 180), server.udpPort);
    const cancel = await peer.takeRequest('CANCEL');
    expect(headerOf(cancel, 'via')).toBe(headerOf(invite, 'via'));
    peer.send(reply(cancel, 200), server.udpPort);
    peer.send(reply(invite, 487), server.udpPort);
    expect(tokenOf(await app.take('487', reports('SIP/2.0 487')), 8)).toBe(txnId);
    await peer.takeRequest('ACK');
    await eventually('nothing is left', idle);
    expect(app.payloads.filter(reports('SIP/2.0 200'))).toEqual([]);
  });

  it('whose CANCEL crosses the 200 are handed to the application, which can end them', async () => {
    const { invite, txnId } = await call('c1');
    peer.send(reply(invite, 180), server.udpPort);
    await app.take('180', reports('SIP/2.0 180'));
    app.send(`x|sip|${txnId}|\r\nCANCEL sip:callee@127.0.0.1 SIP/2.0\r\n\r\n`);
    const cancel = await peer.takeRequest('CANCEL');
    peer.send(reply(invite, 200, { headers: [contact] }), server.udpPort);
    peer.send(reply(cancel, 481), server.udpPort);
    await app.take('200', reports('SIP/2.0 200'));
    app.send(`a|sip||${dialogOf('c1')}\r\nACK sip:placeholder SIP/2.0\r\n\r\n`);
    await peer.takeRequest('ACK');
    app.send(`b|sip||${dialogOf('c1')}\r\nBYE sip:placeholder SIP/2.0\r\n\r\n`);
    peer.send(reply(await peer.takeRequest('BYE'), 200), server.udpPort);
    await eventually('nothing is left', idle);
  });

  it('cannot be cancelled any more once they were answered', async () => {
    const { invite, txnId } = await call('c1');
    peer.send(reply(invite, 200, { headers: [contact] }), server.udpPort);
    await app.take('200', reports('SIP/2.0 200'));
    app.send(`x|sip|${txnId}|\r\nCANCEL sip:callee@127.0.0.1 SIP/2.0\r\n\r\n`);
    expect(await app.take('NOK', answers('x'))).toContain(
      `NOK|unable to cancel unknown transaction id: ${txnId}`,
    );
  });

  it('count as cancelled when a cancelled callee never gives a final answer', async () => {
    const { invite, txnId } = await call('c1');
    peer.send(reply(invite, 180), server.udpPort);
    await app.take('180', reports('SIP/2.0 180'));
    app.send(`x|sip|${txnId}|\r\nCANCEL sip:callee@127.0.0.1 SIP/2.0\r\n\r\n`);
    await app.take('487', reports('SIP/2.0 487'));
    await eventually('nothing is left', idle);
  });

  it('that ring when the application dies are cancelled', async () => {
    const { invite } = await call('c1');
    peer.send(reply(invite, 180), server.udpPort);
    await app.take('180', reports('SIP/2.0 180'));
    app.socket.destroy();
    peer.send(reply(await peer.takeRequest('CANCEL'), 200), server.udpPort);
    peer.send(reply(invite, 487), server.udpPort);
    await peer.takeRequest('ACK');
    await eventually('nothing is left', idle);
  });

  it('that are answered after the application died are acknowledged and ended by the server', async () => {
    const { invite } = await call('c1');
    peer.send(reply(invite, 180), server.udpPort);
    await app.take('180', reports('SIP/2.0 180'));
    app.socket.destroy();
    await peer.takeRequest('CANCEL');
    peer.send(reply(invite, 200, { headers: [contact] }), server.udpPort);
    await peer.takeRequest('ACK');
    peer.send(reply(await peer.takeRequest('BYE'), 200), server.udpPort);
    await eventually('nothing is left', idle);
  });

  it('that were answered but not acknowledged when the application died are acknowledged and ended', async () => {
    const { invite } = await call('c1');
    peer.send(reply(invite, 200, { headers: [contact] }), server.udpPort);
    await app.take('200', reports('SIP/2.0 200'));
    app.socket.destroy();
    await peer.takeRequest('ACK');
    peer.send(reply(await peer.takeRequest('BYE'), 200), server.udpPort);
    await eventually('nothing is left', idle);
  });

  it('that are established outlive their application, and another one can end them by their dialog id', async () => {
    await establish('c1');
    app.socket.destroy();
    const second = await connectRaw(server);
    expect(server.stats().dialogs).toBe(1);
    second.send(`b|sip||${dialogOf('c1')}\r\nBYE sip:placeholder SIP/2.0\r\n\r\n`);
    await second.take('OK', answers('b', 'OK'));
    peer.send(reply(await peer.takeRequest('BYE'), 200), server.udpPort);
    await second.take('200', reports('SIP/2.0 200'));
    expect(server.stats().dialogs).toBe(0);
    second.send(`c|sip||${dialogOf('c1')}\r\nBYE sip:placeholder SIP/2.0\r\n\r\n`);
    expect(await second.take('NOK', answers('c'))).toContain('unable to find dialog');
    second.socket.destroy();
  });

  it('that nobody ends after their application died are ended by the server after a while', async () => {
    const short = await startServer({ timers: { t1Ms: T1_MS }, orphanDialogMs: 50 });
    const other = await connectRaw(short);
    other.send(inviteCommand('m', 'c9', peer.port));
    const invite = await peer.takeRequest('INVITE');
    peer.send(reply(invite, 200, { headers: [contact] }), short.udpPort);
    await other.take('200', reports('SIP/2.0 200'));
    other.send(`a|sip||${dialogOf('c9')}\r\nACK sip:placeholder SIP/2.0\r\n\r\n`);
    await peer.takeRequest('ACK');
    other.socket.destroy();
    peer.send(reply(await peer.takeRequest('BYE'), 200), short.udpPort);
    await eventually('nothing is left', () => short.stats().dialogs === 0);
    await short.close();
  });

  it('whose application is gone answer the network with 481', async () => {
    const invite = await establish('c1');
    app.socket.destroy();
    await eventually('the server notices', () => server.stats().outbound === 0);
    const inDialog = (method: string, seq: number) =>
      `${method} sip:caller@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:${peer.port};branch=z9hG4bK${method}${seq};rport\r\n` +
      `From: ${headerOf(invite, 'to')};tag=peer\r\nTo: ${headerOf(invite, 'from')}\r\nCall-ID: c1\r\nCSeq: ${seq} ${method}\r\nContent-Length: 0\r\n\r\n`;
    peer.send(inDialog('INFO', 1), server.udpPort);
    await peer.takeStatus(481, 'INFO');
    expect(server.stats().dialogs).toBe(1);
    peer.send(inDialog('BYE', 2), server.udpPort);
    await peer.takeStatus(481, 'BYE');
    expect(server.stats().dialogs).toBe(0);
  });

  it('survive the death of their application in the middle of a re-INVITE', async () => {
    await establish('c1');
    app.send(`i|sip||${dialogOf('c1')}\r\nINVITE sip:placeholder SIP/2.0\r\n\r\n`);
    const again = await peer.takeRequest('INVITE');
    app.socket.destroy();
    peer.send(reply(again, 200, { headers: [contact], body: SDP }), server.udpPort);
    await peer.takeRequest('ACK');
    await eventually('only the dialog is left', () => server.stats().outbound === 0);
    expect(server.stats().dialogs).toBe(1);
    expect(peer.received.some((message) => message.kind === 'request' && message.method === 'BYE')).toBe(
      false,
    );
  });

  it('whose BYE overtakes a re-INVITE have its 2xx acknowledged all the same', async () => {
    await establish('c1');
    app.send(`i|sip||${dialogOf('c1')}\r\nINVITE sip:placeholder SIP/2.0\r\n\r\n`);
    const again = await peer.takeRequest('INVITE');
    app.send(`b|sip||${dialogOf('c1')}\r\nBYE sip:placeholder SIP/2.0\r\n\r\n`);
    const bye = await peer.takeRequest('BYE');
    peer.send(reply(bye, 200), server.udpPort);
    await app.take('200 to BYE', reports('SIP/2.0 200'));
    peer.send(reply(again, 200, { headers: [contact], body: SDP }), server.udpPort);
    let ack = await peer.takeRequest('ACK');
    // On a slow machine the first INVITE was sent twice, and so was the ACK of its answer.
    while (headerOf(ack, 'cseq') === '1 ACK') ack = await peer.takeRequest('ACK');
    expect(headerOf(ack, 'cseq')).toBe('2 ACK');
    await eventually('nothing is left', idle);
  });

  it('answered twice by a forking proxy keep the first answer and end the other', async () => {
    const { invite } = await call('c1');
    peer.send(reply(invite, 200, { tag: 'first', headers: [contact] }), server.udpPort);
    await app.take('200', reports('SIP/2.0 200'));
    peer.send(reply(invite, 200, { tag: 'second', headers: [contact] }), server.udpPort);
    expect(headerOf(await peer.takeRequest('ACK'), 'to')).toContain('tag=second');
    const bye = await peer.takeRequest('BYE');
    expect(headerOf(bye, 'to')).toContain('tag=second');
    peer.send(reply(bye, 200), server.udpPort);
    await eventually('the BYE is done', () => app.payloads.length === 0);
    expect(server.stats().dialogs).toBe(1);
  });

  it('answered without a Contact are ended as soon as they are acknowledged', async () => {
    const { invite } = await call('c1');
    peer.send(reply(invite, 200), server.udpPort);
    await app.take('200', reports('SIP/2.0 200'));
    app.send(`a|sip||${dialogOf('c1')}\r\nACK sip:placeholder SIP/2.0\r\n\r\n`);
    await peer.takeRequest('ACK');
    peer.send(reply(await peer.takeRequest('BYE'), 200), server.udpPort);
    await eventually('nothing is left', idle);
  });

  it('follow the recorded route, and go back to the source when the Contact is another address', async () => {
    const { invite } = await call('c1');
    const routes = [`Record-Route: <sip:127.0.0.1:${peer.port};lr;n=2>, <sip:127.0.0.1:${peer.port};lr;n=1>`];
    peer.send(
      reply(invite, 200, { headers: ['Contact: <sip:callee@10.255.255.1>', ...routes] }),
      server.udpPort,
    );
    await app.take('200', reports('SIP/2.0 200'));
    app.send(`a|sip||${dialogOf('c1')}\r\nACK sip:placeholder SIP/2.0\r\n\r\n`);
    const ack = await peer.takeRequest('ACK');
    expect(ack.uri).toBe('sip:callee@10.255.255.1');
    const route = ack.headers.filter((header) => header.key === 'route').map((header) => header.value);
    expect(route).toEqual([1, 2].map((n) => `<sip:127.0.0.1:${peer.port};lr;n=${n}>`));
    const second = await call('c2');
    peer.send(reply(second.invite, 200, { headers: ['Contact: <sip:callee@10.255.255.1>'] }), server.udpPort);
    await app.take('200', reports('SIP/2.0 200'));
    app.send(`a|sip||${dialogOf('c2')}\r\nACK sip:placeholder SIP/2.0\r\n\r\n`);
    expect((await peer.takeRequest('ACK')).uri).toBe('sip:callee@10.255.255.1');
  });
});
