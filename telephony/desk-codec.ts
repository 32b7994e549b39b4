/**
 * Whether this machine can give desks the codec that is set: asked when an edge starts, so that nobody finds out in a call.
 * @module
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { deleteMedia } from './media-session.ts';
import type { NgClient } from './ng-client.ts';
import { DUMMY_SDP, opusType } from './sdp.ts';
import { offerKeys, type DeskCodec } from './slot-recipes.ts';

const FFMPEG_MS = 5_000;

/**
 * @param ffmpeg `ffmpeg` on the PATH unless given
 * @returns what is missing, in words; undefined when nothing is
 * @throws NgError when the media server does not answer
 */
export async function whyNotCodec(
  ng: NgClient,
  codec: DeskCodec,
  ffmpeg = 'ffmpeg',
): Promise<string | undefined> {
  if (codec === 'pcma') return undefined;
  const id = `codec-${randomUUID()}`;
  const keys = { 'call-id': id, 'from-tag': 'cust', ...offerKeys(DUMMY_SDP, 'browser', 'same', codec) };
  const { sdp } = await ng.request('offer', keys);
  await deleteMedia(ng, id);
  if (typeof sdp !== 'string' || opusType(sdp) === undefined) return 'this rtpengine has no Opus';
  return (await decodesOpus(ffmpeg))
    ? undefined
    : 'recordings of Opus need an ffmpeg that decodes it (apt-get install ffmpeg)';
}

function decodesOpus(ffmpeg: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(
      ffmpeg,
      ['-hide_banner', '-loglevel', 'error', '-decoders'],
      { timeout: FFMPEG_MS },
      (error, stdout) => resolve(!error && /\bopus\b/.test(stdout)),
    );
  });
}
