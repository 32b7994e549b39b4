/**
 * Made-up lists, contacts and do-not-call numbers for the fixture server. The numbers are those that ANCOM gives to nobody.
 * @module
 */
import type { ContactDetail, ContactPage, WhyDialed } from '../../contracts/http/contacts.ts';
import type { DoNotCallPage } from '../../contracts/http/do-not-call.ts';
import type {
  ImportRun,
  ImportView,
  ListDetail,
  ListTable,
  RejectsPage,
  UploadPreview,
} from '../../contracts/http/lists.ts';
import type { Customer } from '../../contracts/http/desk.ts';
import { customerOf } from './desk-fixtures.ts';

const DAY = 86_400_000;
const IMPORT_ID = '7f0c6a0e-6c0f-4a55-9a6e-0b7b6d1f2f11';

/** What the page of uploads is given: as many bytes as the answer says to have kept. */
export const LIST_FILE = `Telefon;Nume\n${'0700123456;Popescu\n'.repeat(3_120)}`;

/** Body of the answer; undefined where the path is not of these pages. */
export function listsFixture(method: string, path: string, body: unknown, now: number): unknown {
  const asked = (body ?? {}) as { dryRun?: boolean; number?: string };
  if (path === '/api/list-table') return table(now);
  if (/^\/api\/lists\/\d+$/.test(path)) return list(Number(path.split('/').at(-1)), now);
  if (/^\/api\/imports\/[^/]+\/rejects$/.test(path)) return rejects();
  if (/^\/api\/imports\/[^/]+\/undo$/.test(path)) return { withdrawn: 2_980, kept: 20 };
  if (/^\/api\/uploads\/[^/]+\/preview$/.test(path)) return preview();
  if (path.startsWith('/api/uploads/')) return { bytes: Buffer.byteLength(LIST_FILE) };
  if (path === '/api/imports') return { workflowId: asked.dryRun ? 'import:proba' : 'import:oradea' };
  if (path.startsWith('/api/import-runs/')) return run(now);
  if (path === '/api/contacts/search') return contacts(now);
  if (/^\/api\/contacts\/\d+$/.test(path))
    return method === 'GET' ? contact(path.endsWith('/2'), now) : { changed: true };
  if (/^\/api\/contacts\/\d+\/why$/.test(path)) return why(path.includes('/2/'), now);
  if (path === '/api/do-not-call/search') return doNotCall(asked.number, now);
  if (path === '/api/do-not-call/import') {
    return {
      lines: 4,
      added: 2,
      known: 1,
      rejected: 1,
      rejects: [{ line: 3, problem: 'not-valid' }],
      bytesTotal: 20,
      next: null,
    };
  }
  return undefined;
}

const iso = (time: number): string => new Date(time).toISOString();

function view(change: Partial<ImportView>, now: number): ImportView {
  return {
    id: IMPORT_ID,
    workflowId: 'import:oradea-2026-11',
    campaign: 'oradea',
    file: 'oradea-2026-11.csv',
    kind: 'normal',
    dryRun: false,
    state: 'done',
    rows: 3_120,
    accepted: 3_000,
    duplicate: 74,
    invalid: 31,
    suppressed: 15,
    bytesTotal: 412_000,
    bytesDone: 412_000,
    startedAt: iso(now - 2 * DAY),
    finishedAt: iso(now - 2 * DAY + 9_000),
    ...change,
  };
}

function table(now: number): ListTable {
  const row = (id: number, name: string, change: Partial<ImportView>, open: number, closed: number) => {
    const { kind, campaign, startedAt } = view(change, now);
    return {
      id,
      name,
      kind,
      campaign,
      createdAt: startedAt,
      import: view(change, now),
      contacts: { open, closed, withdrawn: 0 },
    };
  };
  return {
    lists: [
      row(
        5,
        'oradea-noua',
        {
          state: 'open',
          bytesDone: 180_000,
          rows: 1_300,
          accepted: 1_260,
          startedAt: iso(now - 40_000),
          finishedAt: null,
        },
        1_260,
        0,
      ),
      row(
        4,
        'oradea-prioritar',
        { kind: 'priority', rows: 40, accepted: 40, duplicate: 0, invalid: 0, suppressed: 0 },
        12,
        28,
      ),
      row(3, 'oradea-2026-11', {}, 1_844, 1_156),
      {
        ...row(2, 'sondaj-bihor', { campaign: 'sondaj-bihor', rows: 480_000, accepted: 471_200 }, 0, 0),
        contacts: null,
      },
      row(1, 'greșită', { state: 'undone', rows: 900, accepted: 900, startedAt: iso(now - 20 * DAY) }, 0, 14),
    ],
    nextBefore: null,
  };
}

