/**
 * The API as the product starts it, in a process of its own over a test database: it can be killed and started again at its
 * address. Neither Temporal nor an edge is there.
 * @module
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { nodeEnv } from '../../cli/parts/node-part.ts';
import { ROOT } from '../../cli/shell/home.ts';
import { freePort } from '../support/free-port.ts';
import { programArgs } from '../support/program-args.ts';

/** A machine ten times slower than this one compiles for that long. */
const READY_MS = 120_000;
const SAID_LINES = 60;

export interface ApiProcess {
  url: string;
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>;
  /** At the same address, after `kill`. */
  start(): Promise<void>;
}

export interface ApiProcessOptions {
  databaseUrl: string;
  /** State folder: keys, recordings, prompts. */
  home: string;
  uiDir: string;
}

/** Ready when it answers. */
export async function startApiProcess(options: ApiProcessOptions): Promise<ApiProcess> {
  const [port, nobody] = [await freePort(), await freePort()];
  const env = nodeEnv({
    ...process.env,
    // What a developer's shell or the test runner has set is not this API's.
    NODE_ENV: 'production',
    APEL_HOME: options.home,
    APEL_RECORDINGS: join(options.home, 'recordings'),
    APEL_UI_DIR: options.uiDir,
    APEL_API_HOST: '127.0.0.1',
    APEL_API_PORT: String(port),
    APEL_EDGE_TOKEN: 'pages-test-edge-token',
    APEL_METRICS_LISTEN: '',
    DATABASE_URL: options.databaseUrl,
    TEMPORAL_ADDRESS: `127.0.0.1:${nobody}`,
    LOG_LEVEL: 'warn',
  });
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    child = spawn(process.execPath, programArgs('api/main.ts'), {
      env,
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    await untilReady(child);
  }
  async function kill(): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
  await start();
  return { url: `http://127.0.0.1:${port}`, kill, start };
}

async function untilReady(child: ChildProcess): Promise<void> {
  const said: string[] = [];
  const keep = (line: string): void => {
    said.push(line);
    if (said.length > SAID_LINES) said.shift();
  };
  if (!child.stdout || !child.stderr) throw new Error('the API has no output');
  createInterface({ input: child.stderr }).on('line', keep);
  const lines = createInterface({ input: child.stdout });
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string): void => {
      child.kill('SIGKILL');
      reject(new Error(`the API ${why}:\n${said.join('\n')}`));
    };
    const timer = setTimeout(() => fail(`was not ready within ${READY_MS} ms`), READY_MS);
    lines.on('line', (line) => {
      keep(line);
      if (!line.includes('"ready":true')) return;
      clearTimeout(timer);
      resolve();
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with code ${code}`);
    });
  });
}
