/// <reference types="node" />
/**
 * Pictures of the reports of agents and of a campaign, of the history of a person, of a correction.
 * @module
 */
import type { Page } from 'playwright-core';
import { callId } from './fixtures.ts';
import type { Shot } from './shot.ts';

export function peopleShots(): Shot[] {
  return [
    { name: 'agenti', path: '/rapoarte/agenti?de=2026-11-16&pana=2026-11-21', ready: '.u-wrap' },
    {
      name: 'agenti-zile',
      path: '/rapoarte/agenti?de=2026-11-18&pana=2026-11-20&pe=zi',
      ready: '.u-wrap',
      once: true,
    },
    {
      name: 'agenti-en',
      path: '/rapoarte/agenti?de=2026-11-16&pana=2026-11-21',
      ready: '.u-wrap',
      lang: 'en',
      once: true,
    },
    {
      name: 'campanie-raport',
      path: '/rapoarte/campanie?de=2026-11-01&pana=2026-11-21&campanie=oradea',
      ready: '.u-wrap',
    },
    { name: 'istoric', path: '/istoric?contact=7', ready: '.interactions' },
    { name: 'istoric-gasiti', path: '/istoric', ready: '.history-search', once: true, act: find },
    { name: 'corecturi', path: `/apeluri/${callId(5)}`, ready: '.corrections', act: toCorrections },
    {
      name: 'corectura-raspunsuri',
      path: `/apeluri/${callId(5)}`,
      ready: '.corrections',
      act: correctAnswers,
    },
    { name: 'corectura', path: '/apeluri', ready: 'tbody tr', once: true, act: correct },
  ];
}

async function find(page: Page): Promise<void> {
  await page.getByRole('textbox').fill('serban');
  await page.getByRole('button', { name: 'Caută' }).click();
  await page.locator('.people').waitFor();
}

async function correct(page: Page): Promise<void> {
  await page.locator('tbody tr a').nth(3).click();
  await page.getByRole('button', { name: 'Corectează rezultatul' }).click();
  await page.getByLabel('Rezultatul corect').selectOption('opted-out');
}

async function toCorrections(page: Page): Promise<void> {
  await page.locator('.corrections').scrollIntoViewIfNeeded();
}

/** With what is wrong, in words. */
async function correctAnswers(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Corectează răspunsurile' }).click();
  await page.getByLabel('Persoane în gospodărie').fill('40');
  await page.locator('dialog [type=submit]').click();
  await page.locator('dialog .field-error').first().waitFor();
}