function list(id: number, now: number): ListDetail {
  const row = table(now).lists.find((one) => one.id === id) ?? table(now).lists[2];
  if (!row) throw new Error('there is no list');
  const closedBy = { 'final-status': 702, exhausted: 301, stopped: 96, 'do-not-call': 41, nonexistent: 16 };
  return {
    ...row,
    contacts: { open: 1_844, closed: 1_156, withdrawn: 0, onCall: 3, untouched: 1_210, closedBy },
    byReason: {
      'duplicate-in-campaign': 70,
      'duplicate-in-file': 4,
      'phone-invalid': 29,
      'value-too-long': 2,
      'no-consent': 15,
    },
  };
}

function rejects(): RejectsPage {
  const cells = (n: number, name: string) => [`07001234${n}`, name, 'Oradea', '2026-01-15', 'formular'];
  return {
    header: ['Telefon', 'Nume', 'Localitate', 'Consimțământ', 'Sursă'],
    rejects: [
      {
        row: 11,
        line: 12,
        reason: 'duplicate-in-campaign',
        column: 'Telefon',
        words: 'numărul este deja în campanie, în lista „oradea-prioritar” – rândul nu mai trebuie importat',
        list: 'oradea-prioritar',
        cells: cells(11, 'Popescu Maria'),
      },
      {
        row: 48,
        line: 49,
        reason: 'phone-invalid',
        column: 'Telefon',
        words:
          'Excel a transformat numărul (de exemplu 4.07E+10) și cifrele s-au pierdut: formatați coloana ca Text și exportați din nou',
        list: null,
        cells: ['4.07E+10', 'Ardelean Ioan', 'Beiuș', '2026-02-01', 'formular'],
      },
      {
        row: 97,
        line: 99,
        reason: 'no-consent',
        column: 'Consimțământ',
        words: 'lipsește data consimțământului, obligatorie în această campanie – completați-o dacă există',
        list: null,
        cells: cells(15, 'Șerbănescu Ion'),
      },
    ],
    nextRow: 97,
  };
}

function preview(): UploadPreview {
  const column = (header: string, known: UploadPreview['columns'][number]['known']) => ({
    header,
    known,
    kept: true,
  });
  return {
    bytes: 20,
    encoding: 'windows-1250',
    delimiter: ';',
    columns: [
      column('Nr. telefon', 'phone'),
      column('Nume', 'lastName'),
      column('Prenume', 'firstName'),
      column('Localitate', 'locality'),
      column('Consimțământ', 'consentAt'),
      column('Client vechi', null),
    ],
    rows: [
      ['0700 123 411', 'Popescu', 'Maria', 'Oradea', '15.01.2026', 'da'],
      ['0700 123 412', 'Șerbănescu', 'Ion', 'Beiuș', '15.01.2026', ''],
      ['0700 123 413', 'Țurcanu', 'Ana', 'Salonta', '02.02.2026', 'nu'],
    ],
    remembered: null,
    problem: null,
  };
}

function run(now: number): ImportRun {
  return {
    workflowId: 'import:proba',
    state: 'done',
    stage: null,
    failure: null,
    outcome: 'dry-run',
    list: null,
    listId: null,
    import: view({ dryRun: true }, now),
    byReason: { 'duplicate-in-campaign': 74, 'phone-invalid': 31, 'no-consent': 15 },
  };
}

function contacts(now: number): ContactPage {
  const base = {
    campaign: 'oradea',
    list: { id: 3, name: 'oradea-2026-11' },
    closedReason: null,
    onCall: false,
    waitReason: null,
  };
  return {
    contacts: [
      {
        ...base,
        id: 1,
        name: 'Șerbănescu Ion',
        locality: 'Oradea',
        numbers: ['+40700123412'],
        state: 'open',
        dueAt: iso(now - 60_000),
        attempts: 0,
      },
      {
        ...base,
        id: 2,
        name: 'Popescu Maria',
        locality: 'Beiuș',
        numbers: ['+40700123411', '+40359123411'],
        state: 'open',
        dueAt: iso(MONDAY_NINE),
        attempts: 3,
        waitReason: 'cap-day',
      },
      {
        ...base,
        id: 3,
        name: 'Țurcanu Ana',
        locality: 'Salonta',
        numbers: ['+40700123413'],
        state: 'open',
        dueAt: iso(now),
        attempts: 1,
        onCall: true,
      },
      {
        ...base,
        id: 4,
        name: 'Ardelean Gheorghe-Alexandru',
        locality: 'Aleșd',
        numbers: ['+40700123414'],
        state: 'closed',
        closedReason: 'final-status',
        dueAt: null,
        attempts: 2,
      },
      {
        ...base,
        id: 5,
        name: null,
        locality: null,
        numbers: ['+40700123415'],
        state: 'closed',
        closedReason: 'do-not-call',
        dueAt: null,
        attempts: 1,
      },
    ],
    nextBefore: 5,
  };
}

