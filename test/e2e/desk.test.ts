import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { amplitudeOf } from '../../telephony/testing/tones.ts';
import { answerScript, beginShift, launchDeskBrowser, openDesk, type DeskPage } from './desk-browser.ts';
import { startCustomers, type Customer, type Customers } from './desk-customers.ts';
import { addAgents, applyDeskCampaigns, importPeople } from './desk-world.ts';
import type { Person } from './pages-browser.ts';
import { startTestSite, until, type TestSite } from './site.ts';
import { readStereoAlaw, toneLevel } from './tones.ts';

const AGENT_HZ = 620;
const OTHER_HZ = 850;
const CUSTOMER_HZ = 400;
const CAMPAIGN = 'birou';
const SOON_MS = 15_000;
/** Heard from a microphone that speaks in bursts, within a window that holds a pause; noise is below 100. */
const LOUD = 700;

let site: TestSite;
let customers: Customers;
let browser: Browser;
let other: Browser | undefined;
let ana: Person;
let desk: DeskPage;
let url: string;
const figures: Record<string, number[]> = {};

beforeAll(async () => {
  customers = await startCustomers(CUSTOMER_HZ);
  customers.behave('03', { refuses: 486 });
  customers.behave('04', 'rings');
  customers.behave('05', { refuses: 404 });
  site = await startTestSite();
  url = site.state().addresses.page;
  const [person] = await addAgents(site, ['ana']);
  ana = person as Person;
  const rules = { dialing: 'preview', previewSeconds: 300, autoNext: true, confirmSeconds: 120 } as const;
  await applyDeskCampaigns(site, [{ name: CAMPAIGN, customers, desk: rules }]);
  await importPeople(site, CAMPAIGN, ['01', '02', '03', '04', '05', '06', '07']);
  browser = await launchDeskBrowser(site.home, AGENT_HZ);
  desk = await openDesk(browser, url, ana);
}, 200_000);

afterAll(async () => {
  for (const [what, ms] of Object.entries(figures)) {
    const sorted = ms.toSorted((a, b) => a - b);
    process.stderr.write(`${what}: median ${sorted[Math.floor(sorted.length / 2)]} ms of ${ms.length}\n`);
  }
  await browser?.close();
  await other?.close();
  await site?.stop();
  await customers?.close();
}, 60_000);

function note(what: string, sinceMs: number): void {
  (figures[what] ??= []).push(Date.now() - sinceMs);
}

async function hearsAgent({ phone }: Customer, hertz = AGENT_HZ): Promise<boolean> {
  return Promise.resolve(amplitudeOf(phone.soundSince(Date.now() - 300), hertz) > LOUD);
}

async function hearsCustomer(page: DeskPage): Promise<boolean> {
  return Math.abs((await page.heardHz()) - CUSTOMER_HZ) < 15;
}

function hearEachOther(page: DeskPage, customer: Customer, hertz = AGENT_HZ): Promise<void> {
  return until(
    'both hear each other',
    SOON_MS,
    async () => (await hearsCustomer(page)) && (await hearsAgent(customer, hertz)),
  );
}

/** `Sună acum` for the contact that is shown; resolves when it rings there. */
async function dial(): Promise<Customer> {
  const before = customers.calls().length;
  await desk.focused('.dial-now');
  const pressed = Date.now();
  await desk.press('F2');
  await until('the customer is called', SOON_MS, () => customers.calls().length > before);
  const customer = customers.calls()[before] as Customer;
  (figures['F2 to ringing'] ??= []).push(customer.ringingAt - pressed);
  return customer;
}

/** The call is saved and the next contact is on the page. */
async function nextPreview(): Promise<void> {
  await desk.stage('preview');
  await desk.focused('.dial-now');
}

async function outcomes(): Promise<(string | null)[]> {
  const { rows } = await site.db.query<{ code: string | null }>(
    `select s.code from calls c left join statuses s on s.id = c.status_id where c.committed_at is not null order by c.claimed_at`,
  );
  return rows.map(({ code }) => code);
}

