import * as fc from 'fast-check';
import Srf from 'drachtio-srf';
import { describe, expect, it } from 'vitest';
import { readEnvelope } from './envelope.ts';
import { MAX_HEADERS, MAX_HEADER_BYTES, MAX_HOPS, MAX_MESSAGE_BYTES, MAX_URI_BYTES } from './limits.ts';
import { parseMessage, withLongNames } from './parse.ts';
import { headerOf } from './types.ts';

/** drachtio-srf's own reader; its type declarations leave it out. */
const { SipMessage } = Srf as unknown as {
  SipMessage: new (text: string) => { getParsedHeader(name: string): unknown };
};

const FIELDS = [
  'Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK1;rport',
  'From: "Ion; <Popescu>" <sip:1@127.0.0.1>;tag=a',
  'To: <sip:2@127.0.0.1>',
  'Call-ID: one',
  'CSeq: 1 INVITE',
];

function invite(
  extra: readonly string[] = [],
  { start = 'INVITE sip:2@127.0.0.1 SIP/2.0', body = '' } = {},
): string {
  return [start, ...FIELDS, ...extra].join('\r\n') + `\r\n\r\n${body}`;
}

function replaced(field: string, by: string): string {
  return invite().replace(FIELDS.find((line) => line.startsWith(field)) ?? '', by);
}

/** What becomes of a text: the status it earns, `dropped` when it cannot be answered, or `accepted`. */
function verdict(text: string): string {
  const parsed = parseMessage(text, 'content-length');
  if (!parsed.ok) return parsed.answerable ? String(parsed.status) : 'dropped';
  return readEnvelope(parsed.message).ok ? 'accepted' : '400';
}

