/**
 * A call's journal: one NDJSON file, written before each step counts, so that another process can end the call and
 * finish its recording after this one was killed. Ids, times, ports and technical words, and from the far end's first
 * response on its SIP address (which holds the number): whoever ends the call must be able to name it. Hence mode 0600,
 * beside the pcap, never in a log; deleted once the call's row is committed and the far end was told.
 * @module
 */
import { closeSync, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { readdir, readFile, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CallEnd, EdgeRef } from '../contracts/model/call.ts';
import type { RecordingResult } from '../contracts/model/recording.ts';
import type { Slot } from './media-session.ts';

/** Which of a campaign's prompts; `apology`: to a customer whose agent did not come back. */
export type PromptRole = 'prompt' | 'goodbye' | 'apology';

export type JournalFact =
  | {
      kind: 'opened';
      edge: EdgeRef;
      recording: boolean;
      /** A person talks, not a prompt. */
      agent?: true;
      /** Length of the prompt that will be played, for calls that end before it. */
      promptMs?: number;
      /** Key -> status code of the campaign's menu. */
      menu?: Readonly<Record<string, string>>;
    }
  | { kind: 'media'; ports: Record<Slot, number>; pcap?: string }
  /**
   * Who sits in a slot from now on, and where its SDP says its sound comes from (a browser's says nothing). Packets of
   * others are not in the recording; a slot without such a fact is silent. `opus`: payload type, where that is what it sends.
   */
  | { kind: 'peer'; slot: Slot; address?: string; port?: number; opus?: number }
  /** Written before the INVITE is handed over: from here on it may have left. */
  | { kind: 'invite' }
  /** The SIP server refused the INVITE: it has not left after all. */
  | { kind: 'not-sent' }
  /** The far end made a dialog, or changed one; `confirmed` by its answer. */
  | { kind: 'dialog'; dialog: DialogIdentity; confirmed: boolean }
  | { kind: 'ringing'; status: number }
  | { kind: 'early-media'; status: number }
  | { kind: 'answered' }
  | { kind: 'prompt-started'; prompt: PromptRole; sha256: string; durationMs: number }
  | { kind: 'prompt-ended'; prompt: PromptRole; heardMs: number }
  | { kind: 'key'; key: string }
  /** The desk is called; its dialog has this Call-ID and From tag. */
  | { kind: 'desk-invite'; leg: string }
  /** The desk's browser has answered and is in the call. */
  | { kind: 'desk-joined' }
  | { kind: 'desk-lost'; why: string }
  /** The agent put the customer on hold, or took them back: nothing between the two is in the recording but the music. */
  | { kind: 'held' }
  | { kind: 'resumed' }
  | { kind: 'music-started'; sha256: string; durationMs: number }
  | { kind: 'music-ended' }
  /** How many the agent sent; which ones may be a PIN. */
  | { kind: 'digits'; count: number }
  | { kind: 'muted'; muted: boolean }
  /** The customer does not want it: what was recorded is deleted, and nothing more is. */
  | { kind: 'recording-refused' }
  | { kind: 'cancel-sent'; why: string }
  | { kind: 'released' }
  | { kind: 'bye-sent'; why?: string }
  | { kind: 'bye-received' }
  | { kind: 'failed'; why: string }
  /** The result goes out although somebody is still to be told that the call is over; `told`: they were, or it was given up. */
  | { kind: 'untold' }
  | { kind: 'told' }
  | { kind: 'settled' }
  | { kind: 'ended'; end: CallEnd }
  | { kind: 'recording'; recording: RecordingResult };

/** A dialog at the far end, as it must be named to end it from outside (RFC 3261 §12.1.2). Personal data. */
export interface DialogIdentity {
  /** Value of From, our tag in it. */
  from: string;
  /** Value of To, the far end's tag in it. */
  to: string;
  /** Remote target: URI of the far end's Contact. */
  target: string;
  /** URIs of the route set, first hop first. */
  routes?: readonly string[];
  /** CSeq number of the INVITE. */
  seq: number;
  /** URI of the address from which the response came. */
  source?: string;
}

/** `at`: RFC 3339 UTC with milliseconds. */
export type JournalEntry = JournalFact & { at: string };

export interface Journal {
  readonly entries: readonly JournalEntry[];
  /**
   * Appends and returns only when the operating system has it: it survives this process.
   * @param fact with its time, when that is not now
   */
  append(fact: JournalFact & { at?: string }): JournalEntry;
  /**
   * Whether another process has opened this journal, or deleted it, since this one made it: the call was given to a settlement
   * while its edge stood still. Asked after a mark was appended, it tells which came first: lines are appended whole, and a
   * settlement reads only after it has left a line of its own.
   */
  isTakenOver(): boolean;
  close(): void;
}

/** Call ids become file names. */
const SAFE_ID = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;

export interface JournalOptions {
  /** The recording spool; journals live in its `journal` folder. */
  spoolDir: string;
  callId: string;
  now(): Date;
  /** Told of writes that failed after the INVITE had left: the call goes on, its journal no longer tells all. */
  onWriteError?(error: unknown): void;
}

/**
 * Opens the journal of a new call.
 * @throws Error with code `EEXIST` when this call already has one: it must not be dialed a second time
 */
export function createJournal(options: JournalOptions): Journal {
  return journalOn(openFile(options, 'ax'), [], options);
}

/**
 * Opens the journal that a dead process left, to write its end. Makes one where there is none: whoever was dead in appearance only
 * makes none then, and sends nothing.
 */
export async function reopenJournal(options: JournalOptions): Promise<Journal> {
  const file = openFile(options, 'a');
  // The dead process may have left half a line. And before anything is read: from here on it sees that the call is ours.
  writeSync(file, '\n');
  const entries = (await readJournal(options.spoolDir, options.callId)) ?? [];
  return journalOn(file, entries, options);
}

/**
 * Reads a journal. A torn last line (the process was killed within a write) is left out.
 * @returns undefined when there is none
 */
export async function readJournal(spoolDir: string, callId: string): Promise<JournalEntry[] | undefined> {
  let text: string;
  try {
    text = await readFile(journalPath(spoolDir, callId), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return text.split('\n').flatMap(parseLine);
}

/** Call ids of the journals on the disk, in no order. */
export async function listJournals(spoolDir: string): Promise<string[]> {
  try {
    const files = await readdir(join(spoolDir, 'journal'));
    return files.flatMap((file) => /^(.+)\.jsonl$/.exec(file)?.[1] ?? []);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Deletes a journal that nobody needs any more: the call's row is committed. */
export async function deleteJournal(spoolDir: string, callId: string): Promise<void> {
  try {
    await unlink(journalPath(spoolDir, callId));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** The folder is there but for the first call of all. */
function openFile({ spoolDir, callId }: JournalOptions, flags: 'a' | 'ax'): number {
  const path = journalPath(spoolDir, callId);
  try {
    return openSync(path, flags, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, flags, 0o600);
  }
}

function journalOn(file: number, entries: JournalEntry[], options: JournalOptions): Journal {
  let open = true;
  let bytes = fstatSync(file).size;
  const write = (entry: JournalEntry): void => {
    if (!open) return;
    try {
      bytes += writeSync(file, `${JSON.stringify(entry)}\n`);
    } catch (error) {
      // Before the INVITE a journal that cannot be written stops the call. After it nothing may: somebody is ringing.
      if (!entries.some(({ kind }) => kind === 'invite')) throw error;
      options.onWriteError?.(error);
    }
  };
  return {
    entries,
    append: (fact) => {
      const entry = { at: options.now().toISOString(), ...fact };
      write(entry);
      entries.push(entry);
      return entry;
    },
    isTakenOver: () => {
      if (!open) return false;
      const { size, nlink } = fstatSync(file);
      return size !== bytes || nlink === 0;
    },
    close: () => {
      if (open) closeSync(file);
      open = false;
    },
  };
}

function journalPath(spoolDir: string, callId: string): string {
  if (!SAFE_ID.test(callId)) throw new Error('call id cannot name a file');
  return join(spoolDir, 'journal', `${callId}.jsonl`);
}

function parseLine(line: string): JournalEntry[] {
  if (line === '') return [];
  try {
    const entry: unknown = JSON.parse(line);
    const usable = typeof entry === 'object' && entry !== null && 'kind' in entry && 'at' in entry;
    return usable ? [entry as JournalEntry] : [];
  } catch {
    return [];
  }
}
