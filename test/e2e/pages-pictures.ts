/**
 * Pictures of every page of a running site, light and dark, at three widths:
 * `node --import tsx test/e2e/pages-pictures.ts URL NAME PASSWORD OUT_DIR [filter [screen]]`; with `screen` only what
 * fits on one. The supervisor sees all pages.
 * @module
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchBrowser, logIn } from './pages-browser.ts';

const WIDTHS = [1440, 1000, 390] as const;
const THEMES = ['light', 'dark'] as const;

interface Shot {
  name: string;
  open: (page: Page) => Promise<void>;
}

const SHOTS: readonly Shot[] = [
  { name: 'campaigns', open: (page) => visit(page, '/campanii', '.campaign .hour-plot') },
  {
    name: 'live',
    open: async (page) => {
      await visit(page, '/campanii', '.campaign h2 a');
      await page.click('.campaign h2 a');
      await page.waitForSelector('.live-calls tbody tr:nth-child(4)');
    },
  },
  { name: 'calls', open: (page) => visit(page, '/apeluri', '.calls tbody tr') },
  {
    name: 'call',
    open: async (page) => {
      await visit(page, '/apeluri?status=interested', '.calls tbody tr');
      await page.click('.calls tbody a');
      await page.waitForSelector('.wave[data-state=drawn]');
    },
  },
  { name: 'report', open: (page) => visit(page, '/rapoarte/zilnic', '.u-wrap') },
];

const [url = '', name = '', password = '', outDir = '', only = '', size = 'page'] = process.argv.slice(2);
mkdirSync(outDir, { recursive: true });
const browser = await launchBrowser();
try {
  for (const width of WIDTHS) {
    for (const theme of THEMES) await takeAll(width, theme);
  }
} finally {
  await browser.close();
}

async function takeAll(width: number, theme: 'light' | 'dark'): Promise<void> {
  const shots = SHOTS.filter((shot) => `${shot.name}-${width}-${theme}`.includes(only));
  if (shots.length === 0) return;
  const height = width < 500 ? 844 : 900;
  const { context, page } = await logIn(
    browser,
    url,
    { name, password },
    {
      viewport: { width, height },
      colorScheme: theme,
      deviceScaleFactor: width < 500 ? 2 : 1,
      reducedMotion: 'reduce',
    },
  );
  for (const shot of shots) {
    const label = `${shot.name}-${width}-${theme}`;
    await shot.open(page);
    await page.evaluate('document.fonts.ready');
    // As tall as the page, so that fixed and sticky parts stand where they belong.
    const tall = Number(await page.evaluate('document.documentElement.scrollHeight'));
    if (size === 'page') await page.setViewportSize({ width, height: Math.max(tall, height) });
    await page.screenshot({ path: join(outDir, `${label}.png`) });
    await page.setViewportSize({ width, height });
    const overflow = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
    process.stdout.write(`${label}${overflow > 0 ? `: ${overflow} px too wide` : ''}\n`);
  }
  await context.close();
}

async function visit(page: Page, path: string, ready: string): Promise<void> {
  await page.goto(path);
  await page.waitForSelector(ready);
}
