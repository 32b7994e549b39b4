/**
 * What calls end in: a thousand sides of a die for robots and as many for people.
 * @module
 */
import type { SeededStatusCode } from '../../contracts/model/status.ts';

type Mix = { [code in SeededStatusCode]?: number };

/** Per mille; the rest has no answer. */
const ROBOT: Mix = {
  'message-heard': 200,
  'message-interrupted': 130,
  busy: 90,
  declined: 60,
  nonexistent: 50,
  voicemail: 50,
  'technical-failure': 25,
  interested: 10,
  'opted-out': 5,
};
const OUTBOUND: Mix = {
  'not-interested': 180,
  busy: 90,
  declined: 80,
  voicemail: 80,
  interested: 60,
  nonexistent: 50,
  success: 30,
  'wrong-age-group': 20,
  'technical-failure': 20,
  'opted-out': 10,
};
const ANSWERED: readonly SeededStatusCode[] = [
  ...(['message-heard', 'message-interrupted', 'interested', 'opted-out', 'not-interested'] as const),
  ...(['success', 'wrong-age-group', 'voicemail'] as const),
];

/** Table `bench_mix`: kind, side 0 to 999, its status, whether somebody answered. */
export const MIX_SQL = `
  create table bench_mix as
  select v.kind, v.dice, s.id as status_id, v.answered
  from (values ${[...sides('robot', ROBOT), ...sides('outbound', OUTBOUND)].join(', ')}) as v(kind, dice, code, answered)
  join statuses s on s.code = v.code`;

function sides(kind: string, mix: Mix): string[] {
  const codes = Object.entries(mix).flatMap(([code, share]) =>
    Array.from({ length: share ?? 0 }, () => code),
  );
  return Array.from({ length: 1000 }, (_, dice) => {
    const code = (codes[dice] ?? 'no-answer') as SeededStatusCode;
    return `('${kind}', ${dice}, '${code}', ${ANSWERED.includes(code)})`;
  });
}
