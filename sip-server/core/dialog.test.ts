import { describe, expect, it } from 'vitest';
import { readEnvelope } from '../message/envelope.ts';
import type { Flow } from '../transport/flow.ts';
import type { AppConnection } from '../wire/app-connection.ts';
import { contactValue, resolveLocalhost } from './app-fields.ts';
import { DialogTable } from './dialog-table.ts';
import { buildDialogRequest, contactUri, Dialog, type DialogStart } from './dialog.ts';
import { buildNewRequest } from './new-request.ts';
import { sessionIntervalOf } from './session-timer.ts';
import { createBranches } from '../message/ids.ts';
import { parseMessage } from '../message/parse.ts';
import type { SipMessage, SipRequest } from '../message/types.ts';

const BRANCHES = createBranches('secret');
const UDP = { protocol: 'udp', address: '10.0.0.1', port: 5060 } as const;
const TCP = { protocol: 'tcp', address: '10.0.0.1', port: 5062 } as const;
const flow = {
  protocol: 'udp',
  local: UDP,
  remoteAddress: '10.0.0.2',
  remotePort: 5060,
  alive: true,
  send() {},
} as Flow;

function dialog(changes: Partial<DialogStart> = {}): Dialog {
  return new Dialog({
    id: 'call;from-tag=mine',
    callId: 'call',
    role: 'uac',
    localTag: 'mine',
    localParty: '<sip:me@h>;tag=mine',
    remoteTag: 'theirs',
    remoteParty: '<sip:you@h>;tag=theirs',
    localSeq: 1,
    remoteSeq: 0,
    remoteTarget: 'sip:you@10.0.0.2',
    routeSet: [],
    contact: '<sip:me@10.0.0.1:5060>',
    flow,
    owner: undefined,
    ...changes,
  });
}

function bye(routeSet: string[]): string {
  const options = { method: 'BYE', seq: 2, branch: 'z9hG4bKx', local: UDP, fields: [], body: '' };
  return buildDialogRequest(dialog({ routeSet }), options).raw;
}

function message(text: string): SipMessage {
  const parsed = parseMessage(text, 'rest');
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.message;
}

const request = (...fields: string[]) =>
  message(['INVITE sip:you@h SIP/2.0', ...fields].join('\r\n') + '\r\n\r\n') as SipRequest;

describe('dialogs', () => {
  it('sends to the remote target when there is no route', () => {
    expect(bye([])).toBe(
      'BYE sip:you@10.0.0.2 SIP/2.0\r\n' +
        'Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKx;rport\r\n' +
        'Max-Forwards: 70\r\n' +
        'From: <sip:me@h>;tag=mine\r\n' +
        'To: <sip:you@h>;tag=theirs\r\n' +
        'Call-ID: call\r\n' +
        'CSeq: 2 BYE\r\n' +
        'Content-Length: 0\r\n\r\n',
    );
  });

  it('keeps the target as request URI through loose routers', () => {
    const text = bye(['<sip:p1;lr>', '<sip:p2;lr>']);
    expect(text).toMatch(/^BYE sip:you@10\.0\.0\.2 SIP/);
    expect(text).toContain('Route: <sip:p1;lr>\r\nRoute: <sip:p2;lr>\r\n');
  });

  it('puts the target last for a strict router', () => {
    const text = bye(['<sip:p1>', '<sip:p2;lr>']);
    expect(text).toMatch(/^BYE sip:p1 SIP/);
    expect(text).toContain('Route: <sip:p2;lr>\r\nRoute: <sip:you@10.0.0.2>\r\n');
  });

  it('are matched by Call-ID and both tags, whichever side called', () => {
    const table = new DialogTable();
    const uac = dialog();
    const uas = dialog({ role: 'uas', id: 'call;from-tag=theirs' });
    const incoming = (fromTag: string, toTag: string) => {
      const text = `BYE sip:x SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=${fromTag}\r\nTo: <sip:c@d>;tag=${toTag}\r\nCall-ID: call\r\nCSeq: 1 BYE\r\n\r\n`;
      const read = readEnvelope(message(text));
      return read.ok ? table.match(read.envelope) : undefined;
    };
    table.add(uac);
    expect(incoming('theirs', 'mine')).toBe(uac);
    expect(incoming('another', 'mine')).toBeUndefined();
    table.remove(uac);
    expect(incoming('theirs', 'mine')).toBeUndefined();
    table.add(uas);
    expect(incoming('theirs', 'mine')).toBe(uas);
    expect(incoming('theirs', 'another')).toBeUndefined();
  });

  it('are told apart by owner when both ends of a call are ours', () => {
    const [caller, callee, other] = [{}, {}, {}] as unknown as [AppConnection, AppConnection, AppConnection];
    const table = new DialogTable();
    const uac = dialog({ owner: caller });
    const uas = dialog({ role: 'uas', owner: callee });
    table.add(uac);
    table.add(uas);
    expect(table.find(uac.id, caller)).toBe(uac);
    expect(table.find(uac.id, callee)).toBe(uas);
    expect(table.find(uac.id, other)).toBe(uac);
    expect([...table.ownedBy(callee)]).toEqual([uas]);
  });

  it('take a target only from a Contact that can be called', () => {
    expect(contactUri(['"x" <sip:a@b:1;transport=tcp>;expires=3'])).toBe('sip:a@b:1;transport=tcp');
    expect(contactUri(['*'])).toBeUndefined();
    expect(contactUri([])).toBeUndefined();
  });
});

