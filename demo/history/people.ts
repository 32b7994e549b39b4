/**
 * Made-up people with made-up numbers. Their prefixes are others than those of `demo/sample-list.ts`.
 * @module
 */
import type { Random } from './random.ts';
import type { HistoryAgent } from './shapes.ts';

export interface Person {
  lastName: string;
  firstName: string;
  locality: string;
  county: string;
  age: number;
  ageBand: string;
}

const FIRST_NAMES =
  'Ana Andrei Bianca Bogdan Carmen Cătălina Ciprian Claudia Corina Dan Daniela Denisa Dorin Dumitru Elena Emil Eugenia Florin Gabriela Gheorghe Horia Ileana Ioana Ion Irina Iulian Larisa Laura Liviu Lucia Luminița Marcel Maria Marius Mihaela Mircea Monica Nicolae Oana Octavian Paul Petru Raluca Robert Roxana Sanda Șerban Silvia Simona Sorin Ștefania Teodor Țiprian Valentina Vasile Victor Viorica Zoe'.split(
    ' ',
  );
/** Nobody is called so. */
const LAST_NAMES =
  'Fictiv Imaginar Inventat Închipuit Plăsmuit Exemplu Demonstrativ Țesut Născocit Presupus Ipotetic Exemplescu Fictescu Născocescu Probescu Modelescu Simulescu Ticluit Plăsmuițiu Închipuianu Presupușel Încercatu Demonstrescu Ipotescu'.split(
    ' ',
  );
const PLACES: readonly (readonly [county: string, weight: number, localities: readonly string[]])[] = [
  ['Bihor', 34, ['Oradea', 'Salonta', 'Beiuș', 'Marghita', 'Aleșd']],
  ['Cluj', 20, ['Cluj-Napoca', 'Turda', 'Dej', 'Gherla']],
  ['Timiș', 14, ['Timișoara', 'Lugoj', 'Sânnicolau Mare']],
  ['Arad', 10, ['Arad', 'Ineu', 'Lipova']],
  ['Iași', 8, ['Iași', 'Pașcani', 'Târgu Frumos']],
  ['București', 8, ['Sector 3', 'Sector 6']],
  ['Constanța', 6, ['Constanța', 'Mangalia', 'Medgidia']],
];
const COUNTIES = PLACES.map((place) => [place, place[1]] as const);
const BANDS = [
  ['20-30', 20, 30],
  ['31-40', 31, 40],
  ['41-50', 41, 50],
  ['51-60', 51, 60],
  ['in-afara', 61, 82],
] as const;
const BAND_WEIGHTS = BANDS.map((band, index) => [band, [21, 26, 24, 18, 11][index] ?? 0] as const);
/** Permitted by the demo's trunks: mobile and geographic. */
export const HISTORY_PREFIXES: readonly string[] = [
  '+40721',
  '+40734',
  '+40743',
  '+40754',
  '+40765',
  '+40264',
  '+40356',
  '+40268',
  '+40232',
];

export const HISTORY_AGENTS: readonly HistoryAgent[] = [
  ['ana', 'Ana Demo'],
  ['mihai', 'Mihai Demo'],
  ['ioana', 'Ioana Plăsmuit'],
  ['radu', 'Radu Exemplescu'],
  ['cristina', 'Cristina Modelescu'],
  ['vlad', 'Vlad Închipuit'],
  ['elena', 'Elena Născocit'],
  ['george', 'George Probescu'],
  ['diana', 'Diana Țesut'],
  ['stefan', 'Ștefan Ipotetic'],
  ['larisa', 'Larisa Fictescu'],
  ['tudor', 'Tudor Presupus'],
].map(([name = '', displayName = '']) => ({ name, displayName }));

export function makePerson(random: Random): Person {
  const [county, , localities] = random.weighted(COUNTIES);
  const [ageBand, from, to] = random.weighted(BAND_WEIGHTS);
  return {
    lastName: random.pick(LAST_NAMES),
    firstName: random.pick(FIRST_NAMES),
    // The first is the town that most people live in.
    locality: random.chance(0.5) ? (localities[0] ?? '') : random.pick(localities),
    county,
    age: from + random.below(to - from + 1),
    ageBand,
  };
}

/** A number that is not `taken`, which it then is. */
export function makeNumber(random: Random, taken: Set<string>): string {
  for (;;) {
    const e164 = `${random.pick(HISTORY_PREFIXES)}${String(random.below(1_000_000)).padStart(6, '0')}`;
    if (taken.has(e164)) continue;
    taken.add(e164);
    return e164;
  }
}
