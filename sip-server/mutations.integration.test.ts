/**
 * Mutated messages over UDP, TCP and WebSocket against the server's own process, with calls in progress: 5,000 of them, 100,000 with
 * APEL_TEST_FULL; APEL_SEED replays.
 * @module
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { App } from './testing/app.ts';
import { createBrowser } from './testing/browser.ts';
import { startCalls, type CallsInProgress } from './testing/calls-in-progress.ts';
import { connectSrf } from './testing/harness.ts';
import { mutate, seeded } from './testing/mutate.ts';
import { ask, createPeer, SDP, type Peer } from './testing/peer.ts';
import { startProcess, type ServerProcess } from './testing/process.ts';
import { beyondSyntax } from './testing/torture/beyond-syntax.ts';
import { syntaxInvalid } from './testing/torture/syntax-invalid.ts';
import { syntaxValid } from './testing/torture/syntax-valid.ts';

const SEED = Number(process.env['APEL_SEED'] ?? 1);
const COUNT = process.env['APEL_TEST_FULL'] ? 100_000 : 5_000;
/** So many are sent before an honest request must have been answered: the kernel's buffers are not what is tested. */
const BATCH = 100;
const STREAMS = 10;
/** Requests that were taken for good are remembered for 32 s; what stays of 100,000 is below this. */
const MOST_GROWTH_MB = 96;

describe(`${COUNT} mutations, seed ${SEED}`, () => {
  let server: ServerProcess;
  let app: App;
  let calls: CallsInProgress;
  let stranger: Peer;
  let templates: string[];
  const random = seeded(SEED);

  beforeAll(async () => {
    server = await startProcess();
    app = await connectSrf({ adminPort: server.adminPort } as Parameters<typeof connectSrf>[0]);
    calls = await startCalls(app, server.udpPort, { callsOut: 5, callsIn: 5 });
    stranger = await createPeer();
    // Whoever has heard of a call's id, but not its tags.
    const about = calls.callIds.flatMap((callId) =>
      ['BYE', 'INVITE', 'CANCEL', 'ACK', 'INFO'].map((method) =>
        ask(method, stranger.port, {
          callId,
          to: '<sip:desk@127.0.0.1>;tag=guessed',
          body: method === 'INVITE' ? SDP : '',
        }),
      ),
    );
    const fresh = ['INVITE', 'OPTIONS', 'REGISTER'].map((method) =>
      ask(method, stranger.port, { body: SDP }),
    );
    const torture = [...syntaxValid, ...syntaxInvalid, ...beyondSyntax].map(({ text }) => text);
    templates = [...torture, ...about, ...fresh];
  });
  afterAll(async () => {
    calls.close();
    stranger.close();
    app.disconnect();
    await server.stop();
  });

  const next = () => mutate(random.pick(templates), random, templates);

  /** An honest request; sent again, as clients do, since datagrams of a flood are lost. */
  async function honest(name: string): Promise<void> {
    const request = ask('OPTIONS', stranger.port, { callId: name });
    const send = () => stranger.send(request, server.udpPort);
    const resend = setInterval(send, 500);
    send();
    try {
      await stranger.take(`answer to ${name}`, (message) => message.raw.includes(`Call-ID: ${name}\r\n`));
    } finally {
      clearInterval(resend);
    }
  }

  /** Some messages in one connection; what comes after one that breaks the stream is lost, hence only some. */
  async function sendByTcp(messages: readonly string[]): Promise<void> {
    const stream = await openStream(server.tcpPort);
    for (const message of messages) stream.write(message, 'latin1');
    stream.end();
  }

  /** One a frame; what comes after one that is no SIP is lost. */
  async function sendByWebSocket(messages: readonly string[]): Promise<void> {
    const browser = await createBrowser(server.wsPort);
    for (const message of messages) browser.socket.send(Buffer.from(message, 'latin1'), { binary: true });
    browser.socket.close();
  }

  it('leave the server alive, its memory bounded, and the calls as they are', async () => {
    let before = 0;
    for (let sent = 0; sent < COUNT; sent += BATCH) {
      // Memory is counted from where the code is warm.
      if (sent === 1_000) before = server.rssMb();
      for (let i = 0; i < BATCH / 2; i++) stranger.send(next(), server.udpPort);
      for (let i = 0; i < STREAMS; i++) {
        const send = i % 5 === 4 ? sendByWebSocket : sendByTcp;
        await send(Array.from({ length: BATCH / 2 / STREAMS }, next));
      }
      await honest(`batch-${sent}`);
    }
    expect(server.alive()).toBe(true);
    expect(server.log()).toBe('');
    expect(server.rssMb() - before).toBeLessThan(MOST_GROWTH_MB);
    await calls.proveAlive();
  }, 600_000);
});

async function openStream(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  await once(socket, 'connect');
  return socket;
}