describe('what an application leaves to the server', () => {
  it('is filled in', () => {
    const built = buildNewRequest(request(), UDP, BRANCHES);
    if ('problem' in built) throw new Error(built.problem);
    expect(built.request.raw).toMatch(/\r\nFrom: <sip:10\.0\.0\.1:5060>;tag=\w+\r\n/);
    expect(built.request.raw).toMatch(/\r\nTo: <sip:you@h>\r\nCall-ID: \S+\r\nCSeq: 1 INVITE\r\n/);
    expect(built.request.raw).toContain('\r\nContact: <sip:10.0.0.1:5060>\r\n');
  });

  it('stands when it was given, in any case, the later of two', () => {
    const given = [
      'from: <sip:40@localhost>;tag=c1',
      'Call-ID: c1',
      'call-id: c1',
      'cseq: 4 INVITE',
      'CSeq: 5 INVITE',
      'Via: x',
      'X-y: z',
    ];
    const built = buildNewRequest(request(...given), UDP, BRANCHES);
    if ('problem' in built) throw new Error(built.problem);
    const { raw } = built.request;
    expect(raw).toContain('\r\nFrom: <sip:40@10.0.0.1:5060>;tag=c1\r\n');
    expect(raw).toContain('\r\nCall-ID: c1\r\nCSeq: 5 INVITE\r\n');
    expect(raw.match(/call-id/gi)).toHaveLength(1);
    expect(raw).toContain('\r\nX-y: z\r\n');
    expect(raw).not.toContain('Via: x');
  });

  it('is refused when a body has no type', () => {
    const text = message('INFO sip:h SIP/2.0\r\n\r\nhello') as SipRequest;
    expect(buildNewRequest(text, UDP, BRANCHES)).toEqual({ problem: 'missing content-type' });
  });

  it.each([
    ['sip:40@localhost', '<sip:40@10.0.0.1:5062;transport=tcp>'],
    ['"A" <sip:40@localhost>;x=y', '"A" <sip:40@10.0.0.1:5062;transport=tcp>;x=y'],
    ['<sip:40@example.com>', '<sip:40@example.com>'],
  ])('makes %s a Contact that can be called over TCP', (given, contact) => {
    expect(contactValue(request(`contact: ${given}`), TCP)).toBe(contact);
  });

  it('replaces no host that only begins like localhost', () => {
    expect(resolveLocalhost('<sip:a@localhost.example>', UDP)).toBe('<sip:a@localhost.example>');
  });
});

describe('session timers', () => {
  it.each([
    ['1800;refresher=uas', { seconds: 1800, refresher: 'uas' }],
    ['1800', { seconds: 1800, refresher: 'uac' }],
    ['5 ; refresher=UAC', { seconds: 5, refresher: 'uac' }],
    ['soon', undefined],
  ])('reads Session-Expires: %s', (value, interval) => {
    expect(sessionIntervalOf(request(`Session-Expires: ${value}`))).toEqual(interval);
  });
});