describe('a shift, by keyboard alone', () => {
  it('begins, calls, talks with sound both ways, follows the script, saves and is shown the next contact', async () => {
    await beginShift(desk);
    await desk.press('F2');
    const customer = await dial();
    await desk.stage('talking');
    await hearEachOther(desk, customer);
    await answerScript(desk, 'bihor');
    await desk.press('1');
    await desk.press('F4');
    await desk.stage('wrap-up');
    await desk.press('Control+Enter');
    await nextPreview();
    expect(await outcomes()).toEqual(['success']);
  });

  it('goes on when the customer hangs up; what was saved during the call counts', async () => {
    const customer = await dial();
    await desk.stage('talking');
    await answerScript(desk, 'cluj');
    await desk.press('1', 'Control+Enter');
    await desk.page.getByText('Rezultat primit').waitFor();
    customer.hangUp();
    await nextPreview();
    expect(await outcomes()).toEqual(['success', 'success']);
  });

  it('is proposed what the carrier said, confirms it, and gives up on who does not answer', async () => {
    await desk.press('F2');
    await desk.stage('wrap-up');
    await desk.page.locator('.outcome[data-code=busy][aria-checked=true]').waitFor();
    await desk.press('Control+Enter');
    await nextPreview();
    await dial();
    await desk.stage('ringing');
    await desk.press('F4');
    await desk.stage('wrap-up');
    await desk.press('Control+Enter');
    await nextPreview();
    await desk.press('F2');
    await desk.stage('wrap-up');
    await desk.press('Control+Enter');
    await nextPreview();
    expect(await outcomes()).toEqual(['success', 'success', 'busy', 'no-answer', 'nonexistent']);
  });

  it('survives F5 in the middle of a talk: the same call, sound both ways, what was typed', async () => {
    const customer = await dial();
    await desk.stage('talking');
    await hearEachOther(desk, customer);
    await desk.focused('.script-fields input[type=radio]');
    await desk.press('Space', 'Enter');
    await desk.focused('.script-fields input[role=combobox]');
    await desk.page.keyboard.type('Timiș');
    await desk.page.getByText('Ciornă păstrată').waitFor();
    const reloaded = Date.now();
    await desk.page.reload();
    await until('the desk is heard again', SOON_MS, () => hearsCustomer(desk));
    note('F5 to sound in the browser', reloaded);
    await hearEachOther(desk, customer);
    expect(await desk.page.locator('.script-fields input[role=combobox]').first().inputValue()).toBe('Timiș');
    expect(customer.leg.count('INVITE')).toBe(1);
    expect(customer.endedAt).toBeUndefined();
  });

  it('goes on at another computer, and the first one says so', async () => {
    const [customer] = customers.calls().slice(-1);
    if (!customer) throw new Error('nobody talks');
    other = await launchDeskBrowser(site.home, OTHER_HZ);
    const second = await openDesk(other, url, ana);
    await second.focused('.log-on-go');
    const taken = Date.now();
    await second.press('Enter');
    await second.stage('talking');
    await until('the customer hears the other desk', SOON_MS, () => hearsAgent(customer, OTHER_HZ));
    note('take-over to sound at the customer', taken);
    await hearEachOther(second, customer, OTHER_HZ);
    await desk.page.getByText('Tura continuă la alt post').waitFor();
    expect(await hearsAgent(customer)).toBe(false);
    expect(await second.page.locator('.script-fields input[role=combobox]').first().inputValue()).toBe(
      'Timiș',
    );
    await second.press('F4');
    await second.stage('wrap-up');
    // Whoever types is left where they are.
    await second.focused('.script-fields input[role=combobox]');
    await second.press('Enter');
    await second.focused('.script-fields input[type=text]:not([role])');
    await second.press('Enter');
    await second.focused('.outcome');
    await second.press('3', 'Control+Enter');
    await second.stage('preview');
    expect((await outcomes()).at(-1)).toBe('not-interested');
    await second.focused('.dial-now');
    await second.press('Tab', 'Enter');
    await second.focused('dialog[open] input');
    await second.page.keyboard.type('Tura s-a încheiat');
    await second.press('Enter');
    await second.stage('none');
    expect([...desk.complaints, ...second.complaints]).toEqual([]);
  });

  it('left nothing that the auditor finds wrong, with both voices on their sides of each recording', async () => {
    const { rows } = await site.db.query<{ path: string; talk_ms: number }>(
      `select recording_path as path, talk_ms from calls where recording_state = 'ready' order by claimed_at`,
    );
    expect(rows).toHaveLength(3);
    for (const { path, talk_ms } of rows) {
      const wav = readStereoAlaw(await readFile(join(site.state().env['APEL_RECORDINGS'] ?? '', path)));
      expect(Math.abs(wav.durationMs - talk_ms)).toBeLessThanOrEqual(500);
      const all = { fromMs: 0, toMs: wav.durationMs };
      expect(toneLevel(wav.left, CUSTOMER_HZ, all)).toBeGreaterThan(10 * toneLevel(wav.left, AGENT_HZ, all));
      expect(toneLevel(wav.right, AGENT_HZ, all)).toBeGreaterThan(
        10 * toneLevel(wav.right, CUSTOMER_HZ, all),
      );
    }
    const { rows: answers } = await site.db.query<{ field: string; value: string }>(
      `select a.field, a.value from call_answers a join calls c on c.id = a.call_id order by c.claimed_at, a.field`,
    );
    expect(answers.filter(({ field }) => field === 'judet').map(({ value }) => value)).toEqual([
      'Bihor',
      'Cluj',
      'Timiș',
    ]);
    const report = await site.audit([await customers.writeRecord(join(site.home, 'carrier.ndjson'))]);
    const findings = Object.values(report.invariants).flatMap((invariant) => invariant.findings);
    expect(findings).toEqual([]);
  });
});
