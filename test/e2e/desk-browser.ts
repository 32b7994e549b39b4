/**
 * An agent's desk in a real Chromium whose microphone is a tone, worked by keyboard; its ears tell tones apart.
 * @module
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { Person } from './pages-browser.ts';

const SOON_MS = 15_000;

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
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-audio-capture=${file}`,
    ],
    env: { ...process.env, LANGUAGE: 'ro' },
  });
}

/** Listens beside the page: every stream that a call brings goes to an analyser as well. */
const EARS = `
  const own = window.RTCPeerConnection;
  const context = new AudioContext();
  const ears = [];
  window.RTCPeerConnection = class extends own {
    constructor(...options) {
      super(...options);
      this.addEventListener('track', ({ track }) => {
        const ear = new AnalyserNode(context, { fftSize: 4096, smoothingTimeConstant: 0 });
        new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream([track]) }).connect(ear);
        ears.push(ear);
      });
    }
  };
  window.heardHz = () => {
    let best = { level: -55, hz: 0 };
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

export interface DeskPage {
  context: BrowserContext;
  page: Page;
  /** Errors and warnings of the console, and exceptions. */
  complaints: string[];
  /** The loudest tone now, in Hz; 0: silence. */
  heardHz: () => Promise<number>;
  /** Keys, one after the other, as on a keyboard. */
  press: (...keys: string[]) => Promise<void>;
  /** Waits until the focus is where the next key belongs. */
  focused: (selector: string) => Promise<void>;
  /** Waits until the desk is in this stage of a call; `none`: between calls. */
  stage: (stage: string, timeoutMs?: number) => Promise<void>;
}

/** Opens the page and logs in by keyboard, up to the beginning of the shift. */
export async function openDesk(browser: Browser, url: string, person: Person): Promise<DeskPage> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1440, height: 900 },
    locale: 'ro-RO',
    timezoneId: 'Europe/Bucharest',
    permissions: ['microphone'],
  });
  context.setDefaultTimeout(SOON_MS);
  await context.addInitScript(EARS);
  const desk = await openPage(context);
  await desk.page.waitForSelector('input[name=username]');
  await desk.page.keyboard.type(person.name);
  await desk.press('Tab');
  await desk.page.keyboard.type(person.password);
  await desk.press('Enter');
  await desk.page.waitForSelector('.log-on');
  return desk;
}

/** One more page of the same browser profile. */
export async function openPage(context: BrowserContext): Promise<DeskPage> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (line) => complaints.push(`${line.type()}: ${line.text()}`));
  await page.goto('/desk');
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  return {
    context,
    page,
    complaints,
    heardHz: () => page.evaluate('window.heardHz()'),
    press,
    focused: async (selector) => {
      await page.waitForSelector(`${selector}:focus`);
    },
    stage: async (stage, timeoutMs = SOON_MS) => {
      await page.waitForSelector(`.desk[data-call="${stage}"]`, { timeout: timeoutMs });
    },
  };
}

/** From the beginning of the shift to `Disponibil`. */
export async function beginShift({ page, press, focused }: DeskPage): Promise<void> {
  await focused('.log-on-go');
  await press('Enter');
  await focused('.idle[data-state=logged-in] .idle-go');
  await press('F2');
  await page.waitForSelector('.idle[data-state=available] .idle-go:not([disabled])');
}

/** Answers the questions of `desk-world`'s script, page by page, and goes on to the outcomes. */
export async function answerScript({ page, press, focused }: DeskPage, county: string): Promise<void> {
  await focused('.script-fields input[type=radio]');
  await press('Space', 'Enter');
  await focused('.script-fields input[role=combobox]');
  await page.keyboard.type(county);
  await press('Tab');
  await page.keyboard.type('Oradea');
  await press('Enter');
  await focused('.script-fields input[type=text]:not([role])');
  await page.keyboard.type('Ion Popescu');
  await press('Enter');
  await focused('.outcome');
}
