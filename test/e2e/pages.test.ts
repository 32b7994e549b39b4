import type { Browser, BrowserContext, Page, Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallDetail, CallsPage } from '../../contracts/http/calls.ts';
import { launchBrowser, logIn, seriousFindings } from './pages-browser.ts';
import { startDemoSite, type DemoSite } from './pages-site.ts';

/** A dialing demo changes each second; a busy machine takes a few. */
const SOON = { timeout: 60_000, interval: 100 };
/** Ringing gives up after 15 s, the prompt and a menu take 13 s. */
const LAST_CALLS = { timeout: 60_000, interval: 200 };
const PHONE = /\b0\d{3} \d{3} \d{3}\b|\+40\d{9}/;

let site: DemoSite;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** What the browser complained of, such as a breach of the page's own content policy. */
const complaints: string[] = [];

beforeAll(async () => {
  site = await startDemoSite();
  browser = await launchBrowser();
  ({ context, page } = await logIn(browser, site.url, site.person('supervisor')));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (line) => line.type() === 'error' && complaints.push(line.text()));
}, 200_000);

afterAll(async () => {
  await browser?.close();
  await site?.stop();
}, 60_000);

async function one<T>(statement: string, values: unknown[] = []): Promise<T> {
  const { rows } = await site.db.query<{ value: T }>(statement, values);
  return rows[0]?.value as T;
}
const callsInProgress = () => one<number>('select count(*)::int as value from live_calls');
const isPaused = () =>
  one<boolean>(`select paused_at is not null as value from campaigns where name = 'demo'`);

/** The figure of a card, `1.234` as 1234. */
async function figure(label: string): Promise<number> {
  const text = await page.locator('.stat', { hasText: label }).locator('.stat-value').first().innerText();
  return Number(text.replaceAll('.', ''));
}

async function answerDialog(reason: string): Promise<void> {
  await page.fill('dialog[open] textarea', reason);
  await page.click('dialog[open] button[type=submit]');
  await page.waitForSelector('dialog[open]', { state: 'detached' });
}

