/**
 * A whole robot call: gate, media, INVITE, script, hang-up, recording, result. Every step is in the journal before it
 * counts. After the INVITE has left, nothing here sends it again.
 *
 * ```
 * opened ─ gate ─ media ─ ring ──┬─ failed, cancelled ────────────┐
 *                                └─ answered ─ talk (the script) ─┴─ finish: BYE, delete, recording, result
 * ```
 * @module
 */
import type { CallEnd, EdgeRef } from '../contracts/model/call.ts';
import type { TrunkDef } from '../contracts/model/config.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { DtmfListener } from './dtmf-listener.ts';
import { endLeg, type Leg } from './end-leg.ts';
import { guarded } from './guarded.ts';
import { createJournal, type Journal } from './journal.ts';
import type { Limiter } from './limiter.ts';
import { createKeyQueue } from './key-queue.ts';
import { abandonMedia, createMediaSession, deleteMedia, type MediaSession } from './media-session.ts';
import { NgError, type NgClient } from './ng-client.ts';
import { checkPermitted } from './permitted.ts';
import { all, first, placedCallOf } from './placed-call.ts';
import type { RecordingFolders } from './recording/captures.ts';
import { finishRecording } from './recording/finish-recording.ts';
import { ring } from './ring.ts';
import { runRobotScript, type RobotScript } from './robot-script.ts';
import { audioTarget } from './sdp.ts';
import type { LiveDialog } from './sip-invite.ts';
import type { SipLink } from './sip-link.ts';
import { talk, type TalkEnd } from './talk.ts';
import { digestOf, inviteFor } from './trunk.ts';

export interface RobotCallDeps {
  sip: SipLink;
  ng: NgClient;
  dtmf: DtmfListener;
  folders: RecordingFolders;
  clock: Clock;
  logger: Logger;
  /** Bounds the recordings that are decoded at once: hundreds of calls may end in the same second. */
  limitRecordings?: Limiter;
}

export interface RobotCallParams {
  callId: string;
  edge: EdgeRef;
  /** E.164. */
  number: string;
  /** E.164. */
  callerId: string;
  /** With its password in clear. */
  trunk: TrunkDef;
  ringTimeoutMs: number;
  maxTalkMs: number;
  recording: boolean;
  script: RobotScript;
  /** For the page only; must not throw. */
  onStage?(stage: 'ringing' | 'talking' | 'ending', at: Date): void;
}

export interface RobotCall {
  /** Never rejects: a defect of ours is `platform / internal-error`. */
  readonly result: Promise<PlacedCall>;
  /** Ends the call now, at whatever stage it is: CANCEL or BYE, `platform / released`. */
  release(): void;
}

/** How many keys a customer may leave in a journal. */
const MAX_JOURNALED_KEYS = 100;
/** How often a customer's sound may move and still be followed in the recording. */
const MAX_JOURNALED_PEERS = 50;
/** A far end that invents tags must not grow the map of them. */
const MAX_FORKS = 20;
/**
 * How long a result waits for the far end of a lost call to be told. Once it is out, the number may be dialed again,
 * and must not find itself in two calls.
 */
const TOLD_WITHIN_MS = 8_000;

/** Starts the call. @throws Error with code `EEXIST` when this call was begun before */
export function placeRobotCall(deps: RobotCallDeps, params: RobotCallParams): RobotCall {
  const journal = createJournal({
    spoolDir: deps.folders.spoolDir,
    callId: params.callId,
    now: () => deps.clock.now(),
    onWriteError: (error) => deps.logger.error({ err: error, callId: params.callId }, 'journal write failed'),
  });
  const released = new AbortController();
  const call: CallContext = { deps, params, journal, released: released.signal };
  return {
    result: run(call)
      .catch((error: unknown) => crashed(call, error))
      .finally(() => journal.close()),
    release: () => released.abort(),
  };
}

