/**
 * The end of a call that we placed, however it came: far end told, media deleted, recording finished, result put together.
 * @module
 */
import type { CallEnd } from '../contracts/model/call.ts';
import type { PlacedCall } from '../contracts/model/placed-call.ts';
import type { CallContext, CallParams, CallPart } from './call-part.ts';
import { endLeg, type Leg } from './end-leg.ts';
import type { Journal } from './journal.ts';
import { abandonMedia, deleteMedia } from './media-session.ts';
import { NgError } from './ng-client.ts';
import { first, placedCallOf } from './placed-call.ts';
import { finishRecording } from './recording/finish-recording.ts';
import type { LiveDialog } from './sip-invite.ts';
import type { TalkEnd } from './talk.ts';
import { isInvited } from './tell-orphan.ts';
import { waitUntilTold } from './told.ts';
import { digestOf } from './trunk.ts';

export interface Finish extends Partial<TalkEnd> {
  end: CallEnd;
  dialog?: LiveDialog;
}

export async function finish(call: CallContext, part: CallPart, how: Finish): Promise<PlacedCall> {
  const { deps, params, journal } = call;
  params.onStage?.('ending', deps.clock.now());
  if (how.hangUp && how.dialog) journal.append({ kind: 'bye-sent' });
  const answered = first(journal.entries, 'answered') !== undefined;
  const end: CallEnd = answered ? { ...how.end, sipStatus: 200 } : how.end;
  const { at: endedAt } = journal.append({ kind: 'ended', end });
  params.onEnded?.({ end, at: endedAt, invited: isInvited(journal.entries) });
  const told = Promise.all([tellFarEnd(call, how), part.close?.()]);
  const mediaServerDied = !(await deleteQuietly(call)) || (how.mediaDied ?? false);
  const limit = deps.limitRecordings ?? ((work) => work());
  const { entries } = journal;
  const recording = await limit(() =>
    finishRecording(deps, { callId: params.callId, entries, endedAt, mediaServerDied }),
  );
  journal.append({ kind: 'recording', recording });
  call.later((await waitUntilTold(journal, told)).later);
  return placedCallOf(journal.entries, { edge: params.edge, end, endedAt, recording });
}

/** Whatever broke, nobody is left ringing or on the line, and the caller learns whether an INVITE may have left. */
export async function crashed(call: CallContext, part: CallPart, error: unknown): Promise<PlacedCall> {
  const { deps, params, journal } = call;
  deps.logger.error({ err: error, callId: params.callId }, 'a call broke down');
  const invited = isInvited(journal.entries);
  const end: CallEnd = { result: 'platform', reason: invited ? 'internal-error' : 'not-placed' };
  const endedAt = deps.clock.now().toISOString();
  params.onEnded?.({ end, at: endedAt, invited });
  const closed = part.close?.();
  if (invited) call.later((await waitUntilTold(journal, endLeg(deps, legOf(params, journal)))).later);
  await closed;
  const mediaServerDied = !(await deleteMedia(deps.ng, params.callId).catch(() => false));
  const answered = first(journal.entries, 'answered') !== undefined;
  return placedCallOf(journal.entries, {
    edge: params.edge,
    end,
    endedAt,
    recording: await (answered
      ? finishRecording(deps, { callId: params.callId, entries: journal.entries, endedAt, mediaServerDied })
      : { state: 'none' as const, reason: 'not-answered' as const }),
  });
}

/** @returns false when the media server did not answer, or was killed under this call */
async function deleteQuietly({ deps, params, media }: CallContext): Promise<boolean> {
  try {
    return await media.delete();
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

function legOf({ callId, trunk }: CallParams, { entries }: Journal): Leg {
  const credentials = digestOf(trunk);
  return { callId, entries, ...(credentials ? { credentials } : {}) };
}