describe('a supervisor on the pages of the running demo', () => {
  it('sees the campaign and its day on the overview', async () => {
    await page.waitForURL('**/panou');
    await page.click('nav a[href="/campanii"]');
    await page.waitForURL('**/campanii');
    const cards = page.locator('.campaign');
    await expect.poll(() => cards.count(), SOON).toBe(2);
    const card = cards.filter({ has: page.locator('a[href="/campanii/demo"]') });
    await expect.poll(() => card.innerText(), SOON).toMatch(/Simulat[\s\S]*în curs acum/);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('sees calls come, change and be counted on the live page, without a reload', async () => {
    await page.click('.campaign h2 a[href="/campanii/demo"]');
    await page.waitForSelector('.live .conn[data-tone=positive]');
    await page.evaluate('window.sameDocument = true');
    const rows = page.locator('.live-calls tbody tr');
    await expect.poll(() => rows.count(), SOON).toBeGreaterThan(2);
    const first = await page.locator('.live-calls .row-link').first().getAttribute('href');
    const total = await figure('Apeluri azi');
    await expect.poll(() => figure('Apeluri azi'), SOON).toBeGreaterThan(total + 2);
    // The oldest call ends, and its row goes.
    await expect.poll(() => page.locator(`.live-calls a[href="${first}"]`).count(), LAST_CALLS).toBe(0);
    const bars = page.locator('.live .hour-col b');
    const counted = async () => (await bars.allInnerTexts()).reduce((sum, text) => sum + Number(text), 0);
    await expect.poll(counted, SOON).toBeGreaterThan(total + 2);
    expect(await page.evaluate('window.sameDocument')).toBe(true);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('stops dialing with a reason', async () => {
    await page.getByRole('button', { name: 'Pauză' }).click();
    await page.click('dialog[open] button[type=submit]');
    await expect.poll(() => page.locator('dialog[open]').innerText(), SOON).toContain('cel puțin 3 litere');
    expect(await isPaused()).toBe(false);
    await answerDialog('se schimbă mesajul');
    const notice = page.locator('.live .notice').first();
    await expect.poll(() => notice.innerText(), SOON).toMatch(/pe pauză[\s\S]*se schimbă mesajul/);
    expect(await isPaused()).toBe(true);
    await expect.poll(callsInProgress, LAST_CALLS).toBe(0);
    await expect.poll(() => figure('În curs acum'), SOON).toBe(0);
  });

  it('finds the calls of one status', async () => {
    await page.click('nav a[href="/apeluri"] >> visible=true');
    await page.getByLabel('Status').selectOption({ label: 'Ocupat' });
    await page.getByRole('button', { name: 'Caută' }).click();
    await page.waitForURL('**/apeluri?status=busy');
    const busy = await one<number>(
      `select count(*)::int as value from calls c join statuses s on s.id = c.status_id where s.code = 'busy'`,
    );
    const badges = page.locator('.calls tbody .c-status');
    await expect.poll(() => badges.count(), SOON).toBe(Math.min(busy, 50));
    expect(new Set(await badges.allInnerTexts())).toEqual(new Set(['Ocupat']));
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('opens a call, reads what happened and hears its recording', async () => {
    const statuses: number[] = [];
    const listen = (response: Response): void => {
      if (response.url().endsWith('/recording')) statuses.push(response.status());
    };
    page.on('response', listen);
    await page.goto('/apeluri?status=message-heard');
    await page.click('.calls tbody .row-link');
    await page.waitForSelector('.wave[data-state=drawn]');
    const events = page.locator('.timeline .timeline-words');
    const told = (await events.allInnerTexts()).join('\n');
    expect(told).toMatch(
      /plecat spre operator[\s\S]*S-a răspuns[\s\S]*A început mesajul[\s\S]*Rezultatul a fost/,
    );
    const position = async () => Number(await page.locator('.wave').getAttribute('aria-valuenow'));
    expect(await position()).toBe(0);
    await page.getByRole('button', { name: 'Redă' }).click();
    await expect.poll(position, SOON).toBeGreaterThan(0);
    page.off('response', listen);
    expect(statuses).toContain(206);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('reads in Raport zilnic what is in the database, and each cell leads to its calls', async () => {
    await page.click('nav a[href="/rapoarte/zilnic"] >> visible=true');
    await page.waitForSelector('.report tfoot .total');
    const { rows } = await site.db.query<{ label: string; calls: number }>(
      `select s.label_ro as label, count(*)::int as calls from calls c join statuses s on s.id = c.status_id
       where c.committed_at is not null group by 1`,
    );
    const counts = Object.fromEntries(rows.map((row) => [row.label, row.calls]));
    const total = rows.reduce((sum, row) => sum + row.calls, 0);
    expect(total).toBeGreaterThan(20);
    expect(await reportTotals()).toEqual({ ...counts, Total: total });
    expect(await page.locator('.report tbody tr').count()).toBe(14);
    expect(await seriousFindings(page)).toEqual([]);

    const [cell] = await page.locator('.report tbody td.heat a').all();
    const shown = Number((await cell?.innerText())?.replaceAll('.', ''));
    await cell?.click();
    await page.waitForURL('**/apeluri?**ora=**');
    await expect.poll(() => page.locator('.calls tbody tr').count(), SOON).toBe(Math.min(shown, 50));
  });

  it('lets the campaign dial again; nothing was dialed meanwhile', async () => {
    // A claim that held the campaign's row when the pause came was first.
    const claimedInPause = `select count(*)::int as value from calls c, campaigns p
      where c.claimed_at > p.paused_at + interval '1 second'`;
    expect(await one<number>(claimedInPause)).toBe(0);
    await page.goto('/campanii/demo');
    const before = await figure('Apeluri azi');
    await page.getByRole('button', { name: 'Reia apelarea' }).click();
    await answerDialog('mesajul este gata');
    await expect.poll(callsInProgress, SOON).toBeGreaterThan(0);
    await expect.poll(() => figure('Apeluri azi'), LAST_CALLS).toBeGreaterThan(before);
  });

  it('is out after logging out', async () => {
    await page.getByRole('button', { name: 'Ieșire' }).first().click();
    await page.waitForSelector('input[name=password]');
    expect(await seriousFindings(page)).toEqual([]);
    expect((await context.request.get(`${site.url}/api/calls`)).status()).toBe(401);
    await page.goto('/apeluri');
    await page.waitForSelector('input[name=password]');
    expect(complaints).toEqual([]);
  });
});

describe('upper management', () => {
  it('sees totals and calls, but no number, no name and no recording', async () => {
    const { context: own, page: theirs } = await logIn(browser, site.url, site.person('management'));
    await theirs.waitForURL('**/panou');
    await theirs.waitForSelector('.wall .stat-value');
    expect(await theirs.locator('body').innerText()).not.toMatch(PHONE);
    await theirs.goto('/campanii');
    await theirs.waitForSelector('.campaign .hour-plot');
    expect(await theirs.locator('a[href^="/campanii/"]').count()).toBe(0);
    await theirs.goto('/apeluri?status=message-heard');
    await theirs.waitForSelector('.calls tbody tr');
    expect(await theirs.locator('body').innerText()).not.toMatch(PHONE);
    const answer = await own.request.get(`${site.url}/api/calls?status=message-heard`);
    const { calls } = (await answer.json()) as CallsPage;
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.every((call) => call.number === null && call.contactName === null)).toBe(true);

    await theirs.click('.calls tbody .row-link');
    await theirs.waitForSelector('.timeline');
    expect(await theirs.locator('.player, audio').count()).toBe(0);
    expect(await theirs.locator('body').innerText()).not.toMatch(PHONE);
    expect(await seriousFindings(theirs)).toEqual([]);
    const path = `${site.url}/api/calls/${calls[0]?.id}`;
    const call = (await (await own.request.get(path)).json()) as CallDetail;
    expect(call.recordingInfo).toMatchObject({ state: 'ready', url: null });
    expect((await own.request.get(`${path}/recording`)).status()).toBe(403);

    await theirs.goto('/campanii/demo');
    await theirs.getByText('Nu aveți acces la această pagină').waitFor();
    await own.close();
  });
});

/** The last row of the report: column's title -> figure, statuses and `Total`. */
async function reportTotals(): Promise<Record<string, number>> {
  const read = (selector: string) => page.locator(`.report ${selector}`).allInnerTexts();
  const [titles, figures] = await Promise.all([read('thead th'), read('tfoot th, .report tfoot td')]);
  const pairs = titles.map((title, index) => [title.trim(), Number(figures[index]?.replaceAll('.', ''))]);
  // The first column names the row, the last one counts answers.
  return Object.fromEntries(pairs.slice(1, -1)) as Record<string, number>;
}
