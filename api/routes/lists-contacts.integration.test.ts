import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createImportActivities } from '../../activities/import-list.ts';
import { contactDetailSchema, contactPageSchema, whyDialedSchema } from '../../contracts/http/contacts.ts';
import { doNotCallImportedSchema, doNotCallPageSchema } from '../../contracts/http/do-not-call.ts';
import {
  importRunSchema,
  listDetailSchema,
  listTableSchema,
  rejectsPageSchema,
  uploadPreviewSchema,
} from '../../contracts/http/lists.ts';
import type { ImportResult } from '../../contracts/model/import.ts';
import type { Role } from '../../contracts/model/role.ts';
import { createLogger } from '../../platform/logger.ts';
import { addEdge, createCampaign } from '../../test/support/campaign-fixture.ts';
import type { ImportRunLook, ImportWorkflows } from '../imports/import-workflows.ts';
import { NOON, ORIGIN, startTestApi, type TestApi } from '../testing/test-api.ts';

const LIST = [
  'Telefon;Nume;Prenume;Localitate;Consimțământ;Sursă consimțământ;Client vechi',
  '0722 000 101;Șerbănescu;Ion;Oradea;2026-01-15;formular;da',
  '0722000102;Pop;Ana;Beiuș;2026-01-15;formular;',
  '0722000101;Pop;Dublu;Oradea;2026-01-15;formular;',
  '123;Scurt;Ion;Oradea;2026-01-15;formular;',
  '0722000103;=Fără;Acord;Oradea;;;',
].join('\r\n');

let api: TestApi;
let runs: Map<string, ImportRunLook>;

beforeAll(async () => {
  api = await startTestApi({ importWorkflows: inProcess() });
  await addEdge(api.db, 'edge-1');
  await createCampaign(api.db, 'oradea', { now: NOON });
});
afterAll(() => api.close());

/** The steps of the workflows with their real activities; Temporal itself is in `import-workflows.integration.test.ts`. */
function inProcess(): ImportWorkflows {
  runs = new Map();
  const activities = () =>
    createImportActivities({
      db: api.db,
      clock: api.clock,
      logger: createLogger({ service: 'test', level: 'silent' }),
      importFolder: api.recordingsDir,
      spoolFolder: join(api.recordingsDir, 'spool'),
    });
  const run = <T>(work: () => Promise<T>): Promise<T> => new MockActivityEnvironment().run(work);
  const done = (workflowId: string, result: ImportResult) =>
    void runs.set(workflowId, { state: 'done', result });
  return {
    async start(asked) {
      const workflowId = 'name' in asked ? `import:${asked.name}` : `import:proba-${asked.trialOf}`;
      if ('name' in asked && runs.get(workflowId)?.state === 'done') return 'taken';
      const steps = activities();
      try {
        const opened = await run(() => steps.openImport({ workflowId, input: asked.input }));
        if (opened.state !== 'opened') done(workflowId, opened.result);
        else {
          const { importId } = opened;
          await run(() => steps.importChunk({ importId }));
          done(workflowId, await run(() => steps.finishImport({ importId, cancelled: false })));
        }
      } catch (error) {
        runs.set(workflowId, { state: 'failed', failure: (error as Error).message });
      }
      return { workflowId };
    },
    look: async (workflowId) => runs.get(workflowId) ?? { state: 'unknown' },
    cancel: async () => 'closed',
    undo: async (importId) => void (await run(() => activities().undoImportContacts({ importId }))),
    close: async () => {},
  };
}

