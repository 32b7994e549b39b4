/**
 * The wall: a floor, a large one, none, old data, its dialogs, and the screen.
 * @module
 */
import type { Page } from 'playwright-core';
import type { Shot } from './shot.ts';

const HD = { width: 1920, height: 1080 };

export function wallShots(): Shot[] {
  const page = { path: '/panou', ready: '.wall-cards', wall: 'mic' };
  const screen = { path: '/panou?mod=tv', ready: '.screen-figures', viewport: HD, once: true };
  return [
    { ...page, name: 'panou' },
    { ...page, name: 'panou-mare', wall: 'mare', once: true },
    { ...page, name: 'panou-gol', wall: 'gol', once: true },
    { ...page, name: 'panou-vechi', wall: 'vechi', ready: '.stale-notice', once: true },
    { ...page, name: 'panou-filtru', path: '/panou?stare=paused', once: true },
    { ...page, name: 'panou-conducere', role: 'management', once: true },
    { ...page, name: 'panou-operator', role: 'operator', once: true },
    { ...page, name: 'panou-en', lang: 'en', once: true },
    { ...page, name: 'panou-praguri', act: (on) => open(on, '.page-actions .btn:first-of-type') },
    { ...page, name: 'panou-agent', act: (on) => open(on, '.agent-row:nth-child(3) .btn') },
    { ...screen, name: 'panou-tv', wall: 'mic' },
    { ...screen, name: 'panou-tv-mare', wall: 'mare' },
    { ...screen, name: 'panou-tv-conducere', role: 'management', wall: 'mic' },
    { ...screen, name: 'panou-tv-vechi', wall: 'vechi', ready: '.screen-line' },
  ];
}

async function open(page: Page, button: string): Promise<void> {
  await page.click(button);
  await page.waitForSelector('dialog[open]');
}
