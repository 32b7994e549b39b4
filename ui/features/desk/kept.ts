/**
 * What this browser keeps until the server has it: drafts of calls and wrap-ups to be sent. IndexedDB; where a browser
 * refuses it (private windows), memory, and the desk says so.
 * @module
 */
import { openDB, type DBSchema } from 'idb';
import type { CallDraft, WrapUp } from '../../../contracts/http/desk.ts';

const NAME = 'apel-desk';
const VERSION = 1;
/** A draft whose call nobody finished on this computer. */
const DRAFT_KEPT_MS = 7 * 86_400_000;

/** A draft and what only this browser keeps with it. */
export interface KeptDraft {
  callId: string;
  userId: number;
  draft: CallDraft;
  callback: WrapUp['callback'] | null;
  doNotCallReason: string;
  /** Id of the wrap-up that was saved for this call: it is not typed into any more. */
  saved: string | null;
  /** ms */
  at: number;
}

export interface QueuedWrapUp {
  id: string;
  callId: string;
  userId: number;
  wrapUp: WrapUp;
  /** ms */
  at: number;
  /** For the list of what is not sent yet: whom the call was to. */
  label: string;
  /** The server refused it with this code: a person must look. */
  refused?: string;
}

export interface Kept {
  /** False: only memory, gone with the tab. */
  durable: boolean;
  draft: (callId: string) => Promise<KeptDraft | undefined>;
  putDraft: (draft: KeptDraft) => Promise<void>;
  dropDraft: (callId: string) => Promise<void>;
  /** Oldest first. */
  queued: (userId: number) => Promise<QueuedWrapUp[]>;
  enqueue: (item: QueuedWrapUp) => Promise<void>;
  dequeue: (id: string) => Promise<void>;
}

interface Schema extends DBSchema {
  drafts: { key: string; value: KeptDraft };
  outbox: { key: string; value: QueuedWrapUp };
}

/** Never fails: without IndexedDB what is kept lives as long as the tab. */
export async function openKept(now: () => number = Date.now): Promise<Kept> {
  try {
    const db = await openDB<Schema>(NAME, VERSION, {
      upgrade: (fresh) => {
        fresh.createObjectStore('drafts', { keyPath: 'callId' });
        fresh.createObjectStore('outbox', { keyPath: 'id' });
      },
    });
    for (const draft of await db.getAll('drafts')) {
      if (now() - draft.at > DRAFT_KEPT_MS) await db.delete('drafts', draft.callId);
    }
    return {
      durable: true,
      draft: (callId) => db.get('drafts', callId),
      putDraft: async (draft) => void (await db.put('drafts', draft)),
      dropDraft: (callId) => db.delete('drafts', callId),
      queued: async (userId) => sorted(await db.getAll('outbox'), userId),
      enqueue: async (item) => void (await db.put('outbox', item)),
      dequeue: (id) => db.delete('outbox', id),
    };
  } catch {
    return memoryKept();
  }
}

export function memoryKept(): Kept {
  const drafts = new Map<string, KeptDraft>();
  const outbox = new Map<string, QueuedWrapUp>();
  return {
    durable: false,
    draft: async (callId) => drafts.get(callId),
    putDraft: async (draft) => void drafts.set(draft.callId, draft),
    dropDraft: async (callId) => void drafts.delete(callId),
    queued: async (userId) => sorted([...outbox.values()], userId),
    enqueue: async (item) => void outbox.set(item.id, item),
    dequeue: async (id) => void outbox.delete(id),
  };
}

/** A computer is shared: what another agent left here waits for that agent's session. */
function sorted(items: readonly QueuedWrapUp[], userId: number): QueuedWrapUp[] {
  return items.filter((item) => item.userId === userId).toSorted((a, b) => a.at - b.at);
}
