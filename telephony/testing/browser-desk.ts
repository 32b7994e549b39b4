/**
 * A desk in a real Chromium: the page's own phone (`ui/features/desk/phone/softphone.ts`, sip.js) over the SIP server's
 * WebSocket, with a tone instead of a microphone and an ear that tells tones apart.
 * @module
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { build } from 'vite';

const SOFTPHONE = fileURLToPath(new URL('../../ui/features/desk/phone/softphone.ts', import.meta.url));
const ENTRY = 'virtual:desk';

/** Runs in the page; its parameters are in the address, so that a reload brings the same desk back. */
const SCRIPT = `
import { startSoftphone } from ${JSON.stringify(SOFTPHONE)};
const params = new URLSearchParams(location.search);
const servers = [];
window.servers = servers;
window.RTCPeerConnection = class extends window.RTCPeerConnection {
  constructor(config) {
    super(config);
    servers.push(config?.iceServers);
  }
};
const context = new AudioContext();
const oscillator = new OscillatorNode(context, { frequency: Number(params.get('hz')) });
const microphone = new MediaStreamAudioDestinationNode(context);
oscillator.connect(new GainNode(context, { gain: 0.3 })).connect(microphone);
oscillator.start();
const ears = new Set();
window.phone = startSoftphone({
  origin: params.get('ws'),
  ready: Promise.resolve(),
  access: async () => ({
    username: params.get('user'), password: params.get('password'), domain: 'apel', wsPath: '/sip',
    expiresAt: new Date(Date.now() + 600000).toISOString(), iceServers: JSON.parse(params.get('ice')),
  }),
  media: {
    stream: { subscribe: () => () => undefined },
    clone: async () => microphone.stream.clone(),
    play: (remote) => {
      // Chromium decodes a remote stream only for an element.
      const element = new Audio();
      element.srcObject = remote;
      element.muted = true;
      void element.play();
      const ear = new AnalyserNode(context, { fftSize: 4096, smoothingTimeConstant: 0 });
      new MediaStreamAudioSourceNode(context, { mediaStream: remote }).connect(ear);
      ears.add(ear);
      return () => { ears.delete(ear); element.srcObject = null; };
    },
  },
});
/** The loudest frequency that is heard now, in Hz; 0: nothing. */
window.heard = () => {
  let best = { level: -50, hz: 0 };
  for (const ear of ears) {
    const bins = new Float32Array(ear.frequencyBinCount);
    ear.getFloatFrequencyData(bins);
    bins.forEach((level, bin) => {
      if (level > best.level) best = { level, hz: (bin * context.sampleRate) / ear.fftSize };
    });
  }
  return best.hz;
};
`;

export interface BrowserDesk {
  /** STUN and TURN servers that its last session was given. */
  iceServers(): Promise<unknown>;
  /** What the page's own quality meter says (`quality.ts`); undefined before its second reading. */
  quality(): Promise<{ roundTripMs?: number; loss?: number; verdict: string } | undefined>;
  /** Whether the tone is the loudest thing that is heard now. */
  hears(hz: number): Promise<boolean>;
  registered(): Promise<boolean>;
  /** F5. */
  reload(): Promise<void>;
  /** The tab is gone, as after a crash: nothing is sent. */
  crash(): Promise<void>;
}

export interface BrowserDesks {
  /** @param desk.ice STUN and TURN servers, as the API gives them to the page */
  open(desk: { user: string; password: string; hz: number; ice?: readonly object[] }): Promise<BrowserDesk>;
  close(): Promise<void>;
}

export async function startBrowserDesks(wsPort: number): Promise<BrowserDesks> {
  const script = await bundle();
  const server = await serve(`<!doctype html><title>desk</title><script type="module">${script}</script>`);
  const { port } = server.address() as AddressInfo;
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
  });
  const contexts: BrowserContext[] = [];
  return {
    open: async ({ user, password, hz, ice = [] }) => {
      const context = await browser.newContext();
      contexts.push(context);
      const page = await context.newPage();
      const ws = `ws://127.0.0.1:${wsPort}`;
      const query = new URLSearchParams({ user, password, hz: String(hz), ws, ice: JSON.stringify(ice) });
      await page.goto(`http://127.0.0.1:${port}/?${query.toString()}`);
      return deskOn(page);
    },
    close: async () => {
      await closeBrowser(browser, contexts);
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

function deskOn(page: Page): BrowserDesk {
  return {
    iceServers: () => page.evaluate('window.servers.at(-1)'),
    quality: () => page.evaluate('window.phone?.quality.value'),
    hears: async (hz) => Math.abs(Number(await page.evaluate('window.heard()')) - hz) < 25,
    registered: async () => (await page.evaluate('window.phone?.line.value')) === 'registered',
    reload: async () => {
      await page.reload();
    },
    crash: () => page.close({ runBeforeUnload: false }),
  };
}

async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'desk',
        resolveId: (id) => (id === ENTRY ? `\0${ENTRY}` : undefined),
        load: (id) => (id === `\0${ENTRY}` ? SCRIPT : undefined),
      },
    ],
    build: { write: false, minify: false, rollupOptions: { input: ENTRY } },
  });
  const [first] = Array.isArray(built) ? built : [built];
  const chunk = first && 'output' in first ? first.output[0] : undefined;
  if (!chunk) throw new Error('the page was not built');
  return chunk.code.replaceAll('</script', '<\\/script');
}

async function serve(html: string): Promise<Server> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function closeBrowser(browser: Browser, contexts: readonly BrowserContext[]): Promise<void> {
  for (const context of contexts) await context.close().catch(() => undefined);
  await browser.close();
}
