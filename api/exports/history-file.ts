/**
 * The history of a person as a file: one line for each call, oldest first.
 * @module
 */
import type { History } from '../../contracts/http/history.ts';
import type { ExportLang } from '../../contracts/http/reports.ts';
import type { StatusView } from '../../contracts/http/statuses.ts';
import { localDay, localTime } from '../../domain/calendar.ts';
import { shownPhone } from '../../domain/phone-shown.ts';
import { EXPORT_WORDS } from '../../domain/report-export-words.ts';
import { shortDate } from '../../domain/report-words.ts';
import { madeAt } from './report-head.ts';
import type { ExportFile } from './sheets.ts';

const WORDS = {
  ro: {
    title: 'Istoria interacțiunilor',
    file: 'istoric',
    sheet: 'Interacțiuni',
    person: 'Persoana',
    numbers: 'Numere',
    columns: [
      'Data',
      'Ora',
      'Rezultat',
      'Corectat',
      'Localitate',
      'Județ',
      'Grupă de vârstă',
      'Număr',
      'Campanie',
    ],
    more: ['Listă', 'Agent', 'Tip de apel', 'Convorbire (s)', 'Înregistrare'],
    yes: 'da',
    newest: 'Numai cele mai noi 500.',
  },
  en: {
    title: 'History of interactions',
    file: 'history',
    sheet: 'Interactions',
    person: 'Person',
    numbers: 'Numbers',
    columns: ['Date', 'Time', 'Outcome', 'Corrected', 'Locality', 'County', 'Age band', 'Number', 'Campaign'],
    more: ['List', 'Agent', 'Kind of call', 'Talk (s)', 'Recording'],
    yes: 'yes',
    newest: 'The newest 500 only.',
  },
} as const;

/**
 * Phone numbers stand in national form, so that a spreadsheet leaves them alone.
 * @param made when and in which zone
 * @param id of the contact or of the number: a file's name holds neither a number nor a name
 */
export function historyFile(
  history: History,
  statuses: readonly StatusView[],
  made: { generatedAt: string; zone: string; id: number },
  lang: ExportLang,
): ExportFile {
  const words = WORDS[lang];
  const { kinds } = EXPORT_WORDS[lang];
  const names = unique(history.people.flatMap(({ name }) => name ?? []));
  const numbers = unique([
    ...(history.number === null ? [] : [history.number]),
    ...history.people.flatMap((person) => person.numbers),
  ]);
  return {
    fileName: `${words.file}-${made.id}`,
    head: [
      words.title,
      ...(names.length > 0 ? [`${words.person}: ${names.join(', ')}`] : []),
      `${words.numbers}: ${numbers.map(shownPhone).join(', ')}`,
      ...(history.more ? [words.newest] : []),
      madeAt(made, lang),
    ],
    sheets: [
      {
        name: words.sheet,
        columns: [...words.columns, ...words.more],
        rows: history.calls.map((call) => {
          const at = new Date(call.at);
          return [
            shortDate(lang, localDay(call.zone, at)),
            localTime(call.zone, at),
            statuses.find(({ code }) => code === call.status)?.labels[lang] ?? call.status,
            call.corrected ? words.yes : '',
            call.locality ?? '',
            call.county ?? '',
            call.ageBand ?? '',
            shownPhone(call.number),
            call.campaign,
            call.list ?? '',
            call.agent ?? '',
            kinds[call.kind],
            Math.round(call.talkMs / 1000),
            call.recording ? words.yes : '',
          ];
        }),
      },
    ],
  };
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
