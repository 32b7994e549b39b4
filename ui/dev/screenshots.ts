/// <reference types="node" />
/**
 * Pictures of every page, light and dark, at three widths, and what axe says about each; on request on paper.
 * `node --import tsx ui/dev/screenshots.ts OUT_DIR [pattern of name-width-theme, name-print for a PDF]`
 * @module
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build } from 'vite';
import { configShots } from './config-shots.ts';
import { accountShots } from './accounts-shots.ts';
import { deskShots } from './desk-shots.ts';
import { peopleShots } from './people-shots.ts';
import { recordingsShots } from './recordings-shots.ts';
import { reportShots } from './reports-shots.ts';
import { callId } from './fixtures.ts';
import { startFixtureServer } from './fixture-server.ts';
import type { Shot } from './shot.ts';
import { listsShots } from './lists-shots.ts';
import { wallShots } from './wall-shots.ts';

const FLAGS = [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--no-sandbox',
  '--autoplay-policy=no-user-gesture-required',
  '--force-color-profile=srgb',
];
const WIDTHS = [1440, 1000, 390] as const;
const THEMES = ['light', 'dark'] as const;
/** A Saturday noon in Bucharest. */
const NOON = Date.parse('2026-11-21T10:04:31Z');

const SHOTS: readonly Shot[] = [
  { name: 'login', path: '/', role: '', ready: 'form' },
  {
    name: 'login-error',
    path: '/',
    role: '',
    ready: 'form',
    once: true,
    act: async (page) => {
      await page.fill('input[name=username]', 'ioana.marin');
      await page.fill('input[name=password]', 'gresit');
      await page.click('button[type=submit]');
      await page.waitForSelector('[role=alert]');
    },
  },
  { name: 'campanii', path: '/campanii', ready: '.campaign .hour-plot' },
  { name: 'live', path: '/campanii/oradea', ready: '.live .hour-plot' },
  { name: 'live-paused', path: '/campanii/sondaj-bihor', ready: '.live .hour-plot', once: true },
  {
    name: 'live-dialog',
    path: '/campanii/oradea',
    ready: '.live .hour-plot',
    once: true,
    act: async (page) => {
      await page.click('.page-actions button');
      await page.waitForSelector('dialog[open]');
    },
  },
  { name: 'apeluri', path: '/apeluri', ready: '.calls tbody tr' },
  {
    name: 'apeluri-gol',
    path: '/apeluri?de=2026-11-16&pana=2026-11-20&status=callback',
    ready: '.void',
    once: true,
  },
  { name: 'apel', path: `/apeluri/${callId(5)}`, ready: '.wave[data-state=drawn]' },
  { name: 'apel-fara', path: `/apeluri/${callId(4)}`, ready: '.void', once: true },
  ...accountShots(),
  ...peopleShots(),
  ...reportShots(),
  ...recordingsShots(),
  ...deskShots(),
  ...configShots(),
  ...wallShots(),
  ...listsShots(),
  { name: 'conducere', path: '/apeluri', role: 'management', ready: '.calls tbody tr', once: true },
  { name: 'lipsa', path: '/nicaieri', ready: '.void', once: true },
];

const [outDir = '/tmp/ui-shots', pattern = ''] = process.argv.slice(2);
const only = new RegExp(pattern);
const ON_PAPER = /print/;
mkdirSync(outDir, { recursive: true });
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const dist = await buildPage();
const server = await startFixtureServer({ dist, now: () => NOON });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
let serious = 0;
try {
  for (const shot of SHOTS) {
    // Dark on purpose: paper must be light all the same.
    if (ON_PAPER.test(pattern) && only.test(`${shot.name}-print`))
      await take(browser, shot, 1440, 'dark', true);
    for (const width of shot.viewport ? [shot.viewport.width] : shot.once ? [1440] : WIDTHS) {
      for (const theme of shot.once ? (['light'] as const) : THEMES) {
        if (only.test(`${shot.name}-${width}-${theme}`)) serious += await take(browser, shot, width, theme);
      }
    }
  }
} finally {
  await browser.close();
  await server.close();
  rmSync(dist, { recursive: true, force: true });
}
process.stdout.write(`axe: ${serious} serious or critical\n`);
process.exitCode = serious > 0 ? 1 : 0;

/** The page of the present sources, with the phone of the pictures. */
async function buildPage(): Promise<string> {
  const folder = `${mkdtempSync(join(tmpdir(), 'apel-ui-'))}/`;
  await build({
    configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)),
    logLevel: 'silent',
    build: { outDir: folder },
    plugins: [
      {
        name: 'fixture-softphone',
        enforce: 'pre',
        resolveId: (source) =>
          source === './phone/softphone.ts'
            ? fileURLToPath(new URL('./fixture-softphone.ts', import.meta.url))
            : null,
      },
    ],
  });
  return folder;
}

