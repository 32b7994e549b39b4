import { beforeEach, describe, expect, it } from 'vitest';
import type { Flow } from '../transport/flow.ts';
import { FlowMemory } from './flow-memory.ts';

const CONTACT = 'sip:abc@xyz.invalid;transport=ws';

function flowOf() {
  let listener: ((error: Error) => void) | undefined;
  const flow = {
    protocol: 'ws' as const,
    remoteAddress: '127.0.0.1',
    remotePort: 1,
    local: { protocol: 'ws' as const, address: '127.0.0.1', port: 2 },
    alive: true,
    registered: false,
    send() {},
    whenClosed(heard: (error: Error) => void) {
      listener = heard;
      return () => {};
    },
    markRegistered() {
      flow.registered = true;
    },
    close() {
      flow.alive = false;
      listener?.(new Error('closed'));
    },
  };
  return flow satisfies Flow;
}

describe('the memory of flows', () => {
  let now: number;
  let memory: FlowMemory;
  beforeEach(() => {
    now = 0;
    memory = new FlowMemory(() => now);
  });
  const remember = (flow: Flow, { seconds = 600, arrivedAt = now, uri = CONTACT } = {}) =>
    memory.remember(uri, { flow, arrivedAt, seconds });

  it('finds a browser by user and host, whatever else the URI says and however the host is spelled', () => {
    const flow = flowOf();
    remember(flow);
    expect(flow.registered).toBe(true);
    for (const uri of [CONTACT, 'sip:abc@XYZ.invalid', 'sip:abc@xyz.invalid:5060;transport=wss;ob'])
      expect(memory.find(uri)).toBe(flow);
    for (const uri of ['sip:ABC@xyz.invalid', 'sip:abc@xy.invalid', 'tel:+40', 'sip:xyz.invalid'])
      expect(memory.find(uri)).toBeUndefined();
  });

  it('forgets after the time that was granted', () => {
    const flow = flowOf();
    remember(flow, { seconds: 60 });
    now = 59_999;
    expect(memory.find(CONTACT)).toBe(flow);
    now = 60_000;
    expect(memory.find(CONTACT)).toBeUndefined();
    expect(memory.size).toBe(0);
  });

  it('forgets a connection that is closed, and takes none that is', () => {
    const flow = flowOf();
    remember(flow);
    remember(flow, { uri: 'sip:other@xyz.invalid' });
    flow.close();
    expect(memory.size).toBe(0);
    remember(flow);
    expect(memory.size).toBe(0);
  });

  it('lets the newest REGISTER win, also when it was answered first, and outlive the older connection', () => {
    const [older, newer] = [flowOf(), flowOf()];
    remember(older, { arrivedAt: 1 });
    remember(newer, { arrivedAt: 3 });
    remember(older, { arrivedAt: 2 });
    older.close();
    expect(memory.find(CONTACT)).toBe(newer);
  });

  it('takes 0 seconds for a removal, but not that of an older REGISTER', () => {
    const flow = flowOf();
    remember(flow, { arrivedAt: 2 });
    remember(flow, { arrivedAt: 1, seconds: 0 });
    expect(memory.find(CONTACT)).toBe(flow);
    remember(flow, { arrivedAt: 3, seconds: 0 });
    expect(memory.size).toBe(0);
  });

  it('holds no more than eight Contacts of one connection, the newest ones, and frees them all at once', () => {
    const flow = flowOf();
    for (let i = 0; i < 1_000; i++) remember(flow, { uri: `sip:c${i}@xyz.invalid` });
    expect(memory.size).toBe(8);
    expect(memory.find('sip:c999@xyz.invalid')).toBe(flow);
    expect(memory.find('sip:c991@xyz.invalid')).toBeUndefined();
    memory.forgetFlow(flow);
    expect(memory.size).toBe(0);
    remember(flow);
    flow.close();
    expect(memory.size).toBe(0);
  });
});
