/**
 * The agent's desk in a real Chromium against the whole site: a shift by keyboard, and what happens to desks in the middle of
 * a call. `APEL_TEST_FULL` plays all nine scenes, else three of them, chosen by `APEL_SEED`.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PeriodReport } from '../../contracts/http/reports.ts';
import {
  beginShift,
  launchDeskBrowser,
  openDesk,
  openPage,
  allowMicrophone,
  type DeskPage,
} from './desk-browser.ts';
import { startCustomers, type Customer, type Customers } from './desk-customers.ts';
import { createFigures } from './desk-figures.ts';
import { CUSTOMER_HZ, hearEachOther, hearsApology, hearsMusic } from './desk-hearing.ts';
import { createAgent, duringTalk, finish, playScene, scenes, type Agent } from './desk-scenes.ts';
import { endShift, SHIFT_CALLS } from './desk-shift.ts';
import { addAgents, addPerson, applyDeskCampaigns, importPeople, SURVEY } from './desk-world.ts';
import type { Person } from './pages-browser.ts';
import { startTestSite, until, type TestSite } from './site.ts';
import { readStereoAlaw, toneLevel } from './tones.ts';

const FULL = Boolean(process.env['APEL_TEST_FULL']);
const SCENES = scenes({ full: FULL, seed: Number(process.env['APEL_SEED'] ?? 1) });
/** Of F5 and of a take-over, for their medians. */
const AGAIN = FULL ? 9 : 2;
const AGENT_HZ = 620;
const OTHER_HZ = 850;
const SOON_MS = 60_000;
const DAY_MS = 86_400_000;

let site: TestSite;
let customers: Customers;
let here: Browser;
let there: Browser;
let url: string;
let people: { ana: Person; bogdan: Person; sefa: Person };
const figures = createFigures();

beforeAll(async () => {
  customers = await startCustomers(CUSTOMER_HZ);
  for (const { ending, does } of SHIFT_CALLS) customers.behave(ending, does);
  customers.behave('31', 'rings');
  site = await startTestSite();
  url = site.state().addresses.page;
  const [ana, bogdan] = await addAgents(site, ['ana', 'bogdan']);
  people = {
    ana: ana as Person,
    bogdan: bogdan as Person,
    sefa: await addPerson(site, 'sefa', 'supervisor'),
  };
  const desk = { dialing: 'preview', previewSeconds: 300, autoNext: true, confirmSeconds: 120 } as const;
  await applyDeskCampaigns(site, [
    { name: 'sondaj', customers, desk: { ...desk, script: SURVEY } },
    // Whoever loses their page while it rings needs time to be back, on a busy machine too.
    { name: 'mutari', customers, desk, ringTimeoutSeconds: 120 },
    { name: 'plecari', customers, desk: { ...desk, deskLostSeconds: 5 } },
  ]);
  [here, there] = (await Promise.all(
    [AGENT_HZ, OTHER_HZ].map((hertz) => launchDeskBrowser(site.home, hertz)),
  )) as [Browser, Browser];
}, 200_000);

afterAll(async () => {
  figures.print();
  await here?.close();
  await there?.close();
  await site?.stop();
  await customers?.close();
}, 60_000);

/** F2 on the contact that is shown; resolves when its phone rings. */
async function dial(desk: DeskPage): Promise<Customer> {
  const before = customers.calls().length;
  await desk.focused('.dial-now');
  const pressed = Date.now();
  await desk.press('F2');
  await until('the customer is called', SOON_MS, () => customers.calls().length > before);
  const customer = customers.calls()[before] as Customer;
  figures.note(
    before === 0 ? 'F2 to ringing, the first of the site' : 'F2 to ringing',
    pressed,
    customer.ringingAt,
  );
  return customer;
}

async function findings(): Promise<string[]> {
  const report = await site.audit([await customers.writeRecord(join(site.home, 'carrier.ndjson'))]);
  return Object.entries(report.invariants).flatMap(([id, { findings: found }]) =>
    found.map((one) => `${id}: ${one}`),
  );
}

interface Row {
  id: string;
  status: string;
  reason: string;
  answers: Record<string, string> | null;
  note: string | null;
  recording: string;
  path: string | null;
  talkMs: number;
}

/** Committed calls of a campaign, in the order in which they were claimed. */
async function committed(campaign: string): Promise<Row[]> {
  const { rows } = await site.db.query<Row>(
    `select c.id, s.code as status, c.reason, c.note, c.recording_state as recording, c.recording_path as path,
       c.talk_ms as "talkMs",
       (select jsonb_object_agg(a.field, a.value) from call_answers a where a.call_id = c.id) as answers
     from calls c join campaigns p on p.id = c.campaign_id left join statuses s on s.id = c.status_id
     where p.name = $1 and c.committed_at is not null and c.wrap_up_id is not null order by c.claimed_at`,
    [campaign],
  );
  return rows;
}

