/**
 * Holds an import still at one row, inside the transaction of its batch, so that its worker can be killed just there.
 * @module
 */
import { Client, type Pool } from 'pg';

/** Where in the work on a row; each is a trigger that waits for a lock which the test holds. */
export const FREEZE_STAGES = [
  /** The row is being copied into the rejects. */
  'copying-rejects',
  /** Its contact is being stored. */
  'storing',
  /** All of its batch is stored; the position is being moved, not yet committed. */
  'before-commit',
  /** All rows are in, the rejects file is written, the import is being closed. */
  'closing',
] as const;
export type FreezeStage = (typeof FREEZE_STAGES)[number];

export interface FreezePoint {
  workflowId: string;
  stage: FreezeStage;
  /** 1-based; of `copying-rejects` a rejected one, of `storing` an accepted one, of `closing` any. */
  row: number;
}

const LOCK = 402_799;

export interface Freezer {
  /** Waits until each of the points is reached, runs `fault`, and takes the points away. */
  during(points: readonly FreezePoint[], fault: () => Promise<void> | void): Promise<void>;
}

/** Adds the triggers; they cost other imports of this database a look into an empty table. */
export async function installFreezer(pool: Pool): Promise<Freezer> {
  await pool.query(INSTALL);
  return {
    async during(points, fault) {
      const { connectionString } = pool.options;
      const holder = new Client({ connectionString });
      holder.on('error', () => {});
      await holder.connect();
      await holder.query('select pg_advisory_lock($1)', [LOCK]);
      for (const { workflowId, stage, row } of points) {
        await pool.query('insert into freeze_points values ($1, $2, $3)', [workflowId, stage, row]);
      }
      try {
        await untilWaiting(pool, points.length);
        await fault();
      } finally {
        await holder.end().catch(() => {});
        await pool.query('delete from freeze_points').catch(() => {});
      }
    },
  };
}

async function untilWaiting(pool: Pool, n: number): Promise<void> {
  const deadline = Date.now() + 90_000;
  for (;;) {
    const { rows } = await pool.query<{ n: number }>(
      `select count(*)::int as n from pg_locks
       where locktype = 'advisory' and objid = $1 and objsubid = 1 and not granted`,
      [LOCK],
    );
    if ((rows[0]?.n ?? 0) >= n) return;
    if (Date.now() > deadline) throw new Error(`only ${rows[0]?.n} of ${n} imports came to their row`);
    await new Promise((done) => setTimeout(done, 5));
  }
}

/** Nothing waits for long: the lock time-out of the worker is five seconds, and a frozen batch is then tried again. */
const INSTALL = `
  create table freeze_points (workflow_id text, stage text, row_no int);
  create function freeze_at(import uuid, at_stage text, at_row int) returns void language plpgsql as $$
  begin
    perform pg_advisory_xact_lock_shared(${LOCK}) from freeze_points f join imports i on i.workflow_id = f.workflow_id
    where i.id = import and f.stage = at_stage and f.row_no <= at_row;
  end $$;
  create function freeze_row() returns trigger language plpgsql as $$
  begin
    if exists (select from freeze_points f join imports i on i.workflow_id = f.workflow_id
               where i.id = new.import_id and f.row_no = new.row_no) then
      perform freeze_at(new.import_id, tg_argv[0], new.row_no);
    end if;
    return new;
  end $$;
  create function freeze_import() returns trigger language plpgsql as $$
  begin
    if new.state <> old.state then perform freeze_at(new.id, 'closing', new.rows_done);
    elsif exists (select from freeze_points f where f.workflow_id = new.workflow_id
                  and f.row_no > old.rows_done and f.row_no <= new.rows_done) then
      perform freeze_at(new.id, 'before-commit', new.rows_done);
    end if;
    return new;
  end $$;
  create trigger hold_still before insert on import_rejects for each row execute function freeze_row('copying-rejects');
  create trigger hold_still before insert on contacts for each row execute function freeze_row('storing');
  create trigger hold_still before update on imports for each row execute function freeze_import();`;
