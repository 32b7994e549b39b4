/**
 * Trunks over TLS: whom we connect to must have proved its name, who connects to us may be anybody.
 * @module
 */
import { once } from 'node:events';
import { connect as connectTcp, createServer as createTcpServer, type AddressInfo } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { headerOf } from './message/types.ts';
import type { SipServerOptions } from './server.ts';
import { makeCertificates, type Certificate } from './testing/certificates.ts';
import {
  answers,
  connectRaw,
  dialogOf,
  eventually,
  inviteCommand,
  reports,
  startServer,
  type RawApp,
  type TestServer,
} from './testing/harness.ts';
import { createInbox } from './testing/inbox.ts';
import { ask, reply, SDP } from './testing/peer.ts';
import { StreamFramer } from './transport/stream-framer.ts';

let ca: string;
let otherCa: string;
let of: Record<'carrier' | 'address' | 'stranger', Certificate>;
beforeAll(async () => {
  const subjects = { carrier: 'DNS:sip.carrier.test', address: 'IP:127.0.0.1', stranger: 'DNS:other.test' };
  const [own, others] = await Promise.all([makeCertificates(subjects), makeCertificates({})]);
  ({ ca, of } = own);
  otherCa = others.ca;
});

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end();
});

async function start(options: Partial<SipServerOptions>): Promise<{ server: TestServer; app: RawApp }> {
  // Every name is here.
  const resolver: SipServerOptions['resolver'] = { resolve: (_host, done) => done({ address: '127.0.0.1' }) };
  const server = await startServer({ resolver, ...options });
  ending.push(() => server.close());
  const app = await connectRaw(server);
  ending.push(() => app.socket.destroy());
  return { server, app };
}

/** A carrier's TLS port. */
async function createCarrier({ cert, key }: Certificate) {
  const inbox = createInbox();
  const sockets: TLSSocket[] = [];
  const asked: unknown[] = [];
  const server = createServer({ cert, key }, (socket) => {
    sockets.push(socket);
    asked.push(socket.servername);
    const framer = new StreamFramer();
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      for (const framed of framer.push(chunk.toString('latin1')))
        if ('text' in framed) inbox.put(framed.text);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ending.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    ...inbox,
    port: (server.address() as AddressInfo).port,
    /** Names that we asked for. */
    asked,
    connections: () => sockets.length,
    send: (text: string) => sockets.at(-1)?.write(text, 'latin1'),
    hangUp: () => sockets.at(-1)?.destroy(),
  };
}

const invite = (port: number, host: string, params = ';transport=tls') =>
  inviteCommand('m', 'c1', port, { body: SDP, host, params });

describe('a carrier reached over TLS', () => {
  it.each([
    ['by name', 'carrier', 'sip.carrier.test', 'sip.carrier.test'],
    ['by address', 'address', '127.0.0.1', false],
  ] as const)('%s is called, and reached again when its connection is lost', async (_how, who, host, sni) => {
    const carrier = await createCarrier(of[who]);
    const { app } = await start({ tls: { ca } });
    app.send(invite(carrier.port, host));
    const request = await carrier.takeRequest('INVITE');
    expect(headerOf(request, 'via')).toMatch(/^SIP\/2.0\/TLS 127.0.0.1:5061;/);
    expect(headerOf(request, 'contact')).toBe('<sip:127.0.0.1:5061;transport=tls>');
    // An address that its certificate need not name.
    const headers = ['Contact: <sip:10.9.9.9:5061;transport=tls>'];
    carrier.send(reply(request, 200, { headers, body: SDP }));
    await app.take('200', reports('SIP/2.0 200'));
    app.send(`a|sip||${dialogOf('c1')}\r\nACK sip:placeholder SIP/2.0\r\n\r\n`);
    await carrier.takeRequest('ACK');
    expect(carrier.connections()).toBe(1);
    carrier.hangUp();
    app.send(`i|sip||${dialogOf('c1')}\r\nINFO sip:placeholder SIP/2.0\r\n\r\n`);
    await app.take('INFO is on its way', answers('i'));
    app.send(`b|sip||${dialogOf('c1')}\r\nBYE sip:placeholder SIP/2.0\r\n\r\n`);
    carrier.send(reply(await carrier.takeRequest('BYE'), 200));
    await app.take('200 to BYE', reports('SIP/2.0 200'));
    expect(carrier.asked).toEqual([sni, sni]);
  });

  it.each([
    ['has a certificate of another name', 'stranger', (): string | undefined => ca],
    ['has one of an authority that is not ours', 'carrier', (): string | undefined => otherCa],
    ['has one that no public authority signed', 'carrier', (): string | undefined => undefined],
  ] as const)('is not spoken to when it %s: 503', async (_what, who, caOf: () => string | undefined) => {
    const carrier = await createCarrier(of[who]);
    const authority = caOf();
    const { app } = await start(authority === undefined ? {} : { tls: { ca: authority } });
    app.send(invite(carrier.port, 'sip.carrier.test'));
    await app.take('503', reports('SIP/2.0 503'));
    expect(carrier.received).toEqual([]);
  });

  it('is not confused with another name at the same address', async () => {
    const carrier = await createCarrier(of.carrier);
    const { app } = await start({ tls: { ca } });
    app.send(invite(carrier.port, 'sip.carrier.test'));
    await carrier.takeRequest('INVITE');
    app.send(invite(carrier.port, 'other.test').replaceAll('c1', 'c2'));
    expect(await app.take('503', reports('SIP/2.0 503'))).toContain('c2');
  });

  it('that speaks no TLS is given up', async () => {
    const plain = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.end('SIP/2.0 400 Bad Request\r\n\r\n');
    });
    plain.listen(0, '127.0.0.1');
    await once(plain, 'listening');
    ending.push(() => plain.close());
    const { app } = await start({ tls: { ca } });
    app.send(invite((plain.address() as AddressInfo).port, 'sip.carrier.test'));
    await app.take('503', reports('SIP/2.0 503'));
  });
});

