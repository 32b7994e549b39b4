/// <reference types="node" />
/**
 * Pictures of the reports by period.
 * @module
 */
import type { Page } from 'playwright-core';
import type { Shot } from './shot.ts';

export function reportShots(): Shot[] {
  const ready = '.u-wrap';
  return [
    { name: 'raport', path: '/rapoarte/zilnic?de=2026-11-20', ready },
    {
      name: 'raport-gol',
      path: '/rapoarte/zilnic?de=2019-02-08&campanie=oradea',
      ready: '.void',
      once: true,
    },
    { name: 'raport-en', path: '/rapoarte/zilnic?de=2026-11-20', ready, lang: 'en', once: true },
    { name: 'raport-saptamanal', path: '/rapoarte/saptamanal?de=2026-11-16', ready },
    { name: 'raport-lunar', path: '/rapoarte/lunar?luna=2026-11', ready },
    { name: 'raport-anual', path: '/rapoarte/anual?an=2026', ready },
    { name: 'raport-generic', path: '/rapoarte/generic?de=2026-11-02&pana=2026-11-08', ready },
    {
      name: 'raport-generic-ore',
      path: '/rapoarte/generic?de=2026-11-02&pana=2026-11-08',
      ready,
      act: async (page) => page.getByRole('button', { name: 'Deschide toate rândurile' }).click(),
    },
    {
      name: 'apeluri-cifra',
      path: '/apeluri?de=2026-11-01&pana=2026-11-21&campanie=oradea&stare=numarate&rezultate=contactati&cate=una&ori=3',
      ready: '.drop-chips',
    },
    { name: 'campanie-nealeasa', path: '/rapoarte/campanie', ready: '.void', once: true },
    { name: 'raport-generic-an', path: '/rapoarte/generic?de=2026-02-10&pana=2026-11-20', ready, once: true },
    { name: 'raport-marit', path: '/rapoarte/lunar?luna=2026-10', ready, once: true, act: zoomIn },
    { name: 'raport-apeluri', path: '/rapoarte/apeluri?de=2026-11-01&pana=2026-11-21', ready },
  ];
}

/** Drags over two of the columns, then hides a status. */
async function zoomIn(page: Page): Promise<void> {
  const box = await page.locator('.u-over').boundingBox();
  if (!box) throw new Error('no chart');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.25, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.65, y, { steps: 4 });
  await page.mouse.up();
  await page.locator('.legend button').nth(1).click();
  await page.getByRole('button', { name: 'Arată tot graficul' }).waitFor();
}
