import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createLogger } from '../platform/logger.ts';
import { createDeskRegister, type DeskAccount } from './desk-register.ts';
import type { RegisterReply, RegisterRequest } from './sip-link.ts';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const ACCOUNT: DeskAccount = { userId: 7, deskId: 'desk', ha1: md5('ana:apel:secret') };
const WEB = '<sip:k2@ab12.invalid;transport=ws>;expires=120';

interface Desk {
  clock: { ms: number };
  done: string[];
  asked: string[];
  send(headers: Record<string, string>, more?: Partial<RegisterRequest>): Promise<RegisterReply>;
  /** With the digest of the password, as a client answers a challenge. */
  signed(headers: Record<string, string>, more?: Partial<RegisterRequest>): Promise<RegisterReply>;
}

function setDesk(password = 'secret'): Desk {
  const clock = { ms: 1_800_000_000_000 };
  const done: string[] = [];
  const asked: string[] = [];
  const answer = createDeskRegister({
    account: (username) => {
      asked.push(username);
      return Promise.resolve(username === 'ana' ? ACCOUNT : undefined);
    },
    bind: ({ userId, contact, expiresSeconds }) =>
      Promise.resolve(void done.push(`bind ${userId} ${contact.deskId} ${contact.uri} ${expiresSeconds}`)),
    unbind: ({ userId, deskId, uri }) =>
      Promise.resolve(void done.push(`unbind ${userId} ${deskId} ${uri ?? '*'}`)),
    key: randomBytes(32),
    logger: createLogger({ service: 'test', level: 'silent' }),
    now: () => clock.ms,
  });
  const send: Desk['send'] = (headers, more = {}) => {
    const all: Record<string, string> = { 'call-id': 'c1', to: '<sip:ana@apel>', contact: WEB, ...headers };
    return answer({
      uri: 'sip:apel',
      header: (name) => all[name],
      sourceAddress: '127.0.0.1',
      protocol: 'ws',
      ...more,
    });
  };
  const signed: Desk['signed'] = async (headers, more) => {
    const { headers: challenged } = await send(headers, more);
    const nonce = /nonce="([^"]+)"/.exec(challenged?.['WWW-Authenticate'] ?? '')?.[1] ?? '';
    const user = /sip:([^@]+)@/.exec(headers['to'] ?? '<sip:ana@apel>')?.[1] ?? '';
    const response = md5(
      `${md5(`${user}:apel:${password}`)}:${nonce}:00000001:c:auth:${md5('REGISTER:sip:apel')}`,
    );
    const authorization = `Digest username="${user}", realm="apel", nonce="${nonce}", uri="sip:apel", response="${response}", algorithm=MD5, cnonce="c", qop=auth, nc=00000001`;
    return send({ authorization, ...headers }, more);
  };
  return { clock, done, asked, send, signed };
}

test('one challenge, and nobody is looked up for it', async () => {
  const desk = setDesk();
  const reply = await desk.send({});
  expect(reply.status).toBe(401);
  expect(reply.headers?.['WWW-Authenticate']).toMatch(
    /^Digest realm="apel", nonce="[^"]+", algorithm=MD5, qop="auth"$/,
  );
  expect(desk.asked).toEqual([]);
});

test('a browser registers, refreshes, and leaves', async () => {
  const desk = setDesk();
  const uri = 'sip:k2@ab12.invalid;transport=ws';
  expect(await desk.signed({})).toEqual({ status: 200, headers: { Contact: `<${uri}>;expires=120` } });
  expect((await desk.signed({ contact: `<${uri}>`, expires: '600' })).status).toBe(200);
  expect((await desk.signed({ contact: `<${uri}>;expires=0` })).status).toBe(200);
  expect((await desk.signed({ contact: '*', expires: '0' })).status).toBe(200);
  expect(desk.done).toEqual([
    `bind 7 desk ${uri} 120`,
    `bind 7 desk ${uri} 120`,
    `unbind 7 desk ${uri}`,
    'unbind 7 desk *',
  ]);
});

test('a wrong password and an unknown user get the same answer', async () => {
  const wrong = await setDesk('guess').signed({});
  const unknown = await setDesk().signed({ to: '<sip:eve@apel>' });
  expect(wrong).toEqual({ status: 403 });
  expect(unknown).toEqual(wrong);
});

test.each([
  ['another user in To than in the digest', { to: '<sip:bob@apel>' }, {}],
  ['another request URI', {}, { uri: 'sip:elsewhere' }],
])('%s is refused', async (_what, headers, more) => {
  const desk = setDesk();
  const { headers: challenged } = await desk.send({});
  const nonce = /nonce="([^"]+)"/.exec(challenged?.['WWW-Authenticate'] ?? '')?.[1] ?? '';
  const response = md5(`${ACCOUNT.ha1}:${nonce}:00000001:c:auth:${md5('REGISTER:sip:apel')}`);
  const authorization = `Digest username="ana", realm="apel", nonce="${nonce}", uri="sip:apel", response="${response}", cnonce="c", qop=auth, nc=00000001`;
  expect((await desk.send({ authorization }, {})).status).toBe(200);
  expect((await desk.send({ authorization, ...headers }, more)).status).toBe(403);
});

test.each([
  ['a browser with an address of its own', '<sip:k2@192.0.2.1>', 'ws', 400],
  ['a telephone that names another address', '<sip:k2@192.0.2.1:5060>', 'udp', 400],
  ['a telephone that says it is a browser', WEB, 'udp', 400],
  ['a telephone where it sends from', '<sip:k2@127.0.0.1:5060>', 'udp', 200],
  ['no Contact worth the name', 'tel:112', 'ws', 400],
  ['a very long one', `<sip:${'k'.repeat(500)}@ab12.invalid;transport=ws>`, 'ws', 400],
  ['a short while', '<sip:k2@ab12.invalid;transport=ws>;expires=10', 'ws', 423],
])('%s', async (_what, contact, protocol, status) => {
  expect((await setDesk().signed({ contact }, { protocol })).status).toBe(status);
});

test('a page that reloads all the time is slowed down, and recovers; others are not', async () => {
  const desk = setDesk();
  const statuses: number[] = [];
  for (let nth = 0; nth < 25; nth++) statuses.push((await desk.send({})).status);
  expect(statuses.filter((status) => status === 503)).toHaveLength(5);
  expect((await desk.send({ to: '<sip:bob@apel>' })).status).toBe(401);
  desk.clock.ms += 2_000;
  expect((await desk.send({})).status).toBe(401);
});
