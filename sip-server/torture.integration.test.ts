/**
 * The 49 messages of RFC 4475 against the real server, with a drachtio-srf application that routes what it can.
 * @module
 */
import { createHash } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseMessage } from './message/parse.ts';
import type { App } from './testing/app.ts';
import { connectSrf, eventually, startServer, type TestServer } from './testing/harness.ts';
import { beyondSyntax } from './testing/torture/beyond-syntax.ts';
import { EXPECTATIONS, type Outcome } from './testing/torture/expectations.ts';
import { syntaxInvalid } from './testing/torture/syntax-invalid.ts';
import { syntaxValid } from './testing/torture/syntax-valid.ts';

const MESSAGES = [...syntaxValid, ...syntaxInvalid, ...beyondSyntax];
const TABLE = MESSAGES.map((message) => {
  const expected = EXPECTATIONS[message.name];
  if (!expected) throw new Error(`nothing is expected of ${message.name}`);
  return { ...message, ...expected };
});
/** What the application answers to everything: the server itself never does. */
const BY_APPLICATION = 600;

describe('the torture tests of RFC 4475', () => {
  let server: TestServer;
  let srf: App;
  const seen: string[] = [];
  const failures: unknown[] = [];

  beforeAll(async () => {
    const logger = { warn: (_message: string, fields?: unknown) => void failures.push(fields) };
    server = await startServer({ tcpLimits: { partialMs: 400 }, logger });
    srf = await connectSrf(server);
    const verbs = srf as unknown as Record<string, (handler: Handler) => void>;
    for (const verb of ['invite', 'options', 'register', 'message']) verbs[verb]?.(answerAll);
  });
  afterAll(async () => {
    srf.disconnect();
    await server.close();
  });

  type Handler = (request: { get(name: string): string }, response: { send(status: number): void }) => void;
  const answerAll: Handler = (request, response) => {
    seen.push(request.get('call-id'));
    response.send(BY_APPLICATION);
  };

  it('are all there, byte by byte as the archive in the appendix of the RFC has them', () => {
    expect(MESSAGES).toHaveLength(49);
    expect(new Set(MESSAGES.map(({ section }) => section)).size).toBe(49);
    const hash = createHash('sha256');
    for (const { text } of MESSAGES.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
      hash.update(text, 'latin1');
    expect(hash.digest('hex')).toBe('e6cf1e5e4ec89ebb736976dfeab5baa4bcad5116d1492d810d53106fc6fc964e');
  });

  it.each(['unreason', 'noreason', 'bcast'])('%s, a valid response, can be read', (name) => {
    const text = MESSAGES.find((message) => message.name === name)?.text ?? '';
    expect(parseMessage(text, 'content-length').ok).toBe(true);
  });

  describe('over UDP', () => {
    let ports: Socket[];
    const answers: string[] = [];

    beforeAll(async () => {
      ports = await bindSipPorts();
      for (const socket of ports) socket.on('message', (bytes) => answers.push(bytes.toString('latin1')));
    });
    afterAll(() => {
      for (const socket of ports) socket.close();
    });

    it.each(TABLE)('$section $name: $title', async ({ name, text, udp }) => {
      const mine = () => answers.filter((answer) => callIdOf(answer) === callIdOf(text));
      const before = seen.length;
      ports[0]?.send(Buffer.from(text, 'latin1'), server.udpPort, '127.0.0.1');
      ports[0]?.send(honest(name), server.udpPort, '127.0.0.1');
      const isAnswered = () => answers.some((answer) => callIdOf(answer) === `honest-${name}`);
      await eventually('the honest request is answered', isAnswered);
      if (udp !== 'silence')
        await eventually('an answer', () => mine().some((answer) => statusOf(answer) >= 200));
      expect(outcomeOf(mine())).toBe(udp);
      expect(seen.length - before).toBe(udp === 'application' ? 2 : 1);
    });
  });

  describe('over TCP', () => {
    it.each(TABLE)('$section $name: $title', async ({ name, text, udp, tcp }) => {
      const expected = tcp ?? udp;
      const stream = await openStream(server.tcpPort);
      // Other transactions than over UDP, which still know theirs.
      stream.write(fresh(text));
      const mayGoOn = typeof expected === 'number' || expected === 'application' || expected === 'silence';
      const other = mayGoOn ? stream : await openStream(server.tcpPort);
      other.write(honest(`tcp-${name}`));
      await eventually('the honest request is answered', () => other.text().includes(`honest-tcp-${name}`));
      if (!mayGoOn) await eventually('the stream is closed', () => stream.closed());
      const answers = stream
        .text()
        .split(/(?=SIP\/2\.0 \d)/)
        .filter((answer) => callIdOf(answer) === callIdOf(fresh(text)));
      const outcome = outcomeOf(answers);
      if (expected === 'unfinished') expect(outcome).toBe('silence');
      else expect(mayGoOn ? outcome : `${outcome}+close`).toBe(expected);
      for (const { end } of [stream, other]) end();
    });
  });

  it('no handler of the server failed meanwhile', () => {
    expect(failures).toEqual([]);
  });
});

/**
 * Sockets on the ports to which answers go when a Via asks for no `rport` (RFC 3261 §18.2.2): 5060, and 5050 for one
 * message. On an address of 127/8 that nobody else is likely to use, as these ports cannot be chosen.
 */
async function bindSipPorts(): Promise<Socket[]> {
  for (let attempt = 0; ; attempt++) {
    const host = `127.${Math.floor(Math.random() * 200) + 20}.${attempt}.77`;
    const sockets = [createSocket('udp4'), createSocket('udp4')];
    try {
      for (const [index, socket] of sockets.entries()) {
        socket.bind([5060, 5050][index], host);
        await once(socket, 'listening');
      }
      return sockets;
    } catch (error) {
      for (const socket of sockets) socket.close();
      if (attempt === 5) throw error;
    }
  }
}

async function openStream(port: number) {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  let closed = false;
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  socket.on('close', () => (closed = true));
  socket.on('error', () => {});
  await once(socket, 'connect');
  return {
    write: (message: string) => void socket.write(message, 'latin1'),
    text: () => text,
    closed: () => closed,
    end: () => socket.destroy(),
  };
}

function outcomeOf(answers: readonly string[]): Outcome {
  const final = answers.map(statusOf).filter((status) => status >= 200)[0];
  if (final === undefined) return 'silence';
  return final === BY_APPLICATION ? 'application' : final;
}

function statusOf(answer: string): number {
  return Number(/^SIP\/2\.0 (\d{3})/.exec(answer)?.[1] ?? 0);
}

function callIdOf(text: string): string | undefined {
  return /^(?:call-id|i)[ \t]*:[ \t]*(\S+)/im.exec(text)?.[1];
}

/** The same with another Call-ID of the same length. */
function fresh(text: string): string {
  return text.replace(/^((?:call-id|i)[ \t]*:[ \t]*)\S/gim, '$1T');
}

function honest(name: string): string {
  return [
    'OPTIONS sip:desk@127.0.0.1 SIP/2.0',
    `Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKhonest${name};rport`,
    'From: <sip:peer@127.0.0.1>;tag=honest',
    'To: <sip:desk@127.0.0.1>',
    `Call-ID: honest-${name}`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0\r\n\r\n',
  ].join('\r\n');
}
