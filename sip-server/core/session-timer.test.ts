import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headerOf } from '../message/types.ts';
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
import { createPeer, reply, SDP, type Peer } from '../testing/peer.ts';

const EXPIRES_SECONDS = 1;

describe('session timers (RFC 4028)', () => {
  let server: TestServer;
  let app: RawApp;
  let peer: Peer;

  beforeEach(async () => {
    server = await startServer({ timers: { minSessionSeconds: EXPIRES_SECONDS } });
    [app, peer] = await Promise.all([connectRaw(server), createPeer()]);
  });
  afterEach(async () => {
    app.socket.destroy();
    peer.close();
    await server.close();
  });

  async function establish(refresher: 'uac' | 'uas'): Promise<void> {
    app.send(inviteCommand('m', 'c1', peer.port, { body: SDP }));
    const invite = await peer.takeRequest('INVITE');
    const headers = [
      `Contact: <sip:callee@127.0.0.1:${peer.port}>`,
      'Require: timer',
      `Session-Expires: ${EXPIRES_SECONDS};refresher=${refresher}`,
    ];
    peer.send(reply(invite, 200, { headers, body: SDP }), server.udpPort);
    await app.take('200', reports('SIP/2.0 200'));
    app.send(`a|sip||${dialogOf('c1')}\r\nACK sip:placeholder SIP/2.0\r\n\r\n`);
    await app.take('OK to ACK', answers('a', 'OK'));
    await peer.takeRequest('ACK');
  }

  it('refresh a dialog with the same SDP when that is our part, unseen by the application', async () => {
    await establish('uac');
    await app.take('OK to INVITE', answers('m', 'OK'));
    const refresh = await peer.takeRequest('INVITE');
    expect(refresh.body).toBe(SDP);
    expect(headerOf(refresh, 'session-expires')).toBe(`${EXPIRES_SECONDS};refresher=uac`);
    const headers = [
      `Contact: <sip:callee@127.0.0.1:${peer.port}>`,
      `Session-Expires: ${EXPIRES_SECONDS};refresher=uac`,
    ];
    peer.send(reply(refresh, 200, { headers, body: SDP }), server.udpPort);
    await peer.takeRequest('ACK');
    const second = await peer.takeRequest('INVITE');
    expect(headerOf(second, 'cseq')).toBe('3 INVITE');
    expect(app.payloads).toEqual([]);
  });

  it('end a dialog that the peer should have refreshed, and tell the application', async () => {
    await establish('uas');
    const told = await app.take('BYE', reports('BYE', 'application'));
    expect(tokenOf(told, 8)).toBe('unsolicited');
    expect(told).toContain('text="session expired"');
    await peer.takeRequest('BYE');
  });

  it('end a dialog at once when its refresh is answered with 481', async () => {
    await establish('uac');
    const refresh = await peer.takeRequest('INVITE');
    peer.send(reply(refresh, 481), server.udpPort);
    await peer.takeRequest('BYE');
    await app.take('BYE', reports('BYE', 'application'));
  });
});
