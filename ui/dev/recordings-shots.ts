/// <reference types="node" />
/**
 * Pictures of the recordings: the list, one that plays, the states, nothing found.
 * @module
 */
import type { Page } from 'playwright-core';
import type { Shot } from './shot.ts';

export function recordingsShots(): Shot[] {
  return [
    { name: 'inregistrari', path: '/inregistrari', ready: '.recs tbody tr' },
    { name: 'inregistrari-redare', path: '/inregistrari', ready: '.recs tbody tr', act: play },
    {
      name: 'inregistrari-en',
      path: '/inregistrari?stare=arhivate',
      ready: '.recs tbody tr',
      lang: 'en',
      once: true,
      act: play,
    },
    {
      name: 'inregistrari-gol',
      path: '/inregistrari?de=2026-11-16&pana=2026-11-22&min=3600',
      ready: '.void',
      once: true,
    },
    {
      name: 'inregistrari-filtru-gresit',
      path: '/inregistrari',
      ready: '.recs tbody tr',
      once: true,
      act: async (page) => {
        await page.getByLabel('Durata de la').fill('un minut');
      },
    },
    { name: 'inregistrari-operator', path: '/inregistrari', role: 'operator', ready: '.void', once: true },
  ];
}

/** The second ready row; it is stopped, so that each picture is the same. */
async function play(page: Page): Promise<void> {
  await page.locator('.c-play button').nth(1).click();
  await page.locator('.wave[data-state=drawn]').waitFor();
  await page.getByRole('button', { name: /^(Pauză|Pause)$/ }).waitFor();
  await page.locator('.player').press('Home');
  await page.getByRole('button', { name: /^(Pauză|Pause)$/ }).click();
  const skip = page.getByRole('button', { name: /^(Sari peste liniște|Skip silence)$/ });
  if ((await skip.getAttribute('aria-pressed')) === 'false') await skip.click();
  const wave = page.getByRole('slider', { name: /^(Poziția|Position)/ });
  const box = await wave.boundingBox();
  if (box) await page.mouse.click(box.x + box.width * 0.3, box.y + box.height / 2);
}
