import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Readiness } from '../contracts/http/health.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/postgres.ts';
import { programArgs } from '../test/support/program-args.ts';

let database: TestDatabase;
let home: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  home = await mkdtemp(join(tmpdir(), 'apel-api-'));
});
afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => end(child, 'SIGKILL')));
});
afterAll(async () => {
  await database.drop();
  await rm(home, { recursive: true, force: true });
});

interface Api {
  child: ChildProcess;
  url: string;
}

function spawnApi(env: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, programArgs('api/main.ts'), {
    env: {
      PATH: process.env['PATH'],
      APEL_HOME: home,
      DATABASE_URL: database.url,
      // Nobody listens there: the API must come up without Temporal.
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      APEL_EDGE_TOKEN: 'sixteen-characters',
      APEL_API_PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

async function startApi(): Promise<Api> {
  const child = spawnApi({});
  const url = await new Promise<string>((resolve, reject) => {
    let out = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const ready = out.split('\n').find((line) => line.startsWith('{"ready":true'));
      if (ready) resolve((JSON.parse(ready) as { url: string }).url);
    });
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${out}`)));
  });
  return { child, url };
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.kill(signal);
  });
}

describe('the API process', () => {
  it('comes up without Temporal, says so, and ends in order', async () => {
    const { child, url } = await startApi();
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const ready = (await (await fetch(`${url}/readyz`)).json()) as Readiness;
    expect(ready).toMatchObject({ ok: false, parts: { postgres: { ok: true }, temporal: { ok: false } } });
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
    expect(await end(child, 'SIGTERM')).toBe(0);
  });

  it('says in one line that its port is taken', async () => {
    const { url } = await startApi();
    const port = new URL(url).port;
    const second = spawnApi({ APEL_API_PORT: port });
    let err = '';
    second.stderr?.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    const code = await new Promise((resolve) => second.once('close', resolve));
    expect(code).toBe(78);
    expect(err.trim().split('\n')).toEqual([
      `api: APEL_API_PORT: 127.0.0.1:${port} is taken by another program: end it, or set APEL_API_PORT to a free port`,
    ]);
  });
});
