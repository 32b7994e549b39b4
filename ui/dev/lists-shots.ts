/**
 * Pictures of lists, contacts and do-not-call.
 * @module
 */
import { LIST_FILE } from './lists-fixtures.ts';
import { failing, silent, type Shot } from './shot.ts';

const once = true;

export function listsShots(): Shot[] {
  return [
    { name: 'liste', path: '/liste', ready: '.admin-table tbody tr' },
    { name: 'lista', path: '/liste/3', ready: '.admin-table tbody tr' },
    { name: 'lista-ruleaza', path: '/liste/5', ready: '.card .progress', once },
    {
      name: 'lista-retrage',
      path: '/liste/3',
      ready: '.admin-table tbody tr',
      once,
      act: async (page) => {
        await page.click('.page-actions .btn:last-child');
        await page.waitForSelector('dialog[open] p');
      },
    },
    {
      name: 'lista-noua',
      path: '/liste/noua',
      ready: '#list-file',
      act: async (page) => {
        const buffer = Buffer.from(LIST_FILE);
        await page.setInputFiles('#list-file', { name: 'Oradea Nouă.csv', mimeType: 'text/csv', buffer });
        await page.waitForSelector('.preview-table');
        await page.selectOption('.upload-form select', 'oradea');
        await page.click('.upload-form button[type=submit]');
        await page.waitForSelector('.stat');
      },
    },
    { name: 'contacte', path: '/contacte', ready: '.admin-table tbody tr' },
    { name: 'contact', path: '/contacte/2', ready: '.why-gates li:nth-child(12)' },
    { name: 'contact-suna', path: '/contacte/1', ready: '.why-gates li:nth-child(12)', once },
    {
      name: 'contact-modifica',
      path: '/contacte/2',
      ready: '.why-gates',
      once,
      act: async (page) => {
        await page.click('.buttons-row .btn');
        await page.waitForSelector('dialog[open] .contact-edit');
      },
    },
    { name: 'cozi', path: '/cozi?campanie=sondaj-bihor&agent=1', ready: '.queue-table tbody tr' },
    { name: 'cozi-gol', path: '/cozi?campanie=sondaj-bihor&agent=3', ready: '.void', once },
    { name: 'cozi-fara', path: '/cozi', ready: '.queue-agents', once },
    { name: 'nu-suna', path: '/nu-suna', ready: '.admin-table tbody tr' },
    {
      name: 'nu-suna-adauga',
      path: '/nu-suna',
      ready: '.admin-table tbody tr',
      once,
      act: async (page) => {
        await page.click('.page-actions .btn[data-kind=primary]');
        await page.waitForSelector('dialog[open]');
      },
    },
    {
      name: 'nu-suna-import',
      path: '/nu-suna',
      ready: '.admin-table tbody tr',
      once,
      act: async (page) => {
        await page.getByRole('button', { name: 'Importă CSV' }).click();
        await page.waitForSelector('dialog[open]');
      },
    },
    {
      name: 'nu-suna-scoate',
      path: '/nu-suna',
      ready: '.admin-table tbody tr',
      act: async (page) => {
        await page.click('.admin-table tbody tr:first-child .btn');
        await page.waitForSelector('dialog[open]');
      },
    },
    { name: 'liste-eroare', path: '/liste', ready: '.void', once, init: failing(/\/api\/list-table/) },
    {
      name: 'liste-vechi',
      path: '/liste',
      ready: '.admin-table tbody tr',
      once,
      act: async (page) => {
        await page.evaluate(failing(/\/api\/list-table/));
        await page.click('.page-actions .btn[data-icon]');
        await page.waitForSelector('.stale-notice');
      },
    },
    { name: 'contact-eroare', path: '/contacte/2', ready: '.void', init: failing(/\/api\/contacts\/2/) },
    {
      name: 'contact-incarca',
      path: '/contacte/2',
      ready: '.skeleton',
      once,
      init: silent(/\/api\/contacts\/2/),
    },
    { name: 'lista-eroare', path: '/liste/3', ready: '.void', once, init: failing(/\/api\/lists\/3/) },
    {
      name: 'apel-eroare',
      path: '/apeluri/00000000-0000-4000-8000-000000000001',
      ready: '.void',
      once,
      init: failing(/\/api\/calls\//),
    },
    {
      name: 'utilizator-eroare',
      path: '/utilizatori/5',
      role: 'administrator',
      ready: '.void',
      once,
      init: failing(/\/api\/users\/5/),
    },
    { name: 'campanii-eroare', path: '/campanii', ready: '.void', once, init: failing(/\/api\/campaigns/) },
    { name: 'contact-en', path: '/contacte/2', ready: '.why-gates li:nth-child(12)', lang: 'en', once },
  ];
}