async function send(role: Role, method: string, path: string, body?: unknown, type = 'application/json') {
  const bytes = type === 'application/json' ? JSON.stringify(body) : (body as Buffer<ArrayBuffer>);
  const response = await api.app.request(`${ORIGIN}${path}`, {
    method,
    headers: { cookie: await api.cookie(role), origin: ORIGIN, 'content-type': type },
    ...(body !== undefined && { body: bytes }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, text, body: isJson ? (JSON.parse(text) as unknown) : undefined };
}

async function upload(text: string | Buffer, id = randomUUID()): Promise<string> {
  const put = await send(
    'operator',
    'PUT',
    `/api/uploads/${id}?offset=0`,
    Buffer.from(text),
    'application/octet-stream',
  );
  expect([put.status, put.body]).toEqual([200, { bytes: Buffer.byteLength(text) }]);
  return id;
}

async function audited(action: string): Promise<{ actor: string; before: unknown; after: unknown }[]> {
  const found = await api.db.pool.query<{ actor: string; before: unknown; after: unknown }>(
    'select actor, before, after from audit_log where action = $1 order by id',
    [action],
  );
  return found.rows;
}

describe('an upload', () => {
  it('comes in parts, goes on where it broke, and belongs to who began it', async () => {
    const id = randomUUID();
    const part = (role: Role, offset: number, text: string) =>
      send(role, 'PUT', `/api/uploads/${id}?offset=${offset}`, Buffer.from(text), 'application/octet-stream');
    expect((await part('operator', 0, 'Telefon;Nume\n')).body).toEqual({ bytes: 13 });
    expect(await part('operator', 0, 'Telefon')).toMatchObject({
      status: 409,
      body: { params: { bytes: 13 } },
    });
    expect((await part('operator', 13, '0722000199;Pop\n')).body).toEqual({ bytes: 28 });
    expect((await part('supervisor', 28, 'x')).status).toBe(404);
    expect((await send('supervisor', 'POST', `/api/uploads/${id}/preview`, {})).status).toBe(404);
    const big = Buffer.alloc(2 * 1024 * 1024 + 1, 65);
    const tooLarge = await send(
      'operator',
      'PUT',
      `/api/uploads/${id}?offset=28`,
      big,
      'application/octet-stream',
    );
    expect(tooLarge.status).toBe(413);
    const preview = uploadPreviewSchema.parse(
      (await send('operator', 'POST', `/api/uploads/${id}/preview`, {})).body,
    );
    expect(preview).toMatchObject({
      bytes: 28,
      delimiter: ';',
      rows: [['0722000199', 'Pop']],
      problem: null,
    });
  });

  it.each([
    ['a workbook', Buffer.from('504b030400000000', 'hex'), /registru Excel/],
    ['no telephone', Buffer.from('Nume;Oraș\nPop;Oradea\n'), /coloană de telefon/],
    ['nothing', Buffer.from('\n\n'), /gol/],
  ])('of %s says so before anything runs', async (_what, bytes, words) => {
    const id = await upload(bytes);
    const preview = uploadPreviewSchema.parse(
      (await send('operator', 'POST', `/api/uploads/${id}/preview`, {})).body,
    );
    expect(preview.problem?.message).toMatch(words);
  });
});

describe('a list from the page', () => {
  const asked = { name: 'oradea-noua', campaign: 'oradea', kind: 'priority' };
  let file: string;
  let listId: number;
  let importId: string;

  const runOf = async (workflowId: string) =>
    importRunSchema.parse(
      await (await api.get('operator', `/api/import-runs/${encodeURIComponent(workflowId)}`)).json(),
    );

  it('is tried first: nothing is stored, everything is counted', async () => {
    file = await upload(LIST);
    const preview = uploadPreviewSchema.parse(
      (await send('operator', 'POST', `/api/uploads/${file}/preview`, {})).body,
    );
    expect(preview.columns.map(({ known }) => known)).toEqual([
      'phone',
      'lastName',
      'firstName',
      'locality',
      'consentAt',
      'consentSource',
      null,
    ]);
    expect(preview.rows).toHaveLength(5);
    const trial = await send('operator', 'POST', '/api/imports', { ...asked, upload: file, dryRun: true });
    expect([trial.status, trial.body]).toEqual([202, { workflowId: `import:proba-${file}` }]);
    const run = await runOf(`import:proba-${file}`);
    expect(run).toMatchObject({
      state: 'done',
      outcome: 'dry-run',
      import: { rows: 5, accepted: 2, duplicate: 1, invalid: 1, suppressed: 1, dryRun: true },
      byReason: { 'duplicate-in-file': 1, 'phone-invalid': 1, 'no-consent': 1 },
    });
    expect((await api.db.pool.query('select from contacts')).rowCount).toBe(0);
  });

  it('is imported once under its name, and once at all', async () => {
    expect((await send('agent', 'POST', '/api/imports', { ...asked, upload: file })).status).toBe(403);
    expect((await send('operator', 'POST', '/api/imports', { ...asked, upload: file })).status).toBe(202);
    const run = await runOf('import:oradea-noua');
    expect(run).toMatchObject({ state: 'done', outcome: 'imported', list: 'oradea-noua' });
    listId = run.listId ?? 0;
    importId = run.import?.id ?? '';
    const again = await send('operator', 'POST', '/api/imports', { ...asked, upload: file });
    expect(again).toMatchObject({ status: 409, body: { params: { reason: 'name-taken' } } });
    const other = await send('operator', 'POST', '/api/imports', { ...asked, name: 'alta', upload: file });
    expect(other.status).toBe(202);
    expect(await runOf('import:alta')).toMatchObject({
      outcome: 'already-imported',
      list: 'oradea-noua',
      listId,
      import: null,
    });
    expect(await audited('import.start')).toMatchObject([
      { actor: 'operator', after: { campaign: 'oradea', kind: 'priority' } },
      {},
      {},
    ]);
  });

  it('stands in the table and on its own page, with its rejects to read and to take along', async () => {
    const table = listTableSchema.parse(
      await (await api.get('operator', '/api/list-table?campaign=oradea&limit=1')).json(),
    );
    expect(table).toMatchObject({
      nextBefore: null,
      lists: [{ id: listId, kind: 'priority', contacts: { open: 2, closed: 0 }, import: { state: 'done' } }],
    });
    const detail = listDetailSchema.parse(await (await api.get('operator', `/api/lists/${listId}`)).json());
    expect(detail).toMatchObject({
      contacts: { open: 2, untouched: 2, onCall: 0 },
      byReason: { 'no-consent': 1 },
    });
    const first = rejectsPageSchema.parse(
      await (await api.get('operator', `/api/imports/${importId}/rejects?limit=2`)).json(),
    );
    expect(first.rejects.map(({ line, reason, column }) => [line, reason, column])).toEqual([
      [4, 'duplicate-in-file', 'Telefon'],
      [5, 'phone-invalid', 'Telefon'],
    ]);
    expect(first.rejects[1]?.words).toMatch(/scurt/);
    const second = rejectsPageSchema.parse(
      await (await api.get('operator', `/api/imports/${importId}/rejects?afterRow=${first.nextRow}`)).json(),
    );
    expect(second).toMatchObject({ nextRow: null, rejects: [{ line: 6 }] });
    const csv = await send('operator', 'GET', `/api/imports/${importId}/rejects.csv`);
    const written = await readFile(
      join(api.recordingsDir, 'rejects', `oradea-noua-${importId.slice(0, 8)}.csv`),
      'utf8',
    );
    // The file of the import and the download are one; a formula is harmless in both.
    expect(`\ufeff${csv.text.replace(/^\ufeff/, '')}`).toBe(written);
    expect(csv.text).toContain(";'=Fără;");
  });

  it('is taken back but for what was called, as the preview said', async () => {
    await api.db.pool.query(
      `insert into calls (id, kind, campaign_id, list_id, contact_id, attempt, number_id, node, epoch, versions)
       select gen_random_uuid(), 'robot', c.campaign_id, c.list_id, c.id, 1, -5, 'edge-1', 1, '{}' from contacts c
       where last_name = 'Pop'`,
    );
    const preview = (await send('operator', 'GET', `/api/imports/${importId}/undo`)).body;
    expect(preview).toEqual({ withdrawn: 1, kept: 1 });
    expect((await send('operator', 'POST', `/api/imports/${importId}/undo`, { reason: 'x' })).status).toBe(
      400,
    );
    const undone = await send('operator', 'POST', `/api/imports/${importId}/undo`, {
      reason: 'lista greșită',
    });
    expect([undone.status, undone.body]).toEqual([202, preview]);
    const detail = listDetailSchema.parse(await (await api.get('operator', `/api/lists/${listId}`)).json());
    expect(detail).toMatchObject({ contacts: { withdrawn: 1, open: 1 }, import: { state: 'undone' } });
    expect(await audited('import.undo-ask')).toMatchObject([
      {
        actor: 'operator',
        before: { state: 'done' },
        after: { reason: 'lista greșită', withdrawn: 1, kept: 1 },
      },
    ]);
    const unknown = `/api/imports/${randomUUID()}`;
    for (const path of ['/rejects', '/rejects.csv', '/undo']) {
      expect((await api.get('operator', unknown + path)).status).toBe(404);
    }
  });
});

describe('contacts', () => {
  let id: number;

  const search = async (body: object) =>
    contactPageSchema.parse((await send('operator', 'POST', '/api/contacts/search', body)).body);
  const read = async () =>
    contactDetailSchema.parse(await (await api.get('supervisor', `/api/contacts/${id}`)).json());

  it('are found by number, by name without diacritics, by list and state', async () => {
    const file = await upload(LIST.replaceAll(/0722 ?000 ?1/g, '07220002'));
    const started = await send('operator', 'POST', '/api/imports', {
      name: 'a-doua',
      campaign: 'oradea',
      kind: 'normal',
      upload: file,
    });
    expect(started.status).toBe(202);
    const byNumber = await search({ number: '0722 000 201' });
    expect(byNumber.contacts).toMatchObject([
      { name: 'Șerbănescu Ion', numbers: ['+40722000201'], state: 'open' },
    ]);
    id = byNumber.contacts[0]?.id ?? 0;
    expect((await search({ name: 'ion SERBANESCU', state: 'open' })).contacts.map((one) => one.id)).toEqual([
      id,
    ]);
    expect((await search({ name: '100%' })).contacts).toEqual([]);
    const all = await search({ campaign: 'oradea', limit: 3 });
    expect(all.contacts).toHaveLength(3);
    const rest = await search({ campaign: 'oradea', limit: 3, before: all.nextBefore ?? 0 });
    expect(rest.contacts).toHaveLength(1);
    expect((await search({ state: 'withdrawn' })).contacts).toHaveLength(1);
    expect((await search({ campaign: 'nimic' })).contacts).toEqual([]);
    expect((await send('operator', 'POST', '/api/contacts/search', { number: 'abc' })).status).toBe(400);
    expect((await send('management', 'POST', '/api/contacts/search', {})).status).toBe(403);
  });

  it('are corrected with what was and what is, and never over somebody else’s change', async () => {
    const { version } = await read();
    const changes = {
      locality: 'Cluj-Napoca',
      age: 44,
      note: '',
      attributes: { 'Client vechi': null, Nou: 'da' },
    };
    const edit = (role: Role) => send(role, 'PATCH', `/api/contacts/${id}`, { version, changes });
    expect((await edit('operator')).status).toBe(403);
    expect((await edit('supervisor')).body).toEqual({ changed: true });
    expect(await edit('administrator')).toMatchObject({
      status: 409,
      body: { params: { reason: 'changed' } },
    });
    const detail = await read();
    expect(detail).toMatchObject({
      card: { locality: 'Cluj-Napoca', age: 44, note: null },
      attributes: { Nou: 'da' },
      changes: [{ by: 'supervisor', action: 'contact.edit' }],
    });
    expect(await audited('contact.edit')).toEqual([
      {
        actor: 'supervisor',
        before: { locality: 'Oradea', age: null, attributes: { 'Client vechi': 'da', Nou: null } },
        after: { locality: 'Cluj-Napoca', age: 44, attributes: { 'Client vechi': null, Nou: 'da' } },
      },
    ]);
    const same = await send('supervisor', 'PATCH', `/api/contacts/${id}`, {
      version: detail.version,
      changes: { age: 44 },
    });
    expect(same.body).toEqual({ changed: false });
  });

  it('say why they are called, are closed, opened, and put on do-not-call', async () => {
    const why = async () =>
      whyDialedSchema.parse(await (await api.get('operator', `/api/contacts/${id}/why`)).json());
    expect(await why()).toMatchObject({
      verdict: 'call',
      zone: 'Europe/Bucharest',
      numbers: [{ chosen: true }],
    });
    const change = (verb: string, body: object = { reason: 'la cererea echipei' }) =>
      send('supervisor', 'POST', `/api/contacts/${id}/${verb}`, body);
    expect((await change('close')).body).toEqual({ changed: true });
    expect(await change('close')).toMatchObject({ status: 409, body: { params: { reason: 'not-open' } } });
    expect(await why()).toMatchObject({ verdict: 'closed', reason: 'by-hand' });
    expect((await change('reopen')).body).toEqual({ changed: true });
    expect((await change('lift-stopped')).body).toEqual({ changed: false });
    const opposed = await change('do-not-call', { reason: 'a scris o scrisoare', source: 'letter' });
    expect(opposed.body).toEqual({ changed: true });
    expect(await why()).toMatchObject({ verdict: 'close', reason: 'do-not-call' });
    expect((await read()).numbers[0]?.doNotCall).toMatchObject({ source: 'letter', by: 'supervisor' });
    for (const path of ['', '/why']) {
      expect((await api.get('operator', `/api/contacts/987654321${path}`)).status).toBe(404);
    }
  });
});

describe('the do-not-call list', () => {
  const search = async (body: object = {}) =>
    doNotCallPageSchema.parse((await send('operator', 'POST', '/api/do-not-call/search', body)).body);
  const reason = 'a sunat și a cerut';

  it('takes a number once, and gives it back for a reason to those who may', async () => {
    const add = (number: string) =>
      send('operator', 'POST', '/api/do-not-call', { number, reason, source: 'phone' });
    expect((await add('0722 000 301')).body).toEqual({ changed: true });
    expect((await add('+40722000301')).body).toEqual({ changed: false });
    expect((await add('112')).status).toBe(400);
    const found = await search({ number: '0722000301' });
    expect(found).toMatchObject({
      count: 2,
      entries: [{ e164: '+40722000301', source: 'phone', by: 'operator' }],
    });
    const letter = await search({ number: '0722000201' });
    const lift = (role: Role, number: number) =>
      send(role, 'POST', `/api/do-not-call/${number}/lift`, { reason: 'a revenit cu acordul' });
    const entry = letter.entries[0]?.id ?? 0;
    expect((await lift('operator', entry)).status).toBe(403);
    // Its contact was open all the time: nothing was closed for it yet.
    expect((await lift('supervisor', entry)).body).toEqual({ reopened: 0 });
    expect((await lift('supervisor', entry)).status).toBe(404);
    expect((await search()).count).toBe(1);
  });

  it(
    'is filled from a file part by part, and given out as a file that can come in again',
    { timeout: 120_000 },
    async () => {
      const many = Array.from({ length: 15_000 }, (_, i) => `Pop;0733${String(100_000 + i)};motiv`);
      const file = await upload(
        ['Nume;Telefon;De ce', ...many, 'Pop;123;', ' ;; ', 'Pop;0733100000;'].join('\r\n'),
      );
      const total = { lines: 0, added: 0, known: 0, rejected: 0, parts: 0 };
      const rejects: { line: number; problem: string }[] = [];
      for (let from: unknown = undefined; ;) {
        const answer = await send('operator', 'POST', '/api/do-not-call/import', {
          upload: file,
          reason: 'registrul asociației',
          source: 'register',
          ...(from !== undefined && { from }),
        });
        const part = doNotCallImportedSchema.parse(answer.body);
        for (const key of ['lines', 'added', 'known', 'rejected'] as const) total[key] += part[key];
        total.parts += 1;
        rejects.push(...part.rejects);
        if (part.next === null) break;
        from = part.next;
      }
      expect(total).toMatchObject({ lines: 15_004, added: 15_000, known: 1, rejected: 1 });
      expect(total.parts).toBeGreaterThan(1);
      expect(rejects).toEqual([{ line: 15_002, problem: 'emergency-or-short' }]);
      expect((await audited('do-not-call.import')).length).toBe(total.parts);
      const page = await search({ limit: 2 });
      expect(page.count).toBe(15_001);
      const next = await search({ limit: 2, cursor: page.nextCursor });
      expect(new Set([...page.entries, ...next.entries].map(({ id }) => id)).size).toBe(4);
      expect((await send('operator', 'POST', '/api/do-not-call/search', { cursor: 'x' })).status).toBe(400);

      const csv = (await send('operator', 'GET', '/api/do-not-call/export.csv')).text.replace(/^\ufeff/, '');
      const lines = csv.trimEnd().split('\r\n');
      expect(lines).toHaveLength(15_002);
      expect(csv).toContain('0722 000 301;21.11.2026;a sunat și a cerut;phone;operator');
      expect(await audited('do-not-call.export')).toMatchObject([{ after: { numbers: 15_001 } }]);
      const back = await upload(lines.slice(0, 50).join('\r\n'));
      const again = await send('operator', 'POST', '/api/do-not-call/import', {
        upload: back,
        reason,
        source: 'import',
      });
      expect(again.body).toMatchObject({ added: 0, known: 49, rejected: 0, next: null });
    },
  );
});