describe('our own TLS port', () => {
  const listening = (more: Partial<SipServerOptions> = {}) =>
    start({ tls: { ...of.carrier, listen: { host: '127.0.0.1', port: 0 } }, ...more });
  const portOf = (server: TestServer) =>
    server.contacts.find(({ protocol }) => protocol === 'tls')?.port ?? 0;

  it('takes requests, and answers where they came from', async () => {
    const { server } = await listening();
    const socket = connect({ host: '127.0.0.1', port: portOf(server), servername: 'sip.carrier.test', ca });
    ending.push(() => socket.destroy());
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.write(ask('OPTIONS', 0, { via: 'SIP/2.0/TLS 192.0.2.1:5061' }));
    await eventually('it is answered', () => text.startsWith('SIP/2.0 503 '));
  });

  it('is not there without a certificate', async () => {
    const { server } = await start({});
    expect(portOf(server)).toBe(0);
  });

  it('says which port is taken, or that the certificate is none', async () => {
    const { server } = await listening();
    const listen = { host: '127.0.0.1', port: portOf(server) };
    await expect(start({ tls: { ...of.carrier, listen } })).rejects.toThrow(
      `cannot listen on TLS 127.0.0.1:${listen.port}: EADDRINUSE`,
    );
    await expect(start({ tls: { cert: 'x', key: 'y', listen } })).rejects.toThrow('cannot listen on TLS');
  });

  it('is not filled by connections that never finish their handshake', async () => {
    const { server } = await listening({ tcpLimits: { connections: 20 } });
    const port = portOf(server);
    let open = 0;
    for (let i = 0; i < 100; i++) {
      const socket = connectTcp(port, '127.0.0.1');
      open += 1;
      socket.on('error', () => {});
      socket.on('close', () => (open -= 1));
      ending.push(() => socket.destroy());
    }
    await eventually('the excess is closed', () => open <= 20);
    const socket = connect({ host: '127.0.0.1', port, servername: 'sip.carrier.test', ca });
    ending.push(() => socket.destroy());
    await once(socket, 'secureConnect');
    const plain = connectTcp(port, '127.0.0.1', () => plain.write('OPTIONS sip:a@b SIP/2.0\r\n\r\n'));
    plain.on('error', () => {});
    await once(plain, 'close');
  });
});
