/**
 * A database whose connection is lost at one statement: the sight of a killed process, at a place that can be chosen.
 * @module
 */
import type pg from 'pg';
import type { Database } from '../../db/client.ts';

export interface DyingDatabase {
  wrap(db: Database): Database;
  /**
   * Dies at the n-th statement from now on (1-based), once: `before` it is sent, or `after` it was carried out but before
   * anybody heard of it. A COPY dies before its rows are sent.
   */
  dieAt(n: number, when: 'before' | 'after'): void;
  /** Statements since `dieAt`. */
  seen(): number;
  /** Text of the statement at which it died. */
  died(): string | undefined;
}

export function createDyingDatabase(): DyingDatabase {
  let countdown = 0;
  let when: 'before' | 'after' = 'before';
  let seen = 0;
  let died: string | undefined;

  const isIt = (statement: unknown): boolean => {
    seen++;
    if (--countdown !== 0) return false;
    died = textOf(statement);
    return true;
  };

  /** `end` cuts the connection; a statement of the pool has none that it could cut. */
  const guarded =
    (query: (...args: unknown[]) => unknown, end: () => void) =>
    (...args: unknown[]): unknown => {
      if (!isIt(args[0])) return query(...args);
      const submittable = typeof args[0] === 'object' && args[0] !== null && 'submit' in args[0];
      if (when === 'after' && !submittable) {
        return Promise.resolve(query(...args)).then(() => {
          end();
          throw connectionLost();
        });
      }
      end();
      // pg tells a COPY stream by itself that its connection is gone.
      return submittable ? query(...args) : Promise.reject(connectionLost());
    };

  return {
    wrap: (db) => ({
      ...db,
      pool: new Proxy(db.pool, {
        get(pool, key) {
          if (key === 'query') return guarded(bound(pool), () => {});
          if (key === 'connect') {
            return async () => {
              const client = await pool.connect();
              return new Proxy(client, {
                get: (target, name) => {
                  if (name === 'query') return guarded(bound(target), () => cut(target));
                  const value = Reflect.get(target, name, target) as unknown;
                  return typeof value === 'function' ? (value.bind(target) as unknown) : value;
                },
              });
            };
          }
          const value = Reflect.get(pool, key, pool) as unknown;
          return typeof value === 'function' ? (value.bind(pool) as unknown) : value;
        },
      }),
    }),
    dieAt(n, at) {
      countdown = n;
      when = at;
      seen = 0;
      died = undefined;
    },
    seen: () => seen,
    died: () => died,
  };
}

function bound(on: pg.Pool | pg.PoolClient): (...args: unknown[]) => unknown {
  return (on.query as (...args: unknown[]) => unknown).bind(on);
}

function cut(client: pg.PoolClient): void {
  client.on('error', () => {});
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

function connectionLost(): Error {
  return new Error('Connection terminated unexpectedly');
}

function textOf(statement: unknown): string {
  if (typeof statement === 'string') return statement;
  return (statement as { text?: string } | undefined)?.text ?? '';
}
