/**
 * A call that we place: gate, media, INVITE, talk, hang-up, recording, result. Every step is in the journal before it counts.
 * After the INVITE has left, nothing here sends it again. What is said while the customer is on the line, and who else is in
 * the call, is the part's (`robot-call.ts`, `agent-call.ts`).
 *
 * ```
 * opened ─ gate ─ media ─ prepare ─ ring ──┬─ failed, cancelled ──────────┐
 *                 (the desk)               └─ answered ─ talk (the part) ─┴─ finish: BYE, delete, recording, result
 * ```
 * @module
 */
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import { crashed, finish } from './call-finish.ts';
import type { CallContext, CallDeps, CallParams, CallPart, RunningCall } from './call-part.ts';
import { callPeer } from './call-peer.ts';
import { createJournal } from './journal.ts';
import { createKeyQueue } from './key-queue.ts';
import { abandonMedia, createMediaSession } from './media-session.ts';
import { NgError } from './ng-client.ts';
import { checkPermitted } from './permitted.ts';
import { ring } from './ring.ts';
import { endOfStop, type StopReason } from './stop-reason.ts';
import { talk } from './talk.ts';
import { inviteFor } from './trunk.ts';

/** How many keys a customer may leave in a journal. */
const MAX_JOURNALED_KEYS = 100;

/** Starts the call. @throws Error with code `EEXIST` when this call was begun before */
export function placeCall(
  deps: CallDeps,
  params: CallParams,
  partOf: (call: CallContext) => CallPart,
): RunningCall & { context: CallContext } {
  const journal = createJournal({
    spoolDir: deps.folders.spoolDir,
    callId: params.callId,
    now: () => deps.clock.now(),
    onWriteError: (error) => deps.logger.error({ err: error, callId: params.callId }, 'journal write failed'),
  });
  const stopping = new AbortController();
  const later: Promise<void>[] = [];
  const context: CallContext = {
    deps,
    params,
    journal,
    media: createMediaSession(deps.ng, params.callId, {
      ...(deps.deskCodec && { deskCodec: deps.deskCodec }),
    }),
    stopped: stopping.signal,
    stop: (why) => stopping.abort(why),
    later: (work) => void later.push(work),
  };
  const part = partOf(context);
  const result = run(context, part).catch((error: unknown) => crashed(context, part, error));
  return {
    context,
    result,
    told: result.then(() => Promise.all(later)).then(() => journal.close()),
    release: () => stopping.abort('released' satisfies StopReason),
  };
}

async function run(call: CallContext, part: CallPart): Promise<PlacedCall> {
  const { deps, params, journal, media } = call;
  journal.append({ kind: 'opened', edge: params.edge, recording: params.recording, ...part.opened });
  const verdict = checkPermitted(params.number, params.trunk.permittedPrefixes);
  if (!verdict.permitted) {
    deps.logger.error({ callId: params.callId, reason: verdict.reason }, 'number refused by the last gate');
    journal.append({ kind: 'failed', why: verdict.reason });
    return finish(call, part, { end: { result: 'platform', reason: 'refused-by-gate' } });
  }
  let sdp: string;
  try {
    const opened = await media.begin({ record: params.recording }, { signal: call.stopped });
    const { ports, pcap } = opened;
    journal.append({ kind: 'media', ports, ...(pcap === undefined ? {} : { pcap }) });
    sdp = opened.sdp;
    const end = call.stopped.aborted ? undefined : await part.prepare?.();
    if (end) return await finish(call, part, { end });
  } catch (error) {
    if (call.stopped.aborted) return stoppedEarly(call, part);
    deps.logger.error({ err: error, callId: params.callId }, 'media server refused the call');
    journal.append({ kind: 'failed', why: 'media' });
    if (error instanceof NgError && error.code === 'timeout') void abandonMedia(deps.ng, params.callId);
    return finish(call, part, { end: { result: 'platform', reason: 'not-placed' } });
  }
  // A robot's call that is stopped between here and its INVITE is cancelled as every other.
  if (call.stopped.aborted && part.prepare) return stoppedEarly(call, part);
  return placeAndTalk(call, part, sdp);
}

function stoppedEarly(call: CallContext, part: CallPart): Promise<PlacedCall> {
  call.journal.append({ kind: 'released' });
  return finish(call, part, { end: endOfStop(call.stopped, { ringing: false }) });
}

async function placeAndTalk(call: CallContext, part: CallPart, sdp: string): Promise<PlacedCall> {
  const { deps, params, journal, media, stopped } = call;
  const peer = callPeer(call);
  const rung = await ring(
    { sip: deps.sip, journal },
    {
      invite: { ...inviteFor(params.trunk, params), sdp },
      ringTimeoutMs: params.ringTimeoutMs,
      stopped,
      onRinging: () => {
        params.onStage?.('ringing', deps.clock.now());
        part.onRinging?.();
      },
      onEarlyMedia: (early, tag) => {
        peer.early(early, tag);
        part.onEarlyMedia?.();
      },
    },
  );
  if (rung.kind === 'ended') return finish(call, part, rung);
  journal.append({ kind: 'answered' });
  params.onStage?.('talking', deps.clock.now());
  const { dialog } = rung;
  dialog.onModify(async (next) => {
    // A delayed offer brings the customer's SDP only in the ACK; the old one stays until then.
    if (next !== '') await peer.set(next);
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
    stopped,
    script: async (signal) => {
      const sdp = dialog.sdp === '' ? peer.earlyOf(dialog.tag) : dialog.sdp;
      await Promise.all([peer.set(sdp), part.onAnswered?.()]);
      return part.talk({ dialog, keys, signal });
    },
  });
  deaf();
  return finish(call, part, { ...end, dialog });
}
