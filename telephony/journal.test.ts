import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createJournal, deleteJournal, readJournal, reopenJournal } from './journal.ts';
import { placedCallOf } from './placed-call.ts';
import { MAX_TIMELINE_EVENTS } from '../contracts/model/placed-call.ts';

let spoolDir: string;
let clock = 0;
const now = (): Date => new Date(Date.UTC(2026, 10, 23, 8, 0, 0, (clock += 100)));
const edge = { node: 'edge-1', epoch: 3 };
beforeAll(async () => {
  spoolDir = await mkdtemp(join(tmpdir(), 'apel-journal-'));
});
afterAll(() => rm(spoolDir, { recursive: true }));

test('what was appended is read by another process, in order', async () => {
  const journal = createJournal({ spoolDir, callId: 'call-1', now });
  journal.append({ kind: 'opened', edge, recording: true });
  journal.append({ kind: 'invite' });
  expect((await readJournal(spoolDir, 'call-1'))?.map(({ kind }) => kind)).toEqual(['opened', 'invite']);
  journal.close();
});

test('a torn last line is left out, and the next writer begins a new one', async () => {
  const journal = createJournal({ spoolDir, callId: 'call-2', now });
  journal.append({ kind: 'invite' });
  journal.close();
  await appendFile(join(spoolDir, 'journal', 'call-2.jsonl'), '{"at":"2026-11-23T08:0');
  const again = await reopenJournal({ spoolDir, callId: 'call-2', now });
  again.append({ kind: 'settled' });
  again.close();
  expect((await readJournal(spoolDir, 'call-2'))?.map(({ kind }) => kind)).toEqual(['invite', 'settled']);
});

test('who made a journal sees that another process has opened it, or deleted it', async () => {
  const journal = createJournal({ spoolDir, callId: 'call-3', now });
  journal.append({ kind: 'opened', edge, recording: true });
  expect(journal.isTakenOver()).toBe(false);
  const settling = await reopenJournal({ spoolDir, callId: 'call-3', now });
  expect(settling.entries.map(({ kind }) => kind)).toEqual(['opened']);
  journal.append({ kind: 'invite' });
  expect(journal.isTakenOver()).toBe(true);
  settling.close();
  journal.close();
  const deleted = createJournal({ spoolDir, callId: 'call-4', now });
  deleted.append({ kind: 'invite' });
  expect(deleted.isTakenOver()).toBe(false);
  await deleteJournal(spoolDir, 'call-4');
  expect(deleted.isTakenOver()).toBe(true);
  deleted.close();
});

test('a call has one journal; a deleted one is gone; an id that is no file name is refused', async () => {
  expect(() => createJournal({ spoolDir, callId: 'call-1', now })).toThrow(/EEXIST/);
  await deleteJournal(spoolDir, 'call-1');
  await deleteJournal(spoolDir, 'call-1');
  expect(await readJournal(spoolDir, 'call-1')).toBeUndefined();
  expect(() => createJournal({ spoolDir, callId: '../x', now })).toThrow(/cannot name a file/);
});

test('a customer who keeps pressing keys does not grow the timeline, and its end stays', () => {
  const at = now().toISOString();
  const keys = Array.from({ length: 90 }, () => ({ at, kind: 'key' as const, key: '5' }));
  const entries = [
    { at, kind: 'opened' as const, edge, recording: false, promptMs: 1_000, menu: { '1': 'interested' } },
    { at, kind: 'invite' as const },
    { at, kind: 'answered' as const },
    ...keys,
    { at, kind: 'bye-sent' as const },
  ];
  const end = { result: 'success', reason: 'hang-up-by-us' } as const;
  const recording = { state: 'none', reason: 'recording-off' } as const;
  const placed = placedCallOf(entries, { edge, end, endedAt: at, recording });
  expect(placed.timeline).toHaveLength(MAX_TIMELINE_EVENTS);
  expect(placed.timeline.at(-1)?.kind).toBe('bye-sent');
  expect(placed.robot).toEqual({ promptMs: 1_000, heardMs: 0, heardInFull: false });
});

test('an INVITE that the SIP server refused to send is no INVITE', () => {
  const at = now().toISOString();
  const entries = [
    { at, kind: 'invite' as const },
    { at, kind: 'not-sent' as const },
  ];
  const recording = { state: 'none', reason: 'not-answered' } as const;
  const end = { result: 'platform', reason: 'not-placed' } as const;
  expect(placedCallOf(entries, { edge, end, endedAt: at, recording }).invitedAt).toBeUndefined();
});
