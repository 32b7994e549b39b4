import { expect, it } from 'vitest';
import { shownPhone } from './phone-shown.ts';

it('writes Romanian numbers nationally, others internationally, and leaves what is none', () => {
  expect(shownPhone('+40722123456')).toBe('0722 123 456');
  expect(shownPhone('+40259123456')).toBe('0259 123 456');
  expect(shownPhone('+390612345678')).toBe('+39 06 1234 5678');
  expect(shownPhone('anonim')).toBe('anonim');
});
