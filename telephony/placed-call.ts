/**
 * A call's journal, read as its result. The edge that placed the call and the settlement of a dead edge's calls both
 * come through here, so that they cannot differ.
 * @module
 */
import type { CallEnd, EdgeRef, EndReason } from '../contracts/model/call.ts';
import {
  MAX_TIMELINE_EVENTS,
  type PlacedCall,
  type RobotResult,
  type TimelineEvent,
} from '../contracts/model/placed-call.ts';
import type { RecordingResult } from '../contracts/model/recording.ts';
import { assertNever } from './assert-never.ts';
import type { JournalEntry, JournalFact } from './journal.ts';

type Entry<K extends JournalFact['kind']> = Extract<JournalEntry, { kind: K }>;

export interface PlacedCallOptions {
  edge: EdgeRef;
  end: CallEnd;
  endedAt: string;
  recording: RecordingResult;
}

/** RFC 3261 §16.6 step 11: a proxy gives an INVITE up after more than three minutes (timer C). */
const TIMER_C_MS = 185_000;
const NOBODY_CANCELS: ReadonlySet<EndReason> = new Set(['sip-server-lost', 'edge-lost', 'internal-error']);

/** Puts the result together. Times come from the journal only. */
export function placedCallOf(entries: readonly JournalEntry[], options: PlacedCallOptions): PlacedCall {
  const invitedAt = first(entries, 'not-sent') ? undefined : first(entries, 'invite')?.at;
  const ringingAt = (first(entries, 'ringing') ?? first(entries, 'early-media'))?.at;
  const answeredAt = first(entries, 'answered')?.at;
  const robot = answeredAt === undefined ? undefined : robotResultOf(entries, options.endedAt);
  const mayRingUntil = mayRing(entries, options.end) ? later(invitedAt, TIMER_C_MS) : undefined;
  return {
    end: options.end,
    edge: options.edge,
    ...(invitedAt === undefined ? {} : { invitedAt }),
    ...(ringingAt === undefined ? {} : { ringingAt }),
    ...(answeredAt === undefined ? {} : { answeredAt }),
    endedAt: options.endedAt,
    ...(mayRingUntil === undefined ? {} : { mayRingUntil }),
    talkMs: answeredAt === undefined ? 0 : Math.max(0, Date.parse(options.endedAt) - Date.parse(answeredAt)),
    ...(robot === undefined ? {} : { robot }),
    recording: options.recording,
    timeline: timelineOf(entries),
  };
}

/** An INVITE without any answer makes no dialog: there is nothing to end it by, and only its sender can cancel it. */
function mayRing(entries: readonly JournalEntry[], end: CallEnd): boolean {
  const heard = first(entries, 'dialog') ?? first(entries, 'answered');
  return heard === undefined && NOBODY_CANCELS.has(end.reason);
}

function later(instant: string | undefined, ms: number): string | undefined {
  return instant === undefined ? undefined : new Date(Date.parse(instant) + ms).toISOString();
}

/** First entry of a kind. */
export function first<K extends JournalFact['kind']>(
  entries: readonly JournalEntry[],
  kind: K,
): Entry<K> | undefined {
  return entries.find((entry): entry is Entry<K> => entry.kind === kind);
}

/** All entries of a kind. */
export function all<K extends JournalFact['kind']>(entries: readonly JournalEntry[], kind: K): Entry<K>[] {
  return entries.filter((entry): entry is Entry<K> => entry.kind === kind);
}

/**
 * What was played (each prompt from its last start: the first was that of a media server that stalled) and for how long:
 * to its mark, or, where the process died first, until the end of the call (rtpengine plays on by itself).
 */
export function playedPrompts(
  entries: readonly JournalEntry[],
  endedAt: string,
): { prompt: string; sha256: string; startedAt: string; durationMs: number; heardMs: number }[] {
  const starts = new Map(all(entries, 'prompt-started').map((entry) => [entry.prompt, entry]));
  return [...starts.values()].map(({ at, prompt, sha256, durationMs }) => {
    const end = all(entries, 'prompt-ended').find((entry) => entry.prompt === prompt);
    const elapsed = Math.max(0, Date.parse(endedAt) - Date.parse(at));
    const heardMs = end ? Math.min(end.heardMs, durationMs) : Math.min(elapsed, durationMs);
    return { prompt, sha256, startedAt: at, durationMs, heardMs };
  });
}

function robotResultOf(entries: readonly JournalEntry[], endedAt: string): RobotResult | undefined {
  const opened = first(entries, 'opened');
  if (opened?.promptMs === undefined) return undefined;
  const played = playedPrompts(entries, endedAt).find(({ prompt }) => prompt === 'prompt');
  const promptMs = played?.durationMs ?? opened.promptMs;
  const heardMs = played?.heardMs ?? 0;
  const menu = opened.menu ?? {};
  const key = all(entries, 'key').find((entry) => Object.hasOwn(menu, entry.key))?.key;
  const keyStatus = key === undefined ? undefined : menu[key];
  return {
    promptMs,
    heardMs,
    heardInFull: played !== undefined && heardMs >= promptMs,
    ...(key === undefined ? {} : { key }),
    ...(keyStatus === undefined ? {} : { keyStatus }),
  };
}

/** Keys are what a customer can multiply: when a timeline is too long, the last of them go first. */
function timelineOf(entries: readonly JournalEntry[]): TimelineEvent[] {
  const events = entries.flatMap(eventOf);
  while (events.length > MAX_TIMELINE_EVENTS) {
    const key = events.findLastIndex(({ kind }) => kind === 'key');
    events.splice(key < 0 ? events.length - 2 : key, 1);
  }
  return events;
}

function eventOf(entry: JournalEntry): TimelineEvent[] {
  const event = (kind: TimelineEvent['kind'], detail?: string): TimelineEvent[] => [
    { at: entry.at, kind, ...(detail === undefined ? {} : { detail }) },
  ];
  switch (entry.kind) {
    case 'invite':
    case 'answered':
    case 'bye-received':
    case 'released':
    case 'settled':
      return event(entry.kind);
    case 'ringing':
    case 'early-media':
      return event(entry.kind, String(entry.status));
    case 'prompt-started':
    case 'prompt-ended':
      return event(entry.kind, entry.prompt);
    case 'key':
      return event('key', entry.key);
    case 'cancel-sent':
    case 'failed':
      return event(entry.kind, entry.why);
    case 'bye-sent':
      return event('bye-sent', entry.why);
    case 'not-sent':
      return event('failed', 'not-sent');
    case 'recording':
      return event('recording', entry.recording.state);
    case 'opened':
    case 'media':
    case 'dialog':
    case 'peer':
    case 'ended':
      return [];
    default:
      return assertNever(entry);
  }
}