interface CallContext {
  deps: RobotCallDeps;
  params: RobotCallParams;
  journal: Journal;
  released: AbortSignal;
}

async function run(call: CallContext): Promise<PlacedCall> {
  const { deps, params, journal } = call;
  const { menu, prompt } = params.script;
  journal.append({
    kind: 'opened',
    edge: params.edge,
    recording: params.recording,
    promptMs: prompt.durationMs,
    ...(menu ? { menu: menu.keys } : {}),
  });
  const verdict = checkPermitted(params.number, params.trunk.permittedPrefixes);
  if (!verdict.permitted) {
    deps.logger.error({ callId: params.callId, reason: verdict.reason }, 'number refused by the last gate');
    journal.append({ kind: 'failed', why: verdict.reason });
    return finish(call, { end: { result: 'platform', reason: 'refused-by-gate' } });
  }
  const media = createMediaSession(deps.ng, params.callId);
  let sdp: string;
  try {
    const opened = await media.begin({ record: params.recording }, { signal: call.released });
    const { ports, pcap } = opened;
    journal.append({ kind: 'media', ports, ...(pcap === undefined ? {} : { pcap }) });
    sdp = opened.sdp;
  } catch (error) {
    if (call.released.aborted) {
      journal.append({ kind: 'released' });
      return finish(call, { end: { result: 'platform', reason: 'released' }, media });
    }
    deps.logger.error({ err: error, callId: params.callId }, 'media server refused the call');
    journal.append({ kind: 'failed', why: 'media' });
    if (error instanceof NgError && error.code === 'timeout') void abandonMedia(deps.ng, params.callId);
    return finish(call, { end: { result: 'platform', reason: 'not-placed' }, media });
  }
  return placeAndTalk(call, media, sdp);
}

async function placeAndTalk(call: CallContext, media: MediaSession, sdp: string): Promise<PlacedCall> {
  const { deps, params, journal, released } = call;
  // One after the other: a 200 may come while the SDP of the 183 is still on its way to the media server.
  let customer = Promise.resolve();
  /** By To tag: forks have different media. */
  const earlySdp = new Map<string, string>();
  const setCust = (remoteSdp: string): Promise<void> => {
    journalPeer(journal, remoteSdp);
    customer = customer.catch(() => undefined).then(() => media.setCust(remoteSdp));
    customer.catch(() => undefined);
    return customer;
  };
  const rung = await ring(
    { sip: deps.sip, journal },
    {
      invite: { ...inviteFor(params.trunk, params), sdp },
      ringTimeoutMs: params.ringTimeoutMs,
      released,
      onRinging: () => params.onStage?.('ringing', deps.clock.now()),
      onEarlyMedia: (early, tag) => {
        if (earlySdp.size < MAX_FORKS) earlySdp.set(tag, early);
        void setCust(early);
      },
    },
  );
  if (rung.kind === 'ended') return finish(call, { ...rung, media });
  journal.append({ kind: 'answered' });
  params.onStage?.('talking', deps.clock.now());
  const { dialog } = rung;
  dialog.onModify(async (next) => {
    // A delayed offer brings the customer's SDP only in the ACK; the old one stays until then.
    if (next !== '') await setCust(next);
    return media.localSdp(next);
  });
  const keys = createKeyQueue();
  const press = (key: string): void => {
    if (journal.entries.length < MAX_JOURNALED_KEYS) journal.append({ kind: 'key', key });
    keys.push(key);
  };
  dialog.onKey(press);
  const deaf = deps.dtmf.listen(params.callId, press);
  const end = await talk({
    dialog,
    media,
    journal,
    maxTalkMs: params.maxTalkMs,
    released,
    script: async (signal) => {
      await setCust(dialog.sdp === '' ? (earlySdp.get(dialog.tag) ?? '') : dialog.sdp);
      const { promptsDir } = deps.folders;
      await runRobotScript({ media, journal, keys, promptsDir }, params.script, signal);
    },
  });
  deaf();
  return finish(call, { ...end, media, dialog });
}

