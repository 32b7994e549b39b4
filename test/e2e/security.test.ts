import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serviceToken } from '../../api/auth/service-token.ts';
import { importWorkflowId } from '../../contracts/temporal/ids.ts';
import { IMPORTS_QUEUE } from '../../contracts/temporal/queues.ts';
import { scanForCanaries, type Canaries } from './canary-scan.ts';
import { applyCampaigns, stagesOf } from './robot-world.ts';
import { startSippCarrier, type Behaviour, type SippCarrier } from './sipp-carrier.ts';
import { startTestSite, until, type TestSite } from './site.ts';

/** Each behaviour has contacts of its own; numbers are searched by their nine national digits, however written. */
const OUTCOMES: readonly Behaviour[] = ['busy', 'nonexistent', 'bye-at-once', 'answered'];
const NAME = 'Zanfirescanu';
const TRUNK_PASSWORD = 'canar-parola-trunchiului-7Hq';
const TYPED_PASSWORD = 'canar-parola-tastata-alaturi-3Xw';

let site: TestSite;
let folder: string;
let canaries: Record<string, string> = {};
const carriers: SippCarrier[] = [];
const outputs: Record<string, string> = {};
let nextNumber = 739_411_001;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'apel-canary-'));
  site = await startTestSite({ LOG_LEVEL: 'debug' });
  for (const behaviour of OUTCOMES) carriers.push(await startSippCarrier({ behaviour, folder }));
});
afterAll(async () => {
  for (const carrier of carriers) await carrier.stop();
  await site?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A number that is searched for, as people write it. */
function number(place: string): string {
  const digits = String(nextNumber++);
  canaries[`number ${place} ${digits}`] = digits;
  return `0${digits}`;
}

async function importFile(name: string, lines: readonly string[], input: object): Promise<string> {
  await site.write(join('imports', name), lines.join('\n'));
  return site.temporal.workflow
    .execute('importList', {
      workflowId: importWorkflowId(name),
      taskQueue: IMPORTS_QUEUE,
      args: [{ file: name, kind: 'normal', ...input }],
      workflowExecutionTimeout: '60 seconds',
    })
    .then(
      (result) => JSON.stringify(result),
      (error: unknown) => messagesOf(error).join('\n'),
    );
}

function messagesOf(error: unknown): string[] {
  return error instanceof Error ? [error.message, ...messagesOf(error.cause)] : [];
}

const HEADER = 'telefon;nume;prenume;localitate;consimțământ;sursă consimțământ';
const row = (phone: string) => `${phone};${NAME};Quintilianax;Oradea;2026-01-15;formular web`;

function tryLogIn(name: string, password: string): Promise<Response> {
  const page = site.state().addresses.page;
  return fetch(`${page}/api/session`, {
    method: 'POST',
    headers: { origin: page, 'content-type': 'application/json' },
    body: JSON.stringify({ name, password }),
  });
}

async function secretsOf(of: TestSite): Promise<Canaries> {
  const { env } = of.state();
  const keys = JSON.parse(await readFile(join(of.home, 'keys.json'), 'utf8')) as {
    codec: { keys: Record<string, string> };
    trunkSecret: string;
  };
  const edgeToken = env['APEL_EDGE_TOKEN'] ?? '';
  return {
    'edge token': edgeToken,
    'codec token': serviceToken(edgeToken, 'codec'),
    'metrics token': serviceToken(edgeToken, 'metrics'),
    'SIP server secret': env['DRACHTIO_SECRET'] ?? '',
    'database password': new URL(env['DATABASE_URL'] ?? '').password,
    'trunk password': TRUNK_PASSWORD,
    'trunk key': keys.trunkSecret,
    ...Object.fromEntries(Object.entries(keys.codec.keys).map(([id, key]) => [`codec key ${id}`, key])),
  };
}

describe('numbers, names and secrets on a whole site', () => {
  it('pass through imports, calls with each outcome, failures and wrong log-ins', async () => {
    await applyCampaigns(
      site,
      carriers.map((carrier) => ({
        name: carrier.behaviour,
        carrier,
        promptSeconds: carrier.behaviour === 'answered' ? 6 : 1,
      })),
    );
    const [port] = carriers.filter((carrier) => carrier.behaviour === 'busy').map((carrier) => carrier.port);
    const trunk = { kind: 'trunk', name: 'busy', host: '127.0.0.1', port, transport: 'udp' };
    const credentials = { username: 'apel', password: TRUNK_PASSWORD };
    const more = { numberFormat: 'e164', maxChannels: 50, callsPerSecond: 50, credentials };
    const config = join(folder, 'trunk.json');
    await writeFile(config, JSON.stringify([{ ...trunk, ...more }]));
    outputs['apply'] = await site.apel('apply', config);
    await writeFile(config, JSON.stringify([{ ...trunk, ...more, maxChannels: TRUNK_PASSWORD }]));
    outputs['wrong apply'] = await site.apel('apply', config).catch(String);
    expect(outputs['wrong apply']).toContain('maxChannels');

    canaries = { ...canaries, ...(await secretsOf(site)), name: NAME, 'first name': 'Quintilianax' };
    const [headless, byPosition] = [
      [row(number('headless'))],
      [row(number('by position')), row(number('by position'))],
    ];
    const busy = { campaign: 'busy' };
    outputs['import headless'] = await importFile('headless.csv', headless, busy);
    outputs['import by position'] = await importFile('by-position.csv', byPosition, {
      ...busy,
      columns: { phone: '1', lastName: '2' },
    });
    for (const name of ['import headless', 'import by position'])
      expect(outputs[name]).toContain('primul rând');
    // Those who are to talk come last, so that they still do when the edge is killed.
    for (const campaign of OUTCOMES) {
      const rows = [row(number(campaign)), row(number(campaign))];
      const bad = [row(`${number('bad')}99`), row(`+4${number('bad')}x`), `"${row(number('bad'))}`];
      const lines = [HEADER, ...rows, ...bad];
      outputs[`import ${campaign}`] = await importFile(`${campaign}.csv`, lines, { campaign });
      expect(outputs[`import ${campaign}`]).toContain('"accepted":2');
    }

    await until('people talk', 30_000, async () => ((await stagesOf(site, 'answered'))['talking'] ?? 0) > 0);
    site.kill('edge');
    site.kill('orchestration-2');
    await until('every call has an outcome', 60_000, async () => {
      const { rows } = await site.db.query<{ open: number; calls: number }>(
        'select count(*) filter (where committed_at is null)::int as open, count(*)::int as calls from calls',
      );
      return rows[0]?.open === 0 && rows[0].calls >= OUTCOMES.length * 2;
    });
  });

  it('log-ins: a password in the wrong field, a right one, its session', async () => {
    const added = await site.apel('user', 'add', 'canar', '--role', 'supervisor');
    const password = added.trim().split(' ').at(-1) ?? '';
    expect(password.length).toBeGreaterThan(15);
    canaries['user password'] = password;
    canaries['typed password'] = TYPED_PASSWORD;
    await until(
      'the API answers',
      20_000,
      async () => (await tryLogIn(TYPED_PASSWORD, TYPED_PASSWORD)).status === 401,
    );
    expect((await tryLogIn('canar', TYPED_PASSWORD)).status).toBe(401);
    const response = await tryLogIn('canar', password);
    expect(response.status).toBe(200);
    const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
    canaries['session token'] = cookie.split('=')[1] ?? '';
    const page = site.state().addresses.page;
    const get = (path: string) => fetch(`${page}${path}`, { headers: { cookie } }).then((r) => r.text());
    // What a signed-in person may see stays on her screen; her questions must not stand in logs.
    expect(await get(`/api/calls?number=0${String(nextNumber - 5)}`)).toContain('"calls"');
    expect(await get('/api/calls?campaign=busy')).toContain(NAME);
    for (const path of ['/metrics', '/openapi.json', '/healthz', '/readyz', '/api/config', '/api/nothing']) {
      outputs[path] = await get(path);
    }
    expect(outputs['/api/config']).toContain('busy');
    outputs['doctor'] = await site.apel('doctor', '--json');
  });

  it('stand nowhere but where they belong', async () => {
    expect(Object.keys(canaries).length).toBeGreaterThan(30);
    expect(Object.values(canaries).filter((canary) => canary.length < 8)).toEqual([]);
    const { findings, scanned } = await scanForCanaries(site, canaries, outputs);
    expect(findings).toEqual([]);
    expect(scanned['log']).toBeGreaterThanOrEqual(9);
    expect(scanned['temporal']).toBeGreaterThan(2 * OUTCOMES.length * 2);
    expect(scanned['command']).toBeGreaterThan(9);
  });

  it('secrets are in files that only their owner reads', async () => {
    for (const file of ['secrets.json', 'keys.json', 'run.json', 'postgres.url', 'temporal.db']) {
      expect([file, (await stat(join(site.home, file))).mode & 0o077]).toEqual([file, 0]);
    }
    for (const inner of ['logs', 'recordings', 'imports', 'spool', 'prompts']) {
      expect([inner, (await stat(join(site.home, inner))).mode & 0o077]).toEqual([inner, 0]);
    }
  });

  it('would be found in a log, a history, a memo, a command line, an output and an open file', async () => {
    const [planted] = Object.entries(canaries).find(([name]) => name.startsWith('number busy')) ?? [''];
    const text = canaries[planted] ?? '';
    await site.write('logs/planted.log', `{"to":"+40${text}"}\n`);
    const open = await site.write('planted.txt', text);
    await stat(open);
    const handle = await site.temporal.workflow.start('importList', {
      workflowId: 'import:planted',
      taskQueue: 'nobody',
      args: [{ file: `${text}.csv` }],
      memo: { note: text },
    });
    const child: ChildProcess = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)', text]);
    try {
      await until('the workflow is visible', 10_000, async () => {
        for await (const { workflowId } of site.temporal.workflow.list()) {
          if (workflowId === 'import:planted') return true;
        }
        return false;
      });
      const { findings } = await scanForCanaries(site, canaries, { ...outputs, planted: text });
      expect(findings).toEqual([
        `command ${process.execPath}: ${planted}`,
        `log planted.log: ${planted}`,
        `output planted: ${planted}`,
        `readable by others planted.txt: ${planted}`,
        `temporal import:planted history: ${planted}`,
        `temporal import:planted visibility: ${planted}`,
      ]);
    } finally {
      child.kill('SIGKILL');
      await handle.terminate();
    }
  });
});
