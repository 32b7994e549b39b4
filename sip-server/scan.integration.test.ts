/**
 * A scanner of the open internet: 200 requests a second for users that exist and users that do not, with calls in progress.
 * @module
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { startCalls } from './testing/calls-in-progress.ts';
import { connectSrf, eventually } from './testing/harness.ts';
import { ask, SDP } from './testing/peer.ts';
import { startProcess } from './testing/process.ts';

const METHODS = ['REGISTER', 'OPTIONS', 'INVITE', 'SUBSCRIBE', 'MESSAGE', 'PUBLISH'];
const PER_SECOND = 200;
const REQUESTS = 600;
const TICK_MS = 50;

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end();
});

interface Answer {
  status: string;
  /** Without what the request itself brought. */
  shape: string;
  bytes: number;
}

/** A scanner on an address of its own. */
async function createScanner(host: string, sipPort: number) {
  const socket: Socket = createSocket('udp4').bind(0, host);
  await once(socket, 'listening');
  ending.push(() => socket.close());
  const answers = new Map<string, Answer[]>();
  const sent = new Map<string, number>();
  socket.on('message', (datagram) => {
    const text = datagram.toString('latin1');
    const id = /^Call-ID: (\S+)/m.exec(text)?.[1] ?? '';
    const shape = text
      .replaceAll(id, 'ID')
      .replace(/^To: .*tag=/m, 'To: tag=')
      .replace(/tag=[0-9a-f]{16}/, 'tag=T');
    const status = text.slice(8, 11);
    answers.set(id, [...(answers.get(id) ?? []), { status, shape, bytes: datagram.length }]);
  });
  return {
    answers,
    sent,
    send: (id: string, method: string, user: string) => {
      const text = ask(method, socket.address().port, {
        callId: id,
        branch: `z9hG4bK${id}`,
        uri: `sip:${user}@127.0.0.1`,
        to: `<sip:${user}@127.0.0.1>`,
        body: method === 'INVITE' ? SDP : '',
      });
      sent.set(id, text.length);
      socket.send(text, sipPort, '127.0.0.1');
    },
  };
}

async function paced(count: number, each: (n: number) => void): Promise<void> {
  let n = 0;
  await new Promise<void>((resolve) => {
    const clock = setInterval(() => {
      for (let i = 0; i < (PER_SECOND * TICK_MS) / 1_000; i++) if (n < count) each(n++);
      if (n < count) return;
      clearInterval(clock);
      resolve();
    }, TICK_MS);
  });
}

describe('a scan at 200 requests a second', () => {
  it('learns nothing, is worth no reflection, leaves memory, log and calls alone', async () => {
    const server = await startProcess();
    ending.push(() => server.stop());
    const app = await connectSrf({ adminPort: server.adminPort } as Parameters<typeof connectSrf>[0]);
    ending.push(() => app.disconnect());
    const calls = await startCalls(app, server.udpPort, { callsOut: 5, callsIn: 0 });
    ending.push(() => calls.close());
    const scanner = await createScanner('127.0.0.9', server.udpPort);
    const before = server.rssMb();
    await paced(REQUESTS, (n) => {
      // `callee` and `desk` are names of the calls in progress; a number that exists looks like one that does not.
      const user = n % 2 === 0 ? ['callee', 'desk', '40722000000'][n % 3] : `nobody${n}`;
      scanner.send(`scan-${n}`, METHODS[Math.floor(n / 2) % METHODS.length] ?? '', user ?? '');
    });
    await eventually('all are answered', () => scanner.answers.size === REQUESTS);

    for (const [id, answers] of scanner.answers) {
      // One answer, not repeated, no state kept; hardly longer than the question, whoever forged its source.
      expect(answers).toHaveLength(1);
      expect(answers[0]?.bytes).toBeLessThan(1.35 * (scanner.sent.get(id) ?? 0));
    }
    const shapes = new Set(
      Array.from(scanner.answers.values(), ([answer]) => answer?.shape.replace(/^CSeq: .*/m, '')),
    );
    expect(shapes.size).toBe(1);
    expect([...shapes][0]).toMatch(/^SIP\/2\.0 503 /);
    expect(server.alive()).toBe(true);
    expect(server.log()).toBe('');
    expect(server.rssMb() - before).toBeLessThan(48);
    await calls.proveAlive();
  });

  it('gets no answer at all where SIP_SERVER_PEERS names who may begin something', async () => {
    const server = await startProcess({ SIP_SERVER_PEERS: '127.0.0.1, 192.0.2.0/24' });
    ending.push(() => server.stop());
    const app = await connectSrf({ adminPort: server.adminPort } as Parameters<typeof connectSrf>[0]);
    ending.push(() => app.disconnect());
    const calls = await startCalls(app, server.udpPort, { callsOut: 2, callsIn: 2 });
    ending.push(() => calls.close());
    const scanner = await createScanner('127.0.0.9', server.udpPort);
    const carrier = await createScanner('127.0.0.1', server.udpPort);
    for (const [n, method] of [...METHODS, 'CANCEL', 'BYE', 'NOSUCHMETHOD', 'bad method'].entries())
      scanner.send(`stranger-${n}`, method, 'desk');
    carrier.send('carrier', 'OPTIONS', 'desk');
    await eventually('the carrier is answered', () => carrier.answers.get('carrier')?.[0]?.status === '200');
    expect(scanner.answers.size).toBe(0);
    await calls.proveAlive();
  });
});
