/**
 * drachtio-srf as the application, sip.js as the browser: neither was written here.
 * @module
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { App, AppDialog } from './testing/app.ts';
import { connectSrf, eventually, startServer, type TestServer } from './testing/harness.ts';
import { SDP } from './testing/peer.ts';
import { startRegistrar, type Registrar } from './testing/registrar.ts';
import { isUp, startSipJs, type SipJsDesk } from './testing/sip-js.ts';

const AUTO_ANSWER = { 'Call-Info': '<sip:apel>;answer-after=0' };

describe('sip.js', () => {
  let server: TestServer;
  let app: App;
  let registrar: Registrar;
  let desk: SipJsDesk;

  beforeAll(async () => {
    server = await startServer();
    app = await connectSrf(server);
    registrar = startRegistrar(app, { password: 'right' });
    desk = await startSipJs({ wsPort: server.wsPort, username: 'ana', password: 'right', sdp: SDP });
  });
  afterAll(async () => {
    await desk.stop();
    app.disconnect();
    await server.close();
  });

  const contact = () => /<([^>]+)>/.exec(registrar.accepted.at(-1)?.get('Contact') ?? '')?.[1] ?? '';
  const call = () => app.createUAC(contact(), { localSdp: SDP, headers: AUTO_ANSWER });
  const session = () => desk.sessions.at(-1);
  const ended = (dialog: AppDialog) => new Promise<void>((resolve) => dialog.on('destroy', resolve));

  it('registers with a digest, one challenge', async () => {
    await desk.register();
    expect(registrar.challenged()).toBe(1);
    expect(registrar.accepted[0]).toMatchObject({ protocol: 'ws', source_address: '127.0.0.1' });
    expect(contact()).toMatch(/^sip:\w+@\w+\.invalid;transport=ws$/);
    expect(server.stats().browsers).toBe(1);
  });

  it('with a wrong password is not remembered', async () => {
    const stranger = await startSipJs({
      wsPort: server.wsPort,
      username: 'eve',
      password: 'wrong',
      sdp: SDP,
    });
    await expect(Promise.race([stranger.register(), refusals(2)])).resolves.toBeUndefined();
    expect(stranger.registered()).toBe(false);
    expect(server.stats().browsers).toBe(1);
    await stranger.stop();
  });

  /** One for the first REGISTER without credentials, one for those that are wrong; with what came before. */
  function refusals(more: number): Promise<void> {
    const before = registrar.challenged();
    return eventually('it is refused', () => registrar.challenged() >= before + more);
  }

  it('answers a call by itself and is hung up', async () => {
    const dialog = await call();
    expect(dialog.remote.sdp).toBe(SDP);
    await eventually('it is up', () => isUp(session()));
    await dialog.destroy();
    await eventually('it is down', () => !isUp(session()));
  });

  it('hangs up, is put on hold and told something, and may do so itself', async () => {
    const dialog = await call();
    const { status } = await dialog.request({
      method: 'INFO',
      headers: { 'Content-Type': 'text/plain' },
      body: 'hello',
    });
    expect([status, desk.infos]).toEqual([200, ['hello']]);
    // Only after a round trip: sip.js refuses a re-INVITE, in either direction, for as long as an ACK is on its way.
    expect(await dialog.modify(SDP)).toBe(SDP);
    const told = new Promise<void>((resolve) =>
      listen(dialog, 'info', (_request, response) => {
        response.send(200);
        resolve();
      }),
    );
    await session()?.info({
      requestOptions: {
        body: { contentDisposition: 'render', contentType: 'text/plain', content: 'Signal=5' },
      },
    });
    await told;
    const modified = new Promise<void>((resolve) =>
      listen(dialog, 'modify', (_request, response) => {
        response.send(200, { body: SDP });
        resolve();
      }),
    );
    await session()?.invite();
    await modified;
    const over = ended(dialog);
    await session()?.bye();
    await over;
    expect(server.stats().dialogs).toBe(0);
  });

  it('comes back on a new connection in the middle of a call and goes on with it', async () => {
    const dialog = await call();
    await eventually('it is up', () => isUp(session()));
    await desk.reconnect();
    expect(server.stats().browsers).toBe(1);
    expect((await dialog.request({ method: 'INFO' })).status).toBe(200);
    expect(await dialog.modify(SDP)).toBe(SDP);
    const over = ended(dialog);
    await session()?.bye();
    await over;
    expect(server.stats().dialogs).toBe(0);
  });

  it('that is gone is known to be: 410 to calls and inside them, not the 408 of a time-out', async () => {
    const dialog = await call();
    await eventually('it is up', () => isUp(session()));
    await desk.cut();
    await eventually('the server knows', () => server.stats().browsers === 0);
    await expect(call()).rejects.toMatchObject({ status: 410 });
    expect((await dialog.request({ method: 'INFO' })).status).toBe(410);
    await dialog.destroy();
    expect(server.stats().dialogs).toBe(0);
  });
});

type Listener = (
  request: unknown,
  response: { send(status: number, options?: { body: string }): void },
) => void;

function listen(dialog: AppDialog, event: string, listener: Listener): void {
  (dialog as unknown as { once(event: string, listener: Listener): void }).once(event, listener);
}
