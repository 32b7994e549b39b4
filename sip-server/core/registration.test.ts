import { describe, expect, it } from 'vitest';
import { buildRequest, buildResponse, type Field } from '../message/build.ts';
import type { Flow } from '../transport/flow.ts';
import type { FlowMemory } from './flow-memory.ts';
import { rememberRegistration } from './registration.ts';

const CONTACT = '<sip:abc@xyz.invalid;transport=ws>';

/** Seconds that each Contact is remembered for. */
function remembered(request: readonly Field[], answer: readonly Field[]): Record<string, number> {
  const seen: Record<string, number> = {};
  const memory = {
    remember: (uri: string, { seconds }: { seconds: number }) => (seen[uri] = seconds),
    forgetFlow: () => (seen['*'] = 0),
  } as unknown as FlowMemory;
  rememberRegistration(memory, {
    request: buildRequest('REGISTER', 'sip:apel', request, ''),
    answer: buildResponse(200, undefined, answer, ''),
    flow: {} as Flow,
    arrivedAt: 0,
  });
  return seen;
}

describe('what is remembered of a REGISTER', () => {
  const asked: Field[] = [
    ['Contact', CONTACT],
    ['Expires', '300'],
  ];
  it.each<[string, Field[], Field[], number]>([
    ['what the Contact of the answer says', asked, [['Contact', `${CONTACT};expires=60`]], 60],
    [
      'what its Expires says',
      asked,
      [
        ['Contact', CONTACT],
        ['Expires', '120'],
      ],
      120,
    ],
    ['what was asked for, when the answer says nothing', asked, [], 300],
    [
      'the Contact asked for before the Expires',
      [
        ['Contact', `${CONTACT};expires=90`],
        ['Expires', '1'],
      ],
      [],
      90,
    ],
    ['an hour, when nobody says anything', [['Contact', CONTACT]], [], 3_600],
    ['a day at most', asked, [['Expires', '9999999999']], 86_400],
    [
      'what is granted of several',
      asked,
      [['Contact', `<sip:o@xyz.invalid>;expires=5, ${CONTACT};expires=7`]],
      7,
    ],
    ['nothing, when others are listed only', asked, [['Contact', '<sip:other@xyz.invalid>;expires=60']], 0],
    ['the removal', [['Contact', `${CONTACT};expires=0`]], [], 0],
    ['an expiry that is no number is none', asked, [['Contact', `${CONTACT};expires=soon`]], 300],
  ])('%s', (_what, request, answer, seconds) => {
    expect(remembered(request, answer)).toEqual({ 'sip:abc@xyz.invalid;transport=ws': seconds });
  });

  it.each([
    ['a trunk, which others reach by address', '<sip:trunk@192.0.2.1>'],
    ['another transport', '<sip:trunk@carrier.example;transport=tcp>'],
    ['what is no SIP URI', '<tel:+40722000000>'],
  ])('nothing about %s', (_what, contact) => {
    expect(remembered([['Contact', contact]], [])).toEqual({});
  });

  it('all Contacts of the connection go with a star', () => {
    expect(
      remembered(
        [
          ['Contact', '*'],
          ['Expires', '0'],
        ],
        [],
      ),
    ).toEqual({ '*': 0 });
  });
});
