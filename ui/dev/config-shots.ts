/**
 * The pages of the configuration, each kind with its form; states that differ little from another, once.
 * @module
 */
import type { Page } from 'playwright-core';
import { CONFLICT_AT } from './config-fixtures.ts';
import { TEST_NUMBERS } from './manage-fixtures.ts';
import { failing, type Shot } from './shot.ts';

const once = true;
const FORM = '.config-grid .history .versions';

export function configShots(): Shot[] {
  const object = (name: string, path: string, more: Partial<Shot> = {}): Shot => ({
    name: `config-${name}`,
    path: `/configurare/${path}`,
    ready: FORM,
    ...more,
  });
  return [
    { name: 'config', path: '/configurare', ready: '.config-kind' },
    { name: 'config-statusuri', path: '/configurare/status', ready: '.config-table tbody tr' },
    {
      name: 'config-nou',
      path: '/configurare/script',
      ready: '.config-table tbody tr',
      once,
      act: async (page) => {
        await page.click('.page-actions .btn');
        await page.fill('dialog input[name=label]', 'Sondaj de primăvară');
      },
    },
    object('campanie', 'campaign/oradea'),
    object('campanie-agenti', 'campaign/oradea-agenti', {
      act: async (page) => {
        await type(page, 'input[type=number] >> nth=0', '12');
        await page.waitForSelector('.save-bar');
        await page.click('.versions li:first-child summary');
      },
    }),
    object('conflict', 'campaign/oradea-agenti', {
      act: async (page) => {
        await type(page, 'input[type=number] >> nth=0', String(CONFLICT_AT));
        await page.waitForSelector('.conflict');
      },
    }),
    object('program', 'calendar/luni-vineri'),
    object('program-gresit', 'calendar/luni-vineri', {
      once,
      act: async (page) => {
        await type(page, '.interval input >> nth=0', '25:00');
        await page.waitForSelector('.day-row .field-error');
      },
    }),
    object('scenariu', 'script/sondaj-oradea', {
      act: async (page) => {
        await page.click('.field-card .fold');
        await page.waitForSelector('.option-row .input');
      },
    }),
    object('reapelare', 'retry-rules/standard'),
    object('status', 'status/success'),
    object('mesaj', 'prompt/anunt', { once }),
    object('plafon', 'caps/standard', { once }),
    object('pauza', 'pause-reason/pauza-de-masa', { once }),
    object('status-scos', 'status/interested', { once }),
    object('trunchi', 'trunk/operator-principal', { role: 'administrator' }),
    object('trunchi-rezultat', 'trunk/operator-principal', {
      role: 'administrator',
      act: (page) => testCall(page, TEST_NUMBERS.answered),
    }),
    object('trunchi-refuzat', 'trunk/operator-principal', {
      role: 'administrator',
      once: true,
      act: (page) => testCall(page, TEST_NUMBERS.refused),
    }),
    object('trunchi-suna', 'trunk/operator-principal', {
      role: 'administrator',
      once,
      act: async (page) => {
        await testCall(page, TEST_NUMBERS.running, '.test-steps');
        await page.click('.trunk-test-form button[data-kind=danger]', { trial: true });
      },
    }),
    object('trunchi-citit', 'trunk/operator-principal', { once }),
    object('praguri', 'thresholds/panou', {
      ready: '.threshold',
      act: (page) => page.click('.threshold >> nth=0 >> input[type=radio] >> nth=1'),
    }),
    object('engleza', 'campaign/oradea-agenti', { lang: 'en', once }),
    object('pauza-sterge', 'pause-reason/pauza-de-masa', { act: ask('.usage .btn') }),
    object('campanie-scoate', 'campaign/oradea', { once, act: ask('.usage .btn') }),
    object('campanie-opreste', 'campaign/oradea', { once, act: ask('.run .btn >> nth=1') }),
    object('eroare', 'campaign/oradea', { ready: '.void', init: failing(/\/api\/config\/campaign\/oradea/) }),
    { name: 'config-campanii', path: '/configurare/campaign', ready: '.config-table tbody tr', once },
    { name: 'config-lipsa', path: '/configurare/caps/nu-este', ready: '.void', once },
  ];
}

function ask(button: string): (page: Page) => Promise<void> {
  return async (page) => {
    await page.click(button);
    await page.waitForSelector('dialog[open]');
  };
}

async function testCall(page: Page, number: string, until = '.trunk-test-now .notice'): Promise<void> {
  await page.fill('.trunk-test-form input >> nth=0', number);
  await page.click('.trunk-test-form button[type=submit]');
  await page.waitForSelector(until);
}

async function type(page: Page, field: string, text: string): Promise<void> {
  await page.fill(`.config-grid form ${field}`, text);
}
