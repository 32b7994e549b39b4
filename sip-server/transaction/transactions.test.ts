import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildRequest, buildResponse, type Field } from '../message/build.ts';
import { readEnvelope, type Envelope } from '../message/envelope.ts';
import type { Flow } from '../transport/flow.ts';
import { TransactionLayer } from './layer.ts';
import type { ReceivedResponse } from './received.ts';
import { createScheduler, type Scheduler } from './scheduler.ts';
import { sipTimers } from './timers.ts';

const BRANCH = 'z9hG4bKtest';

/** A flow that writes down when each message left. */
function recordingFlow(protocol: 'udp' | 'tcp') {
  const sent: { at: number; text: string }[] = [];
  const started = Date.now();
  let failure: ((error: Error) => void) | undefined;
  const flow: Flow = {
    protocol,
    remoteAddress: '127.0.0.1',
    remotePort: 5060,
    local: { protocol, address: '127.0.0.1', port: 5060 },
    alive: true,
    send(bytes, onError) {
      sent.push({ at: Date.now() - started, text: bytes.toString('latin1') });
      failure = onError;
    },
  };
  return {
    flow,
    sent,
    times: () => sent.map((entry) => entry.at),
    fail: () => failure?.(new Error('refused')),
  };
}

function request(method: string) {
  const fields: Field[] = [
    ['Via', `SIP/2.0/UDP 127.0.0.1:5060;branch=${BRANCH}`],
    ['From', '<sip:a@b>;tag=f'],
    ['To', '<sip:c@d>'],
    ['Call-ID', 'one'],
    ['CSeq', `7 ${method}`],
    ['Route', '<sip:r;lr>'],
  ];
  return buildRequest(method, 'sip:c@d', fields, '');
}

function envelopeOf(method: string): Envelope {
  const read = readEnvelope(request(method));
  if (!read.ok) throw new Error(read.problem);
  return read.envelope;
}

