import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headerOf, type SipRequest } from '../message/types.ts';
import {
  answers,
  connectRaw,
  eventually,
  inviteCommand,
  startServer,
  type TestServer,
} from '../testing/harness.ts';
import { createPeer, reply, SDP, type Peer } from '../testing/peer.ts';

describe('a response to an INVITE that the server sent before it was killed', () => {
  let before: TestServer;
  let after: TestServer;
  let peer: Peer;

  beforeEach(async () => {
    [before, after, peer] = await Promise.all([
      startServer(),
      startServer({ timers: { t1Ms: 20 } }),
      createPeer(),
    ]);
  });
  afterEach(async () => {
    peer.close();
    await Promise.all([before.close(), after.close()]);
  });

  async function inviteOf(id: string): Promise<SipRequest> {
    const app = await connectRaw(before);
    app.send(inviteCommand('m', id, peer.port, { body: SDP }));
    await app.take('OK', answers('m', 'OK'));
    return peer.takeRequest('INVITE');
  }
  const answer = (invite: SipRequest) =>
    reply(invite, 200, { headers: [`Contact: <sip:callee@127.0.0.1:${peer.port}>`], body: SDP });

  it('cancels what still rings, and acknowledges the end of it', async () => {
    const invite = await inviteOf('ringing');
    const branch = /branch=[^;]+/.exec(headerOf(invite, 'via') ?? '')?.[0] ?? 'none';
    peer.send(reply(invite, 180), after.udpPort);
    const cancel = await peer.takeRequest('CANCEL');
    expect(headerOf(cancel, 'via')).toContain(branch);
    expect(headerOf(cancel, 'to')).not.toContain('tag');
    expect(headerOf(cancel, 'cseq')).toBe('1 CANCEL');
    expect(cancel.uri).toBe(invite.uri);
    peer.send(reply(cancel, 200), after.udpPort);
    peer.send(reply(invite, 487), after.udpPort);
    const ack = await peer.takeRequest('ACK');
    expect(headerOf(ack, 'via')).toContain(branch);
    expect(headerOf(ack, 'to')).toContain('tag=peer');
  });

  it('is, when it is an answer, acknowledged and ended, so that nobody stays on a dead line', async () => {
    const invite = await inviteOf('early');
    peer.send(answer(invite), after.udpPort);
    const ack = await peer.takeRequest('ACK');
    expect(headerOf(ack, 'cseq')).toBe('1 ACK');
    const bye = await peer.takeRequest('BYE');
    expect(headerOf(bye, 'call-id')).toBe('early');
    expect(headerOf(bye, 'to')).toContain('tag=peer');
    // Our ACK was lost: the peer repeats, and gets another ACK, no second dialog.
    peer.send(answer(invite), after.udpPort);
    await peer.takeRequest('ACK');
    peer.send(reply(bye, 200), after.udpPort);
    await eventually('the dialog is forgotten', () => after.stats().dialogs === 0);
  });

  it('must carry a branch that this server signed: nobody else makes it send anything', async () => {
    const invite = await inviteOf('genuine');
    const forged = answer(invite).replace(
      /branch=z9hG4bK(.)/,
      (_all, first: string) => `branch=z9hG4bK${first === '0' ? '1' : '0'}`,
    );
    peer.send(forged.replace('genuine', 'forged'), after.udpPort);
    peer.send(answer(invite), after.udpPort);
    const ack = await peer.takeRequest('ACK');
    expect(headerOf(ack, 'call-id')).toBe('genuine');
  });
});