function contact(waits: boolean, now: number): ContactDetail {
  const card: Customer = customerOf(waits ? 1 : 0, now);
  return {
    version: '1',
    card,
    campaign: 'oradea',
    list: { id: 3, name: 'oradea-2026-11', kind: 'normal' },
    state: 'open',
    closedReason: null,
    closedAt: null,
    createdAt: iso(now - 2 * DAY),
    rowNo: 214,
    consentAt: '2026-01-15',
    consentSource: 'formular la târg',
    attributes: { 'Client vechi': 'da' },
    numbers: [
      { id: 1, e164: '+40700123411', position: 1, active: true, stopped: false, doNotCall: null },
      { id: 2, e164: '+40359123411', position: 2, active: true, stopped: true, doNotCall: null },
    ],
    changes: [
      {
        at: iso(now - 3_600_000),
        by: 'ioana.marin',
        action: 'contact.edit',
        before: { locality: 'Oradea', attributes: { 'Client vechi': 'nu' } },
        after: { locality: 'Beiuș', attributes: { 'Client vechi': 'da' } },
      },
      {
        at: iso(now - DAY),
        by: 'ioana.marin',
        action: 'contact.reopen',
        before: { state: 'closed' },
        after: { state: 'open', reason: 'a cerut o ofertă nouă' },
      },
    ],
  };
}

const MONDAY_NINE = Date.parse('2026-11-23T07:00:00Z');
const CLOSES = Date.parse('2026-11-21T18:00:00Z');

function why(waits: boolean, now: number): WhyDialed {
  // Monday at nine: a cap of the day ends at midnight, the calendar opens later.
  const until = iso(MONDAY_NINE);
  return {
    at: iso(now),
    zone: 'Europe/Bucharest',
    verdict: waits ? 'wait' : 'call',
    reason: waits ? 'cap-day' : null,
    until: waits ? until : null,
    ahead: waits ? 0 : 37,
    caps: { perDay: 3, perTotal: 12 },
    gates: [
      { gate: 'state', state: 'passes', seen: {} },
      { gate: 'lease', state: 'passes', seen: {} },
      { gate: 'calendar', state: 'passes', seen: { closesAt: iso(CLOSES) } },
      { gate: 'pause', state: 'passes', seen: {} },
      { gate: 'trunk', state: 'passes', seen: { trunk: 'trunchi-oradea' } },
      { gate: 'edge', state: 'passes', seen: { node: 'edge-1' } },
      {
        gate: 'places',
        state: 'passes',
        seen: { calls: 18, concurrency: 30, channels: 21, maxChannels: 60 },
      },
      { gate: 'due', state: 'passes', seen: { at: iso(now - 60_000), attempts: waits ? 3 : 0 } },
      { gate: 'owner', state: 'passes', seen: {} },
      { gate: 'do-not-call', state: 'passes', seen: { numbers: 0 } },
      { gate: 'consent', state: 'passes', seen: { needed: 1, at: '2026-01-15', source: 'formular la târg' } },
      waits
        ? { gate: 'numbers', state: 'waits', reason: 'cap-day', until, seen: { numbers: 2 } }
        : { gate: 'numbers', state: 'passes', seen: { numbers: 2 } },
    ],
    numbers: [
      {
        e164: '+40700123411',
        position: 1,
        verdict: waits ? 'cap-day' : 'ok',
        chosen: !waits,
        callsToday: waits ? 3 : 0,
        callsTotal: waits ? 7 : 0,
        unanswered: waits ? 1 : 0,
      },
      {
        e164: '+40359123411',
        position: 2,
        verdict: 'stopped',
        chosen: false,
        callsToday: 0,
        callsTotal: 3,
        unanswered: 3,
      },
    ],
  };
}

function doNotCall(number: string | undefined, now: number): DoNotCallPage {
  if (number !== undefined) return { entries: [], nextCursor: null, count: 1_204 };
  const entry = (id: number, e164: string, days: number) => ({
    id,
    e164,
    at: iso(now - days * DAY),
    contacts: 1,
  });
  return {
    count: 1_204,
    nextCursor: 'mai-mult',
    entries: [
      {
        ...entry(1, '+40700123421', 0.1),
        reason: 'a sunat și a cerut să nu mai fie deranjată',
        by: 'ioana.marin',
        source: 'phone',
      },
      { ...entry(2, '+40700123422', 1), reason: 'opted-out', by: 'robot', source: null },
      {
        ...entry(3, '+40700123423', 4),
        reason: 'scrisoare înregistrată cu nr. 412',
        by: 'andrei.pop',
        source: 'letter',
      },
      {
        ...entry(4, '+40359123424', 9),
        reason: 'registrul de opoziție, noiembrie',
        by: 'andrei.pop',
        source: 'register',
        contacts: 0,
      },
    ],
  };
}
