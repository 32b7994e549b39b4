/**
 * What a supervisor does on the pages: from the first one to a recording by clicks alone, and a wall whose server goes away.
 */
import type { Browser, Locator, Page, Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, logIn } from '../e2e/pages-browser.ts';
import { startPagesWorld, type PagesWorld } from './world.ts';

/** A machine ten times slower than this one. */
const PATIENCE = { timeout: 60_000, interval: 50 };
const TEST_MS = 240_000;
const MOST_CLICKS = 6;
/** Rows for three heights of the window. */
const BELOW = 60;

let world: PagesWorld;
let browser: Browser;

beforeAll(async () => {
  [world, browser] = await Promise.all([startPagesWorld(), launchBrowser()]);
}, TEST_MS);

afterAll(async () => {
  await browser?.close();
  await world?.stop();
}, TEST_MS);

async function supervisorAt(path?: string): Promise<Page> {
  const { context, page } = await logIn(browser, world.api.url, world.person('supervisor'));
  context.setDefaultTimeout(PATIENCE.timeout);
  if (path !== undefined) await page.goto(path);
  return page;
}

describe('from the first page, by clicks alone', () => {
  it(
    `how many Succes an agent had last week, and one of the recordings, in at most ${MOST_CLICKS} clicks`,
    async () => {
      const page = await supervisorAt();
      await page.waitForURL('**/panou');
      await page.evaluate(WATCH);
      const ranges: (string | undefined)[] = [];
      page.on('response', (response: Response) => {
        if (response.status() === 206) ranges.push(response.request().headers()['range']);
      });
      let clicks = 0;
      const click = async (target: Locator): Promise<void> => {
        clicks += 1;
        await target.click();
      };
      const agent = world.history.agents[1];
      const row = page.locator('.report tbody tr', { hasText: agent?.name ?? '' }).first();

      await click(page.locator('.side nav').getByRole('link', { name: 'Agenți', exact: true }));
      await click(page.getByRole('button', { name: 'Săptămâna trecută' }));
      await page.waitForURL('**/rapoarte/agenti?**pana=**');
      const { from, to } = rangeOf(page);
      expect([new Date(from).getUTCDay(), new Date(to).getUTCDay()]).toEqual([1, 0]);
      const raw = await recount(agent?.id ?? 0, from, to);
      const cell = row.locator('td').nth(await columnOf(page, 'Succes'));
      // The figures of the week before stand there until the new ones have come.
      await expect.poll(async () => Number(await cell.innerText()), PATIENCE).toBe(raw);
      expect(raw).toBeGreaterThan(3);

      await click(cell.locator('a'));
      const calls = page.locator('.calls tbody tr');
      await expect.poll(() => calls.count(), PATIENCE).toBe(raw);
      await click(
        calls
          .filter({ has: page.locator('[data-state=ready]') })
          .first()
          .locator('.row-link'),
      );
      await click(page.getByRole('button', { name: 'Redă', exact: true }));
      await expect
        .poll(() => page.evaluate('globalThis.played?.currentTime ?? 0'), PATIENCE)
        .toBeGreaterThan(0.3);
      expect(await page.evaluate('[globalThis.played.paused, globalThis.played.error]')).toEqual([
        false,
        null,
      ]);
      expect(ranges[0]).toMatch(/^bytes=\d+-/);
      expect(clicks).toBeLessThanOrEqual(MOST_CLICKS);
      // One document from the first page on: nothing was reached by an address.
      expect(await page.evaluate('globalThis.sameDocument')).toBe(true);
      await page.context().close();
    },
    TEST_MS,
  );
});

describe('a wall with more agents than fit', () => {
  it(
    'shows what is true of a row that comes into sight',
    async () => {
      await world.db.pool.query(
        `with made as (
           insert into users (name, display_name, role, password_hash)
           select 'de-jos-' || n, 'Zidaru ' || to_char(n, 'FM00'), 'agent', 'x' from generate_series(1, $1::int) n returning id)
         insert into agents (user_id, extension, state, state_since, desk_seen_at)
         select id, (2000 + id)::text, 'available', now(), now() from made`,
        [BELOW],
      );
      const wall = await supervisorAt();
      const rows = wall.locator('.agent-row:not(.agent-head)');
      await expect.poll(() => rows.count(), PATIENCE).toBe(BELOW);
      const state = (row: Locator): Promise<string> => row.locator('.agent-state').innerText();
      await expect.poll(() => state(rows.first()), PATIENCE).toContain('Disponibil');
      await world.db.pool.query(
        `update agents set state = 'paused', state_since = now() where extension >= '2000'`,
      );
      await expect.poll(() => state(rows.first()), PATIENCE).toContain('Pauză');
      await rows.last().scrollIntoViewIfNeeded();
      await expect.poll(() => state(rows.last()), PATIENCE).toContain('Pauză');
      await wall.context().close();
      await world.db.pool.query(`update agents set state = 'logged-out' where extension >= '2000'`);
    },
    TEST_MS,
  );
});