describe('transactions', () => {
  let scheduler: Scheduler;
  let layer: TransactionLayer;

  beforeEach(() => {
    vi.useFakeTimers();
    scheduler = createScheduler((error) => {
      throw error;
    });
    layer = new TransactionLayer({ timers: sipTimers(), scheduler });
  });
  afterEach(() => {
    scheduler.close();
    vi.useRealTimers();
  });

  function client(method: string, protocol: 'udp' | 'tcp') {
    const wire = recordingFlow(protocol);
    const told: string[] = [];
    const transaction = layer.startClient(request(method), BRANCH, wire.flow, {
      onResponse: (response) => told.push(String(response.status)),
      onTimeout: () => told.push('timeout'),
      onTransportError: () => told.push('unreachable'),
      onTerminated: () => told.push('over'),
    });
    const receive = (status: number) => layer.receiveResponse(answer(method, status, wire.flow));
    return { ...wire, told, transaction, receive };
  }

  function answer(method: string, status: number, flow: Flow): ReceivedResponse {
    const fields: Field[] = [['To', '<sip:c@d>;tag=t']];
    return { ...buildResponse(status, undefined, fields, ''), envelope: envelopeOf(method), flow };
  }

  function server(method: string, protocol: 'udp' | 'tcp') {
    const wire = recordingFlow(protocol);
    const envelope = envelopeOf(method);
    const transaction =
      method === 'INVITE'
        ? layer.startInviteServer(envelope, wire.flow)
        : layer.startPlainServer(envelope, wire.flow);
    const respond = (status: number) => transaction.respond(buildResponse(status, undefined, [], ''));
    return { ...wire, envelope, transaction, respond };
  }

  describe('INVITE, client', () => {
    it('is repeated at doubling intervals until timer B gives up (A, B)', () => {
      const { times, told } = client('INVITE', 'udp');
      vi.advanceTimersByTime(60_000);
      expect(times()).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 31_500]);
      expect(told).toEqual(['over', 'timeout']);
      expect(layer.size).toBe(0);
    });

    it('is sent once over TCP, and gives up all the same', () => {
      const { times, told } = client('INVITE', 'tcp');
      vi.advanceTimersByTime(31_999);
      expect(told).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(times()).toEqual([0]);
      expect(told).toContain('timeout');
    });

    it('is not repeated after a provisional response and may then ring for ever', () => {
      const { times, told, receive } = client('INVITE', 'udp');
      receive(180);
      vi.advanceTimersByTime(600_000);
      expect(times()).toEqual([0]);
      expect(told).toEqual(['180']);
    });

    it('acknowledges a failure with its own Via, Route and CSeq number, each time it comes, until timer D', () => {
      const { sent, told, receive } = client('INVITE', 'udp');
      receive(486);
      receive(486);
      expect(told).toEqual(['486']);
      const acks = sent.slice(1).map((entry) => entry.text);
      expect(acks).toHaveLength(2);
      expect(acks[0]).toMatch(/^ACK sip:c@d SIP\/2\.0\r\n/);
      expect(acks[0]).toContain(`branch=${BRANCH}`);
      expect(acks[0]).toContain('\r\nRoute: <sip:r;lr>\r\n');
      expect(acks[0]).toContain('\r\nTo: <sip:c@d>;tag=t\r\n');
      expect(acks[0]).toContain('\r\nCSeq: 7 ACK\r\n');
      vi.advanceTimersByTime(32_000);
      expect(told).toEqual(['486', 'over']);
      expect(receive(486)).toBe(false);
    });

    it('hands every 2xx to its user until timer M', () => {
      const { sent, told, receive } = client('INVITE', 'udp');
      receive(200);
      receive(200);
      expect(told).toEqual(['200', '200']);
      expect(sent).toHaveLength(1);
      vi.advanceTimersByTime(32_000);
      expect(told.at(-1)).toBe('over');
    });

    it('reports an unreachable peer once', () => {
      const { told, fail } = client('INVITE', 'tcp');
      fail();
      fail();
      expect(told).toEqual(['over', 'unreachable']);
    });
  });

  describe('other methods, client', () => {
    it('is repeated at intervals that stop doubling at T2 until timer F (E, F)', () => {
      const { times, told } = client('OPTIONS', 'udp');
      vi.advanceTimersByTime(60_000);
      expect(times()).toEqual([0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]);
      expect(told).toEqual(['over', 'timeout']);
    });

    it('goes on repeating after a provisional response', () => {
      const { times, receive } = client('OPTIONS', 'udp');
      receive(100);
      vi.advanceTimersByTime(1_500);
      expect(times()).toEqual([0, 500, 1_500]);
    });

    it('absorbs repeated answers until timer K', () => {
      const { told, receive } = client('OPTIONS', 'udp');
      receive(200);
      receive(200);
      expect(told).toEqual(['200']);
      vi.advanceTimersByTime(4_999);
      expect(told).toEqual(['200']);
      vi.advanceTimersByTime(1);
      expect(told).toEqual(['200', 'over']);
    });

    it('is over at once after the answer over TCP', () => {
      const { told, receive } = client('OPTIONS', 'tcp');
      receive(200);
      expect(told).toEqual(['200', 'over']);
    });
  });

  describe('INVITE, server', () => {
    it('repeats a failure until its ACK comes (G)', () => {
      const { times, respond, envelope } = server('INVITE', 'udp');
      respond(486);
      vi.advanceTimersByTime(4_000);
      expect(times()).toEqual([0, 500, 1_500, 3_500]);
      const found = layer.findServer({ ...envelope, method: 'ACK' }, 'INVITE');
      if (!found || !('receiveAck' in found)) throw new Error('the ACK finds no transaction');
      found.receiveAck();
      vi.advanceTimersByTime(4_999);
      expect(times()).toHaveLength(4);
      expect(layer.size).toBe(1);
      vi.advanceTimersByTime(1);
      expect(layer.size).toBe(0);
    });

    it('gives up on an ACK after timer H', () => {
      const { respond, times } = server('INVITE', 'udp');
      respond(486);
      vi.advanceTimersByTime(32_000);
      expect(layer.size).toBe(0);
      const before = times().length;
      vi.advanceTimersByTime(32_000);
      expect(times()).toHaveLength(before);
    });

    it('repeats its last provisional response when the INVITE comes again', () => {
      const { sent, respond, transaction } = server('INVITE', 'udp');
      respond(100);
      respond(180);
      transaction.receiveRepeat();
      expect(sent.map((entry) => entry.text.slice(8, 11))).toEqual(['100', '180', '180']);
    });

    it('leaves the repeating of a 2xx to its user and absorbs the INVITE until timer L', () => {
      const { sent, respond, transaction } = server('INVITE', 'udp');
      respond(200);
      transaction.receiveRepeat();
      vi.advanceTimersByTime(31_999);
      expect(sent).toHaveLength(1);
      expect(layer.size).toBe(1);
      vi.advanceTimersByTime(1);
      expect(layer.size).toBe(0);
    });

    it('has one final answer only', () => {
      const { respond } = server('INVITE', 'udp');
      expect(respond(200)).toBe(true);
      expect(respond(486)).toBe(false);
    });
  });

  describe('other methods, server', () => {
    it('repeats its answer to a repeated request until timer J', () => {
      const { sent, respond, transaction } = server('BYE', 'udp');
      transaction.receiveRepeat();
      expect(sent).toHaveLength(0);
      respond(200);
      transaction.receiveRepeat();
      expect(sent).toHaveLength(2);
      expect(respond(200)).toBe(false);
      vi.advanceTimersByTime(32_000);
      expect(layer.size).toBe(0);
    });
  });

  it('tells transactions of the same branch from different senders apart', () => {
    const { envelope } = server('BYE', 'udp');
    expect(layer.findServer({ ...envelope, via: { ...envelope.via, port: 9 } })).toBeUndefined();
    expect(layer.findServer(envelope)).toBeDefined();
  });

  it('matches peers whose branches mean nothing by the rules of RFC 2543', () => {
    const wire = recordingFlow('udp');
    const via = { ...envelopeOf('INVITE').via, branch: '1' };
    const envelope = { ...envelopeOf('INVITE'), via };
    layer.startInviteServer(envelope, wire.flow);
    expect(layer.findServer({ ...envelope })).toBeDefined();
    expect(layer.findServer({ ...envelope, method: 'ACK' }, 'INVITE')).toBeDefined();
    expect(layer.findServer({ ...envelope, seq: 8 })).toBeUndefined();
  });
});
