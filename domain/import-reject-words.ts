/**
 * What the rejects file says, in words that a person can act on.
 * @module
 */
import type { RejectReason } from '../contracts/model/import.ts';
import { normalisePhone, type PhoneProblem } from './phone.ts';

const REASONS: Record<RejectReason, string> = {
  'duplicate-in-file': 'numărul apare mai sus în același fișier – rândul nu mai trebuie importat',
  'duplicate-in-campaign': 'numărul este deja în campanie – rândul nu mai trebuie importat',
  'phone-missing': 'lipsește numărul de telefon – completați-l',
  'phone-invalid': 'numărul de telefon nu este valid – verificați-l',
  'phone-not-permitted': 'numărul este valid, dar trunchiul campaniei nu are voie să îl apeleze',
  'too-many-columns':
    'rândul are mai multe coloane decât antetul – probabil un separator în text fără ghilimele',
  'row-malformed': 'ghilimele neînchise sau text după ghilimele – corectați rândul',
  'consent-date-invalid':
    'data consimțământului nu este o zi reală, din trecut – scrieți 2026-01-15 sau 15.01.2026',
  'value-too-long': 'textul din coloană este prea lung – scurtați-l (poate lipsesc ghilimele)',
  'do-not-call': 'persoana a cerut să nu mai fie sunată – nu se importă',
  'no-consent': 'lipsește data consimțământului, obligatorie în această campanie – completați-o dacă există',
};

const PHONES: Partial<Record<PhoneProblem, string>> = {
  'excel-notation':
    'Excel a transformat numărul (de exemplu 4.07E+10) și cifrele s-au pierdut: formatați coloana ca Text și exportați din nou',
  extension: 'numărul are interior – se poate suna numai un număr direct',
  'several-numbers': 'celula are mai multe numere – puneți-le în coloanele telefon, telefon2, telefon3',
  'not-a-number': 'celula conține și altceva decât un număr de telefon',
  'emergency-or-short': 'număr scurt sau de urgență – nu se sună niciodată',
  premium: 'număr cu suprataxă – nu se sună niciodată',
  'not-callable': 'număr special (gratuit, partajat sau de serviciu) – nu este al unei persoane',
};

/**
 * @param phone the cell to blame, where it is a phone: the same rule that refused it says why
 * @param list the one that has the number already
 */
export function rejectWords(
  reason: RejectReason,
  { phone, list }: { phone?: string; list?: string } = {},
): string {
  if (reason === 'duplicate-in-campaign' && list !== undefined) {
    return `numărul este deja în campanie, în lista „${list}” – rândul nu mai trebuie importat`;
  }
  if (reason === 'phone-invalid' && phone !== undefined) {
    const result = normalisePhone(phone);
    if (!result.ok) return PHONES[result.problem] ?? REASONS[reason];
  }
  return REASONS[reason];
}
