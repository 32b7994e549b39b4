import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createDigestServer, type DigestAnswer } from './digest-server.ts';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const HA1 = md5('d7-abc:apel:secret');
let clock = 1_800_000_000_000;
const key = randomBytes(32);
const server = createDigestServer({ realm: 'apel', key, now: () => clock });

function answerTo(challenge: string, changes: Record<string, string> = {}): string {
  const nonce = /nonce="([^"]+)"/.exec(challenge)?.[1] ?? '';
  const fields: Record<string, string> = {
    username: 'd7-abc',
    realm: 'apel',
    nonce,
    uri: 'sip:apel',
    cnonce: 'c1',
    response: md5(`${HA1}:${nonce}:00000001:c1:auth:${md5('REGISTER:sip:apel')}`),
    ...changes,
  };
  const quoted = Object.entries(fields).map(([name, value]) => `${name}="${value}"`);
  return `Digest algorithm=MD5, ${quoted.join(', ')}, qop=auth, nc=00000001`;
}

const read = (header: string, callId = 'c'): DigestAnswer => {
  const answer = server.read(header, callId);
  if (typeof answer === 'string') throw new Error(answer);
  return answer;
};

test('the right password is recognised, for its own method only', () => {
  const answer = read(answerTo(server.challenge('c')));
  expect(answer.username).toBe('d7-abc');
  expect(answer.matches(HA1, 'REGISTER')).toBe(true);
  expect(answer.matches(HA1, 'INVITE')).toBe(false);
  expect(answer.matches(md5('d7-abc:apel:other'), 'REGISTER')).toBe(false);
});

test('a nonce is good for a minute; later it is stale, which is no wrong password', () => {
  const header = answerTo(server.challenge('c'));
  clock += 59_000;
  expect(typeof server.read(header, 'c')).toBe('object');
  clock += 2_000;
  expect(server.read(header, 'c')).toBe('stale');
  expect(server.challenge('c', true)).toMatch(/stale=true$/);
});

test('a nonce of another process with the same key is ours, one of a stranger or for another Call-ID is not', () => {
  const sibling = createDigestServer({ realm: 'apel', key, now: () => clock });
  expect(typeof server.read(answerTo(sibling.challenge('c')), 'c')).toBe('object');
  const stranger = createDigestServer({ realm: 'apel', key: randomBytes(32), now: () => clock });
  expect(server.read(answerTo(stranger.challenge('c')), 'c')).toBe('bad');
  expect(server.read(answerTo(server.challenge('c')), 'd')).toBe('bad');
});

test.each(['', 'Digest', 'Basic dXNlcjpwYXNz', 'Digest username="a"', `Digest ${'a="b",'.repeat(1_000)}`])(
  '%.40s is no answer',
  (header) => {
    expect(server.read(header, 'c')).toBe('bad');
  },
);

test.each([{ realm: 'other' }, { nonce: '1.2.3' }, { algorithm: 'SHA-256' }])(
  '%o is no answer',
  (changes) => {
    const header = answerTo(server.challenge('c'), changes).replace(
      'algorithm=MD5, ',
      'algorithm' in changes ? '' : 'algorithm=MD5, ',
    );
    expect(server.read(header, 'c')).toBe('bad');
  },
);
