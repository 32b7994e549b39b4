/**
 * An agent's desk in a real Chromium whose microphone is a tone, worked by keyboard; its ears tell tones apart.
 * @module
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { Person } from './pages-browser.ts';

const SOON_MS = 60_000;
/** More than any page of the desk has places for the focus. */
const MOST_TABS = 120;

/** A Chromium of its own: the fake microphone is the browser's, not the page's. @param hertz of the microphone */
export async function launchDeskBrowser(folder: string, hertz: number): Promise<Browser> {
  const file = join(folder, `microphone-${hertz}.wav`);
  // In bursts: what goes on without a pause is noise to the browser's own filter.
  const burst = `-n -r 48000 -c 1 -b 16 ${file} synth 0.6 sine ${hertz} vol 0.5 pad 0 0.2`.split(' ');
  await promisify(execFile)('sox', burst);
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--lang=ro-RO',
      '--autoplay-policy=no-user-gesture-required',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${file}`,
    ],
    env: { ...process.env, LANGUAGE: 'ro' },
  });
}

/**
 * Listens beside the page: every stream that a call brings goes to an analyser as well. And watches the hands: whatever
 * is not a key is a line in the console.
 */
const EARS_AND_EYES = `
  const own = window.RTCPeerConnection;
  const context = new AudioContext();
  const ears = new Map();
  window.RTCPeerConnection = class extends own {
    constructor(...options) {
      super(...options);
      this.addEventListener('track', ({ track }) => {
        const ear = new AnalyserNode(context, { fftSize: 4096, smoothingTimeConstant: 0 });
        new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream([track]) }).connect(ear);
        ears.set(track, ear);
      });
    }
  };
  window.heardHz = () => {
    let best = { level: -55, hz: 0 };
    for (const [track, ear] of ears) {
      if (track.readyState === 'ended') {
        ears.delete(track);
        continue;
      }
      const bins = new Float32Array(ear.frequencyBinCount);
      ear.getFloatFrequencyData(bins);
      bins.forEach((level, bin) => {
        if (level > best.level) best = { level, hz: (bin * context.sampleRate) / ear.fftSize };
      });
    }
    return best.hz;
  };
  let heard = [];
  setInterval(() => {
    const hz = window.heardHz();
    if (hz > 0 && !heard.some((one) => Math.abs(one.hz - hz) < 15)) heard.push({ hz, at: Date.now() });
  }, 15);
  window.listenAnew = () => void (heard = []);
  window.firstHeard = (hz) => heard.find((one) => Math.abs(one.hz - hz) < 15)?.at ?? 0;

  for (const hand of ['pointerdown', 'mousedown', 'touchstart']) {
    addEventListener(hand, () => console.error('not by keyboard: ' + hand), true);
  }
  const { click } = HTMLElement.prototype;
  HTMLElement.prototype.click = function () {
    console.error('not by keyboard: click() by code');
    click.call(this);
  };
