/**
 * The phone in Chromium against a SIP peer of this test: WebSocket and SIP from here, sound from a second page. The edge
 * with its media server is tested in `test/e2e`.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { startFixtureServer, type FixtureServer } from '../../../dev/fixture-server.ts';

const UI = fileURLToPath(new URL('../../../', import.meta.url));
const FLAGS = [
  '--no-sandbox',
  '--autoplay-policy=no-user-gesture-required',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];

let dist: string;
let server: FixtureServer;
let browser: Browser;
let sockets: WebSocket[] = [];
let heard: string[] = [];
let contact = '';

beforeAll(async () => {
  dist = `${await mkdtemp(join(tmpdir(), 'apel-ui-'))}/`;
  await build({ configFile: join(UI, 'vite.config.ts'), logLevel: 'silent', build: { outDir: dist } });
  server = await startFixtureServer({
    dist,
    onSip: (socket) => {
      sockets.push(socket);
      socket.on('message', (data: Buffer) => {
        const text = data.toString('utf8');
        heard.push(text);
        contact = (text.startsWith('REGISTER') && /^Contact: <([^>]+)>/m.exec(text)?.[1]) || contact;
      });
    },
  });
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(dist, { recursive: true, force: true });
});

let context: BrowserContext;
let desk: Page;
let far: Page;

beforeEach(async () => {
  sockets = [];
  heard = [];
  context = await browser.newContext({ locale: 'ro-RO' });
  context.setDefaultTimeout(30_000);
  const deskId = randomUUID();
  await context.addCookies(
    Object.entries({ role: 'agent', desk: 'talking', 'desk-id': deskId }).map(([name, value]) => ({
      name,
      value,
      url: server.url,
    })),
  );
  await context.addInitScript(`localStorage.setItem('apel.desk.id', '${deskId}')`);
  desk = await context.newPage();
  await desk.goto(`${server.url}/desk`);
  await desk.waitForSelector('.desk-line[data-tone=positive]');
  far = await context.newPage();
  await far.goto(`${server.url}/favicon.svg`);
  return () => context.close();
});

/** A peer with a tone of 600 Hz that measures what it hears. */
const OFFER = `(async () => {
  const context = new AudioContext();
  const out = new MediaStreamAudioDestinationNode(context);
  const tone = new OscillatorNode(context, { frequency: 600 });
  tone.connect(out);
  tone.start();
  globalThis.peer = new RTCPeerConnection();
  out.stream.getTracks().forEach((track) => peer.addTrack(track, out.stream));
  globalThis.loudest = 0;
  globalThis.measured = 0;
  peer.ontrack = ({ track }) => {
    const stream = new MediaStream([track]);
    const element = new Audio();
    element.srcObject = stream;
    element.muted = true;
    void element.play();
    const analyser = new AnalyserNode(context);
    new MediaStreamAudioSourceNode(context, { mediaStream: stream }).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      globalThis.loudest = Math.max(globalThis.loudest, ...samples.map(Math.abs));
      globalThis.measured += 1;
    }, 50);
  };
  await peer.setLocalDescription(await peer.createOffer());
  await new Promise((done) => {
    const check = () => peer.iceGatheringState === 'complete' && done();
    peer.onicegatheringstatechange = check;
    check();
  });
  return peer.localDescription.sdp;
})()`;

interface Dialog {
  end: () => void;
}

/** INVITE as the edge sends it, 200, ACK; the sound is the far page's. */
async function call(
  options: { callInfo?: string } = { callInfo: '<sip:edge@apel>;answer-after=0' },
): Promise<Dialog> {
  const sdp = String(await far.evaluate(OFFER));
  const id = randomUUID();
  const socket = sockets.at(-1);
  const from = `<sip:edge@apel>;tag=${id.slice(0, 8)}`;
  const send = (method: string, to: string, more: string[] = [], body = '', cseq = 1): void => {
    const lines = [
      `${method} ${contact} SIP/2.0`,
      `Via: SIP/2.0/WSS edge.invalid;branch=z9hG4bK${randomUUID()}`,
      'Max-Forwards: 70',
      `From: ${from}`,
      `To: ${to}`,
      `Call-ID: ${id}`,
      `CSeq: ${cseq} ${method}`,
      'Contact: <sip:edge@edge.invalid;transport=ws>',
      ...more,
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ];
    socket?.send(lines.join('\r\n'));
  };
  const info = options.callInfo === undefined ? [] : [`Call-Info: ${options.callInfo}`];
  send('INVITE', '<sip:fixture@apel>', [...info, 'Content-Type: application/sdp'], sdp);
  const find = (): string | undefined =>
    heard.find((text) => text.startsWith('SIP/2.0 200') && text.includes(id) && text.includes('INVITE'));
  await expect.poll(find, { timeout: 60_000 }).toBeDefined();
  const answer = find() ?? '';
  const to = /^To: (.+)$/m.exec(answer)?.[1]?.trim() ?? '';
  send('ACK', to);
  const body = answer.slice(answer.indexOf('\r\n\r\n') + 4);
  await far.evaluate((text) => {
    const { peer } = globalThis as unknown as { peer: RTCPeerConnection };
    return peer.setRemoteDescription({ type: 'answer', sdp: text });
  }, body);
  return { end: () => send('BYE', to, [], '', 2) };
}