describe('reading SIP messages', () => {
  it.each([
    ['a plain INVITE', invite(), 'accepted'],
    ['compact names', invite(['m: <sip:1@1.2.3.4>', 'l: 0']), 'accepted'],
    ['folded lines', invite(['Subject: a', ' b', '\tc']), 'accepted'],
    ['a body as long as declared', invite(['Content-Length: 2'], { body: 'ab' }), 'accepted'],
    ['a body longer than declared', invite(['Content-Length: 1'], { body: 'ab' }), 'accepted'],
    ['a body shorter than declared', invite(['Content-Length: 3'], { body: 'ab' }), '400'],
    ['a negative Content-Length', invite(['Content-Length: -1']), '400'],
    ['a Content-Length that is no number', invite(['Content-Length: 1e3']), '400'],
    ['two Content-Lengths', invite(['Content-Length: 0', 'l: 0']), '400'],
    ['two From fields', invite(['From: <sip:3@x.y>;tag=b']), '400'],
    ['a field without a colon', invite(['Nonsense']), '400'],
    ['a field with a space in its name', invite(['Non sense: 1']), '400'],
    ['a control character in a field', invite(['Subject: a\u0001b']), 'dropped'],
    ['a display name that is none', replaced('From', 'From: ;"Ion" <sip:1@127.0.0.1>;tag=a'), '400'],
    ['a fold before any field', `INVITE sip:a@b SIP/2.0\r\n ${invite()}`, '400'],
    ['no From tag', replaced('From', 'From: <sip:1@127.0.0.1>'), '400'],
    ['an unclosed bracket', replaced('From', 'From: <sip:1@127.0.0.1;tag=a'), '400'],
    ['a From without a URI', replaced('From', 'From: Ion;tag=a'), '400'],
    ['no Call-ID', replaced('Call-ID', 'X: y'), '400'],
    ['a bar in the Call-ID', replaced('Call-ID', 'Call-ID: a|b'), '400'],
    ['a CSeq of another method', replaced('CSeq', 'CSeq: 1 BYE'), '400'],
    ['a CSeq of 2^31', replaced('CSeq', 'CSeq: 2147483648 INVITE'), '400'],
    ['a CSeq that is no number', replaced('CSeq', 'CSeq: x INVITE'), '400'],
    ['no Via', replaced('Via', 'X: y'), '400'],
    ['a Via port of 0', replaced('Via', 'Via: SIP/2.0/UDP h:0;branch=z9hG4bK1'), '400'],
    ['SIP/3.0', invite([], { start: 'INVITE sip:a@b SIP/3.0' }), '505'],
    ['a space in the request URI', invite([], { start: 'INVITE sip:a b SIP/2.0' }), '400'],
    ['brackets round the request URI', invite([], { start: 'INVITE <sip:a@b> SIP/2.0' }), '400'],
    ['a header in the request URI', invite([], { start: 'INVITE sip:a@b?X=y SIP/2.0' }), '400'],
    ['a question mark in the user part', invite([], { start: 'INVITE sip:a?x@b SIP/2.0' }), 'accepted'],
    ['a scheme that nobody knows', invite([], { start: 'INVITE isbn:1 SIP/2.0' }), '416'],
    ['a tel: URI', invite([], { start: 'INVITE tel:+40210000000 SIP/2.0' }), 'accepted'],
    ['a header in a Contact without brackets', invite(['Contact: sip:a@b?X=y']), '400'],
    ['a Via with empty parameters', replaced('Via', 'Via: SIP/2.0/UDP h;;branch=z9hG4bK1'), '400'],
    ['a Via of another version', replaced('Via', 'Via: SIP/7.0/UDP h;branch=z9hG4bK1'), '400'],
    ['a body larger than any message', invite(['Content-Length: 70000'], { body: 'ab' }), '513'],
    ['a quoted control character', replaced('From', 'From: "a\\\0" <sip:1@b>;tag=a'), 'accepted'],
    ['HTTP', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'dropped'],
    ['no blank line', invite().trimEnd(), 'dropped'],
    ['bare line feeds', invite().replaceAll('\r\n', '\n'), 'dropped'],
    ['a bare carriage return in a field', invite(['Subject: a\rVia: x']), 'dropped'],
    ['a NUL', invite(['Subject: a\0']), 'dropped'],
    ['a status of 99', 'SIP/2.0 099 x\r\n\r\n', 'dropped'],
    ['a status of 700', 'SIP/2.0 700 x\r\n\r\n', 'dropped'],
    ['nothing', '', 'dropped'],
  ])('%s: %#', (_name, text, expected) => {
    expect(verdict(text)).toBe(expected);
  });

  it.each([
    [
      'header fields',
      (n: number) => invite(Array.from({ length: n - FIELDS.length }, () => 'X: y')),
      MAX_HEADERS,
      '400',
    ],
    ['bytes of a field', (n: number) => invite([`X: ${'y'.repeat(n - 3)}`]), MAX_HEADER_BYTES, '400'],
    [
      'bytes of a request URI',
      (n: number) => invite([], { start: `INVITE sip:${'u'.repeat(n - 4)} SIP/2.0` }),
      MAX_URI_BYTES,
      '414',
    ],
    [
      'hops',
      (n: number) =>
        replaced(
          'Via',
          Array.from({ length: n }, (_, i) => `Via: SIP/2.0/UDP h;branch=z9hG4bK${i}`).join('\r\n'),
        ),
      MAX_HOPS,
      '400',
    ],
    [
      'hops in one line',
      (n: number) =>
        replaced(
          'Via',
          `Via: ${Array.from({ length: n }, (_, i) => `SIP/2.0/UDP h;branch=z9hG4bK${i}`).join(',')}`,
        ),
      MAX_HOPS,
      '400',
    ],
    [
      'bytes in all',
      (n: number) => invite([], { body: 'b'.repeat(n - invite().length) }),
      MAX_MESSAGE_BYTES,
      'dropped',
    ],
  ])('has a limit on %s', (_name, make, limit, beyond) => {
    expect(verdict(make(limit))).toBe('accepted');
    expect(verdict(make(limit + 1))).toBe(beyond);
  });

  it('never throws, whatever bytes come', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        verdict(Buffer.from(bytes).toString('latin1'));
      }),
    );
  });

  it('never throws on a real message with some bytes changed, and agrees with drachtio-srf about what it accepts', () => {
    const text = invite(['Contact: <sip:1@127.0.0.1:5070>', 'Content-Length: 0']);
    const change = fc.tuple(fc.nat(text.length - 1), fc.integer({ min: 0, max: 126 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = Buffer.from(text, 'latin1');
        for (const [at, value] of changes) bytes[at] = value;
        const mutated = bytes.toString('latin1');
        if (verdict(mutated) !== 'accepted') return;
        const theirs = new SipMessage(mutated);
        expect(() => [theirs.getParsedHeader('from'), theirs.getParsedHeader('cseq')]).not.toThrow();
      }),
      { numRuns: 2_000 },
    );
  });

  it('stays quick on hostile input', () => {
    const started = performance.now();
    const nasty = [
      '"'.repeat(60_000),
      '<'.repeat(60_000),
      ';a='.repeat(20_000),
      ' '.repeat(60_000),
      '\r\n '.repeat(20_000),
      ','.repeat(60_000),
    ];
    for (const text of nasty) {
      verdict(invite([`X: ${text}`]));
      verdict(replaced('From', `From: ${text.slice(0, 8_000)}`));
      verdict(replaced('Via', `Via: ${text.slice(0, 8_000)}`));
      verdict(text);
    }
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('keeps every byte, also those that are not UTF-8', () => {
    const text = invite(['Subject: \xff\xfe ț'.replace('ț', '\xc8\x9b')], { body: '\x80\xff' });
    const parsed = parseMessage(text, 'content-length');
    expect(parsed.ok && parsed.message.raw).toBe(text);
    expect(parsed.ok && parsed.message.body).toBe('\x80\xff');
  });

  it('spells out compact names for applications', () => {
    const parsed = parseMessage(invite(['x: 1800;refresher=uas', 'm: <sip:a@b>']), 'content-length');
    if (!parsed.ok) throw new Error(parsed.problem);
    expect(headerOf(parsed.message, 'session-expires')).toBe('1800;refresher=uas');
    const spelled = withLongNames(parsed.message);
    expect(spelled).toContain('\r\nSession-Expires: 1800;refresher=uas\r\nContact: <sip:a@b>\r\n\r\n');
    expect(spelled).toContain(`\r\n${FIELDS[1]}\r\n`);
  });
});