/**
 * As tall as the page, so that fixed and sticky parts stand where they belong. What is measured by the height of the
 * screen grows with it: a picture larger than the screen is laid out anew while it is taken, and half of that is seen.
 */
async function growToPage(page: Page, width: number): Promise<void> {
  let height = width < 500 ? 844 : 900;
  for (let times = 0; times < 4; times += 1) {
    const tall = Number(await page.evaluate('document.documentElement.scrollHeight'));
    if (tall <= height) return;
    height = tall;
    await page.setViewportSize({ width, height });
  }
}

async function take(
  on: Browser,
  shot: Shot,
  width: number,
  theme: 'light' | 'dark',
  paper = false,
): Promise<number> {
  const context = await on.newContext({
    viewport: shot.viewport ?? { width, height: width < 500 ? 844 : 900 },
    colorScheme: theme,
    deviceScaleFactor: width < 500 ? 2 : 1,
    // The page's own policy would refuse axe; it is checked elsewhere.
    bypassCSP: true,
    reducedMotion: 'reduce',
    locale: 'ro-RO',
    timezoneId: 'Europe/Bucharest',
  });
  const role = shot.role ?? 'supervisor';
  if (role !== '') await context.addCookies([{ name: 'role', value: role, url: server.url }]);
  if (shot.wall !== undefined)
    await context.addCookies([{ name: 'wall', value: shot.wall, url: server.url }]);
  await context.addInitScript(`localStorage.setItem('apel.lang', '${shot.lang ?? 'ro'}')`);
  if (shot.desk !== undefined) {
    await context.grantPermissions(['microphone'], { origin: server.url });
    const deskId = randomUUID();
    await context.addCookies([
      { name: 'desk', value: shot.desk, url: server.url },
      { name: 'desk-id', value: deskId, url: server.url },
    ]);
    await context.addInitScript(`
      globalThis.apelPhone = ${JSON.stringify(shot.phone ?? {})};
      localStorage.setItem('apel.desk.id', '${deskId}');
      const Real = WebSocket;
      globalThis.apelSockets = [];
      globalThis.WebSocket = class extends Real {
        constructor(...args) { if (globalThis.apelOffline) throw new Error('offline'); super(...args); globalThis.apelSockets.push(this); }
      };`);
  }
  if (shot.init !== undefined) await context.addInitScript(shot.init);
  const page = await context.newPage();
  await page.clock.setFixedTime(NOON);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (line) => line.type() === 'error' && complaints.push(`console: ${line.text()}`));
  await page.goto(server.url + shot.path);
  const label = `${shot.name}-${width}-${theme}`;
  try {
    await page.waitForSelector(shot.ready, { timeout: 20_000 });
    await shot.act?.(page);
    await page.evaluate(() => document.fonts.ready);
  } catch {
    complaints.push('never became ready');
  }
  if (paper) {
    await page.pdf({
      path: join(outDir, `${shot.name}.pdf`),
      preferCSSPageSize: true,
      printBackground: true,
    });
    process.stdout.write(`${shot.name}.pdf ${complaints.join(' ')}\n`);
    await context.close();
    return 0;
  }
  // A dialog is looked at as it stands on the screen.
  const whole = (await page.locator('dialog[open]').count()) === 0;
  if (whole && shot.viewport === undefined) await growToPage(page, width);
  await page.screenshot({ path: join(outDir, `${label}.png`), fullPage: whole });
  const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  if (Number(overflow) > 0) complaints.push(`page is ${String(overflow)} px too wide`);
  await page.evaluate(axe);
  const found = (await page.evaluate(
    `axe.run().then((r) => r.violations.map((v) => ({ id: v.id, impact: v.impact, nodes: v.nodes.slice(0, 3).map((n) => n.html.slice(0, 140) + ' :: ' + (n.any[0]?.message ?? '')) })))`,
  )) as { id: string; impact: string; nodes: string[] }[];
  const bad = found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  process.stdout.write(
    `${label}: ${found.map(({ id, impact }) => `${id} (${impact})`).join(', ') || 'axe clean'}\n`,
  );
  for (const { id, nodes } of found)
    process.stdout.write(nodes.map((node) => `    ${id}: ${node}\n`).join(''));
  for (const complaint of complaints) process.stdout.write(`    ${complaint}\n`);
  await context.close();
  return bad.length;
}
