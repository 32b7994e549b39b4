import { describe, expect, it } from 'vitest';
import { parseVia, stampVia } from './envelope.ts';
import { paramOf, parseNameAddr, splitList, tagOf, withTag } from './name-addr.ts';
import { parseSipUri, splitHostPort, transportOf } from './uri.ts';

describe('addresses', () => {
  it.each([
    ['<sip:a@b>;tag=x', '', 'sip:a@b', ';tag=x'],
    ['sip:a@b;tag=x', '', 'sip:a@b', ';tag=x'],
    ['"A \\" <; B" <sip:a@b;lr>', '"A \\" <; B"', 'sip:a@b;lr', ''],
    ['Ion <tel:+40721>;x', 'Ion', 'tel:+40721', ';x'],
  ])('takes %j apart', (value, display, uri, params) => {
    expect(parseNameAddr(value)).toEqual({ display, uri, params });
  });

  it.each(['', '<>', '<sip:a@b', 'Ion', '"<sip:a@b>', '<sip:a b>', '<sip:a@b> x'])('refuses %j', (value) => {
    expect(parseNameAddr(value)).toBeUndefined();
  });

  it('finds parameters in any case, not in quotes', () => {
    expect(paramOf(';A="b;tag=no";TAG=yes', 'tag')).toBe('yes');
    expect(paramOf(';lr', 'lr')).toBe('');
    expect(paramOf(';tagged=1', 'tag')).toBeUndefined();
  });

  it('replaces a tag and keeps the rest', () => {
    expect(withTag('"I" <sip:a@b;x=y>;p=q;tag=old', 'new')).toBe('"I" <sip:a@b;x=y>;p=q;tag=new');
    expect(withTag('sip:a@b', 'new')).toBe('<sip:a@b>;tag=new');
    expect(tagOf('<sip:a@b;tag=inner>')).toBeUndefined();
  });

  it('splits lists at commas that separate', () => {
    expect(splitList('"a, b" <sip:a@b;x=1,2>, <sip:c@d>')).toEqual(['"a, b" <sip:a@b;x=1,2>', '<sip:c@d>']);
  });

  it.each([
    ['sip:a@b.c:5070;transport=TCP?x=y', { host: 'b.c', port: 5070 }, 'tcp'],
    ['sip:b.c', { host: 'b.c', port: undefined }, undefined],
    ['sips:a:pw@[::1]:5061', { host: '[::1]', port: 5061 }, undefined],
    ['SIP:+40721;phone-context=x@h', { host: 'h', port: undefined }, undefined],
  ])('reads the URI %s', (text, hostPort, transport) => {
    const uri = parseSipUri(text);
    expect(uri).toMatchObject(hostPort);
    expect(uri && transportOf(uri)).toBe(transport);
  });

  it.each([
    'tel:+40',
    'sip:',
    'sip:a@',
    'sip:a@b:0',
    'sip:a@b:70000',
    'sip:a@b c',
    'http://x',
    'sip:a@b..c',
    'sip:a@-;',
  ])('refuses the URI %s', (text) => {
    const uri = parseSipUri(text);
    expect(uri === undefined || uri.host === '-').toBe(true);
  });

  it('splits host and port', () => {
    expect(splitHostPort('[::1]')).toEqual({ host: '[::1]', port: undefined });
    expect(splitHostPort(':5060')).toBeUndefined();
  });

  it('stamps the source into a Via', () => {
    const via = (value: string) => stampVia(parseVia(value) ?? expect.fail(), '10.0.0.1', 4000);
    expect(via('SIP/2.0/UDP h;rport;branch=b')).toBe('SIP/2.0/UDP h;rport=4000;branch=b;received=10.0.0.1');
    expect(via('SIP/2.0/UDP h;branch=b')).toBe('SIP/2.0/UDP h;branch=b;received=10.0.0.1');
    expect(via('SIP/2.0/UDP 10.0.0.1;branch=b')).toBe('SIP/2.0/UDP 10.0.0.1;branch=b');
    expect(via('SIP/2.0/UDP h;received=6.6.6.6;branch=b')).toBe('SIP/2.0/UDP h;branch=b;received=10.0.0.1');
  });
});
