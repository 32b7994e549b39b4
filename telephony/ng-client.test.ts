import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../platform/logger.ts';
import { createMediaSession } from './media-session.ts';
import { createNgClient, type NgClient } from './ng-client.ts';
import { until } from './testing/ports.ts';

interface Asked {
  cookie: string;
  command: Record<string, unknown>;
  from: RemoteInfo;
}

let peer: Socket;
let asked: Asked[];
let onCommand: (asked: Asked) => void;
let ng: NgClient;

beforeEach(async () => {
  asked = [];
  onCommand = () => undefined;
  peer = createSocket('udp4');
  peer.on('message', (datagram, from) => {
    const text = datagram.toString();
    const space = text.indexOf(' ');
    const command = JSON.parse(text.slice(space + 1)) as Record<string, unknown>;
    const one = { cookie: text.slice(0, space), command, from };
    asked.push(one);
    onCommand(one);
  });
  await new Promise<void>((resolve) => peer.bind(0, '127.0.0.1', resolve));
  ng = await createNgClient({
    host: '127.0.0.1',
    port: peer.address().port,
    timeoutMs: 1_000,
    maxInFlight: 3,
    logger: createLogger({ service: 'test', level: 'silent' }),
  });
});
afterEach(async () => {
  await ng.close();
  await new Promise<void>((resolve) => peer.close(() => resolve()));
});

const reply = ({ from }: Asked, text: string): void => peer.send(text, from.port, from.address);

test('a command is answered by its cookie', async () => {
  onCommand = (one) => reply(one, `${one.cookie} {"result":"pong"}`);
  expect(await ng.request('ping', { extra: 1 })).toEqual({ result: 'pong' });
  expect(asked[0]?.command).toEqual({ command: 'ping', extra: 1 });
});

test('a lost command is sent again with the same cookie', async () => {
  onCommand = (one) => asked.length === 3 && reply(one, `${one.cookie} {"result":"ok"}`);
  await ng.request('query');
  expect(new Set(asked.map(({ cookie }) => cookie)).size).toBe(1);
});

/** Each is sent before the true answer to a command. */
const HOSTILE: [string, (cookie: string) => (string | Buffer)[]][] = [
  ['nothing', () => ['']],
  ['no cookie', () => [' {"result":"ok"}', '{"result":"ok"}']],
  ['a cookie alone', (cookie) => [cookie, `${cookie} `]],
  [
    'a cookie of another case, cut, or with more',
    (cookie) => [
      `${cookie.toUpperCase()}x {"result":"ok"}`,
      `${cookie.slice(1)} {"result":"ok"}`,
      `${cookie}0 {"result":"ok"}`,
    ],
  ],
  [
    'cookies that every object has',
    () => ['__proto__ {"result":"ok"}', 'constructor {"result":"ok"}', 'toString {"result":"ok"}'],
  ],
  ['half of the JSON', (cookie) => [`${cookie} {`, `${cookie} {"result":"o`]],
  [
    'JSON that is no answer',
    (cookie) => [`${cookie} null`, `${cookie} 7`, `${cookie} []`, `${cookie} "ok"`, `${cookie} {}`],
  ],
  [
    'a result that is no word',
    (cookie) => [
      `${cookie} {"result":5}`,
      `${cookie} {"result":null}`,
      `${cookie} {"result":{"result":"ok"}}`,
    ],
  ],
  [
    'bencode, whole and broken',
    (cookie) => [`${cookie} d6:result2:oke`, `${cookie} d6:result999999999:oke`, `${cookie} d6:resultl`],
  ],
  [
    'bytes that are no text',
    (cookie) => [Buffer.concat([Buffer.from(`${cookie} `), Buffer.alloc(500, 0xff)]), Buffer.alloc(1_000)],
  ],
  [
    'JSON nested ten thousand deep',
    (cookie) => [`${cookie} ${'['.repeat(10_000)}`, `${cookie} ${'{"a":'.repeat(5_000)}`],
  ],
  ['the largest datagram there is', (cookie) => [`${cookie} {"result":"${'x'.repeat(60_000)}`]],
  ['an answer to nobody', () => ['feedfacefeedfacefeedface {"result":"error","error-reason":"not yours"}']],
];

