/**
 * Connections of strangers: silent, slow, lying, many. Time-outs are injected; nothing here waits for real ones.
 * @module
 */
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { MAX_HEADER_BYTES, MAX_HEADERS } from './message/limits.ts';
import type { SipServerOptions } from './server.ts';
import { connectRaw, eventually, startServer, type TestServer } from './testing/harness.ts';

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end();
});

async function start(options: Partial<SipServerOptions>): Promise<TestServer> {
  const server = await startServer(options);
  ending.push(() => server.close());
  return server;
}

/** A connection that records what happens to it. */
function open(port: number, localAddress = '127.0.0.1') {
  const socket: Socket = connect({ port, host: '127.0.0.1', localAddress });
  let text = '';
  let closed = false;
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  socket.on('close', () => (closed = true));
  socket.on('error', () => (closed = true));
  ending.push(() => socket.destroy());
  return {
    socket,
    text: () => text,
    closed: () => closed,
    write: (bytes: string) => socket.write(bytes, 'latin1'),
  };
}

function options(id: string, extra: readonly string[] = []): string {
  const fields = [
    `Via: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK${id}`,
    'From: <sip:a@127.0.0.1>;tag=a',
    'To: <sip:b@127.0.0.1>',
    `Call-ID: ${id}`,
    'CSeq: 1 OPTIONS',
    ...extra,
    ...(extra.some((field) => field.startsWith('Content-Length')) ? [] : ['Content-Length: 0']),
  ];
  return `OPTIONS sip:b@127.0.0.1 SIP/2.0\r\n${fields.join('\r\n')}\r\n\r\n`;
}

const openOnes = (all: readonly { closed(): boolean }[]) => all.filter((one) => !one.closed()).length;

describe('SIP over TCP', () => {
  it.each([
    ['from one address', () => '127.0.0.1', 256],
    ['from a thousand addresses', (i: number) => `127.8.${Math.floor(i / 250)}.${(i % 250) + 1}`, 300],
  ])(
    '1,000 silent connections %s keep neither a newcomer nor a carrier out',
    async (_where, addressOf, most) => {
      const server = await start({ tcpLimits: { connections: 300 } });
      const carrier = open(server.tcpPort);
      carrier.write(options('first'));
      await eventually('the carrier is served', () => carrier.text().includes('first'));
      const silent = Array.from({ length: 1_000 }, (_, i) => open(server.tcpPort, addressOf(i)));
      await eventually('the excess is closed', () => openOnes([...silent, carrier]) <= most, 15_000);
      const newcomer = open(server.tcpPort);
      newcomer.write(options('second'));
      await eventually('the newcomer is served', () => newcomer.text().includes('second'));
      carrier.write(options('third'));
      await eventually('the carrier is still served', () => carrier.text().includes('third'));
    },
    30_000,
  );

  it.each([
    ['says nothing', undefined],
    ['sends nothing but keep-alives', '\r\n\r\n'],
    ['sends a byte now and then', 'O'],
  ])('a connection that %s is closed', async (_what, bytes) => {
    const server = await start({ tcpLimits: { partialMs: 300 } });
    const stranger = open(server.tcpPort);
    const drip = setInterval(() => bytes !== undefined && stranger.write(bytes), 20);
    ending.push(() => clearInterval(drip));
    await eventually('it is closed', stranger.closed);
  });

  it('half a message is waited for so long and no longer, also when whole ones came before', async () => {
    const server = await start({ tcpLimits: { partialMs: 300 } });
    const stranger = open(server.tcpPort);
    stranger.write(options('whole') + options('half').slice(0, -10));
    await eventually('it is closed', stranger.closed);
    expect(stranger.text()).toContain('whole');
    expect(stranger.text()).not.toContain('half');
  });

  it('a busy connection whose every chunk ends within a message is not taken for a slow one', async () => {
    const server = await start({ tcpLimits: { partialMs: 300 } });
    const carrier = open(server.tcpPort);
    const began = performance.now();
    let n = 0;
    carrier.write(options('n0').slice(0, 40));
    const drip = setInterval(
      () => carrier.write(options(`n${n}`).slice(40) + options(`n${++n}`).slice(0, 40)),
      30,
    );
    ending.push(() => clearInterval(drip));
    await eventually('it has lived for long', () => carrier.closed() || performance.now() - began > 1_000);
    expect(carrier.closed()).toBe(false);
    await eventually('its requests are answered', () => carrier.text().includes(`n${n - 1}\r\n`));
  });

  it.each([
    ['too many header fields', Array.from({ length: MAX_HEADERS }, (_, i) => `X-${i}: y`), 400, false],
    ['a giant header field', [`X: ${'y'.repeat(MAX_HEADER_BYTES)}`], 400, false],
    ['a declared body that is too large', ['Content-Length: 99999'], 513, true],
  ])('%s: %#', async (_what, extra, status, closes) => {
    const server = await start({});
    const stranger = open(server.tcpPort);
    stranger.write(options('giant', extra));
    await eventually('it is answered', () => stranger.text().startsWith(`SIP/2.0 ${status} `));
    if (closes) await eventually('it is closed', stranger.closed);
  });

  it.each([
    ['a head without end', `OPTIONS sip:a@b SIP/2.0\r\n${'X: y\r\n'.repeat(12_000)}`],
    ['HTTP', 'GET / HTTP/1.1\r\nHost: example.com\r\n\r\n'],
    ['a line without end', 'x'.repeat(70_000)],
  ])('%s closes the connection without a word', async (_what, bytes) => {
    const server = await start({});
    const stranger = open(server.tcpPort);
    stranger.write(bytes);
    await eventually('it is closed', stranger.closed);
    expect(stranger.text()).toBe('');
  });
});

describe('the port for applications', () => {
  it('1,000 connections that do not authenticate keep no application out', async () => {
    const server = await start({});
    const strangers = Array.from({ length: 1_000 }, () => open(server.adminPort));
    await eventually('the excess is closed', () => openOnes(strangers) <= 64, 15_000);
    const app = await connectRaw(server);
    ending.push(() => app.socket.destroy());
    expect(app.closed()).toBe(false);
  });

  it.each([
    ['a giant length', '99999#x'],
    ['a length without end', '1'.repeat(100_000)],
    ['what is no protocol of ours', 'GET / HTTP/1.1\r\n\r\n'],
  ])('%s closes a connection that has not authenticated at once', async (_what, bytes) => {
    const server = await start({});
    const stranger = open(server.adminPort);
    stranger.write(bytes);
    await eventually('it is closed', stranger.closed);
    expect(stranger.text()).toBe('');
  });

  it('whoever authenticates a byte at a time is closed', async () => {
    const server = await start({ adminLimits: { authenticateMs: 300 } });
    const stranger = open(server.adminPort);
    const secret = `900#auth|authenticate|${'x'.repeat(900)}`;
    let sent = 0;
    const drip = setInterval(() => stranger.write(secret[sent++ % 900] ?? ''), 20);
    ending.push(() => clearInterval(drip));
    await eventually('it is closed', stranger.closed);
  });

  it('no more applications are let in than there is room for', async () => {
    const server = await start({ adminLimits: { applications: 1 } });
    const app = await connectRaw(server);
    ending.push(() => app.socket.destroy());
    const other = await connectRaw(server, { authenticate: false });
    other.send('a|authenticate|a secret of the test|');
    expect(await other.take('an answer', (payload) => payload.includes('|a|'))).toContain(
      '|NO|too many applications',
    );
    await eventually('it is closed', other.closed);
  });
});