/** Where the customer's sound comes from, once for each change; a far end that moves all the time does not grow the journal. */
function journalPeer(journal: Journal, sdp: string): void {
  const target = audioTarget(sdp);
  if (!target) return;
  const { address, port } = target;
  const known = all(journal.entries, 'peer');
  const last = known.at(-1);
  if (known.length >= MAX_JOURNALED_PEERS || (last?.address === address && last.port === port)) return;
  journal.append({ kind: 'peer', slot: 'cust', address, port });
}

interface Finish extends Partial<TalkEnd> {
  end: CallEnd;
  media?: MediaSession;
  dialog?: LiveDialog;
}

async function finish(call: CallContext, how: Finish): Promise<PlacedCall> {
  const { deps, params, journal } = call;
  params.onStage?.('ending', deps.clock.now());
  if (how.hangUp && how.dialog) journal.append({ kind: 'bye-sent' });
  const answered = first(journal.entries, 'answered') !== undefined;
  const end: CallEnd = answered ? { ...how.end, sipStatus: 200 } : how.end;
  const { at: endedAt } = journal.append({ kind: 'ended', end });
  const told = tellFarEnd(call, how);
  const mediaServerDied = !(await deleteQuietly(call, how)) || (how.mediaDied ?? false);
  const limit = deps.limitRecordings ?? ((work) => work());
  const { entries } = journal;
  const recording = await limit(() =>
    finishRecording(deps, { callId: params.callId, entries, endedAt, mediaServerDied }),
  );
  journal.append({ kind: 'recording', recording });
  await guarded(told, TOLD_WITHIN_MS);
  return placedCallOf(journal.entries, { edge: params.edge, end, endedAt, recording });
}

/** Whatever broke, nobody is left ringing or on the line, and the caller learns whether an INVITE may have left. */
async function crashed({ deps, params, journal }: CallContext, error: unknown): Promise<PlacedCall> {
  deps.logger.error({ err: error, callId: params.callId }, 'a call broke down');
  const invited = first(journal.entries, 'invite') !== undefined;
  if (invited) await guarded(endLeg(deps, legOf(params, journal)), TOLD_WITHIN_MS);
  const mediaServerDied = !(await deleteMedia(deps.ng, params.callId).catch(() => false));
  const endedAt = deps.clock.now().toISOString();
  const answered = first(journal.entries, 'answered') !== undefined;
  return placedCallOf(journal.entries, {
    edge: params.edge,
    end: { result: 'platform', reason: invited ? 'internal-error' : 'not-placed' },
    endedAt,
    recording: await (answered
      ? finishRecording(deps, { callId: params.callId, entries: journal.entries, endedAt, mediaServerDied })
      : { state: 'none' as const, reason: 'not-answered' as const }),
  });
}

/** @returns false when the media server did not answer, or was killed under this call */
async function deleteQuietly({ deps, params }: CallContext, { media }: Finish): Promise<boolean> {
  try {
    return (await media?.delete()) ?? true;
  } catch (error) {
    const fields = { err: error, callId: params.callId };
    if (error instanceof NgError) {
      deps.logger.warn(fields, 'media server did not confirm the end of a call');
      void abandonMedia(deps.ng, params.callId);
    } else deps.logger.error(fields, 'media could not be deleted');
    return false;
  }
}

/** Our BYE; and where the SIP server was lost before or during it, another one as soon as it is back. */
async function tellFarEnd({ deps, params, journal }: CallContext, how: Finish): Promise<void> {
  const told = how.hangUp && how.dialog ? await how.dialog.hangUp() : !how.linkLost;
  if (!told) await endLeg(deps, legOf(params, journal));
}

function legOf({ callId, trunk }: RobotCallParams, { entries }: Journal): Leg {
  const credentials = digestOf(trunk);
  return { callId, entries, ...(credentials ? { credentials } : {}) };
}
