/**
 * A call's journal, read as its result. The edge that placed the call and the settlement of a dead edge's calls both
 * come through here, so that they cannot differ.
 * @module
 */
import type { CallEnd, EdgeRef, EndReason } from '../contracts/model/call.ts';
import {
  MAX_TIMELINE_EVENTS,
  type DeskResult,
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
  const desk = deskResultOf(entries, options.endedAt);
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
    ...(desk === undefined ? {} : { desk }),
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

function deskResultOf(entries: readonly JournalEntry[], endedAt: string): DeskResult | undefined {
  if (!first(entries, 'opened')?.agent) return undefined;
  const sum = (stretches: readonly Stretch[]): number =>
    stretches.reduce((total, { fromMs, toMs }) => total + toMs - fromMs, 0);
  return {
    holdMs: sum(heldStretches(entries, endedAt)),
    lostMs: sum(stretchesOf(entries, { from: 'desk-lost', to: 'desk-joined', endedAt })),
  };
}

/** Wall clock in milliseconds. */
export interface Stretch {
  fromMs: number;
  toMs: number;
}

/** When the customer was on hold. */
export function heldStretches(entries: readonly JournalEntry[], endedAt: string): Stretch[] {
  return stretchesOf(entries, { from: 'held', to: 'resumed', endedAt });
}

/** When the customer heard music, and which. */
export function playedMusic(
  entries: readonly JournalEntry[],
  endedAt: string,
): (Stretch & { sha256: string })[] {
  return all(entries, 'music-started').map(({ at, sha256 }) => {
    const end = all(entries, 'music-ended').find((entry) => entry.at >= at)?.at ?? endedAt;
    return { sha256, fromMs: Date.parse(at), toMs: Date.parse(end) };
  });
}

/** From each mark of one kind to the next of the other, or to the end; only while the customer was on the line. */
function stretchesOf(
  entries: readonly JournalEntry[],
  { from, to, endedAt }: { from: JournalFact['kind']; to: JournalFact['kind']; endedAt: string },
): Stretch[] {
  const answeredAt = first(entries, 'answered')?.at;
  if (answeredAt === undefined) return [];
  const stretches: Stretch[] = [];
  let since: number | undefined;
  const close = (toMs: number): void => {
    if (since !== undefined && toMs > since) stretches.push({ fromMs: since, toMs });
    since = undefined;
  };
  for (const { kind, at } of entries) {
    if (kind === from) since ??= Math.max(Date.parse(at), Date.parse(answeredAt));
    if (kind === to) close(Date.parse(at));
  }
  close(Date.parse(endedAt));
  return stretches;
}

/** What people multiply goes first when a timeline is too long, the last of it before the first. */
const PLENTY: ReadonlySet<TimelineEvent['kind']> = new Set([
  'key',
  'digits',
  'held',
  'resumed',
  'desk-joined',
  'desk-lost',
]);

function timelineOf(entries: readonly JournalEntry[]): TimelineEvent[] {
  const events = entries.flatMap(eventOf);
  while (events.length > MAX_TIMELINE_EVENTS) {
    const last = events.findLastIndex(({ kind }) => PLENTY.has(kind));
    events.splice(last < 0 ? events.length - 2 : last, 1);
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
    case 'desk-joined':
    case 'held':
    case 'resumed':
    case 'recording-refused':
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
    case 'desk-lost':
      return event(entry.kind, entry.why);
    case 'digits':
      return event('digits', String(entry.count));
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
    case 'desk-invite':
    case 'music-started':
    case 'music-ended':
    case 'muted':
    case 'untold':
    case 'told':
    case 'ended':
      return [];
    default:
      return assertNever(entry);
  }
}
