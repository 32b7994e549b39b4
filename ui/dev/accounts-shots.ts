/// <reference types="node" />
/**
 * Pictures of the users, the journal, one's own account.
 * @module
 */
import type { Shot } from './shot.ts';

export function accountShots(): Shot[] {
  const role = 'administrator';
  return [
    { name: 'utilizatori', path: '/utilizatori', role, ready: '.users tbody tr' },
    { name: 'utilizatori-gol', path: '/utilizatori?cauta=xyz', role, ready: '.void', once: true },
    { name: 'utilizatori-en', path: '/utilizatori', role, lang: 'en', ready: '.users tbody tr', once: true },
    {
      name: 'utilizator-nou',
      path: '/utilizatori',
      role,
      ready: '.users tbody tr',
      act: async (page) => {
        await page.click('.page-actions button');
        await page.waitForSelector('dialog[open]');
        await page.fill('input[name=user-name]', 'maria popescu');
        await page.click('dialog button[type=submit]');
        await page.waitForSelector('.field-error');
      },
    },
    { name: 'utilizator', path: '/utilizatori/5', role, ready: '.audit li' },
    { name: 'utilizator-eu', path: '/utilizatori/7', role, ready: '.audit li', once: true },
    {
      name: 'utilizator-oprit',
      path: '/utilizatori/4',
      role,
      ready: '.audit li',
      act: async (page) => {
        await page.click('.access-buttons [data-kind=danger]');
        await page.waitForSelector('dialog[open] .notice');
      },
    },
    {
      name: 'utilizator-parola',
      path: '/utilizatori/4',
      role,
      ready: '.audit li',
      once: true,
      act: async (page) => {
        await page.click('.access-buttons .btn:first-child');
        await page.click('dialog[open] button[type=submit]');
        await page.waitForSelector('.shown-once');
      },
    },
    { name: 'ecrane', path: '/ecrane', role, ready: '.screens tbody tr' },
    {
      name: 'ecran-nou',
      path: '/ecrane',
      role,
      ready: '.screens tbody tr',
      act: async (page) => {
        await page.click('.page-actions button');
        await page.fill('input[name=screen-label]', 'Sala mare, lângă ușă');
        await page.click('dialog[open] button[type=submit]');
        await page.waitForSelector('.shown-once');
      },
    },
    { name: 'jurnal', path: '/jurnal', role, ready: '.audit li' },
    { name: 'jurnal-gol', path: '/jurnal?fel=trunk', role, ready: '.void', once: true },
    { name: 'cont', path: '/cont', ready: '.account-form' },
    {
      name: 'cont-gresit',
      path: '/cont',
      role: 'agent',
      ready: '.account-form',
      once: true,
      act: async (page) => {
        await page.fill('input[name=newPassword]', 'scurt');
        await page.click('.account-form button[type=submit]');
        await page.waitForSelector('.field-error');
      },
    },
    { name: 'apeluri-agent', path: '/apeluri', role: 'agent', ready: '.calls tbody tr', once: true },
  ];
}
