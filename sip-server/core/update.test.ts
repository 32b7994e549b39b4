/**
 * UPDATE (RFC 3311) both ways, before and after the answer, and its collisions.
 * @module
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headerOf, type SipRequest } from '../message/types.ts';
import {
  answers,
  connectRaw,
  dialogOf,
  inviteCommand,
  reports,
  startServer,
  tokenOf,
  type RawApp,
  type TestServer,
} from '../testing/harness.ts';
import { ask, createPeer, reply, SDP, type Peer } from '../testing/peer.ts';

describe('UPDATE', () => {
  let server: TestServer;
  let app: RawApp;
  let peer: Peer;
  let invite: SipRequest;
  const toPeer = (message: string) => peer.send(message, server.udpPort);
  const contact = (user: string) => `Contact: <sip:${user}@127.0.0.1:${peer.port}>`;

  beforeEach(async () => {
    server = await startServer();
    [app, peer] = await Promise.all([connectRaw(server), createPeer()]);
    app.send(inviteCommand('m', 'c1', peer.port, { body: SDP }));
    await app.take('OK', answers('m', 'OK'));
    invite = await peer.takeRequest('INVITE');
  });
  afterEach(async () => {
    app.socket.destroy();
    peer.close();
    await server.close();
  });

  async function ringing(): Promise<void> {
    toPeer(reply(invite, 183, { headers: [contact('callee')] }));
    await app.take('183', reports('SIP/2.0 183'));
  }

  async function answered(): Promise<void> {
    toPeer(reply(invite, 200, { headers: [contact('callee')], body: SDP }));
    await app.take('200', reports('SIP/2.0 200'));
    app.send(`a|sip||${dialogOf('c1')}\r\nACK sip:placeholder SIP/2.0\r\n\r\n`);
    await peer.takeRequest('ACK');
  }

  const update = (msgId: string, body = SDP) => {
    const type = body === '' ? '' : 'Content-Type: application/sdp\r\n';
    app.send(`${msgId}|sip||${dialogOf('c1')}\r\nUPDATE sip:placeholder SIP/2.0\r\n${type}\r\n${body}`);
  };
  const updateOfPeer = (seq: number, { body = SDP, user = 'moved' } = {}) =>
    toPeer(
      ask('UPDATE', peer.port, {
        callId: 'c1',
        seq,
        fromTag: 'peer',
        to: headerOf(invite, 'from') ?? '',
        headers: [contact(user), 'Content-Type: application/sdp'],
        body,
      }),
    );

  it.each([
    ['before the answer', ringing],
    ['after it', answered],
  ])(
    'goes out %s with our Contact, and what it says of the callee counts from then on',
    async (_when, reach) => {
      await reach();
      update('u1');
      const sent = await peer.takeRequest('UPDATE');
      expect(headerOf(sent, 'contact')).toBe(`<sip:127.0.0.1:${server.udpPort}>`);
      toPeer(reply(sent, 200, { headers: [contact('moved')], body: SDP }));
      await app.take('200', reports('SIP/2.0 200'));
      update('u2', '');
      expect((await peer.takeRequest('UPDATE')).uri).toBe(`sip:moved@127.0.0.1:${peer.port}`);
    },
  );

  it.each([
    ['before the answer', ringing],
    ['after it', answered],
  ])(
    'comes in %s, is answered by the application with our Contact, and moves the callee',
    async (_when, reach) => {
      await reach();
      updateOfPeer(1);
      const shown = await app.take('UPDATE', reports('UPDATE'));
      expect(tokenOf(shown, 9)).toBe(dialogOf('c1'));
      app.send(
        `s|sip|${tokenOf(shown, 8)}|\r\nSIP/2.0 200 OK\r\nContent-Type: application/sdp\r\n\r\n${SDP}`,
      );
      const answer = await peer.takeStatus(200, 'UPDATE');
      expect([headerOf(answer, 'contact'), answer.body]).toEqual([`<sip:127.0.0.1:${server.udpPort}>`, SDP]);
      update('u1', '');
      expect((await peer.takeRequest('UPDATE')).uri).toBe(`sip:moved@127.0.0.1:${peer.port}`);
    },
  );

  it('that crosses ours is refused with 491, one that comes before the last was answered with 500', async () => {
    await answered();
    update('u1');
    const sent = await peer.takeRequest('UPDATE');
    updateOfPeer(1);
    await peer.takeStatus(491, 'UPDATE');
    update('u2');
    expect(await app.take('NOK', answers('u2'))).toContain('|NOK|');
    toPeer(reply(sent, 488));
    await app.take('488', reports('SIP/2.0 488'));
    updateOfPeer(2);
    const shown = await app.take('UPDATE', reports('UPDATE'));
    updateOfPeer(3);
    expect(headerOf(await peer.takeStatus(500, 'UPDATE'), 'retry-after')).toBeDefined();
    app.send(`s|sip|${tokenOf(shown, 8)}|\r\nSIP/2.0 488 No\r\n\r\n`);
    await peer.takeStatus(488, 'UPDATE');
    updateOfPeer(4);
    await app.take('UPDATE', reports('UPDATE'));
  });

  it('without an offer never collides', async () => {
    await answered();
    update('u1');
    await peer.takeRequest('UPDATE');
    updateOfPeer(1, { body: '' });
    await app.take('UPDATE', reports('UPDATE'));
  });

  it('while a re-INVITE of ours waits is refused with 491', async () => {
    await answered();
    app.send(
      `r|sip||${dialogOf('c1')}\r\nINVITE sip:placeholder SIP/2.0\r\nContent-Type: application/sdp\r\n\r\n${SDP}`,
    );
    await peer.takeRequest('INVITE');
    updateOfPeer(1);
    await peer.takeStatus(491, 'UPDATE');
  });
});
