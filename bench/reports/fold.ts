/**
 * What a fold costs, and what of it are the sums that reports read: the triggers of `rollup_hours`.
 * @module
 */
import type { Database } from '../../db/client.ts';
import { foldRollups } from '../../db/rollups.ts';
import { median } from '../support/interleave.ts';

/** Calls of one fold: a busy second, and the most that one fold takes. */
const SIZES = [50, 300, 5_000];
const TURNS = 15;

export interface FoldCost {
  deltas: number;
  /** Median of a fold, its transaction included. */
  ms: number;
  /** The same without the triggers. */
  withoutSumsMs: number;
}

/**
 * Folds the newest calls again and again, with and without triggers in turns. To be the last: it leaves sums that are wrong.
 */
export async function measureFolds(db: Database): Promise<FoldCost[]> {
  const costs: FoldCost[] = [];
  for (const deltas of SIZES) {
    const taken: Record<'enable' | 'disable', number[]> = { enable: [], disable: [] };
    for (let turn = 0; turn <= TURNS; turn++) {
      for (const triggers of ['enable', 'disable'] as const) {
        await db.pool.query('truncate rollup_deltas');
        await db.pool.query(DELTAS, [deltas]);
        await db.pool.query(`alter table rollup_hours ${triggers} trigger user`);
        const started = performance.now();
        const fold = await foldRollups(db);
        if (fold?.folded !== deltas) throw new Error(`a fold of ${deltas} took ${fold?.folded ?? 0}`);
        // The first finds caches cold and plans the triggers' statements.
        if (turn > 0) taken[triggers].push(performance.now() - started);
      }
    }
    costs.push({ deltas, ms: median(taken.enable), withoutSumsMs: median(taken.disable) });
  }
  await db.pool.query('alter table rollup_hours enable trigger user');
  return costs;
}

const DELTAS = `
  insert into rollup_deltas (hour, campaign_id, list_id, agent_id, kind, status_id, calls, answered, talk_ms, hold_ms, wrap_up_ms)
  select date_trunc('hour', invited_at, 'UTC'), campaign_id, list_id, coalesce(agent_id, 0), kind, status_id, 1,
    case when answered_at is null then 0 else 1 end, talk_ms, 0, 0
  from (select * from calls order by claimed_at desc limit $1) newest`;
