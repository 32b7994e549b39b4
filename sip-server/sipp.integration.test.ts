import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { App, AppDialog, AppRequest } from './testing/app.ts';
import { connectSrf, eventually, startServer, type TestServer } from './testing/harness.ts';
import { createLossyRelay } from './testing/lossy-relay.ts';
import { SDP } from './testing/peer.ts';
import {
  answering,
  CONTACT,
  recv,
  respond,
  respondInside,
  startSipp,
  type Sipp,
  type SippOptions,
} from './testing/sipp.ts';

describe('drachtio-srf and sipp, which nobody here wrote', () => {
  let server: TestServer;
  let srf: App;
  const running: Sipp[] = [];

  beforeEach(async () => {
    server = await startServer();
    srf = await connectSrf(server);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((sipp) => sipp.stop()));
    srf.disconnect();
    await server.close();
  });

  async function sipp(options: SippOptions): Promise<Sipp> {
    const started = await startSipp(options);
    running.push(started);
    return started;
  }

  const serverAt = (protocol: 'udp' | 'tcp') =>
    `127.0.0.1:${protocol === 'udp' ? server.udpPort : server.tcpPort}`;
  const uriOf = (callee: Sipp, protocol = 'udp') =>
    `sip:callee@127.0.0.1:${callee.port};transport=${protocol}`;
  const idle = () => server.stats().dialogs + server.stats().inbound + server.stats().outbound === 0;
  const went = { code: 0, errors: '' };

  /** The status a call of ours ended with. */
  async function statusOf(call: Promise<unknown>): Promise<number | string> {
    return call.then(
      () => 'answered',
      (error: { status?: number; message: string }) => error.status ?? error.message,
    );
  }

  describe.each(['udp', 'tcp'] as const)('over %s', (protocol) => {
    it('an application calls sipp, talks and hangs up, 40 times at once', async () => {
      const callee = await sipp({ scenario: answering(SDP), calls: 40, protocol });
      const one = async () => {
        const dialog = await srf.createUAC(uriOf(callee, protocol), {
          localSdp: SDP,
          callingNumber: '40210000000',
        });
        expect(dialog.remote.sdp).toContain('m=audio');
        await dialog.destroy();
      };
      await Promise.all(Array.from({ length: 40 }, one));
      expect(await callee.ended).toEqual(went);
      await eventually('nothing is left', idle);
    });

    it('sipp calls an application and hangs up, 40 times', async () => {
      const dialogs: AppDialog[] = [];
      srf.invite((request, response) => {
        const answered = srf.createUAS(request, response, { localSdp: SDP });
        void answered.then((dialog) => dialogs.push(dialog));
      });
      const caller = await sipp({
        scenario: 'uac',
        calls: 40,
        protocol,
        target: serverAt(protocol),
        args: ['-r', '200'],
      });
      expect(await caller.ended).toEqual(went);
      // A BYE may come in the same read as the OK to our 200, before anybody can listen for `destroy`.
      await eventually(
        'every dialog has ended',
        () => dialogs.filter((dialog) => !dialog.connected).length === 40,
      );
      await eventually('nothing is left', idle);
    });

    it('an application connects sipp with sipp as a B2BUA, 20 times', async () => {
      const callee = await sipp({ scenario: answering(SDP), calls: 20, protocol });
      srf.invite((request, response) => {
        const options = { localSdpB: request.body };
        const connecting = srf.createB2BUA(request, response, uriOf(callee, protocol), options);
        void connecting.then(({ uac, uas }) => {
          // A BYE may come in the same read as the OK to our 200, before anybody can listen for `destroy`.
          if (!uas.connected) void uac.destroy();
          uas.on('destroy', () => void uac.destroy());
          return uac.on('destroy', () => void uas.destroy());
        });
      });
      const caller = await sipp({
        scenario: 'uac',
        calls: 20,
        protocol,
        target: serverAt(protocol),
        args: ['-r', '50'],
      });
      expect(await caller.ended).toEqual(went);
      expect(await callee.ended).toEqual(went);
      await eventually('nothing is left', idle);
    });
  });

  it('calls get through although every fifth datagram is lost', async () => {
    const quick = await startServer({ timers: { t1Ms: 100 } });
    const app = await connectSrf(quick);
    const relay = await createLossyRelay({ share: 0.2 });
    const headers = [CONTACT, `Record-Route: <sip:127.0.0.1:${relay.port};lr>`];
    const steps = [
      recv('INVITE'),
      respond(200, { headers, sdp: SDP, retrans: true }),
      '<recv request="ACK" optional="true"/>',
      recv('BYE'),
      respondInside(200),
      // Lingers, so that a BYE whose answer was lost is answered again.
      '<timewait milliseconds="10000"/>',
    ];
    const callee = await sipp({ scenario: { steps: steps.join('\n') }, calls: 20 });
    relay.aim(callee.port);
    const one = async () => {
      const dialog = await app.createUAC(`sip:callee@127.0.0.1:${relay.port}`, { localSdp: SDP });
      await dialog.destroy();
    };
    await Promise.all(Array.from({ length: 20 }, one));
    expect(relay.dropped()).toBeGreaterThan(10);
    expect(quick.stats()).toMatchObject({ dialogs: 0, inbound: 0, outbound: 0 });
    app.disconnect();
    relay.close();
    await quick.close();
  });

  it.each([404, 486, 503, 603])('a call refused with %i ends with that status', async (status) => {
    const callee = await sipp({
      scenario: { steps: recv('INVITE') + respond(status, { retrans: true }) + recv('ACK') },
      calls: 1,
    });
    expect(await statusOf(srf.createUAC(uriOf(callee), { localSdp: SDP }))).toBe(status);
    expect(await callee.ended).toEqual(went);
  });

  it('early media and ringing reach the application before the answer', async () => {
    const steps = [
      recv('INVITE'),
      respond(183, { headers: [CONTACT], sdp: SDP }),
      respond(180, { headers: [CONTACT] }),
      respond(200, { headers: [CONTACT], sdp: SDP, retrans: true }),
      recv('ACK'),
      recv('BYE'),
      respondInside(200),
    ];
    const callee = await sipp({ scenario: { steps: steps.join('\n') }, calls: 1 });
    const seen: number[] = [];
    const dialog = await srf.createUAC(
      uriOf(callee),
      { localSdp: SDP },
      { cbProvisional: (response) => void seen.push(response.status) },
    );
    await dialog.destroy();
    expect(seen).toEqual([183, 180]);
    expect(await callee.ended).toEqual(went);
  });

  it('an application gives up while sipp rings', async () => {
    const steps = [
      recv('INVITE'),
      respond(180, { headers: [CONTACT] }),
      recv('CANCEL'),
      respond(200),
      // sipp answers what came last; the 487 must carry the CSeq of the INVITE.
      respond(487, { retrans: true }).replace('[last_CSeq:]', 'CSeq: 1 INVITE'),
      recv('ACK'),
    ];
    const callee = await sipp({ scenario: { steps: steps.join('\n') }, calls: 1 });
    let request: AppRequest | undefined;
    const call = srf.createUAC(
      uriOf(callee),
      { localSdp: SDP },
      {
        cbRequest: (_error, sent) => void (request = sent),
        cbProvisional: () => request?.cancel(),
      },
    );
    expect(await statusOf(call)).toBe(487);
    expect(await callee.ended).toEqual(went);
    await eventually('nothing is left', idle);
  });

  it('sipp gives up while the application rings', async () => {
    let cancelled = 0;
    srf.invite((request, response) => {
      request.on('cancel', () => cancelled++);
      response.send(180);
    });
    const head = (method: string, tag = '') =>
      `${method} sip:app@[remote_ip]:[remote_port] SIP/2.0\nVia: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n` +
      `From: <sip:sipp@[local_ip]>;tag=[pid]x[call_number]\nTo: <sip:app@[remote_ip]>${tag}\nCall-ID: [call_id]\nCSeq: 1 ${method}\nMax-Forwards: 70\n`;
    const send = (text: string, more = '') =>
      `<send ${more}><![CDATA[\n${text}Content-Length: 0\n\n]]></send>`;
    const steps = [
      send(head('INVITE') + `${CONTACT}\n`, 'retrans="500"'),
      '<recv response="100" optional="true"/>',
      '<recv response="180"/>',
      send(head('CANCEL').replace('[branch]', '[branch-3]'), 'retrans="500"'),
      '<recv response="200"/>',
      '<recv response="487"/>',
      send(head('ACK', '[peer_tag_param]').replace('[branch]', '[branch-6]')),
    ];
    const caller = await sipp({ scenario: { steps: steps.join('\n') }, calls: 1, target: serverAt('udp') });
    expect(await caller.ended).toEqual(went);
    expect(cancelled).toBe(1);
    await eventually('nothing is left', idle);
  });

  describe('digest authentication', () => {
    const CHALLENGE =
      'Digest realm="sipp", nonce="47ebe028cda119c35d4877b383027d28da013815", algorithm=MD5, qop="auth"';
    const VERIFY = '<action><verifyauth assign_to="ok" username="trunk" password="pass"/></action>';

    it('lets an outgoing REGISTER through on the second try', async () => {
      const steps = [
        recv('REGISTER'),
        respond(401, { headers: [`WWW-Authenticate: ${CHALLENGE}`] }),
        recv('REGISTER', VERIFY),
        '<nop test="ok" next="1"/>',
        respond(403),
        '<label id="1"/>',
        respond(200, { headers: ['Contact: <sip:trunk@127.0.0.1>;expires=600'] }),
      ];
      const registrar = await sipp({ scenario: { steps: steps.join('\n') }, calls: 1 });
      const request = await srf.request(`sip:127.0.0.1:${registrar.port}`, {
        method: 'REGISTER',
        headers: {
          Contact: '<sip:trunk@localhost>',
          To: '<sip:trunk@127.0.0.1>',
          From: '<sip:trunk@127.0.0.1>',
          Expires: '600',
        },
        auth: { username: 'trunk', password: 'pass' },
      });
      const status = await new Promise<number>((resolve) => {
        request.on('response', (response) => resolve(response.status));
      });
      expect(status).toBe(200);
      expect(await registrar.ended).toEqual(went);
    });

    it('lets a challenged call through, with the Call-ID and tag that the application chose', async () => {
      const steps = [
        recv('INVITE'),
        respond(407, { headers: [`Proxy-Authenticate: ${CHALLENGE}`], retrans: true }),
        recv('ACK'),
        recv('INVITE'),
        respond(200, { headers: [CONTACT], sdp: SDP, retrans: true }),
        recv('ACK'),
        recv('BYE'),
        respondInside(200),
      ];
      const callee = await sipp({ scenario: { steps: steps.join('\n') }, calls: 1 });
      const dialog = await srf.createUAC(uriOf(callee), {
        localSdp: SDP,
        headers: { 'Call-ID': 'chosen', From: '<sip:40210000000@localhost>;tag=chosen' },
        auth: { username: 'trunk', password: 'pass' },
      });
      expect(dialog.id).toBe('chosen;from-tag=chosen');
      await dialog.destroy();
      expect(await callee.ended).toEqual(went);
    });
  });

  it('re-INVITE, INFO, UPDATE and NOTIFY travel inside a dialog', async () => {
    const inside = (method: string) => recv(method) + respondInside(200);
    const steps = [
      recv('INVITE'),
      respond(200, { headers: [CONTACT], sdp: SDP, retrans: true }),
      recv('ACK'),
      recv('INVITE'),
      respondInside(200, { headers: [CONTACT], sdp: SDP, retrans: true }),
      recv('ACK'),
      ...['INFO', 'UPDATE', 'NOTIFY', 'BYE'].map(inside),
    ];
    const callee = await sipp({ scenario: { steps: steps.join('\n') }, calls: 1 });
    const dialog = await srf.createUAC(uriOf(callee), { localSdp: SDP });
    await dialog.modify(SDP.replace('sendrecv', 'sendonly'));
    const headers = { 'Content-Type': 'application/dtmf-relay' };
    const statuses: number[] = [];
    for (const options of [
      { method: 'INFO', headers, body: 'Signal=5\r\nDuration=160\r\n' },
      { method: 'UPDATE' },
      { method: 'NOTIFY', headers: { Event: 'refer', 'Subscription-State': 'active' } },
    ]) {
      statuses.push((await dialog.request(options)).status);
    }
    expect(statuses).toEqual([200, 200, 200]);
    await dialog.destroy();
    expect(await callee.ended).toEqual(went);
  });

  it('OPTIONS reaches a routed application', async () => {
    srf.options((_request, response) => response.send(200, { headers: { Accept: 'application/sdp' } }));
    const steps = `<send retrans="500"><![CDATA[
OPTIONS sip:app@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:sipp@[local_ip]>;tag=[call_number]
To: <sip:app@[remote_ip]>
Call-ID: [call_id]
CSeq: 1 OPTIONS
Max-Forwards: 70
Content-Length: 0

]]></send><recv response="200"/>`;
    const asker = await sipp({ scenario: { steps }, calls: 3, target: serverAt('udp') });
    expect(await asker.ended).toEqual(went);
  });

  it('an application that reconnects carries on', async () => {
    srf.disconnect();
    srf = await connectSrf(server);
    const callee = await sipp({ scenario: 'uas', calls: 1 });
    const dialog = await srf.createUAC(uriOf(callee), { localSdp: SDP });
    await dialog.destroy();
  });
});