async function sound({ path }: Row) {
  return readStereoAlaw(await readFile(join(site.state().env['APEL_RECORDINGS'] ?? '', path ?? '')));
}

describe('a shift of ten calls, by keyboard alone', () => {
  let desk: DeskPage;
  let called: string[];
  const callbackTime = '16:30';
  const tomorrow = new Date(Date.now() + DAY_MS).toLocaleDateString('en-CA', {
    timeZone: 'Europe/Bucharest',
  });

  it('goes from log-in to log-off, and the browser has nothing to complain of', async () => {
    called = await importPeople(
      site,
      'sondaj',
      SHIFT_CALLS.map(({ ending }) => ending),
    );
    desk = await openDesk({ browser: here, url, person: people.ana });
    await beginShift(desk, 'Campania sondaj');
    await desk.press('F2');
    for (const { work, ending } of SHIFT_CALLS) {
      await desk.stage('preview');
      await desk.focused('.dial-now');
      await work({ desk, hertz: AGENT_HZ, dial: () => dial(desk), callbackTime }).catch((error: Error) => {
        throw new Error(`the call to …${ending}: ${error.message}`, { cause: error });
      });
    }
    await desk.sees('.idle[data-state=available] [role=status]');
    expect(await desk.page.locator('.desk-today .stat-value').allInnerTexts()).toEqual(
      expect.arrayContaining(['10', '6', '2']),
    );
    await endShift(desk);
    expect(desk.complaints).toEqual([]);
  }, 240_000);

  it('is in Postgres: each call once, with its outcome, answers, note and recording', async () => {
    const rows = await committed('sondaj');
    expect(
      rows.map(({ status, reason, answers, note, recording }) => ({
        status,
        reason,
        answers: answers ?? {},
        note,
        recording,
      })),
    ).toEqual(SHIFT_CALLS.map(({ becomes }) => becomes));
    const { rows: all } = await site.db.query<{ calls: number; saved: number; live: number; drafts: number }>(
      `select (select count(*) from calls)::int as calls, (select count(distinct wrap_up_id) from calls)::int as saved,
         (select count(*) from live_calls)::int as live, (select count(*) from call_drafts)::int as drafts`,
    );
    expect(all).toEqual([{ calls: 10, saved: 10, live: 0, drafts: 0 }]);
    const { rows: due } = await site.db.query<{ at: string; own: boolean; number: string }>(
      `select to_char(q.due_at at time zone 'Europe/Bucharest', 'YYYY-MM-DD HH24:MI') as at, u.name = 'ana' as own,
         n.e164 as number
       from dial_queue q join users u on u.id = q.agent_id
       join contact_numbers cn on cn.contact_id = q.contact_id join numbers n on n.id = cn.number_id
       where q.rank = 4`,
    );
    expect(due).toEqual([{ at: `${tomorrow} ${callbackTime}`, own: true, number: called[7] }]);
    const { rows: never } = await site.db.query<{ number: string; reason: string; by: string }>(
      `select e164 as number, do_not_call_reason as reason, do_not_call_by as by from numbers where do_not_call_at is not null`,
    );
    const by = `call:${rows[8]?.id}`;
    expect(never).toEqual([{ number: called[8], reason: 'Nu dorește sondaje', by }]);
    for (const row of rows.slice(0, 2)) {
      const { left, right, durationMs } = await sound(row);
      const range = { fromMs: 0, toMs: durationMs };
      expect(toneLevel(left, CUSTOMER_HZ, range)).toBeGreaterThan(10 * toneLevel(left, AGENT_HZ, range));
      expect(toneLevel(right, AGENT_HZ, range)).toBeGreaterThan(10 * toneLevel(right, CUSTOMER_HZ, range));
    }
  });

  it('is in the report of the day, and the auditor finds nothing wrong', async () => {
    const counts = await reportOfToday();
    const expected: Record<string, number> = {};
    for (const { becomes } of SHIFT_CALLS) expected[becomes.status] = (expected[becomes.status] ?? 0) + 1;
    expect(counts).toEqual(expected);
    expect(await findings()).toEqual([]);
  });

  /** What the supervisor is shown: calls of today by status, without those that are 0. */
  async function reportOfToday(): Promise<Record<string, number>> {
    const headers = { origin: url, 'content-type': 'application/json', cookie: '' };
    const { name, password } = people.sefa;
    const session = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ name, password }),
    });
    headers.cookie = session.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const date = new Date().toLocaleDateString('en-CA', { timeZone: 'Europe/Bucharest' });
    const answer = await fetch(`${url}/api/reports/daily?date=${date}&campaign=sondaj`, { headers });
    const { totals } = (await answer.json()) as PeriodReport;
    return Object.fromEntries(Object.entries(totals.counts).filter(([, calls]) => calls > 0));
  }
});

