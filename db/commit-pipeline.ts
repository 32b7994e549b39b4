/**
 * Several prepared statements as one transaction in one round trip.
 *
 * ```
 *  Bind, Execute ──>   each is a statement of its own and sees what those before it wrote
 *  Bind, Execute ──>
 *  Sync          ──>   commits them all, one flush of the log; after an error none
 * ```
 * By the protocol's own rule: what lies between two Syncs without a BEGIN is one transaction (PostgreSQL manual, "Pipelining").
 * `pg` sends a Sync after each statement, so this is a query of our own making, as cursors are.
 * @module
 */
import type pg from 'pg';

export interface PipelinedStatement {
  /** One name, one text; not a name of `preparedRowsOf`. */
  name: string;
  text: string;
  /** As Postgres reads them: text, each with its type in the statement. */
  values: readonly (string | null)[];
}

/**
 * All or nothing. As after `inTransaction`, a connection on which anything failed is thrown away.
 * @returns of each statement the first column of its last row as text, undefined where there was none
 */
export async function runPipelined(
  pool: Pick<pg.Pool, 'connect'>,
  statements: readonly PipelinedStatement[],
): Promise<(string | undefined)[]> {
  const client = await pool.connect();
  try {
    const answers = await new Promise<(string | undefined)[]>((resolve, reject) => {
      client.query(pipelineOf(statements, (error, found) => (error ? reject(error) : resolve(found ?? []))));
    });
    client.release();
    return answers;
  } catch (error) {
    client.release(error instanceof Error ? error : true);
    throw error;
  }
}

type Callback = (error: Error | null, answers?: (string | undefined)[]) => void;

/** What `pg` asks of a query: `submit`, then one handler for each kind of message. */
interface Pipeline extends pg.Submittable {
  /** `pg` puts its own in front of it, which knows the time limit. */
  callback: Callback;
  handleRowDescription(): void;
  handleDataRow(row: { fields: readonly (string | null)[] }): void;
  handleCommandComplete(): void;
  handleReadyForQuery(): void;
  handleError(error: Error): void;
}

function pipelineOf(statements: readonly PipelinedStatement[], callback: Callback): Pipeline {
  const answers: (string | undefined)[] = [];
  let answer: string | undefined;
  return {
    callback,
    submit: (connection) => send(connection, statements),
    handleRowDescription: () => undefined,
    handleDataRow: ({ fields: [field] }) => {
      answer = field ?? undefined;
    },
    handleCommandComplete: () => {
      answers.push(answer);
      answer = undefined;
    },
    handleReadyForQuery() {
      this.callback(null, answers);
    },
    handleError(error) {
      this.callback(error);
    },
  };
}

/** Names that a connection was sent; one whose Parse failed has failed as a whole and is gone. */
const parsed = new WeakMap<pg.Connection, Set<string>>();

function send(connection: pg.Connection, statements: readonly PipelinedStatement[]): void {
  const known = parsed.get(connection) ?? new Set();
  parsed.set(connection, known);
  connection.stream.cork();
  for (const { name, text, values } of statements) {
    if (!known.has(name)) connection.parse({ name, text, types: [] }, true);
    known.add(name);
    connection.bind({ statement: name, values: [...values] }, true);
    connection.execute({}, true);
  }
  connection.sync();
  connection.stream.uncork();
}
