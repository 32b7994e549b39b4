import { expect, it } from 'vitest';
import { customerAttributes } from './customer-attributes.ts';

it('knows the usual headers however they are written, and keeps the rest', () => {
  expect(
    customerAttributes({
      'Stare cont': 'activ',
      'CAZURI DESCHISE': '2',
      'Valoare totală': '120',
      Pisică: 'da',
      tier: 'A',
    }),
  ).toEqual({
    accountStatus: 'activ',
    tier: 'A',
    openCases: '2',
    lifetimeValue: '120',
    custom: { Pisică: 'da' },
  });
});

it('keeps a second column of the same meaning as it is', () => {
  expect(customerAttributes({ tier: 'A', nivel: 'B' })).toMatchObject({ tier: 'A', custom: { nivel: 'B' } });
});
