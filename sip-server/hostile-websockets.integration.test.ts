/**
 * WebSockets of strangers: silent, slow, lying, many. Time-outs are injected; nothing here waits for real ones.
 * @module
 */
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { SipServerOptions } from './server.ts';
import { BROWSER_VIA, createBrowser, register, type Browser } from './testing/browser.ts';
import {
  answers,
  connectRaw,
  eventually,
  reports,
  startServer,
  tokenOf,
  type TestServer,
} from './testing/harness.ts';
import { ask } from './testing/peer.ts';

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end();
});

async function start(wsLimits: SipServerOptions['wsLimits'] = {}): Promise<TestServer> {
  const server = await startServer({ wsLimits });
  ending.push(() => server.close());
  return server;
}

async function open(server: TestServer, options: Parameters<typeof createBrowser>[1] = {}): Promise<Browser> {
  const browser = await createBrowser(server.wsPort, options);
  ending.push(() => browser.close());
  return browser;
}

/** A TCP connection that may write whatever it likes. */
function openSocket(server: TestServer, bytes = '') {
  const socket: Socket = connect(server.wsPort, '127.0.0.1', () => socket.write(bytes, 'latin1'));
  let text = '';
  let closed = false;
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  socket.on('close', () => (closed = true));
  socket.on('error', () => (closed = true));
  ending.push(() => socket.destroy());
  return { socket, text: () => text, closed: () => closed };
}

const HANDSHAKE = [
  'GET /sip HTTP/1.1',
  'Host: apel.example',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
];
const handshake = (...more: string[]) => `${[...HANDSHAKE, ...more].join('\r\n')}\r\n\r\n`;
const AS_SIP = 'Sec-WebSocket-Protocol: sip';

const options = (callId: string) => ask('OPTIONS', 0, { via: BROWSER_VIA, callId, headers: [] });

/** It is answered as a browser is that nobody knows: 503, since no application routes OPTIONS. */
async function expectServed(browser: Browser, callId = 'served'): Promise<void> {
  browser.send(options(callId));
  await browser.take(`answer to ${callId}`, (message) => message.raw.includes(`Call-ID: ${callId}\r\n`));
}

