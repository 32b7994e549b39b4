/**
 * A desk in a real Chromium, in the middle of a talk while one part after the other is killed: what the agent sees, that the
 * talk goes on where it should, that what was typed is committed once with its own times, and that the desk is back by itself.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  beginShift,
  chooseOutcome,
  launchDeskBrowser,
  openDesk,
  type DeskPage,
} from '../e2e/desk-browser.ts';
import { startCustomers, type Customer, type Customers } from '../e2e/desk-customers.ts';
import { CUSTOMER_HZ, hearEachOther } from '../e2e/desk-hearing.ts';
import { addAgents, applyDeskCampaigns, importPeople } from '../e2e/desk-world.ts';
import type { Person } from '../e2e/pages-browser.ts';
import { makeTestHome, startTestSite, until, type TestSite } from '../e2e/site.ts';
import { amplitudeOf } from '../../telephony/testing/tones.ts';
import { whileDown } from './support/hold-down.ts';
import { newFindings } from './support/judge.ts';
import { startOwnPostgres, type OwnServer } from './support/own-servers.ts';
import { isReady, signalPart, type Part } from './support/processes.ts';
import { createRandom, seedFromEnvironment } from './support/random.ts';
import { report } from './support/report.ts';

const FULL = Boolean(process.env['APEL_TEST_FULL']);
const SEED = seedFromEnvironment();
/** Of the five, in the normal run. */
const SAMPLE = 2;
/** Issue 5 §3: ten minutes. */
const POSTGRES_AWAY_MS = FULL ? 600_000 : 10_000;
const CAMPAIGN = 'defecte';
const AGENT_HZ = 620;
const SOON_MS = 60_000;
/** A restart of the slowest part, a settlement, the desk's way back. */
const BACK_MS = 60_000;
/** Between what two clocks say of one moment: a BYE on its way, a busy machine. */
const SAME_MS = 1_500;
const ANSWERS = { varsta: '20-30', judet: 'Bihor', localitate: 'Oradea', nume: 'Ion Popescu' };

interface Killing {
  part: Part;
  /** How the call ends, and whether the talk goes on until the agent ends it. */
  end: 'hang-up-by-us' | 'edge-lost' | 'sip-server-lost';
  /** From the kill to the agent's save; the script's first page is answered. */
  strike: (customer: Customer) => Promise<void>;
}

const KILLINGS: readonly Killing[] = [
  {
    part: 'api',
    end: 'hang-up-by-us',
    strike: async (customer) => {
      await whileDown(site, 'api', async () => {
        await sees('.desk-notices', 'Serverul nu răspunde');
        await sees('.desk-notices', 'Convorbirea continuă');
        await finishScript();
        await sees('.draft-words', 'Păstrat în browser');
        await save();
        await sees('.unsent', '1 nesincronizat');
        await hearBoth(customer);
      });
      await desk.page.waitForSelector('.unsent', { state: 'detached', timeout: BACK_MS });
      await sees('.desk-line', 'Conectat');
      expect(await desk.page.locator('.desk-notices').innerText()).not.toContain('Serverul nu răspunde');
      await hearBoth(customer);
      await hangUp(customer);
    },
  },
  {
    part: 'temporal',
    end: 'hang-up-by-us',
    strike: async (customer) => {
      await whileDown(site, 'temporal', async () => {
        await finishScript();
        await hearBoth(customer);
        await hangUp(customer);
        await desk.stage('wrap-up');
        await save();
        await sees('.unsent', '1 nesincronizat');
        await sees('.save', 'Se salvează');
      });
    },
  },
  {
    part: 'postgres',
    end: 'hang-up-by-us',
    strike: async (customer) => {
      const backAt = Date.now() + POSTGRES_AWAY_MS;
      await postgres.down();
      await finishScript();
      await sees('.draft-words', 'Păstrat în browser');
      await save();
      // Temporal has it: nothing waits in the browser.
      await sees('.save', 'Rezultat primit');
      await desk.page.waitForSelector('.unsent', { state: 'detached' });
      await until(
        'Postgres was away long enough',
        POSTGRES_AWAY_MS + SOON_MS,
        () => Date.now() > backAt - 2_000,
      );
      await hearBoth(customer);
      await hangUp(customer);
      await until('Postgres was away long enough', SOON_MS, () => Date.now() > backAt);
      await postgres.up();
    },
  },
  { part: 'edge', end: 'edge-lost', strike: () => lose('edge', 'Nodul s-a oprit în timpul apelului') },
  { part: 'sip-server', end: 'sip-server-lost', strike: () => lose('sip-server', 'Serverul SIP s-a oprit') },
];
const chosen = FULL ? KILLINGS : createRandom(SEED).shuffled(KILLINGS).slice(0, SAMPLE);

