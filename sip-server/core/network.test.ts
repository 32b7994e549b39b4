import { connect } from 'node:net';
import { once } from 'node:events';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headerOf, type SipRequest } from '../message/types.ts';
import {
  answers,
  connectRaw,
  eventually,
  inviteCommand,
  reports,
  startServer,
  tokenOf,
  type RawApp,
  type TestServer,
} from '../testing/harness.ts';
import { ask, createPeer, reply, SDP, type Peer } from '../testing/peer.ts';

describe('the network side', () => {
  let server: TestServer;
  let app: RawApp;
  let peer: Peer;
  const warnings: string[] = [];

  beforeEach(async () => {
    warnings.length = 0;
    const logger = {
      warn: (message: string, fields?: object) => warnings.push(message + JSON.stringify(fields)),
    };
    server = await startServer({ logger });
    [app, peer] = await Promise.all([connectRaw(server), createPeer()]);
    for (const verb of ['invite', 'options', 'bye']) app.send(`${verb}|route|${verb}`);
    await app.take('OK', answers('bye', 'OK'));
  });
  afterEach(async () => {
    app.socket.destroy();
    peer.close();
    await server.close();
  });

  async function stillServes(): Promise<void> {
    const callId = `alive-${performance.now()}`;
    peer.send(ask('OPTIONS', peer.port, { callId }), server.udpPort);
    await app.take('OPTIONS', (payload) => reports('OPTIONS')(payload) && payload.includes(callId));
  }

  it('survives whatever is sent, on UDP and TCP, without a single failed handler', async () => {
    app.send(inviteCommand('m', 'c1', peer.port, { body: SDP }));
    const invite = await peer.takeRequest('INVITE');
    const templates = [
      ask('INVITE', peer.port, { callId: 'x1', body: SDP }),
      ask('INVITE', peer.port, { callId: 'c1', to: `${headerOf(invite, 'from')}`, fromTag: 'peer' }),
      ask('CANCEL', peer.port, { callId: 'x1' }),
      ask('BYE', peer.port, { callId: 'c1', to: `${headerOf(invite, 'from')}`, fromTag: 'peer' }),
      ask('ACK', peer.port, { callId: 'x1' }),
      reply(invite, 180),
      reply(invite, 200, { headers: ['Contact: <sip:1@127.0.0.1>', 'Record-Route: <sip:127.0.0.1;lr>'] }),
      reply(invite, 486),
    ];
    const nasty = [
      '',
      ' ',
      '\r\n',
      '\0',
      '\xff',
      '<',
      '>',
      '"',
      ';',
      ',',
      ':',
      '|',
      '=',
      '@',
      '%',
      '-1',
      '4294967296',
      ';tag',
      'sip:',
    ];
    const change = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat(12),
      put: fc.constantFrom(...nasty),
    });
    const stream = connect(server.tcpPort, '127.0.0.1');
    stream.on('error', () => {});
    await once(stream, 'connect');
    const cases = fc.sample(
      fc.tuple(fc.constantFrom(...templates), fc.array(change, { maxLength: 3 })),
      1_500,
    );
    for (const [index, [template, changes]] of cases.entries()) {
      const text = changes.reduce((whole, { at, cut, put }) => {
        const from = Math.floor(at * whole.length);
        return whole.slice(0, from) + put + whole.slice(from + cut);
      }, template);
      if (index % 2) peer.send(text, server.udpPort);
      else stream.write(text, 'latin1');
      if (index % 50 === 0) await stillServes();
    }
    await stillServes();
    stream.destroy();
    expect(warnings).toEqual([]);
  });

  it('survives an application that sends nonsense in good frames', async () => {
    const peerPort = peer.port;
    const starts = [
      'INVITE sip:a@127.0.0.1',
      'BYE sip:placeholder',
      'SIP/2.0 200',
      'ACK x',
      '',
      'CANCEL sip:a@b',
      'REGISTER sip:127.0.0.1',
    ];
    const field = fc.constantFrom(
      'From: <sip:a@localhost',
      'To: "',
      'Contact: *',
      'Call-ID: a|b',
      'CSeq: x',
      'Content-Type: ',
      ': ',
      'v: 1',
      'From: <sip:a@b>;tag=',
    );
    const text = fc.tuple(fc.constantFrom(...starts), fc.array(field, { maxLength: 4 }), fc.boolean());
    for (const [start, fields, body] of fc.sample(text, 300)) {
      app.send(
        `n|sip||\r\n${start}:${peerPort} SIP/2.0\r\n${fields.join('\r\n')}\r\n\r\n${body ? 'v=0' : ''}`,
      );
    }
    app.send('p|ping');
    await app.take('pong', answers('p', 'OK'));
    expect(warnings).toEqual([]);
  });

  it('answers on the port of the Via when no rport was asked, and stamps the source', async () => {
    const other = await createPeer();
    const via = (port: number, host: string) => `SIP/2.0/UDP ${host}:${port};branch=z9hG4bKnorport`;
    const text = ask('MESSAGE', peer.port).replace(/Via: .*/, `Via: ${via(other.port, '127.0.0.1')}`);
    peer.send(text.replace('MESSAGE', 'OPTIONS').replace('MESSAGE', 'OPTIONS'), server.udpPort);
    const txnId = tokenOf(await app.take('OPTIONS', reports('OPTIONS')), 8);
    app.send(`s|sip|${txnId}|\r\nSIP/2.0 200 OK\r\n\r\n`);
    expect(headerOf(await other.takeStatus(200), 'via')).toBe(via(other.port, '127.0.0.1'));
    other.close();
    peer.send(ask('MESSAGE', peer.port).replace('127.0.0.1:', 'nat.example:'), server.udpPort);
    expect(headerOf(await peer.takeStatus(503), 'via')).toMatch(
      new RegExp(`;rport=${peer.port};received=127\\.0\\.0\\.1$`),
    );
  });

  it('answers a TCP keep-alive', async () => {
    const stream = connect(server.tcpPort, '127.0.0.1');
    stream.write('\r\n\r\n');
    const [chunk] = (await once(stream, 'data')) as [Buffer];
    expect(chunk.toString()).toBe('\r\n');
    stream.destroy();
  });

  it('closes a TCP connection whose message is too large', async () => {
    const stream = connect(server.tcpPort, '127.0.0.1');
    stream.on('error', () => {});
    stream.write('INVITE sip:a SIP/2.0\r\nContent-Length: 100000\r\n\r\n');
    await once(stream, 'close');
    await stillServes();
  });

  it('cancels what is ringing when the server is closed', async () => {
    app.send(inviteCommand('m', 'c1', peer.port, { body: SDP }));
    const invite: SipRequest = await peer.takeRequest('INVITE');
    peer.send(reply(invite, 180), server.udpPort);
    await app.take('180', reports('SIP/2.0 180'));
    await server.close();
    await peer.takeRequest('CANCEL');
    await eventually('the application notices', app.closed);
  });
});
