/**
 * A browser on a running site: log-in as a person does it, and what axe says of a page.
 * @module
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--autoplay-policy=no-user-gesture-required',
  '--force-color-profile=srgb',
  '--lang=ro-RO',
];
/** Longer than any page needs, shorter than a test's patience. */
const PAGE_MS = 15_000;

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** @param more flags of Chromium beside those of every page */
export function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [...FLAGS, ...more],
    // Date fields follow the browser's own language, not the page's.
    env: { ...process.env, LANGUAGE: 'ro' },
  });
}

export interface Person {
  name: string;
  password: string;
}

/** A browser profile of its own, logged in through the form. */
export async function logIn(
  browser: Browser,
  url: string,
  person: Person,
  options: BrowserContextOptions = {},
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1440, height: 900 },
    locale: 'ro-RO',
    timezoneId: 'Europe/Bucharest',
    // Without a graphics card each frame of an animation is drawn by the cores that the tests need.
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(PAGE_MS);
  const page = await context.newPage();
  await page.goto('/');
  await page.fill('input[name=username]', person.name);
  await page.fill('input[name=password]', person.password);
  await page.click('button[type=submit]');
  await page.waitForSelector('.app main');
  return { context, page };
}

/**
 * Serious and critical findings of axe, one line each. Colours of a table of fifty rows take a second of processor: of rows that
 * are marked up alike, in an odd place or in an even one, the first is looked at.
 */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Once for each document; a page that was followed to has it.
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axeSource);
  return page.evaluate(SERIOUS_FINDINGS);
}

/** Of an attribute that is not named here only that it is there: addresses, names and ids are each row's own. */
const SERIOUS_FINDINGS = `{
  const STYLE = /^(class|style|role|type|disabled|hidden|colspan|rowspan|scope|tabindex|data-|aria-(?!label))/;
  const seen = new Set();
  const isAgain = (row) => {
    const marks = [row, ...row.querySelectorAll('*')].map((node) => [
      node.localName,
      [...node.attributes].map(({ name, value }) => (STYLE.test(name) ? name + '=' + value : name)),
      [...node.childNodes].some(({ nodeType, data }) => nodeType === Node.TEXT_NODE && data.trim() !== ''),
    ]);
    const key = JSON.stringify([row.parentElement.className, row.sectionRowIndex % 2, marks]);
    return seen.has(key) || !seen.add(key);
  };
  const exclude = [...document.querySelectorAll('tbody > tr')].filter(isAgain);
  axe.run({ include: document, exclude }, { resultTypes: ['violations'], preload: false })
    .then((result) => result.violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => id + ': ' + nodes.map((node) => node.html.slice(0, 160)).join(' | ')));
}`;
