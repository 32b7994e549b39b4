import { createSocket } from 'node:dgram';
import { expect, test } from 'vitest';
import { createLogger } from '../platform/logger.ts';
import { createDtmfListener, parseDtmf } from './dtmf-listener.ts';
import { until } from './testing/ports.ts';

const event = (change: object): string =>
  JSON.stringify({ callid: 'c', source_tag: 'cust', type: 'DTMF', event: 5, duration: 160, ...change });

test.each([
  [0, '0'],
  [9, '9'],
  [10, '*'],
  [11, '#'],
])('event %i of the customer is the key %s', (code, key) => {
  expect(parseDtmf(event({ event: code }))).toEqual({ callId: 'c', key });
});

test.each([
  event({ source_tag: 'agent' }),
  event({ type: 'other' }),
  event({ event: 12 }),
  event({ event: -1 }),
  event({ event: '5' }),
  event({ callid: 7 }),
  'null',
  '{',
  '',
])('%s is no key of the customer', (line) => {
  expect(parseDtmf(line)).toBeUndefined();
});

test('each call hears its own keys, and none after it stopped listening', async () => {
  const logger = createLogger({ service: 'test', level: 'silent' });
  const dtmf = await createDtmfListener({ host: '127.0.0.1', port: 0, logger });
  const keys: string[] = [];
  const others: string[] = [];
  const stop = dtmf.listen('c', (key) => keys.push(key));
  dtmf.listen('d', (key) => others.push(key));
  const socket = createSocket('udp4');
  const send = (line: string): void => socket.send(line, dtmf.port, '127.0.0.1');
  send(event({}));
  await until('the key', () => keys.length === 1);
  stop();
  send(event({}));
  send(event({ callid: 'd' }));
  await until('the other call', () => others.length === 1);
  expect(keys).toEqual(['5']);
  socket.close();
  await dtmf.close();
});
