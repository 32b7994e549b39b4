/**
 * @module
 */
import type { SpeedDials } from '../../contracts/http/desk.ts';
import type { Database } from '../../db/client.ts';
import { inTransaction } from '../../db/transaction.ts';
import { ApiProblem } from '../http/problem.ts';
import { toE164 } from './number-filter.ts';

type SpeedDial = SpeedDials['speedDials'][number];

export async function findSpeedDials(db: Database, userId: number): Promise<SpeedDial[]> {
  const { rows } = await db.pool.query<SpeedDial>(
    'select label, number from speed_dials where user_id = $1 order by position',
    [userId],
  );
  return rows;
}

/** Replaces all of them. @throws ApiProblem invalid-request naming what is no number, or is there twice */
export async function writeSpeedDials(
  db: Database,
  input: { userId: number; speedDials: readonly SpeedDial[] },
): Promise<SpeedDial[]> {
  const kept = input.speedDials.map(({ label, number }, at) => {
    const e164 = toE164(number);
    if (e164 === null) throw wrongNumber(at, 'is no number');
    return { label, number: e164 };
  });
  const twice = kept.findIndex(({ number }, at) => kept.findIndex((other) => other.number === number) < at);
  if (twice >= 0) throw wrongNumber(twice, 'is there twice');
  await inTransaction(db, async (client) => {
    await client.query('delete from speed_dials where user_id = $1', [input.userId]);
    await client.query(
      `insert into speed_dials (user_id, position, label, number)
       select $1, position, label, number
       from unnest($2::text[], $3::text[]) with ordinality as t (label, number, position)`,
      [input.userId, kept.map(({ label }) => label), kept.map(({ number }) => number)],
    );
  });
  return kept;
}

function wrongNumber(at: number, message: string): ApiProblem {
  return new ApiProblem('invalid-request', { issues: [{ path: `speedDials.${at}.number`, message }] });
}