let folder: string;
let postgres: OwnServer;
let site: TestSite;
let customers: Customers;
let browser: Browser;
let desk: DeskPage;
const errors: string[] = [];
const judged = new Set<string>();

beforeAll(async () => {
  folder = await makeTestHome();
  [postgres, customers] = await Promise.all([startOwnPostgres(folder), startCustomers(CUSTOMER_HZ)]);
  site = await startTestSite({ DATABASE_URL: postgres.address });
  const rules = { dialing: 'progressive', autoNext: false, wrapUpSeconds: 0 } as const;
  await applyDeskCampaigns(site, [{ name: CAMPAIGN, customers, desk: rules }]);
  const [[person]] = await Promise.all([
    addAgents(site, ['ana']),
    importPeople(
      site,
      CAMPAIGN,
      Array.from({ length: 4 * chosen.length }, (_, i) => String(10 + i)),
    ),
  ]);
  browser = await launchDeskBrowser(site.home, AGENT_HZ);
  desk = await openDesk({ browser, url: site.state().addresses.page, person: person as Person });
  desk.page.on('pageerror', (error) => errors.push(error.message));
  desk.page.on('console', (line) => {
    // What the browser says of a request by itself is the fault, not the page's.
    const own = /^(Failed to load resource|WebSocket connection to)/.test(line.text());
    if (line.type() === 'error' && !own) errors.push(line.text());
  });
  await beginShift(desk, `Campania ${CAMPAIGN}`);
}, 400_000);

afterAll(async () => {
  await browser?.close();
  await site?.stop();
  await Promise.all([customers?.close(), postgres?.stop()]);
  await rm(folder, { recursive: true, force: true });
}, 60_000);

describe(`killed while an agent talks, seed ${SEED}`, () => {
  it.each(chosen)(
    '$part: the call ends $end, with what was typed',
    async ({ part, end, strike }) => {
      const customer = await talk();
      await answerFirst();
      const struckAt = Date.now();
      await strike(customer);
      await backAtWork();
      const backMs = Date.now() - struckAt;
      const [row] = await committed(customer.leg.callId);
      expect(row).toMatchObject({ code: 'success', reason: end, answers: ANSWERS, others: 0 });
      expect(customer.leg.count('INVITE')).toBe(1);
      if (end === 'hang-up-by-us') {
        const pressed = part === 'temporal' ? wrapUpMs(customer) : 0;
        expect(Math.abs((row?.endedAt.getTime() ?? 0) - (customer.endedAt ?? 0))).toBeLessThan(SAME_MS);
        expect(Math.abs((row?.wrapUpMs ?? -SAME_MS) - pressed)).toBeLessThan(SAME_MS);
      }
      expect(errors).toEqual([]);
      const findings = await newFindings(
        async (now) => site.audit([await customers.writeRecord(join(site.home, 'carrier.ndjson'))], { now }),
        judged,
      );
      report({ test: 'desk', part, end, backMs, findings });
      expect(findings).toEqual([]);
    },
    POSTGRES_AWAY_MS + 240_000,
  );
});

let savedAtMs = 0;

/** From the customer's end to the save. */
function wrapUpMs({ endedAt = 0 }: Customer): number {
  return savedAtMs - endedAt;
}