test.each(HOSTILE)(
  '%s resolves nothing, harms nothing, and the true answer still counts',
  async (_what, junk) => {
    onCommand = (one) => {
      if (one.command['n'] !== 2) return;
      for (const datagram of junk(one.cookie)) peer.send(datagram, one.from.port, one.from.address);
      reply(one, `${one.cookie} {"result":"ok","n":2}`);
    };
    const first = ng.request('query', { n: 1 });
    await until('the first command', () => asked.length === 1);
    expect(await ng.request('query', { n: 2 })).toEqual({ result: 'ok', n: 2 });
    expect(ng.inFlight()).toBe(1);
    const [one] = asked;
    if (one) reply(one, `${one.cookie} {"result":"ok","n":1}`);
    expect(await first).toEqual({ result: 'ok', n: 1 });
    expect(ng.inFlight()).toBe(0);
  },
);

test('answers in another order than the commands each find their own', async () => {
  onCommand = () => {
    if (asked.length < 3) return;
    for (const one of asked.toReversed())
      reply(one, `${one.cookie} ${JSON.stringify({ result: 'ok', ...one.command })}`);
  };
  const answers = await Promise.all([1, 2, 3].map((n) => ng.request('query', { n })));
  expect(answers.map(({ n }) => n)).toEqual([1, 2, 3]);
});

test('the first of two answers counts, a flood of later ones leaves nothing behind', async () => {
  onCommand = (one) => {
    if (one.command['command'] === 'ping') return reply(one, `${one.cookie} {"result":"pong"}`);
    for (let n = 1; n <= 500; n++) reply(one, `${one.cookie} {"result":"ok","n":${n}}`);
  };
  expect(await ng.request('query')).toEqual({ result: 'ok', n: 1 });
  expect(await ng.request('ping')).toEqual({ result: 'pong' });
  expect(ng.inFlight()).toBe(0);
});

test('an answer from another address than the server is never heard', async () => {
  const stranger = createSocket('udp4');
  onCommand = ({ cookie, from }) => {
    stranger.send(`${cookie} {"result":"ok","stranger":true}`, from.port, from.address);
  };
  await expect(ng.request('query', {}, { timeoutMs: 250 })).rejects.toMatchObject({ code: 'timeout' });
  stranger.close();
});

test('a late answer to a timed-out command harms nothing', async () => {
  await expect(ng.request('query', {}, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'timeout' });
  reply(asked[0] as Asked, `${asked[0]?.cookie} {"result":"ok"}`);
  onCommand = (one) => reply(one, `${one.cookie} {"result":"pong"}`);
  expect(await ng.request('ping')).toEqual({ result: 'pong' });
});

test('an error of rtpengine is a refusal in its words', async () => {
  onCommand = (one) => reply(one, `${one.cookie} {"result":"error","error-reason":"Unknown call-id"}`);
  const refused = expect(ng.request('query')).rejects;
  await refused.toMatchObject({ code: 'refused', message: 'NG query: Unknown call-id' });
});

test('an aborted command ends at once and leaves nothing behind', async () => {
  const abort = new AbortController();
  const request = ng.request('query', {}, { signal: abort.signal });
  abort.abort();
  await expect(request).rejects.toMatchObject({ code: 'aborted' });
  expect(ng.inFlight()).toBe(0);
  await expect(ng.request('query', {}, { signal: abort.signal })).rejects.toMatchObject({ code: 'aborted' });
});

test('no more commands are in flight than the bound allows', async () => {
  const waiting = [1, 2, 3].map(() => ng.request('query', {}, { timeoutMs: 300 }).catch(() => undefined));
  await expect(ng.request('query')).rejects.toMatchObject({ code: 'overloaded' });
  await Promise.all(waiting);
});

test('closing refuses what waits, and what comes', async () => {
  const request = ng.request('query');
  const refused = expect(request).rejects.toMatchObject({ code: 'closed' });
  await ng.close();
  await refused;
  await expect(ng.request('ping')).rejects.toMatchObject({ code: 'closed' });
});

test('a prompt whose reply has no duration is refused: rtpengine would play silence', async () => {
  onCommand = (one) => reply(one, `${one.cookie} {"result":"ok"}`);
  const media = createMediaSession(ng, 'call-1');
  await expect(media.play('cust', '/prompt.flac')).rejects.toMatchObject({ code: 'refused' });
});
