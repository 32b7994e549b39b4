/**
 * A walk through every page of `pages.tsx` as each role, in Chromium, over the real API: the menu by clicks, the rest by
 * address. What a role may not open says so; each report is printed.
 */
import type { Browser, BrowserContext, Page as Tab } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../contracts/model/role.ts';
import { addDays, mondayOf } from '../domain/local-dates.ts';
import { can, reachOf } from '../domain/permissions.ts';
import { SHOWN_KINDS } from './features/config/kinds.ts';
import { launchBrowser, logIn, seriousFindings } from '../test/e2e/pages-browser.ts';
import { startPagesWorld, type PagesWorld } from '../test/pages/world.ts';
import { PAGES, type Page } from './pages.tsx';

/** A machine ten times slower than this one. */
const PATIENCE_MS = 60_000;
const WALK_MS = 600_000;
const REFUSED = 'Nu aveți acces la această pagină';
const NOT_FOUND = 'Pagina nu există';

let world: PagesWorld;
let browser: Browser;

beforeAll(async () => {
  [world, browser] = await Promise.all([startPagesWorld(), launchBrowser()]);
}, WALK_MS);

afterAll(async () => {
  await browser?.close();
  await world?.stop();
}, WALK_MS);

/** What stands for the variables of an address. A page that is not known here has to be added: it is not walked by chance. */
function addressOf({ path }: Page): string {
  const { history } = world;
  const known: Record<string, string> = {
    '/campanii/:name': `/campanii/${history.campaign}`,
    '/apeluri/:id': `/apeluri/${history.callId}`,
    '/liste/:id': `/liste/${history.listId}`,
    '/contacte/:id': `/contacte/${history.contactId}`,
    '/configurare/:kind': '/configurare/calendar',
    '/configurare/:kind/:name': `/configurare/campaign/${history.campaign}`,
    '/utilizatori/:id': `/utilizatori/${history.agents[0]?.id}`,
  };
  const address = path.includes(':') ? known[path] : path;
  if (address === undefined) throw new Error(`the walk knows no address of ${path}: add one to addressOf`);
  return address;
}

const mayOpen = (role: Role, { needs, own }: Page): boolean => {
  const person = { role, grants: [] };
  return own === true ? reachOf(person, needs) !== 'none' : can(person, needs);
};

interface Walker {
  role: Role;
  context: BrowserContext;
  tab: Tab;
  complaints: string[];
}

async function walkerOf(role: Role): Promise<Walker> {
  const { context, page: tab } = await logIn(browser, world.api.url, world.person(role));
  context.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  tab.on('pageerror', (error) => complaints.push(`${tab.url()}: ${error.message}`));
  tab.on('console', (line) => {
    if (line.type() === 'error') complaints.push(`${tab.url()}: ${line.text()} ${line.location().url}`);
  });
  return { role, context, tab, complaints };
}

/** Leaves the page for another one by `act`, waits until that one shows what it has, or why not. @returns its title */
async function arrive({ tab }: Walker, act: () => Promise<unknown>): Promise<string> {
  // A page that is still on its way would be taken for the next one.
  await tab.locator('main :is(h1, .void[role=alert] h2)').first().waitFor();
  await tab.evaluate(`document.querySelector('main h1')?.setAttribute('data-left', '')`);
  await act();
  const title = tab.locator('main :is(h1:not([data-left]), .void[role=alert] h2)');
  await title.first().waitFor();
  await expect.poll(() => tab.locator('main .skeleton').count(), { timeout: PATIENCE_MS }).toBe(0);
  return (await title.first().innerText()).trim();
}

/** By a link in the document, as a click on one: the address without a new document. */
const follow = ({ tab }: Walker, address: string): Promise<unknown> =>
  tab.evaluate(`{ const link = document.createElement('a'); link.href = ${JSON.stringify(address)};
    document.body.append(link); link.click(); link.remove(); }`);

/** Of the page, not what it tells of the site: no Temporal and no edge is there. */
const failures = (tab: Tab): Promise<string[]> =>
  tab.locator('main :is(.void[role=alert], .stale-notice, .field-error)').allInnerTexts();

/** Every page is opened by one of them; the other roles take a minute more. */
const WALKERS: readonly Role[] = process.env['APEL_TEST_FULL'] === '1' ? ROLES : ['administrator', 'agent'];

/** axe is dear: each page is looked at once, by the first role that may open it. */
const lookedAt = new Set<string>();
async function findingsOnce(page: Page, tab: Tab): Promise<string[]> {
  if (lookedAt.has(page.path)) return [];
  lookedAt.add(page.path);
  return seriousFindings(tab);
}

it('every page is opened by somebody', () => {
  expect(PAGES.filter((page) => !WALKERS.some((role) => mayOpen(role, page)))).toEqual([]);
});

