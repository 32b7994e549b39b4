/**
 * The desk's page in Chromium against the fixture server, whose phones ring and answer: what an agent does with hands
 * and eyes. Calls with sound are in `test/e2e`.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WrapUp } from '../../../contracts/http/desk.ts';
import type { DeskScenario } from '../../dev/desk-fixtures.ts';
import { startFixtureServer, type FixtureServer } from '../../dev/fixture-server.ts';

const UI = fileURLToPath(new URL('../../', import.meta.url));
const MICROPHONE = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
const WAIT_MS = 30_000;

let dist: string;
let server: FixtureServer;
let browser: Browser;
const asked: { method: string; path: string; body: unknown }[] = [];

beforeAll(async () => {
  dist = `${await mkdtemp(join(tmpdir(), 'apel-ui-'))}/`;
  await build({ configFile: join(UI, 'vite.config.ts'), logLevel: 'silent', build: { outDir: dist } });
  server = await startFixtureServer({
    dist,
    pace: 0.1,
    onDesk: (method, path, body) => void asked.push({ method, path, body }),
  });
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required', ...MICROPHONE],
  });
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(dist, { recursive: true, force: true });
});

async function agentAt(scenario: DeskScenario, setUp?: (context: BrowserContext) => Promise<unknown>) {
  const context = await browser.newContext({ locale: 'ro-RO', viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(WAIT_MS);
  const deskId = randomUUID();
  await context.grantPermissions(['microphone'], { origin: server.url });
  await context.addCookies(
    [
      ['role', 'agent'],
      ['desk', scenario],
      ['desk-id', deskId],
    ].map(([name = '', value = '']) => ({ name, value, url: server.url })),
  );
  await context.addInitScript(`localStorage.setItem('apel.desk.id', '${deskId}')`);
  await setUp?.(context);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (line) => complaints.push(`${line.type()}: ${line.text()}`));
  await page.goto(`${server.url}/`);
  return { context, page, complaints };
}

const focused = (page: Page): Promise<string> =>
  page.evaluate(
    `document.activeElement?.getAttribute('data-focus') ?? document.activeElement?.closest('.script-field')?.textContent ?? ''`,
  );
const wrapUps = (): WrapUp[] =>
  asked.filter(({ path }) => path.endsWith('/wrap-up')).map(({ body }) => body as WrapUp);

describe('a shift', () => {
  it('ten calls in a row, from log-on, with no mouse and no line in the console', async () => {
    const { context, page, complaints } = await agentAt('log-on');
    const before = wrapUps().length;
    await page.waitForSelector('.log-on .chip-check');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.idle');
    await page.keyboard.press('F2');
    await page.waitForSelector('.idle[data-state=available]');
    // Also while the phone is still on its way to the line.
    await expect.poll(() => focused(page)).toBe('idle');
    await page.waitForSelector('.desk-line[data-tone=positive]');
    await page.keyboard.press('F2');
    for (let call = 1; call <= 10; call += 1) {
      await page.waitForSelector('.preview');
      await expect.poll(() => focused(page)).toBe('preview');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.call-card[data-tone=positive]');
      await expect.poll(() => focused(page)).toContain('Grupă de vârstă');
      // Age: the third; place is known from the contact; education: the first; then to the outcomes.
      await page.keyboard.press('Space');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await page.waitForSelector('text=Localitate și nume');
      await page.keyboard.press('Enter');
      await expect.poll(() => focused(page)).toContain('Studii');
      await page.keyboard.press('Space');
      await page.keyboard.press('Enter');
      await page.waitForSelector('text=Încheiere');
      await page.keyboard.press('F4');
      await page.waitForSelector('[data-call=wrap-up]');
      await expect.poll(() => focused(page)).toBe('outcome');
      await page.keyboard.press('1');
      await page.keyboard.press('Control+Enter');
      await page.waitForSelector('[data-call=wrap-up]', { state: 'detached' });
      await page.waitForSelector('.saved-note .badge');
    }
    const saved = wrapUps().slice(before);
    expect(saved).toHaveLength(10);
    expect(new Set(saved.map(({ id }) => id)).size).toBe(10);
    for (const { outcome, answers } of saved) {
      expect(outcome).toBe('success');
      expect(answers).toMatchObject({ 'age-group': '40-50', county: 'Bihor', education: 'school' });
    }
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('who is passed over is followed by the next', async () => {
    const { context, page } = await agentAt('preview');
    await page.waitForSelector('.preview');
    await page.click('.preview-actions .btn:last-child');
    // The dialog has the focus, or Enter would press the button again.
    await page.waitForSelector('dialog input:focus');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=Scrieți un motiv.');
    await page.click('dialog .chip');
    await page.click('dialog [type=submit]');
    await page.waitForSelector('.preview h2:has-text("Vlad Mureșan")');
    await context.close();
  });

  it('a success with a field missing is not saved: the field says so and has the focus', async () => {
    const { context, page } = await agentAt('talking');
    const before = wrapUps().length;
    await page.click('[data-code=success]');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('text=Completați acest câmp.');
    await expect.poll(() => focused(page)).toContain('Studii');
    expect(wrapUps()).toHaveLength(before);
    await context.close();
  });

  it('an unanswered call is confirmed with one key', async () => {
    const { context, page } = await agentAt('busy');
    const before = wrapUps().length;
    await page.waitForSelector('[data-code=busy][aria-checked=true]');
    await page.keyboard.press('Control+Enter');
    await expect
      .poll(() =>
        wrapUps()
          .slice(before)
          .map(({ outcome }) => outcome),
      )
      .toEqual(['busy']);
    await context.close();
  });
});

describe('nothing typed is lost', () => {
  it('a wrap-up saved while the server is away waits, is named in words, and goes once', async () => {
    const { context, page } = await agentAt('wrap-up');
    const before = wrapUps().length;
    await page.waitForSelector('.wrap-up');
    await page.route('**/wrap-up', (route) => route.abort());
    await page.click('[data-code=not-interested]');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('text=1 nesincronizat');
    await page.waitForSelector('text=Se salvează…');
    await page.unroute('**/wrap-up');
    await page.reload();
    await page.waitForSelector('.unsent', { state: 'detached' });
    await expect.poll(() => wrapUps().length, { timeout: WAIT_MS }).toBe(before + 1);
    await context.close();
  });

  it('what was typed is there after F5, though the server never had it', async () => {
    const { context, page } = await agentAt('talking');
    await page.route('**/draft', (route) => route.abort());
    await page.fill('textarea.note', 'sună înapoi după curier');
    await page.fill('.script-field:nth-child(3) input', 'Andreea P.');
    await page.waitForSelector('text=Păstrat în browser');
    await page.reload();
    await page.waitForSelector('.script-fields');
    await expect.poll(() => page.inputValue('textarea.note')).toBe('sună înapoi după curier');
    expect(await page.inputValue('.script-field:nth-child(3) input')).toBe('Andreea P.');
    await context.close();
  });
});

