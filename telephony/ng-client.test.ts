import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../platform/logger.ts';
import { createMediaSession } from './media-session.ts';
import { createNgClient, type NgClient } from './ng-client.ts';

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

test('malformed, foreign, wrong and doubled answers are passed over', async () => {
  onCommand = (one) => {
    if (asked.length > 1) return;
    for (const junk of ['', 'x', one.cookie, `${one.cookie} `, `${one.cookie} {`, `${one.cookie} 7`])
      reply(one, junk);
    reply(one, `${one.cookie} null`);
    reply(one, `${one.cookie} {"result":5}`);
    reply(one, `other {"result":"error","error-reason":"not yours"}`);
    reply(one, `${one.cookie} {"result":"ok","n":1}`);
    reply(one, `${one.cookie} {"result":"ok","n":2}`);
  };
  expect(await ng.request('query')).toEqual({ result: 'ok', n: 1 });
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
