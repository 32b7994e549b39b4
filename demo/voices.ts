/**
 * What the demo's customers say to an agent, for espeak-ng: each one has a voice and answers the seeded script in its order.
 * They hear nothing; they leave time for a question between two sentences.
 * @module
 */
export interface DemoVoice {
  name: string;
  /** Of espeak-ng: variant, words a minute, pitch 0-99. */
  variant: string;
  speed: number;
  pitch: number;
  /** Sentences, with the seconds of silence after each. */
  says: readonly (readonly [sentence: string, pauseSeconds: number])[];
}

export const DEMO_VOICES: readonly DemoVoice[] = [
  {
    name: 'doamna-amabila',
    variant: 'ro+f3',
    speed: 155,
    pitch: 60,
    says: [
      ['Alo?', 2],
      ['Da, bună ziua, vă ascult.', 6],
      ['Da, sigur, am câteva minute.', 6],
      ['Am treizeci și patru de ani.', 6],
      ['Stau în județul Bihor.', 5],
      ['În Oradea.', 5],
      ['Mă numesc Ana Fictiv.', 6],
      ['Am facultate.', 6],
      ['Cu plăcere. La revedere!', 12],
      ['Alo, mai sunteți acolo?', 10],
    ],
  },
  {
    name: 'domnul-grabit',
    variant: 'ro+m3',
    speed: 190,
    pitch: 40,
    says: [
      ['Da.', 1.5],
      ['Spuneți, vă rog, dar repede.', 5],
      ['Bine, întrebați.', 5],
      ['Patruzeci și opt.', 4],
      ['Cluj.', 4],
      ['Cluj-Napoca.', 4],
      ['Dan Inventat.', 4],
      ['Liceul.', 5],
      ['Gata? Atunci la revedere.', 12],
      ['Alo?', 8],
    ],
  },
  {
    name: 'doamna-in-varsta',
    variant: 'ro+f5',
    speed: 125,
    pitch: 45,
    says: [
      ['Alo, da?', 2.5],
      ['Cine sunteți dumneavoastră?', 7],
      ['Aha. Bine, maică, întreabă.', 6],
      ['Eu am șaptezeci și unu de ani.', 7],
      ['Din județul Timiș.', 5],
      ['La Lugoj stau.', 5],
      ['Elena Exemplu mă cheamă.', 6],
      ['Liceul l-am terminat, demult.', 6],
      ['Să fiți sănătoși!', 12],
      ['Alo, nu se mai aude nimic.', 10],
    ],
  },
  {
    name: 'tanarul',
    variant: 'ro+m7',
    speed: 170,
    pitch: 55,
    says: [
      ['Alo, salut.', 2],
      ['Da, eu sunt.', 6],
      ['Păi, hai, dacă nu durează mult.', 6],
      ['Douăzeci și trei.', 5],
      ['București.', 4],
      ['Sectorul trei.', 5],
      ['Horia Demonstrativ.', 5],
      ['Sunt student, deci am terminat liceul.', 6],
      ['Ok, mersi, o zi bună.', 12],
      ['Mai e cineva?', 10],
    ],
  },
];

/** SSML, for `espeak-ng -m`. */
export function ssmlOf({ says }: Pick<DemoVoice, 'says'>): string {
  const spoken = says.map(
    ([sentence, seconds]) => `${escape(sentence)} <break time="${seconds * 1_000}ms"/>`,
  );
  return `<speak>${spoken.join(' ')}</speak>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