describe('one desk', () => {
  it('the second tab says where the desk is and takes over; the first stands back', async () => {
    const { context, page } = await agentAt('talking');
    await page.waitForSelector('.desk-line[data-tone=positive]');
    const second = await context.newPage();
    await second.goto(`${server.url}/desk`);
    await second.waitForSelector('text=Postul este deschis în altă filă');
    await second.keyboard.press('Enter');
    await second.waitForSelector('.desk-line[data-tone=positive]');
    await page.waitForSelector('text=Postul s-a mutat în altă filă');
    await context.close();
  });

  it('a refused microphone says what to do, and the desk goes on', async () => {
    const refuse = `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))`;
    const { context, page } = await agentAt('available', (made) => made.addInitScript(refuse));
    await page.waitForSelector('text=Microfonul este blocat');
    await page.waitForSelector('text=Apăsați lacătul');
    expect(await page.isEnabled('.state-button')).toBe(true);
    await context.close();
  });

  it('another language is there without a reload, with what was typed', async () => {
    const { context, page } = await agentAt('talking');
    await page.fill('textarea.note', 'notă');
    await page.click('.side-tools [lang=en]');
    await page.waitForSelector('text=Interaction history');
    expect(await page.inputValue('textarea.note')).toBe('notă');
    await context.close();
  });
});