`;

export interface DeskPage {
  context: BrowserContext;
  page: Page;
  /** Lines of the console, exceptions, answers that are refusals, requests that failed. */
  complaints: string[];
  /** The loudest tone now, in Hz; 0: silence. */
  heardHz: () => Promise<number>;
  /** `Date.now()` of when a tone was heard first since `listenAnew` or the page's beginning; 0: not yet. */
  firstHeard: (hertz: number) => Promise<number>;
  listenAnew: () => Promise<void>;
  /** Keys, one after the other, as on a keyboard. */
  press: (...keys: string[]) => Promise<void>;
  type: (text: string) => Promise<void>;
  /** Waits until the focus is where the next key belongs. */
  focused: (selector: string) => Promise<void>;
  /** Moves the focus by Tab, or another key, until it is there. */
  tabTo: (selector: string, key?: 'Tab' | 'Shift+Tab' | 'ArrowDown') => Promise<void>;
  sees: (selector: string) => Promise<void>;
  /** Waits until the desk is in this stage of a call; `none`: between calls. */
  stage: (stage: string, timeoutMs?: number) => Promise<void>;
  /** The renderer dies, as of a tab that crashed; what is open afterwards is another page. */
  crash: () => Promise<void>;
}

export interface OpenDesk {
  browser: Browser;
  /** Of the site. */
  url: string;
  person: Person;
  /** The browser asks, and nobody says yes. */
  refusesMicrophone?: boolean;
}

/** Opens the page and logs in by keyboard, up to the beginning of the shift. */
export async function openDesk({ browser, url, person, refusesMicrophone }: OpenDesk): Promise<DeskPage> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1440, height: 900 },
    locale: 'ro-RO',
    timezoneId: 'Europe/Bucharest',
    // As in `pages-browser.ts`.
    reducedMotion: 'reduce',
    permissions: refusesMicrophone === true ? [] : ['microphone'],
  });
  context.setDefaultTimeout(SOON_MS);
  await context.addInitScript(EARS_AND_EYES);
  const desk = await openPage(context);
  await desk.sees('input[name=username]');
  await desk.type(person.name);
  await desk.press('Tab');
  await desk.type(person.password);
  await desk.press('Enter');
  await desk.sees('.log-on');
  return desk;
}

/** One more page of the same browser profile. */
export async function openPage(context: BrowserContext): Promise<DeskPage> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (line) => {
    if (line.type() !== 'debug') complaints.push(`${line.type()}: ${line.text()}`);
  });
  page.on('response', (answer) => {
    if (answer.status() >= 400) complaints.push(`${answer.status()} ${answer.url()}`);
  });
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    // A page that goes leaves its requests.
    if (why !== 'net::ERR_ABORTED') complaints.push(`${why} ${request.url()}`);
  });
  await page.goto('/desk');
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  return {
    context,
    page,
    complaints,
    heardHz: () => page.evaluate('window.heardHz()'),
    firstHeard: (hertz) => page.evaluate(`window.firstHeard(${hertz})`),
    listenAnew: () => page.evaluate('window.listenAnew()'),
    press,
    type: (text) => page.keyboard.type(text),
    focused: async (selector) => {
      await page.waitForSelector(`${selector}:focus`);
    },
    tabTo: async (selector, key = 'Tab') => {
      for (let tabs = 0; (await page.locator(`${selector}:focus`).count()) === 0; tabs += 1) {
        if (tabs === MOST_TABS) throw new Error(`${selector} cannot be reached by ${key}`);
        await press(key);
      }
    },
    sees: async (selector) => {
      await page.waitForSelector(selector);
    },
    stage: async (stage, timeoutMs = SOON_MS) => {
      await page.waitForSelector(`.desk[data-call="${stage}"]`, { timeout: timeoutMs });
    },
    crash: async () => {
      const crashed = page.waitForEvent('crash');
      const devtools = await context.newCDPSession(page);
      devtools.send('Page.crash').catch(() => undefined);
      await crashed;
    },
  };
}

/** As a person does with the lock beside the address. */
export function allowMicrophone({ context }: DeskPage): Promise<void> {
  return context.grantPermissions(['microphone']);
}

/** From the beginning of the shift to `Disponibil`, for one campaign. @param label as it is shown */
export async function beginShift(desk: DeskPage, label: string): Promise<void> {
  const chip = `.chip-check:has-text("${label}") input`;
  await desk.focused('.log-on-go');
  await desk.sees(chip);
  await desk.tabTo(chip, 'Shift+Tab');
  await desk.press('Space');
  await desk.tabTo('.log-on-go');
  await desk.press('Enter');
  await desk.focused('.idle[data-state=logged-in] .idle-go');
  await desk.press('F2');
  await desk.sees('.idle[data-state=available] .idle-go:not([aria-disabled=true])');
}

/** Chooses an outcome by the number on its button; the focus is in the group. */
export async function chooseOutcome(desk: DeskPage, code: string): Promise<void> {
  await desk.focused('.outcome');
  const key = await desk.page.locator(`.outcome[data-code=${code}] kbd`).innerText();
  await desk.press(key);
  await desk.sees(`.outcome[data-code=${code}][aria-checked=true]:focus`);
}
