/**
 * Browsers on WebSockets, as the application and the browser see them.
 * @module
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headerOf, type SipRequest } from '../message/types.ts';
import { BROWSER_VIA, browserContact, createBrowser, register, type Browser } from '../testing/browser.ts';
import {
  answers,
  connectRaw,
  dialogOf,
  eventually,
  reports,
  startServer,
  tokenOf,
  type RawApp,
  type TestServer,
} from '../testing/harness.ts';
import { ask, createPeer, reply, SDP } from '../testing/peer.ts';

describe('browsers', () => {
  let server: TestServer;
  let app: RawApp;
  const ending: (() => void)[] = [];

  beforeEach(async () => {
    // Only a carrier may begin something over UDP and TCP; browsers are none of its business.
    server = await startServer({ peers: ['192.0.2.1'] });
    app = await connectRaw(server);
    app.send('r|route|register');
    await app.take('route', answers('r', 'OK'));
  });
  afterEach(async () => {
    for (const end of ending.splice(0)) end();
    app.socket.destroy();
    await server.close();
  });

  async function open(): Promise<Browser> {
    const browser = await createBrowser(server.wsPort);
    ending.push(() => browser.close());
    return browser;
  }

  /** Sends a REGISTER and has the application answer it. */
  async function registerAs(browser: Browser, name: string, options: Parameters<typeof register>[1] = {}) {
    browser.send(register(name, options));
    const shown = await app.take('REGISTER', reports('REGISTER'));
    app.send(`ok|sip|${tokenOf(shown, 8)}|\r\nSIP/2.0 200 OK\r\n\r\n`);
    await app.take('OK', answers('ok', 'OK'));
    await browser.takeStatus(200, 'REGISTER');
    return shown;
  }

  async function openRegistered(name: string): Promise<Browser> {
    const browser = await open();
    await registerAs(browser, name);
    return browser;
  }

  function send(method: string, name: string, id = method): void {
    const body = method === 'INVITE' ? SDP : '';
    const type = body === '' ? '' : 'Content-Type: application/sdp\r\n';
    app.send(
      `m|sip||\r\n${method} ${browserContact(name)} SIP/2.0\r\nFrom: <sip:apel@localhost>;tag=${id}\r\nCall-ID: ${id}\r\n${type}\r\n${body}`,
    );
  }

  const inDialog = (method: string, id: string, msgId = method) =>
    app.send(`${msgId}|sip||${dialogOf(id)}\r\n${method} sip:placeholder SIP/2.0\r\n\r\n`);

  /** A call of the application that the browser has answered. */
  async function establish(browser: Browser, name: string, id: string): Promise<SipRequest> {
    send('INVITE', name, id);
    const invite = await browser.takeRequest('INVITE');
    const headers = [`Contact: <${browserContact(name)}>`, 'Content-Type: application/sdp'];
    browser.send(reply(invite, 200, { headers, body: SDP }));
    await app.take('200', reports('SIP/2.0 200'));
    inDialog('ACK', id);
    await app.take('OK to ACK', answers('ACK', 'OK'));
    await browser.takeRequest('ACK');
    return invite;
  }

  /** What the browser sends within a call that `establish` set up. */
  const within = (invite: SipRequest, method: string) =>
    ask(method, 0, {
      uri: `sip:127.0.0.1:${server.wsPort};transport=ws`,
      via: BROWSER_VIA,
      callId: headerOf(invite, 'call-id') ?? '',
      fromTag: 'peer',
      to: headerOf(invite, 'from') ?? '',
      headers: [],
    });

  it('show their REGISTER to the application with protocol, address and port', async () => {
    const browser = await open();
    const shown = await registerAs(browser, 'abc');
    expect([4, 5, 6].map((index) => tokenOf(shown, index))).toEqual([
      'ws',
      '127.0.0.1',
      String(browser.port),
    ]);
    expect([10, 11].map((index) => tokenOf(shown, index))).toEqual(['127.0.0.1', String(server.wsPort)]);
    expect(server.stats().browsers).toBe(1);
  });

  it('are not remembered when the application refuses them, nor when it has removed them', async () => {
    const browser = await open();
    browser.send(register('abc'));
    const shown = await app.take('REGISTER', reports('REGISTER'));
    app.send(`no|sip|${tokenOf(shown, 8)}|\r\nSIP/2.0 401 Unauthorized\r\n\r\n`);
    await browser.takeStatus(401);
    expect(server.stats().browsers).toBe(0);
    await registerAs(browser, 'abc', { seq: 2 });
    expect(server.stats().browsers).toBe(1);
    await registerAs(browser, 'abc', { seq: 3, expires: 0 });
    expect(server.stats().browsers).toBe(0);
  });

  it('are called down their connection, talk and are hung up from either side', async () => {
    const browser = await openRegistered('abc');
    const invite = await establish(browser, 'abc', 'c1');
    expect(invite.uri).toBe(browserContact('abc'));
    expect(headerOf(invite, 'via')).toMatch(new RegExp(`^SIP/2.0/WS 127.0.0.1:${server.wsPort};branch=`));
    expect(headerOf(invite, 'contact')).toBe(`<sip:127.0.0.1:${server.wsPort};transport=ws>`);
    browser.send(within(invite, 'BYE'));
    const bye = await app.take('BYE', reports('BYE'));
    expect(tokenOf(bye, 4)).toBe('ws');
    app.send(`b|sip|${tokenOf(bye, 8)}|\r\nSIP/2.0 200 OK\r\n\r\n`);
    await browser.takeStatus(200, 'BYE');

    await establish(browser, 'abc', 'c2');
    inDialog('BYE', 'c2');
    browser.send(reply(await browser.takeRequest('BYE'), 200));
    await app.take('200 to BYE', reports('SIP/2.0 200'));
    expect(server.stats().dialogs).toBe(0);
  });

  it.each(['INVITE', 'OPTIONS'])('that nobody has seen get 410 at once: %s', async (method) => {
    send(method, 'nobody');
    await app.take('410', reports('SIP/2.0 410 Gone'));
    expect(server.stats()).toMatchObject({ outbound: 0, transactions: 0 });
  });

  it('whose connection is closed get 410 at once, and what was asked before it closed gets it too', async () => {
    const browser = await openRegistered('abc');
    send('INVITE', 'abc', 'ringing');
    browser.send(reply(await browser.takeRequest('INVITE'), 180));
    await app.take('180', reports('SIP/2.0 180'));
    send('OPTIONS', 'abc', 'silent');
    await browser.takeRequest('OPTIONS');
    browser.close();
    for (const method of ['INVITE', 'OPTIONS'])
      expect(await app.take('410', reports('SIP/2.0 410'))).toContain(method);
    expect(server.stats()).toMatchObject({ browsers: 0, dialogs: 0, outbound: 0 });
    send('OPTIONS', 'abc', 'later');
    await app.take('410', reports('SIP/2.0 410'));
  });

  it('that register again elsewhere are called there, and the end of the old connection changes nothing', async () => {
    const older = await openRegistered('abc');
    const newer = await openRegistered('abc');
    older.close();
    await eventually('it is closed', () => older.closed() !== undefined);
    send('OPTIONS', 'abc');
    browserAnswers(newer, await newer.takeRequest('OPTIONS'));
    await app.take('200', reports('SIP/2.0 200'));
    expect(older.received.some((message) => message.kind === 'request')).toBe(false);
  });

  it('that are cut off in a call stay in it: requests fail with 410 at once until the application ends it', async () => {
    const browser = await openRegistered('abc');
    await establish(browser, 'abc', 'c1');
    browser.close();
    await eventually('the server knows', () => server.stats().browsers === 0);
    expect(server.stats().dialogs).toBe(1);
    for (const method of ['INFO', 'INVITE', 'BYE']) {
      inDialog(method, 'c1');
      expect(await app.take('410', reports('SIP/2.0 410'))).toContain(method);
    }
    expect(server.stats().dialogs).toBe(0);
    expect(app.payloads.filter(reports('BYE', 'application'))).toEqual([]);
  });

  it('that are cut off in a call and register again go on with it on the new connection', async () => {
    const older = await openRegistered('abc');
    const invite = await establish(older, 'abc', 'c1');
    older.close();
    const newer = await openRegistered('abc');
    inDialog('INFO', 'c1');
    browserAnswers(newer, await newer.takeRequest('INFO'));
    await app.take('200', reports('SIP/2.0 200'));
    newer.send(within(invite, 'INFO'));
    const shown = await app.take('INFO', reports('INFO'));
    expect(tokenOf(shown, 9)).toBe(dialogOf('c1'));
  });

  it('do not take over what others are reached by: a trunk, a UDP peer that calls itself a browser', async () => {
    await registerAs(await open(), 'abc', { contact: '<sip:trunk@192.0.2.1>, <sip:trunk@127.0.0.1:5060>' });
    expect(server.stats().browsers).toBe(0);
    const open2 = await startServer();
    const other = await connectRaw(open2);
    const peer = await createPeer();
    ending.push(
      () => peer.close(),
      () => other.socket.destroy(),
      () => void open2.close(),
    );
    other.send('r|route|register');
    await other.take('route', answers('r', 'OK'));
    peer.send(
      register('abc').replace(/^Via: .*/m, `Via: SIP/2.0/UDP 127.0.0.1:${peer.port};branch=z9hG4bKu`),
      open2.udpPort,
    );
    const shown = await other.take('REGISTER', reports('REGISTER'));
    other.send(`ok|sip|${tokenOf(shown, 8)}|\r\nSIP/2.0 200 OK\r\n\r\n`);
    await peer.takeStatus(200);
    expect(open2.stats().browsers).toBe(0);
  });

  it('may ask what nobody routes, and hear so', async () => {
    const browser = await open();
    browser.send(ask('OPTIONS', 0, { via: BROWSER_VIA }));
    await browser.takeStatus(503);
  });
});

function browserAnswers(browser: Browser, request: SipRequest): void {
  browser.send(reply(request, 200));
}