describe.each(WALKERS)('%s', (role) => {
  it(
    'opens every entry of the menu and what lies behind it, and is refused the rest in words',
    async () => {
      const walker = await walkerOf(role);
      const { tab, context, complaints } = walker;
      const mine = PAGES.filter((page) => mayOpen(role, page));
      const menu = mine.filter((page) => page.menu);
      const entries = tab.locator('.side nav a');
      await entries.first().waitFor();
      expect(await entries.evaluateAll((links) => links.map((link) => link.getAttribute('href')))).toEqual(
        menu.map(({ path }) => path),
      );
      const titles: string[] = [];
      const look = async (page: Page, act: () => Promise<unknown>): Promise<void> => {
        const title = await arrive(walker, act);
        titles.push(title);
        const seen = { failures: await failures(tab), findings: await findingsOnce(page, tab) };
        expect({ page: page.path, ...seen }).toEqual({ page: page.path, failures: [], findings: [] });
        expect([REFUSED, NOT_FOUND]).not.toContain(title);
      };
      // The one that is open already comes last.
      const isOpen = ({ path }: Page): boolean => new URL(tab.url()).pathname === path;
      for (const page of [...menu.filter((one) => !isOpen(one)), ...menu.filter(isOpen)]) {
        await look(page, () => tab.click(`.side nav a[href="${page.path}"]`));
      }
      expect(new Set(titles).size).toBe(menu.length);
      for (const page of mine.filter(({ menu: entry }) => !entry)) {
        await look(page, () => follow(walker, addressOf(page)));
      }
      const refused = PAGES.filter((page) => !mine.includes(page));
      for (const page of refused) {
        const title = await arrive(walker, () => follow(walker, addressOf(page)));
        expect([page.path, title]).toEqual([page.path, REFUSED]);
      }
      // And as somebody who types it.
      const [typed] = refused;
      if (typed) {
        expect(await arrive(walker, () => tab.goto(addressOf(typed)))).toBe(REFUSED);
      }
      expect(complaints).toEqual([]);
      await context.close();
    },
    WALK_MS,
  );
});

describe('the configuration', () => {
  it(
    'has a list of every kind, and a page of an object of each',
    async () => {
      const walker = await walkerOf('administrator');
      const { tab, context, complaints } = walker;
      const { rows } = await world.db.pool.query<{ kind: string; name: string }>(
        'select distinct on (kind) kind, name from config_objects order by kind, name',
      );
      const objects = rows.filter(({ kind }) => SHOWN_KINDS.some((shown) => shown === kind));
      // Not of every kind: a prompt would need a sound.
      expect(objects.length).toBeGreaterThan(6);
      const addresses = [...SHOWN_KINDS, ...objects.map(({ kind, name }) => `${kind}/${name}`)];
      for (const address of addresses) {
        const title = await arrive(walker, () => follow(walker, `/configurare/${address}`));
        // The lists are alike, and were looked at by the walk.
        const findings = address.includes('/') ? await seriousFindings(tab) : [];
        const seen = { failures: await failures(tab), findings };
        expect({ address, ...seen }).toEqual({ address, failures: [], findings: [] });
        expect([REFUSED, NOT_FOUND]).not.toContain(title);
      }
      expect(complaints).toEqual([]);
      await context.close();
    },
    WALK_MS,
  );
});

/** A4 on its side less the margins of `print.css`, in pixels of CSS. */
const PRINTED = { width: Math.floor(((297 - 2 * 12) / 25.4) * 96), height: 700 };
/** 297 × 210 mm in points. */
const SHEET = [842, 595];
/** Of a small site: a report that has no end prints a book. */
const MOST_SHEETS = 6;
/** Days by slots of an hour, each its own row. */
const MOST_SHEETS_OF_DAYS = 20;

describe('on paper', () => {
  it(
    'every report is A4 on its side, a few sheets, with all its columns',
    async () => {
      const walker = await walkerOf('supervisor');
      const { tab, context } = walker;
      const { campaign } = world.history;
      const monday = addDays(mondayOf(new Date().toISOString().slice(0, 10)), -7);
      const lastWeek = `de=${monday}&pana=${addDays(monday, 6)}`;
      const reports = PAGES.filter(({ path }) => path.startsWith('/rapoarte/'));
      expect(reports.length).toBeGreaterThan(7);
      for (const report of reports) {
        await tab.setViewportSize({ width: 1440, height: 900 });
        await tab.emulateMedia({ media: 'screen' });
        await arrive(walker, () => follow(walker, `${report.path}?${lastWeek}&campanie=${campaign}`));
        await tab.locator('main tbody tr').first().waitFor();
        await tab.setViewportSize(PRINTED);
        await tab.emulateMedia({ media: 'print' });
        // Charts are drawn again for the sheet.
        await expect
          .poll(async () => ({ report: report.path, clipped: await tab.evaluate(CLIPPED) }), {
            timeout: PATIENCE_MS,
          })
          .toEqual({ report: report.path, clipped: [] });
        const sheets = sheetsOf(await tab.pdf({ preferCSSPageSize: true, printBackground: true }));
        expect(sheets.map(({ size }) => size)).toEqual(sheets.map(() => SHEET));
        const most = report.path === '/rapoarte/generic' ? MOST_SHEETS_OF_DAYS : MOST_SHEETS;
        expect(sheets.length, report.path).toBeGreaterThan(0);
        expect(sheets.length, report.path).toBeLessThanOrEqual(most);
      }
      await context.close();
    },
    WALK_MS,
  );
});

/** What is wider than its place: cut off on paper, where nothing scrolls. Words for screen readers are cut on purpose. */
const CLIPPED = `[document.documentElement, ...document.querySelectorAll('main *')]
  .filter((node) => node.checkVisibility() && !node.closest('.sr, svg, canvas') && node.scrollWidth > node.clientWidth + 1)
  .filter((node) => node === document.documentElement || getComputedStyle(node).overflowX !== 'visible')
  .map((node) => node.tagName + '.' + node.className + ': ' + node.scrollWidth + ' in ' + node.clientWidth)`;

/** Pages of a PDF of Chromium, whose page objects are not packed. Sizes in whole points. */
function sheetsOf(pdf: Buffer): { size: number[] }[] {
  return [...pdf.toString('latin1').matchAll(/\/Type\s*\/Page\b[^s][\s\S]*?\/MediaBox\s*\[([^\]]*)\]/g)].map(
    ([, box = '']) => ({
      size: box
        .trim()
        .split(/\s+/)
        .slice(2)
        .map((text) => Math.round(Number(text))),
    }),
  );
}