describe('recordings', () => {
  it(
    'are found, heard in place and by keyboard; nothing is asked for before, and it is one line of the journal',
    async () => {
      const page = await supervisorAt();
      await page.waitForURL('**/panou');
      await page.evaluate(WATCH);
      const sounds: string[] = [];
      page.on('request', (request) => {
        if (request.url().endsWith('/recording')) sounds.push(request.url());
      });
      const before = await listenings();
      await page.locator('.side nav a', { hasText: 'Înregistrări' }).click();
      const rows = page.locator('.recs tbody tr');
      await expect.poll(() => rows.count(), PATIENCE).toBeGreaterThan(3);
      await page.getByLabel('Stare').selectOption('ready');
      await page.getByRole('button', { name: 'Caută' }).click();
      await page.waitForURL('**/inregistrari?stare=de-ascultat');
      await expect.poll(() => rows.count(), PATIENCE).toBeGreaterThan(3);
      expect(sounds).toEqual([]);

      await rows.first().locator('.c-play button').click();
      const position = (): Promise<number> => page.evaluate('globalThis.played?.currentTime ?? 0');
      await expect.poll(position, PATIENCE).toBeGreaterThan(0.3);
      // The focus went into the player: its keys work at once.
      await page.keyboard.press(' ');
      await expect.poll(() => page.evaluate('globalThis.played.paused'), PATIENCE).toBe(true);
      await page.keyboard.press('Home');
      for (let times = 0; times < 4; times++) await page.keyboard.press('ArrowRight');
      await expect.poll(position, PATIENCE).toBe(20);
      await page.waitForSelector('.wave[data-state=drawn]');
      await page.keyboard.press('Escape');
      await expect.poll(() => page.locator('.player').count(), PATIENCE).toBe(0);
      // Back at the button that opened it.
      expect(await page.evaluate(`document.activeElement?.closest('.c-play') !== null`)).toBe(true);
      expect(new Set(sounds).size).toBe(1);
      expect((await listenings()) - before).toBe(1);
      await page.context().close();
    },
    TEST_MS,
  );

  async function listenings(): Promise<number> {
    const { rows } = await world.db.pool.query<{ n: number }>(
      `select count(*)::int as n from audit_log where action = 'recording.play'`,
    );
    return rows[0]?.n ?? 0;
  }
});

describe('a wall whose server is killed', () => {
  it(
    'says that it is old and comes back by itself, on a screen too; when the session ends it asks who is there',
    async () => {
      const wall = await supervisorAt();
      await wall.waitForURL('**/panou');
      const screen = await wall.context().newPage();
      await screen.goto('/panou?mod=tv');
      const both = [
        { page: wall, frame: '.wall', told: '.wall .notice[data-tone=warning]' },
        { page: screen, frame: '.screen', told: '.screen-line' },
      ];
      const agent = world.history.agents[1];
      for (const round of [1, 2]) {
        for (const { page, frame } of both) {
          await page.waitForSelector(`${frame}[data-old=false] >> nth=0`);
          await page.evaluate('globalThis.sameDocument = true');
        }
        await world.api.kill();
        for (const { page, frame, told } of both) {
          await page.waitForSelector(`${frame}[data-old=true]`);
          expect(await page.locator(told).first().innerText()).toMatch(/\d\d:\d\d:\d\d/);
        }
        // Meanwhile somebody begins to work, and in the second round takes a pause: it has to come without a reload.
        await world.db.pool.query(
          `update agents set state = $2, state_since = now(), desk_seen_at = now() where user_id = $1`,
          [agent?.id, round === 1 ? 'available' : 'paused'],
        );
        await world.api.start();
        for (const { page, frame } of both) {
          await page.waitForSelector(`${frame}[data-old=false]`);
          const line = page.locator('.agent-row, .tile', { hasText: agent?.name ?? '' });
          await expect.poll(() => line.innerText(), PATIENCE).toContain(round === 1 ? 'Disponibil' : 'Pauză');
          expect(await page.evaluate('globalThis.sameDocument')).toBe(true);
        }
      }
      await world.db.pool.query(`update sessions set expires_at = now() - interval '1 minute'`);
      for (const { page } of both) await page.waitForSelector('input[name=password]');
      expect(new URL(screen.url()).search).toBe('?mod=tv');
      await logInHere(screen);
      await screen.waitForSelector('.screen[data-old=false]');
      await wall.context().close();
    },
    TEST_MS,
  );
});

async function logInHere(page: Page): Promise<void> {
  const { name, password } = world.person('supervisor');
  await page.fill('input[name=username]', name);
  await page.fill('input[name=password]', password);
  await page.click('button[type=submit]');
}

/** Elements that play are not in the page's document. */
const WATCH = `
  globalThis.sameDocument = true;
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () { globalThis.played = this; return play.call(this); };`;

function rangeOf(page: Page): { from: string; to: string } {
  const { searchParams } = new URL(page.url());
  return { from: searchParams.get('de') ?? '', to: searchParams.get('pana') ?? '' };
}

/** Place of a status among the cells of a row, its first one (the name) not counted. */
async function columnOf(page: Page, status: string): Promise<number> {
  const heads = page.locator('.report thead').first().locator('th');
  await heads.filter({ hasText: status }).first().waitFor();
  const texts = (await heads.allInnerTexts()).map((text) => text.trim());
  return texts.indexOf(status) - 1;
}

async function recount(agentId: number, from: string, to: string): Promise<number> {
  const { rows } = await world.db.pool.query<{ n: number }>(
    `select count(*)::int as n from calls c join statuses s on s.id = c.status_id
     where c.agent_id = $1 and s.code = 'success' and c.kind in ('outbound', 'robot')
       and (c.invited_at at time zone 'Europe/Bucharest')::date between $2::date and $3::date`,
    [agentId, from, to],
  );
  return rows[0]?.n ?? 0;
}
