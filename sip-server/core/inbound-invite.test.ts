import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headerOf, type SipMessage } from '../message/types.ts';
import {
  answers,
  connectRaw,
  eventually,
  reports,
  startServer,
  tokenOf,
  type RawApp,
  type TestServer,
} from '../testing/harness.ts';
import { ask, createPeer, SDP, type Peer } from '../testing/peer.ts';

/** 64·T1 is 1.28 s here. */
const T1_MS = 20;

describe('calls from the network', () => {
  let server: TestServer;
  let app: RawApp;
  let peer: Peer;

  beforeEach(async () => {
    server = await startServer({ timers: { t1Ms: T1_MS } });
    [app, peer] = await Promise.all([connectRaw(server), createPeer()]);
    for (const verb of ['invite', 'options', 'register']) {
      app.send(`${verb}|route|${verb}`);
      await app.take('OK', answers(verb, 'OK'));
    }
  });
  afterEach(async () => {
    app.socket.destroy();
    peer.close();
    await server.close();
  });

  const idle = () => server.stats().dialogs + server.stats().inbound + server.stats().outbound === 0;
  const dialogId = (callId: string) => `${callId};from-tag=caller`;

  /** An INVITE of the peer, as the application is told of it. */
  async function ring(callId: string): Promise<{ txnId: string; report: string; text: string }> {
    const text = ask('INVITE', peer.port, { callId, body: SDP, headers: contactAndSdp() });
    peer.send(text, server.udpPort);
    const report = await app.take('INVITE', reports('INVITE'));
    await peer.takeStatus(100);
    return { txnId: tokenOf(report, 8), report, text };
  }

  function contactAndSdp(): string[] {
    return [`Contact: <sip:peer@127.0.0.1:${peer.port}>`, 'Content-Type: application/sdp'];
  }

  function answer(txnId: string, status: number, { fields = '', body = '' } = {}): void {
    app.send(`s${status}|sip|${txnId}|\r\nSIP/2.0 ${status} Whatever\r\n${fields}\r\n${body}`);
  }

  /** A call that the application answered; `seq` is the next CSeq the peer may use. */
  async function establish(callId: string): Promise<{ to: string; txnId: string; seq: number }> {
    const { txnId } = await ring(callId);
    answer(txnId, 200, { body: SDP });
    await app.take('OK', answers('s200', 'OK'));
    const to = headerOf(await peer.takeStatus(200), 'to') ?? '';
    peer.send(ask('ACK', peer.port, { callId, to }), server.udpPort);
    await app.take('ACK', reports('ACK'));
    return { to, txnId, seq: 2 };
  }

  it('get 100 at once and reach the application with the address they came from and on', async () => {
    const { report, text } = await ring('c1');
    const tokens = (report.split('\r\n', 1)[0] ?? '').split('|');
    expect(tokens.slice(1, 7)).toEqual([
      'sip',
      'network',
      String(text.length),
      'udp',
      '127.0.0.1',
      String(peer.port),
    ]);
    expect(tokens[7]).toMatch(/^\d\d:\d\d:\d\d\.\d{6}$/);
    expect(tokens.slice(9)).toEqual(['', '127.0.0.1', String(server.udpPort), '']);
    expect(report.slice(report.indexOf('\r\n') + 2)).toBe(text);
  });

  it('are offered once, however often the INVITE is repeated, and get the last answer again', async () => {
    const { txnId, text } = await ring('c1');
    answer(txnId, 180);
    const ringing = await peer.takeStatus(180);
    peer.send(text, server.udpPort);
    expect((await peer.takeStatus(180)).raw).toBe(ringing.raw);
    expect(app.payloads.some(reports('INVITE'))).toBe(false);
  });

  it('carry one To tag, our Contact and the SDP type in their answers', async () => {
    const { txnId } = await ring('c1');
    answer(txnId, 180);
    answer(txnId, 200, { body: SDP });
    const [ringing, answered] = [await peer.takeStatus(180), await peer.takeStatus(200)];
    expect(headerOf(ringing, 'to')).toMatch(/;tag=\w+$/);
    expect(headerOf(answered, 'to')).toBe(headerOf(ringing, 'to'));
    expect(headerOf(answered, 'contact')).toBe(`<sip:127.0.0.1:${server.udpPort}>`);
    expect(headerOf(answered, 'content-type')).toBe('application/sdp');
    expect(tokenOf(await app.take('OK', answers('s200', 'OK')), 11)).toBe(dialogId('c1'));
  });

  it('keep the To tag that the application chose', async () => {
    const { txnId } = await ring('c1');
    answer(txnId, 180, { fields: 'To: <sip:desk@127.0.0.1>;tag=chosen\r\n' });
    expect(headerOf(await peer.takeStatus(180), 'to')).toBe('<sip:desk@127.0.0.1>;tag=chosen');
  });

  it('have their 200 repeated until the ACK comes, which the application sees once', async () => {
    const { txnId } = await ring('c1');
    answer(txnId, 200, { body: SDP });
    const to = headerOf(await peer.takeStatus(200), 'to') ?? '';
    await peer.takeStatus(200);
    const ack = ask('ACK', peer.port, { callId: 'c1', to });
    peer.send(ack, server.udpPort);
    const told = await app.take('ACK', reports('ACK'));
    expect([tokenOf(told, 8), tokenOf(told, 9)]).toEqual([txnId, dialogId('c1')]);
    const count = peer.received.length;
    peer.send(ack, server.udpPort);
    peer.send(ask('OPTIONS', peer.port, { callId: 'o1' }), server.udpPort);
    await app.take('OPTIONS', reports('OPTIONS'));
    expect(app.payloads.some(reports('ACK'))).toBe(false);
    expect(peer.received.length).toBe(count);
  });

  it('whose ACK never comes are ended with BYE, and the application is told', async () => {
    const { txnId } = await ring('c1');
    answer(txnId, 200, { body: SDP });
    const told = await app.take('BYE', reports('BYE', 'application'));
    expect([tokenOf(told, 8), tokenOf(told, 9)]).toEqual(['unsolicited', dialogId('c1')]);
    expect(told).toContain('text="ACK timeout"');
    const bye = await peer.takeRequest('BYE');
    expect(bye.uri).toBe(`sip:peer@127.0.0.1:${peer.port}`);
    await eventually('the dialog is gone', idle);
  });

  it('that are cancelled get 200 and 487 from the server, and the application is told', async () => {
    const { txnId, text } = await ring('c1');
    peer.send(
      text
        .replace(/INVITE/g, 'CANCEL')
        .replace(/\r\n\r\n[^]*/, '\r\n\r\n')
        .replace(/Content-(Type|Length).*\r\n/g, ''),
      server.udpPort,
    );
    await peer.takeStatus(200, 'CANCEL');
    await peer.takeStatus(487, 'INVITE');
    expect(tokenOf(await app.take('CANCEL', reports('CANCEL')), 8)).toBe(txnId);
    answer(txnId, 200);
    expect(await app.take('NOK', answers('s200'))).toContain(
      'NOK|Response not sent due to unknown transaction',
    );
    await eventually('nothing is left', idle);
  });

  it('that are cancelled after the 200 get 481 and BYE, and the application is told', async () => {
    const { txnId, text } = await ring('c1');
    answer(txnId, 200, { body: SDP });
    await peer.takeStatus(200, 'INVITE');
    peer.send(
      text
        .replace(/INVITE/g, 'CANCEL')
        .replace(/\r\n\r\n[^]*/, '\r\n\r\n')
        .replace(/Content-(Type|Length).*\r\n/g, ''),
      server.udpPort,
    );
    await peer.takeStatus(481, 'CANCEL');
    await peer.takeRequest('BYE');
    await app.take('BYE', reports('BYE', 'application'));
  });

  it('that the caller ends with BYE while they ring count as cancelled', async () => {
    const { txnId } = await ring('c1');
    answer(txnId, 180);
    const to = headerOf(await peer.takeStatus(180), 'to') ?? '';
    peer.send(ask('BYE', peer.port, { callId: 'c1', to, seq: 2 }), server.udpPort);
    await peer.takeStatus(200, 'BYE');
    await peer.takeStatus(487, 'INVITE');
    const told = await app.take('CANCEL', reports('CANCEL'));
    expect(tokenOf(told, 8)).toBe(txnId);
    expect(told).toContain('CSeq: 1 CANCEL');
    await eventually('nothing is left', idle);
  });

  it('get 503 when their application dies before it answered', async () => {
    await ring('c1');
    app.socket.destroy();
    await peer.takeStatus(503);
    await eventually('nothing is left', idle);
  });

  it('get 504 when their application stays silent', async () => {
    await ring('c1');
    await peer.takeStatus(504);
    await eventually('nothing is left', idle);
  });

  it('are refused with 503, 400, 481, 482 or 483 without bothering an application', async () => {
    const refused: [string, number][] = [
      [ask('MESSAGE', peer.port), 503],
      [ask('INVITE', peer.port, { headers: [] }), 400],
      [ask('INVITE', peer.port, { headers: ['Contact: *'] }), 400],
      [ask('INVITE', peer.port).replace('To: <sip:desk@127.0.0.1>', 'To: desk'), 400],
      [ask('BYE', peer.port, { to: '<sip:a@b>;tag=unknown' }), 481],
      [ask('INVITE', peer.port, { to: '<sip:a@b>;tag=unknown' }), 481],
      [ask('UPDATE', peer.port, { to: '<sip:a@b>;tag=unknown' }), 481],
      [ask('CANCEL', peer.port), 481],
      [ask('OPTIONS', peer.port).replace('Max-Forwards: 70', 'Max-Forwards: 0'), 483],
      [ask('OPTIONS', peer.port).replace('SIP/2.0\r\nVia', 'SIP/7.0\r\nVia'), 505],
    ];
    for (const [text, status] of refused) {
      peer.send(text, server.udpPort);
      await peer.takeStatus(status);
    }
    const { txnId } = await ring('c1');
    answer(txnId, 180);
    peer.send(ask('INVITE', peer.port, { callId: 'c1', branch: 'z9hG4bKother' }), server.udpPort);
    await peer.takeStatus(482);
    expect(app.payloads.filter((payload) => payload.includes('|sip|network|'))).toEqual([]);
  });

  it('never answer an ACK or a response that belongs to nothing', async () => {
    peer.send(ask('ACK', peer.port, { to: '<sip:a@b>;tag=unknown' }), server.udpPort);
    peer.send(ask('ACK', peer.port).replace('Call-ID', 'Nonsense'), server.udpPort);
    peer.send('SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKx\r\n\r\n', server.udpPort);
    peer.send(ask('MESSAGE', peer.port), server.udpPort);
    await peer.takeStatus(503);
    expect(peer.received).toHaveLength(1);
  });

  it('go to the applications in turn', async () => {
    const second = await connectRaw(server);
    second.send('r|route|options');
    await second.take('OK', answers('r', 'OK'));
    for (let i = 0; i < 4; i++) peer.send(ask('OPTIONS', peer.port), server.udpPort);
    await eventually('both have two', () =>
      [app, second].every((each) => each.payloads.filter(reports('OPTIONS')).length === 2),
    );
    second.socket.destroy();
  });

  describe('once established', () => {
    it('hand over in-dialog requests with the dialog id and send the answers back', async () => {
      const { to, seq } = await establish('c1');
      peer.send(ask('INFO', peer.port, { callId: 'c1', to, seq }), server.udpPort);
      const info = await app.take('INFO', reports('INFO'));
      expect(tokenOf(info, 9)).toBe(dialogId('c1'));
      answer(tokenOf(info, 8), 200);
      await peer.takeStatus(200, 'INFO');
      peer.send(ask('BYE', peer.port, { callId: 'c1', to, seq: seq + 1 }), server.udpPort);
      const bye = await app.take('BYE', reports('BYE'));
      answer(tokenOf(bye, 8), 200);
      await peer.takeStatus(200, 'BYE');
      await eventually('nothing is left', idle);
    });

    it('take a re-INVITE, whose new Contact is called from then on', async () => {
      const { to, seq } = await establish('c1');
      const moved = { callId: 'c1', to, seq, headers: [`Contact: <sip:moved@127.0.0.1:${peer.port}>`] };
      peer.send(ask('INVITE', peer.port, moved), server.udpPort);
      const again = await app.take('INVITE', reports('INVITE'));
      expect(tokenOf(again, 9)).toBe(dialogId('c1'));
      answer(tokenOf(again, 8), 200, { body: SDP });
      const answered = await peer.takeStatus(200, 'INVITE');
      expect(headerOf(answered, 'to')).toBe(to);
      peer.send(ask('ACK', peer.port, { callId: 'c1', to, seq }), server.udpPort);
      await app.take('ACK', reports('ACK'));
      app.send(`b|sip||${dialogId('c1')}\r\nBYE sip:placeholder SIP/2.0\r\n\r\n`);
      expect((await peer.takeRequest('BYE')).uri).toBe(`sip:moved@127.0.0.1:${peer.port}`);
    });

    it('answer 491 to a re-INVITE that crosses ours', async () => {
      const { to, seq } = await establish('c1');
      app.send(`i|sip||${dialogId('c1')}\r\nINVITE sip:placeholder SIP/2.0\r\n\r\n`);
      await peer.takeRequest('INVITE');
      peer.send(ask('INVITE', peer.port, { callId: 'c1', to, seq }), server.udpPort);
      await peer.takeStatus(491);
    });

    it('answer 500 to a re-INVITE before the last one is over, and to an old CSeq', async () => {
      const { to, seq } = await establish('c1');
      peer.send(ask('INVITE', peer.port, { callId: 'c1', to, seq }), server.udpPort);
      await app.take('INVITE', reports('INVITE'));
      peer.send(ask('INVITE', peer.port, { callId: 'c1', to, seq: seq + 1 }), server.udpPort);
      expect(headerOf(await peer.takeStatus(500), 'retry-after')).toBe('3');
      peer.send(ask('INFO', peer.port, { callId: 'c1', to, seq: 1 }), server.udpPort);
      await peer.takeStatus(500, 'INFO');
    });

    it('survive two BYEs that cross', async () => {
      const { to, seq } = await establish('c1');
      app.send(`b|sip||${dialogId('c1')}\r\nBYE sip:placeholder SIP/2.0\r\n\r\n`);
      const ours = await peer.takeRequest('BYE');
      peer.send(ask('BYE', peer.port, { callId: 'c1', to, seq }), server.udpPort);
      await peer.takeStatus(200, 'BYE');
      peer.send(ask('MESSAGE', peer.port), server.udpPort);
      await peer.takeStatus(503);
      const ok = `SIP/2.0 200 OK\r\n${echo(ours)}Content-Length: 0\r\n\r\n`;
      peer.send(ok, server.udpPort);
      await app.take('200', reports('SIP/2.0 200'));
      await eventually('nothing is left', idle);
    });

    it('keep a dialog whose BYE was challenged, for a second try', async () => {
      await establish('c1');
      app.send(`b|sip||${dialogId('c1')}\r\nBYE sip:placeholder SIP/2.0\r\n\r\n`);
      const first = await peer.takeRequest('BYE');
      peer.send(`SIP/2.0 407 Proxy Authentication Required\r\n${echo(first)}\r\n`, server.udpPort);
      await app.take('407', reports('SIP/2.0 407'));
      app.send(
        `c|sip||${dialogId('c1')}\r\nBYE sip:placeholder SIP/2.0\r\nProxy-Authorization: Digest x\r\n\r\n`,
      );
      const second = await peer.take(
        'second BYE',
        (message) => headerOf(message, 'proxy-authorization') !== undefined,
      );
      expect(headerOf(second, 'cseq')).toBe('2 BYE');
    });
  });

  function echo(request: SipMessage): string {
    return request.headers
      .filter((header) => ['via', 'from', 'to', 'call-id', 'cseq'].includes(header.key))
      .map((header) => `${header.name}: ${header.value}\r\n`)
      .join('');
  }
});
