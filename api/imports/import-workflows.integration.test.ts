import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createImportActivities } from '../../activities/import-list.ts';
import type { ImportRun, StartImport, UploadPreview } from '../../contracts/http/lists.ts';
import { IMPORTS_QUEUE } from '../../contracts/temporal/queues.ts';
import { systemClock } from '../../platform/clock.ts';
import { createLogger } from '../../platform/logger.ts';
import { createCampaign, mobile } from '../../test/support/campaign-fixture.ts';
import {
  createWorkflowWorker,
  startTestTemporal,
  testKeys,
  whileRunning,
} from '../../test/support/temporal.ts';
import { ORIGIN, startTestApi, type TestApi } from '../testing/test-api.ts';
import { createImportWorkflows, type ImportWorkflows } from './import-workflows.ts';

/** The whole way of an uploaded list: the API over HTTP, a real Temporal, the real workflow and its activities. */
let api: TestApi;
let env: TestWorkflowEnvironment;
let folder: string;
let workflows: ImportWorkflows;
let cookie: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'apel-upload-'));
  await mkdir(join(folder, 'lists'));
  env = await startTestTemporal();
  const address = { temporalAddress: env.address, temporalNamespace: env.namespace ?? 'default' };
  workflows = createImportWorkflows(address, testKeys);
  api = await startTestApi({ importWorkflows: workflows, importsDir: join(folder, 'lists') });
  cookie = await api.cookie('supervisor');
  await createCampaign(api.db, 'oradea', { campaign: { consentRequired: false, mode: 'agent' } });
});
afterAll(async () => {
  await workflows?.close();
  await api?.close();
  await env?.teardown();
  await rm(folder, { recursive: true, force: true });
});

const send = (method: string, path: string, body: string | Buffer, type = 'application/json') =>
  api.app.request(`${ORIGIN}${path}`, {
    method,
    headers: { cookie, origin: ORIGIN, 'content-type': type },
    body,
  });
const json = async <T>(response: Response | Promise<Response>): Promise<T> =>
  (await response).json() as Promise<T>;

async function upload(text: string): Promise<string> {
  const id = randomUUID();
  const answer = await send(
    'PUT',
    `/api/uploads/${id}?offset=0`,
    Buffer.from(text),
    'application/octet-stream',
  );
  expect(answer.status).toBe(200);
  return id;
}
const preview = (id: string, columns?: StartImport['columns']) =>
  json<UploadPreview>(send('POST', `/api/uploads/${id}/preview`, JSON.stringify(columns ? { columns } : {})));
const start = (body: StartImport) => send('POST', '/api/imports', JSON.stringify(body));
const look = (workflowId: string) =>
  json<ImportRun>(api.get('supervisor', `/api/import-runs/${encodeURIComponent(workflowId)}`));
async function untilOver(workflowId: string): Promise<ImportRun> {
  await expect
    .poll(async () => (await look(workflowId)).state, { timeout: 60_000, interval: 100 })
    .not.toBe('running');
  return look(workflowId);
}
const worker = () =>
  createWorkflowWorker(
    env,
    createImportActivities({
      db: api.db,
      clock: systemClock,
      logger: createLogger({ service: 'test', level: 'silent' }),
      importFolder: join(folder, 'lists'),
      spoolFolder: join(folder, 'spool'),
    }),
    { taskQueue: IMPORTS_QUEUE, shutdownGraceTime: '100 milliseconds' },
  );

/** The headers say nothing, or something wrong: the first telephone is the firm's. */
const list = (from: number): string =>
  [
    'Telefon;Mobil acasă;Cine;Extra',
    ...[0, 1, 2].map((n) => `;${mobile(from + n)};Popescu ${n};x`),
    ';nu e număr;Rău;',
  ].join('\n');
const COLUMNS = { phone: 'Mobil acasă', phone2: '-', phone3: '-', lastName: 'Cine' } as const;

it('is tried, imported with the columns that were chosen, remembered for the next list, and taken back', async () => {
  await whileRunning([worker()], async () => {
    const id = await upload(list(400));
    expect(await preview(id)).toMatchObject({
      remembered: null,
      columns: [{ known: 'phone' }, {}, {}, { known: null }],
    });
    expect((await preview(id, COLUMNS)).columns.map(({ known }) => known)).toEqual([
      null,
      'phone',
      'lastName',
      null,
    ]);
    const form = {
      upload: id,
      name: 'aleasa',
      campaign: 'oradea',
      kind: 'normal',
      columns: COLUMNS,
    } as const;

    const trial = await json<{ workflowId: string }>(start({ ...form, dryRun: true }));
    expect(trial.workflowId).toBe(`import:proba-${id}`);
    expect(await untilOver(trial.workflowId)).toMatchObject({
      state: 'done',
      outcome: 'dry-run',
      import: { accepted: 3, invalid: 1 },
    });
    const { rows: none } = await api.db.pool.query('select 1 from contacts');
    expect(none).toEqual([]);

    const { workflowId } = await json<{ workflowId: string }>(start(form));
    const done = await untilOver(workflowId);
    expect(done).toMatchObject({
      state: 'done',
      outcome: 'imported',
      list: 'aleasa',
      byReason: { 'phone-invalid': 1 },
    });
    const { rows } = await api.db.pool.query(
      `select c.last_name as name, n.e164 from contacts c join contact_numbers cn on cn.contact_id = c.id
       join numbers n on n.id = cn.number_id order by c.id`,
    );
    expect(rows).toEqual([0, 1, 2].map((n) => ({ name: `Popescu ${n}`, e164: mobile(400 + n) })));

    // The same name is taken; the next list of this source finds its columns by itself.
    expect((await start(form)).status).toBe(409);
    const next = await upload(list(500));
    const seen = await preview(next);
    expect(seen.remembered).toEqual(COLUMNS);
    expect(seen.columns.map(({ known }) => known)).toEqual([null, 'phone', 'lastName', null]);
    expect((await preview(next, {})).columns[0]).toMatchObject({ known: 'phone' });

    const importId = done.import?.id ?? '';
    expect(
      (await api.post('supervisor', `/api/imports/${importId}/undo`, { reason: 'lista greșită' })).status,
    ).toBe(202);
    await expect
      .poll(
        async () => (await api.db.pool.query(`select 1 from contacts where state = 'withdrawn'`)).rows.length,
        { timeout: 60_000 },
      )
      .toBe(3);
  });
});

it('is told to stop while no worker is there, and what Temporal never heard of is unknown', async () => {
  const id = await upload(list(600));
  const { workflowId } = await json<{ workflowId: string }>(
    start({ upload: id, name: 'oprita', campaign: 'oradea', kind: 'normal', columns: COLUMNS }),
  );
  expect(await look(workflowId)).toMatchObject({ state: 'running' });
  expect(
    (await api.post('supervisor', `/api/import-runs/${encodeURIComponent(workflowId)}/cancel`, {})).status,
  ).toBe(202);
  await whileRunning([worker()], async () => {
    const over = await untilOver(workflowId);
    expect(over.outcome).toBe('cancelled');
  });
  expect(
    (await api.post('supervisor', `/api/import-runs/${encodeURIComponent(workflowId)}/cancel`, {})).status,
  ).toBe(409);
  expect(await look('import:nu-exista')).toMatchObject({ state: 'unknown' });
});