describe('in the middle of a call', () => {
  let agent: Agent;

  it('F5, another computer and another tab, again and again: the customer stays on the line', async () => {
    await importPeople(site, 'mutari', Array<string>(SCENES.length + 1).fill('31'));
    const desk = await openDesk({ browser: here, url, person: people.ana });
    agent = createAgent({
      url,
      person: people.ana,
      computers: [
        { browser: here, hertz: AGENT_HZ, desk },
        { browser: there, hertz: OTHER_HZ },
      ],
    });
    await beginShift(desk, 'Campania mutari');
    await desk.press('F2');
    const customer = await dial(desk);
    customer.answer();
    await hearEachOther(desk, customer, AGENT_HZ);
    for (let times = 0; times < AGAIN; times += 1) {
      await duringTalk('reload', { agent, customer, figures });
      await duringTalk('take-over', { agent, customer, figures });
    }
    const { desk: now, hertz } = agent.seat();
    const tab = await openPage(now.context);
    await tab.sees(
      '.void:has-text("Postul este deschis în altă filă"):has-text("Cealaltă filă este post de la")',
    );
    expect(await now.page.locator('.void').count()).toBe(0);
    await tab.focused('.void .btn');
    await tab.press('Enter');
    await now.sees('.void:has-text("Postul s-a mutat în altă filă")');
    await hearEachOther(tab, customer, hertz);
    await now.focused('.void .btn');
    await now.press('Enter');
    await hearEachOther(now, customer, hertz);
    await tab.page.close();
    await finish(agent.seat());
    expect([customer.leg.count('INVITE'), ...tab.complaints, ...agent.complaints()]).toEqual([1]);
  }, 240_000);

  it.each(SCENES)(
    '%s during %s: the customer stays, both hear each other, nothing typed is lost',
    async (...scene) => {
      await playScene(scene, { agent, dial, figures });
      expect(agent.complaints()).toEqual([]);
    },
    180_000,
  );

  it('left one outcome and one recording of each call, with the voices on their sides', async () => {
    const rows = await committed('mutari');
    expect(rows.map(({ status, recording }) => [status, recording])).toEqual(
      Array.from({ length: SCENES.length + 1 }, () => ['not-interested', 'ready']),
    );
    for (const row of rows) {
      const { left, right, durationMs } = await sound(row);
      const range = { fromMs: 0, toMs: durationMs };
      const [agents, customer] = [[AGENT_HZ, OTHER_HZ], CUSTOMER_HZ] as const;
      const spoken = agents.map((hertz) => toneLevel(right, hertz, range));
      expect(Math.max(...spoken)).toBeGreaterThan(10 * toneLevel(right, customer, range));
      expect(toneLevel(left, customer, range)).toBeGreaterThan(
        10 * Math.max(...agents.map((hertz) => toneLevel(left, hertz, range))),
      );
    }
    await endShift(agent.seat().desk);
    expect(await findings()).toEqual([]);
  });
});

describe('a desk of somebody else', () => {
  let desk: DeskPage;

  it('without a microphone says what to do, and works when it is allowed', async () => {
    await importPeople(site, 'plecari', ['41', '42', '43']);
    desk = await openDesk({ browser: here, url, person: people.bogdan, refusesMicrophone: true });
    await beginShift(desk, 'Campania plecari');
    await desk.sees('.notice:has-text("Microfonul este blocat"):has-text("Apăsați lacătul")');
    await desk.sees('.desk-line:has-text("Fără microfon")');
    await allowMicrophone(desk);
    await desk.tabTo('.notice .btn:has-text("Încearcă din nou")', 'Shift+Tab');
    await desk.press('Enter');
    await desk.sees('.desk-line:has-text("Conectat")');
    await desk.press('F2');
    await hearEachOther(desk, await dial(desk), AGENT_HZ);
    await finish({ desk, hertz: AGENT_HZ });
  }, 180_000);

  it('that never comes back: an apology, an end with its reason, a wrap-up that waits', async () => {
    const customer = await dial(desk);
    await hearEachOther(desk, customer, AGENT_HZ);
    await desk.context.close();
    await until('music', SOON_MS, () => hearsMusic(customer));
    await until('the apology', SOON_MS, () => hearsApology(customer));
    await until('the end', SOON_MS, () => customer.endedAt !== undefined);
    desk = await openDesk({ browser: there, url, person: people.bogdan });
    await desk.focused('.log-on-go');
    await desk.press('Enter');
    await desk.stage('wrap-up');
    await finish({ desk, hertz: OTHER_HZ });
    const rows = await committed('plecari');
    expect(rows.map(({ status, reason }) => [status, reason])).toEqual([
      ['not-interested', 'hang-up-by-us'],
      ['not-interested', 'desk-lost'],
    ]);
    await desk.focused('.dial-now');
    await desk.press('Tab', 'Enter');
    await desk.focused('dialog[open] input');
    await desk.type('Tura s-a încheiat');
    await desk.press('Enter');
    await desk.stage('none');
    expect(desk.complaints).toEqual([]);
    expect(await findings()).toEqual([]);
  }, 180_000);
});
