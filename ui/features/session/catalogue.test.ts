import { expect, it } from 'vitest';
import { STATUSES } from '../../dev/fixtures.ts';
import { createI18n } from '../../i18n/i18n.ts';
import { en } from '../../i18n/en.ts';
import { createCatalogue } from './catalogue.ts';

const i18n = createI18n({
  storage: { get: () => null, set: () => undefined },
  loadEnglish: async () => en,
  parts: {},
});

it('a status that came after the list is asked for once in a while, then known by its label', async () => {
  let statuses = STATUSES.slice(0, 3);
  let requests = 0;
  let time = 100_000;
  const catalogue = createCatalogue({
    i18n,
    now: () => time,
    api: {
      campaigns: async () => ({ campaigns: [] }),
      statuses: async () => {
        requests += 1;
        return { statuses };
      },
    },
  });
  expect(catalogue.statusLabel('nou')).toBe('nou');
  await catalogue.load({ campaigns: false });
  expect(requests).toBe(1);

  for (let i = 0; i < 5; i += 1) catalogue.statusLabel('nou');
  await expect.poll(() => requests).toBe(2);
  const [first] = STATUSES;
  if (!first) throw new Error('no status');
  statuses = [...statuses, { ...first, code: 'nou', labels: { ro: 'Status nou', en: 'New status' } }];
  time += 11_000;
  catalogue.statusLabel('nou');
  await expect.poll(() => catalogue.statusLabel('nou')).toBe('Status nou');
  expect(requests).toBe(3);
});
