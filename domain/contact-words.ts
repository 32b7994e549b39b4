/**
 * States of contacts, why they are closed and why they wait, in words: of the pages and of exported files.
 * @module
 */

export const contactWordsRo = {
  'camp.state.open': 'De sunat',
  'camp.state.closed': 'Încheiat',
  'camp.state.withdrawn': 'Retras',
  'camp.closed.do-not-call': 'A cerut să nu mai fie sunat',
  'camp.closed.no-consent': 'Fără acord',
  'camp.closed.stopped': 'Nu mai suna',
  'camp.closed.nonexistent': 'Număr inexistent',
  'camp.closed.cap-total': 'Plafon atins',
  'camp.closed.final-status': 'Rezultat final',
  'camp.closed.exhausted': 'Încercări epuizate',
  'camp.closed.import-undone': 'Import anulat',
  'camp.closed.other': 'Alt motiv',
  'camp.wait.none': 'Contact nou, neapelat încă',
  'camp.wait.on-call': 'În apel acum',
  'camp.wait.cap-day': 'Plafonul zilei este atins',
  'camp.wait.number-busy': 'Numărul este în alt apel',
  'camp.wait.trunk-bound': 'Număr demonstrativ, legat de alt trunchi',
  'camp.wait.prefix-not-permitted': 'Prefix nepermis',
  'camp.wait.retry': 'Așteaptă încercarea următoare',
  'camp.wait.not-placed': 'Ultimul apel nu a plecat',
  'camp.wait.other': 'Alt motiv',
} as const satisfies Readonly<Record<string, string>>;

export const contactWordsEn = {
  'camp.state.open': 'To be called',
  'camp.state.closed': 'Closed',
  'camp.state.withdrawn': 'Withdrawn',
  'camp.closed.do-not-call': 'Asked not to be called',
  'camp.closed.no-consent': 'No consent',
  'camp.closed.stopped': 'Stopped number',
  'camp.closed.nonexistent': 'Number does not exist',
  'camp.closed.cap-total': 'Cap reached',
  'camp.closed.final-status': 'Final outcome',
  'camp.closed.exhausted': 'Attempts used up',
  'camp.closed.import-undone': 'Import undone',
  'camp.closed.other': 'Another reason',
  'camp.wait.none': 'New, not called yet',
  'camp.wait.on-call': 'In a call now',
  'camp.wait.cap-day': 'The cap of the day is reached',
  'camp.wait.number-busy': 'The number is in another call',
  'camp.wait.trunk-bound': 'A demo number, bound to another trunk',
  'camp.wait.prefix-not-permitted': 'Prefix not permitted',
  'camp.wait.retry': 'Waits for its next attempt',
  'camp.wait.not-placed': 'The last call never left',
  'camp.wait.other': 'Another reason',
} as const satisfies Readonly<Record<string, string>>;