/** Forgets what was heard, and measures so many times, 50 ms apart. */
async function measureAgain(times: number): Promise<void> {
  await far.evaluate('globalThis.loudest = globalThis.measured = 0');
  await expect.poll(() => far.evaluate('globalThis.measured'), { timeout: 60_000 }).toBeGreaterThan(times);
}

const loudest = (): Promise<number> => far.evaluate('globalThis.loudest');

it('answers the edge by itself, is heard, hears, and says how good the line is; twice', async () => {
  const first = await call();
  await expect.poll(loudest, { timeout: 60_000 }).toBeGreaterThan(0.01);
  await desk.waitForSelector('.line-quality:is([data-verdict=good], [data-verdict=fair])');
  first.end();
  await desk.waitForSelector('.line-quality[data-verdict=none]');
  // sip.js stops the tracks it was given: without a clone the second call would be silent.
  await call();
  await expect.poll(loudest, { timeout: 60_000 }).toBeGreaterThan(0.01);
});

it('a session that nobody ends is left when the next one comes: no sound, no figures of it', async () => {
  const first = await far.context().newPage();
  await first.goto(`${server.url}/favicon.svg`);
  const old = far;
  await call();
  await expect.poll(loudest, { timeout: 60_000 }).toBeGreaterThan(0.01);
  far = first;
  await call();
  await expect.poll(loudest, { timeout: 60_000 }).toBeGreaterThan(0.01);
  far = old;
  await measureAgain(10);
  await measureAgain(30);
  expect(await loudest()).toBeLessThan(0.005);
});

it('mute silences the microphone and takes nothing else away', async () => {
  await call();
  await expect.poll(loudest, { timeout: 60_000 }).toBeGreaterThan(0.01);
  await desk.keyboard.press('F8');
  await desk.waitForSelector('.control[aria-pressed=true]');
  // What was under way arrives; from then on silence, for longer than from one beep of the fake microphone to the next.
  await measureAgain(10);
  await measureAgain(30);
  expect(await loudest()).toBeLessThan(0.005);
  await desk.keyboard.press('F8');
  await expect.poll(loudest, { timeout: 60_000 }).toBeGreaterThan(0.01);
});

it('a lost line is registered again, and the call that was up goes on sounding', async () => {
  await call();
  await expect.poll(loudest, { timeout: 60_000 }).toBeGreaterThan(0.01);
  const registers = (): number => heard.filter((text) => text.startsWith('REGISTER')).length;
  const before = registers();
  sockets.at(-1)?.terminate();
  await expect.poll(registers, { timeout: 60_000 }).toBeGreaterThan(before);
  await desk.waitForSelector('.desk-line[data-tone=positive]');
  await far.evaluate('globalThis.loudest = 0');
  await expect.poll(loudest, { timeout: 60_000 }).toBeGreaterThan(0.01);
});

it('leaving the page says nothing to the other side: no BYE, no un-REGISTER', async () => {
  await call();
  await expect.poll(loudest, { timeout: 60_000 }).toBeGreaterThan(0.01);
  const closed = new Promise<void>((resolve) => sockets.at(-1)?.once('close', () => resolve()));
  const before = heard.length;
  await desk.close();
  await closed;
  expect(heard.slice(before).filter((text) => /^(BYE|REGISTER)/.test(text))).toEqual([]);
});

it('a call that does not ask to be answered rings, and F2 takes it', async () => {
  const taken = call({});
  await desk.waitForSelector('.ring-row');
  expect(await desk.title()).toContain('Apel de la');
  await desk.keyboard.press('F2');
  await taken;
  await expect.poll(loudest, { timeout: 60_000 }).toBeGreaterThan(0.01);
});
