import { expect, it } from 'vitest';
import { COUNTIES, countyNamed } from './counties.ro.ts';

it('there are the 41 and București, each once, in the order of the alphabet, with commas below', () => {
  expect(new Set(COUNTIES).size).toBe(42);
  expect([...COUNTIES].sort(new Intl.Collator('ro').compare)).toEqual(COUNTIES);
  expect(COUNTIES.join('')).not.toMatch(/[şţŞŢ]/);
});

it.each([
  ['bihor', 'Bihor'],
  ['Jud. Timis', 'Timiș'],
  ['MUNICIPIUL BUCUREŞTI', 'București'],
  ['bistrita nasaud', 'Bistrița-Năsăud'],
  ['județul Satu-Mare', 'Satu Mare'],
])('"%s" is %s', (text, county) => {
  expect(countyNamed(text)).toBe(county);
});

it('a locality is no county', () => {
  expect(countyNamed('Oradea')).toBeUndefined();
});
