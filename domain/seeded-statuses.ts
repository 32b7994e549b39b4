/**
 * The statuses every site starts with. Code refers to their codes only; labels and flags are data and may be changed.
 * @module
 */
import type { CallKind } from '../contracts/model/call.ts';
import type { SeededStatusCode, StatusDef } from '../contracts/model/status.ts';

const ALL: readonly CallKind[] = ['outbound', 'robot', 'inbound'];
const DIALED: readonly CallKind[] = ['outbound', 'robot'];
const WITH_AGENT: readonly CallKind[] = ['outbound', 'inbound'];
const ROBOT: readonly CallKind[] = ['robot'];
const OUTBOUND: readonly CallKind[] = ['outbound'];

type Flag = 'reached' | 'no-answer' | 'caps' | 'final' | 'positive' | 'system';
type Row = readonly [SeededStatusCode, string, string, readonly CallKind[], readonly Flag[]];

/**
 * `nonexistent` is final for the number; a contact with another number goes on with that one. `busy` and `declined`
 * neither advance nor end the run of unanswered calls: somebody is there, but nobody answered.
 */
const ROWS: readonly Row[] = [
  ['success', 'Succes', 'Success', WITH_AGENT, ['reached', 'caps', 'final', 'positive']],
  ['interested', 'Interesat', 'Interested', ALL, ['reached', 'caps', 'final', 'positive']],
  ['not-interested', 'Neinteresat', 'Not interested', ALL, ['reached', 'caps', 'final']],
  ['wrong-age-group', 'Nu e în grupa de vârstă', 'Wrong age group', ALL, ['reached', 'caps', 'final']],
  ['opted-out', 'A cerut să nu mai fie sunat', 'Asked not to be called', ALL, ['reached', 'caps', 'final']],
  ['message-heard', 'Mesaj ascultat', 'Message heard', ROBOT, ['reached', 'caps', 'final', 'system']],
  [
    'message-interrupted',
    'Mesaj întrerupt',
    'Message interrupted',
    ROBOT,
    ['reached', 'caps', 'final', 'system'],
  ],
  ['no-answer', 'Nu a răspuns', 'No answer', DIALED, ['no-answer', 'caps', 'system']],
  ['busy', 'Ocupat', 'Busy', DIALED, ['caps', 'system']],
  ['declined', 'Respins', 'Declined', DIALED, ['caps', 'system']],
  ['nonexistent', 'Număr inexistent', 'Number does not exist', DIALED, ['caps', 'final', 'system']],
  ['voicemail', 'Căsuță vocală', 'Voicemail', DIALED, ['no-answer', 'caps']],
  ['callback', 'Revenire', 'Call back', WITH_AGENT, ['reached', 'caps']],
  // The wrap-up was never saved: a supervisor corrects it.
  ['no-outcome', 'Fără rezultat', 'No outcome', WITH_AGENT, ['reached', 'caps', 'system']],
  ['technical-failure', 'Eroare tehnică', 'Technical failure', ALL, ['system']],
  // Passed over by the agent in preview: nobody was called.
  ['skipped', 'Sărit de agent', 'Skipped by the agent', OUTBOUND, ['system']],
];

/** In the order of report columns. */
export const SEEDED_STATUSES: readonly StatusDef[] = ROWS.map(([code, ro, en, allowedFor, flags], index) => ({
  code,
  labels: { ro, en },
  reachedPerson: flags.includes('reached'),
  countsAsNoAnswer: flags.includes('no-answer'),
  countsTowardsCaps: flags.includes('caps'),
  final: flags.includes('final'),
  positive: flags.includes('positive'),
  system: flags.includes('system'),
  allowedFor,
  sort: (index + 1) * 10,
}));