describe('the handshake', () => {
  it('settles on the subprotocol sip, on any path', async () => {
    const server = await start();
    const browser = await open(server);
    expect(browser.socket.protocol).toBe('sip');
    const raw = openSocket(server, handshake('Sec-WebSocket-Protocol: chat, sip'));
    await eventually('it is let in', () => raw.text().startsWith('HTTP/1.1 101 '));
    expect(raw.text()).toMatch(/^Sec-WebSocket-Protocol: sip\r$/im);
  });

  it.each([
    ['without a subprotocol', handshake(), /^HTTP\/1.1 400 /],
    ['with another one', handshake('Sec-WebSocket-Protocol: sipx, SIP'), /^HTTP\/1.1 400 /],
    ['without a key', handshake(AS_SIP).replace(/Sec-WebSocket-Key.*\r\n/, ''), /^HTTP\/1.1 400 /],
    ['of a page', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', /^HTTP\/1.1 426 /],
    ['of nonsense', 'OPTIONS sip:a@b SIP/2.0\r\n\r\n', /^HTTP\/1.1 400 /],
    ['with giant header fields', handshake(AS_SIP, `X: ${'y'.repeat(20_000)}`), /^HTTP\/1.1 431 /],
  ])('%s is refused and closed', async (_what, bytes, answer) => {
    const server = await start();
    const stranger = openSocket(server, bytes);
    await eventually('it is closed', stranger.closed);
    expect(stranger.text()).toMatch(answer);
  });

  it.each([
    ['is never begun', ''],
    ['stays half', handshake(AS_SIP).slice(0, -2)],
  ])('that %s ends with its time', async (_what, bytes) => {
    const server = await start({ handshakeMs: 200 });
    const stranger = openSocket(server, bytes);
    await eventually('it is closed', stranger.closed);
  });
});

describe('frames', () => {
  it('hold one message each, in text or binary, whole or in fragments', async () => {
    const server = await start();
    const browser = await open(server);
    await expectServed(browser, 'text');
    browser.socket.send(Buffer.from(options('binary')), { binary: true });
    const text = options('fragments');
    browser.socket.send(text.slice(0, 40), { fin: false });
    browser.socket.send(text.slice(40));
    for (const id of ['binary', 'fragments'])
      await browser.take(id, (message) => message.raw.includes(`Call-ID: ${id}\r\n`));
  });

  it('of two CRLFs are answered by one (RFC 5626 §3.5.1), one is taken for an answer', async () => {
    const server = await start();
    const browser = await open(server);
    browser.send('\r\n\r\n');
    browser.send('\r\n');
    await expectServed(browser);
    expect(browser.others).toEqual(['\r\n']);
  });

  it.each<[string, Parameters<WebSocketSend>, number]>([
    ['larger than a message may be', [options('x') + 'y'.repeat(70_000), {}], 1_009],
    ['a fragment of which is', [`${options('x')}${'y'.repeat(70_000)}`, { fin: false }], 1_009],
    ['of text that is no UTF-8', [Buffer.from([0x4f, 0xff, 0xfe]), { binary: false }], 1_007],
    ['of no SIP', ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', {}], 1_008],
    ['of binary rubbish', [Buffer.alloc(1_000, 0xa5), { binary: true }], 1_008],
    ['that are empty', ['', {}], 1_008],
    ['without mask', [options('x'), { mask: false }], 1_002],
  ])('%s close the connection', async (_what, [data, frame], code) => {
    const server = await start();
    const browser = await open(server);
    browser.socket.send(data, frame);
    await eventually('it is closed', () => browser.closed() !== undefined);
    expect(browser.closed()).toBe(code);
    await expectServed(await open(server));
  });

  it.each([
    ['half a head', (text: string) => text.slice(0, 60), undefined],
    ['half a body', (text: string) => text.replace('Content-Length: 0', 'Content-Length: 9'), 400],
    ['a body too long', (text: string) => text.replace('Content-Length: 0', 'Content-Length: 99999'), 513],
    ['no Content-Length', (text: string) => text.replace(/Content-Length: 0\r\n/, ''), 503],
  ])('with %s are nobody else’s: the next one is read', async (_what, change, status) => {
    const server = await start();
    const browser = await open(server);
    browser.send(change(options('odd')));
    if (status) await browser.takeStatus(status);
    await expectServed(browser);
    expect(browser.closed()).toBeUndefined();
  });
});

type WebSocketSend = (
  data: string | Buffer,
  options: { fin?: boolean; binary?: boolean; mask?: boolean },
) => void;

describe('connections', () => {
  it('that say nothing, or nothing but keep-alives, end with their time', async () => {
    const server = await start({ firstMessageMs: 200 });
    const [silent, polite] = [await open(server), await open(server)];
    const drip = setInterval(() => polite.send('\r\n\r\n'), 20);
    ending.push(() => clearInterval(drip));
    await eventually('both are closed', () => [silent, polite].every((one) => one.closed() !== undefined));
  });

  it('that answer no ping are gone, others are not', async () => {
    const server = await start({ pingMs: 100 });
    const [dead, alive] = [await open(server, { autoPong: false }), await open(server)];
    await eventually('it is closed', () => dead.closed() !== undefined);
    await expectServed(alive);
  });

  it('of who registered may be quiet, of others not for ever', async () => {
    const server = await start({ pingMs: 50, idleMs: 200 });
    const app = await connectRaw(server);
    ending.push(() => app.socket.destroy());
    app.send('r|route|register');
    await app.take('route', answers('r', 'OK'));
    const [known, unknown] = [await open(server), await open(server)];
    known.send(register('abc'));
    const shown = await app.take('REGISTER', reports('REGISTER'));
    app.send(`ok|sip|${tokenOf(shown, 8)}|\r\nSIP/2.0 200 OK\r\n\r\n`);
    await expectServed(unknown);
    await eventually('the other is closed', () => unknown.closed() !== undefined);
    expect(known.closed()).toBeUndefined();
  });

  it.each([
    ['silent TCP connections', (server: TestServer) => openSocket(server)],
    ['silent WebSockets', (server: TestServer) => openSocket(server, handshake(AS_SIP))],
  ])(
    '1,000 %s keep neither a newcomer nor a browser out',
    async (_what, openOne) => {
      const server = await start({ connections: 200 });
      const browser = await open(server);
      await expectServed(browser, 'first');
      const silent = Array.from({ length: 1_000 }, () => openOne(server));
      const left = () => silent.filter((one) => !one.closed()).length;
      await eventually('the excess is closed', () => left() < 200, 15_000);
      await expectServed(await open(server), 'newcomer');
      await expectServed(browser, 'again');
    },
    30_000,
  );

  it('that register keep their place before those that only chatter', async () => {
    const server = await start({ connections: 3 });
    const app = await connectRaw(server);
    ending.push(() => app.socket.destroy());
    app.send('r|route|register');
    await app.take('route', answers('r', 'OK'));
    const known = await open(server);
    known.send(register('abc'));
    const shown = await app.take('REGISTER', reports('REGISTER'));
    app.send(`ok|sip|${tokenOf(shown, 8)}|\r\nSIP/2.0 200 OK\r\n\r\n`);
    await known.takeStatus(200);
    for (let i = 0; i < 10; i++) await expectServed(await open(server), `chatter-${i}`);
    expect(known.closed()).toBeUndefined();
    expect(server.stats().browsers).toBe(1);
  });
});
