/**
 * One cold load: a browser profile of its own, the processor slowed down four times, until the page is interactive.
 * @module
 */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { until } from '../../test/e2e/site.ts';
import { interactiveMs, probeSource, type Probed } from './probe.ts';

const PATIENCE_MS = 60_000;
const KIB = 1024;

export interface ColdLoad {
  /** Where the browser goes. */
  url: string;
  screen: { control: string; press?: string; answered?: string };
  /** `name=value` of the session; empty: nobody. */
  cookie?: string;
  /** Entries of `localStorage`, as a browser has them that was here before. */
  kept?: Record<string, string>;
  /** 4: as a phone of the middle class, or a shop's old computer. */
  slowdown: number;
}

export interface Loaded {
  interactiveMs: number;
  /** The main control was there. */
  shownMs: number;
  /** Bodies as transferred: document, scripts, style sheets, images. */
  gzipKiB: number;
  /** Of what the API answered. */
  apiKiB: number;
  /** Paths of scripts and style sheets, in the order in which they were asked for. */
  files: string[];
}

/** @param look at the page while it is there, with the paths of its scripts and style sheets */
export async function loadCold(
  browser: Browser,
  load: ColdLoad,
  look?: (page: Page, files: readonly string[]) => Promise<void>,
): Promise<Loaded> {
  const context = await openContext(browser, load);
  try {
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: load.slowdown });
    await page.goto(load.url, { waitUntil: 'commit' });
    // Asked from outside: a question inside the page would be an eval, which its policy refuses.
    await until(`${load.url} answers a click`, PATIENCE_MS, () =>
      page.evaluate<boolean>('globalThis.apelProbe?.paintedAt !== undefined'),
    );
    await page.waitForLoadState('networkidle');
    const probed = await page.evaluate<Probed>('globalThis.apelProbe');
    const sizes = await page.evaluate<Sized[]>(SIZES);
    const files = sizes.map(({ path }) => path).filter((path) => path.startsWith('/assets/'));
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    await look?.(page, files);
    return {
      interactiveMs: interactiveMs(probed),
      shownMs: probed.shownAt,
      gzipKiB: kib(sizes.filter(({ path }) => !path.startsWith('/api/'))),
      apiKiB: kib(sizes.filter(({ path }) => path.startsWith('/api/'))),
      files,
    };
  } finally {
    await context.close();
  }
}

async function openContext(browser: Browser, load: ColdLoad): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'ro-RO',
    timezoneId: 'Europe/Bucharest',
    permissions: ['microphone'],
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const [name = '', value = ''] = (load.cookie ?? '').split('=');
  if (name !== '') await context.addCookies([{ name, value, url: new URL(load.url).origin }]);
  for (const [key, text] of Object.entries(load.kept ?? {})) {
    await context.addInitScript(`localStorage.setItem(${JSON.stringify(key)}, ${JSON.stringify(text)})`);
  }
  await context.addInitScript(probeSource(load.screen));
  return context;
}

interface Sized {
  path: string;
  bytes: number;
}

const SIZES = `[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .map(({ name, encodedBodySize }) => ({ path: new URL(name).pathname, bytes: encodedBodySize }))`;

function kib(sizes: readonly Sized[]): number {
  return sizes.reduce((sum, { bytes }) => sum + bytes, 0) / KIB;
}