/** The part that holds the dialogs dies: the call ends by itself, what was typed stays. */
async function lose(part: Part, words: string): Promise<void> {
  signalPart(site, part, 'SIGKILL');
  await desk.stage('wrap-up', SOON_MS);
  await sees('.call-stage', words);
  await finishScript();
  await save();
}

/** The next number, until one is talked to: a busy machine may cost a call that was not dialed yet. */
async function talk(): Promise<Customer> {
  const before = customers.calls().length;
  await until('somebody is talked to', BACK_MS, async () => {
    if (await desk.page.locator('.desk[data-call=talking]').isVisible()) return true;
    if (await desk.page.locator('.idle[data-state=available] .idle-go:not([disabled])').isVisible())
      await desk.press('F2');
    return false;
  });
  const customer = customers.calls().at(-1) as Customer;
  expect(customers.calls().length).toBeGreaterThan(before);
  await hearBoth(customer);
  return customer;
}

async function hearBoth(customer: Customer): Promise<void> {
  await hearEachOther(desk, customer, AGENT_HZ).catch(async (error: Error) => {
    const sound = customer.phone.soundSince(Date.now() - 1_000);
    const atCustomer = Math.round(amplitudeOf(sound, AGENT_HZ));
    const shown = await desk.page.locator('.line-quality, .desk-notices').allInnerTexts();
    const atDesk = `${await desk.heardHz()} Hz at the desk, which says: ${shown.join(', ')}`;
    throw new Error(`${error.message}: ${atCustomer} at the customer, ${atDesk}`);
  });
}

async function answerFirst(): Promise<void> {
  await desk.focused('.script-fields input[type=radio]');
  await desk.press('Space', 'Enter');
  await desk.focused('.script-fields input[role=combobox]');
}

/** Whoever types is left where they are, whatever dies. */
async function finishScript(): Promise<void> {
  await desk.type('bihor');
  await desk.press('Tab');
  await desk.type('Oradea');
  await desk.press('Enter');
  await desk.focused('.script-fields input[type=text]:not([role])');
  await desk.press('Control+a');
  await desk.type(ANSWERS.nume);
  await desk.press('Enter');
  await chooseOutcome(desk, 'success');
}

async function save(): Promise<void> {
  await desk.press('Control+Enter');
  savedAtMs = Date.now();
  await desk.sees('.wrap-up[data-saved=true]');
}

async function hangUp(customer: Customer): Promise<void> {
  await desk.press('F4');
  await until('the customer is hung up on', SOON_MS, () => customer.endedAt !== undefined);
}

function sees(selector: string, words: string): Promise<void> {
  return desk.sees(`${selector}:has-text("${words}")`);
}

/** Committed, told so, and ready for the next number: without a key. */
async function backAtWork(): Promise<void> {
  await desk.page.waitForSelector('.saved-note:has-text("Salvat")', { timeout: BACK_MS });
  await desk.page.waitForSelector('.idle[data-state=available] .idle-go:not([disabled])', {
    timeout: BACK_MS,
  });
  await sees('.desk-line', 'Conectat');
  await until('every part is up', BACK_MS, () =>
    (['api', 'temporal', 'edge', 'sip-server'] as const).every((part) => isReady(site, part)),
  );
}

interface CommittedRow {
  code: string;
  reason: string;
  endedAt: Date;
  wrapUpMs: number;
  answers: Record<string, unknown>;
  /** More INVITEs to the same contact. */
  others: number;
}

async function committed(callId: string): Promise<CommittedRow[]> {
  const { rows } = await site.db.query<CommittedRow>(
    `select s.code, c.reason, c.ended_at as "endedAt", c.wrap_up_ms as "wrapUpMs",
       (select jsonb_object_agg(field, value) from call_answers where call_id = c.id) as answers,
       (select count(*)::int from calls o where o.contact_id = c.contact_id and o.id <> c.id and o.invited_at is not null) as others
     from calls c join statuses s on s.id = c.status_id where c.id = $1 and c.wrap_up_id is not null`,
    [callId],
  );
  return rows;
}
