import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_MESSAGE_BYTES } from '../message/limits.ts';
import { StreamFramer } from './stream-framer.ts';

const message = (body: string, name = 'Content-Length') =>
  `BYE sip:a SIP/2.0\r\n${name}: ${body.length}\r\n\r\n${body}`;

describe('cutting a TCP stream into messages', () => {
  it('finds the same messages however the stream is cut', () => {
    const body = fc.string({ unit: 'binary-ascii', maxLength: 60 });
    fc.assert(
      fc.property(fc.array(body, { maxLength: 5 }), fc.integer({ min: 1, max: 40 }), (bodies, size) => {
        const messages = bodies.map((text, i) => message(text, i % 2 ? 'l' : 'content-LENGTH '));
        const stream = messages.join('');
        const framer = new StreamFramer();
        const found = [];
        for (let i = 0; i < stream.length; i += size) found.push(...framer.push(stream.slice(i, i + size)));
        expect(found).toEqual(messages.map((text) => ({ kind: 'message', text })));
        expect(framer.partial).toBe(false);
      }),
    );
  });

  it('takes a message without Content-Length as one without body', () => {
    const text = 'BYE sip:a SIP/2.0\r\nX: y\r\n\r\n';
    expect(new StreamFramer().push(text + text)).toHaveLength(2);
  });

  it('tells keep-alives from a blank line before a message', () => {
    const framer = new StreamFramer();
    expect(framer.push('\r\n')).toEqual([]);
    expect(framer.push('\r\n')).toEqual([{ kind: 'keep-alive' }]);
    expect(framer.push(`\r\n${message('x')}`)).toEqual([{ kind: 'message', text: message('x') }]);
  });

  it('breaks on a head without end, and on what is not SIP', () => {
    expect(new StreamFramer().push('x'.repeat(MAX_MESSAGE_BYTES + 1))).toMatchObject([{ kind: 'broken' }]);
    expect(new StreamFramer().push('GET / HTTP/1.1\r\nHost: x')).toMatchObject([{ kind: 'broken' }]);
  });

  it.each([
    ['is too large', 'Content-Length: 999999'],
    ['is negative', 'Content-Length: -1'],
    ['is there twice with different values', 'Content-Length: 0\r\nl : 5'],
  ])('cuts nothing after a head whose Content-Length %s', (_what, field) => {
    const head = `BYE sip:a SIP/2.0\r\n${field}\r\n\r\n`;
    expect(new StreamFramer().push(head + message('x'))).toEqual([{ kind: 'last-message', text: head }]);
  });
});
