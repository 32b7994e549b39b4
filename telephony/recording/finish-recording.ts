/**
 * The end of the recording saga: pcap + journal -> one verified WAV in its final place, then the pcap goes. Idempotent:
 * a second run finds the finished file and answers the same. Only what cannot be rebuilt becomes `lost`, and then the
 * pcap stays where it is.
 * @module
 */
import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RecordingLostReason, RecordingResult } from '../../contracts/model/recording.ts';
import { freeBytes } from '../../platform/free-bytes.ts';
import type { Logger } from '../../platform/logger.ts';
import type { JournalEntry } from '../journal.ts';
import type { Slot } from '../media-session.ts';
import { first, heldStretches, playedMusic, playedPrompts } from '../placed-call.ts';
import { CaptureMissing, closeAll, openCaptures, removeCapture, type RecordingFolders } from './captures.ts';
import { OpusError } from './opus-decoder.ts';
import { openOpus, type OpusPackets } from './opus-packets.ts';
import { PcapError, type Pcap } from './pcap-reader.ts';
import { createRtpPlacer, FRAMES_PER_MS } from './rtp-placer.ts';
import { audioPacketOf } from './rtp.ts';
import { createSenders, type Senders } from './senders.ts';
import { createStereoWriter, type Channel, type Overlay, type StereoWriter } from './stereo-writer.ts';
import { readPrompt, verifyRecording, WavError, type RecordingFile } from './wav.ts';

/** Nothing is written any more; an edge stops recording long before. */
const FULL_BELOW_BYTES = 1024 * 1024;

export interface FinishRecordingOptions {
  callId: string;
  entries: readonly JournalEntry[];
  /** RFC 3339; the recording ends here. */
  endedAt: string;
  /** The media server died under this call: an unusable pcap is then its fault. */
  mediaServerDied?: boolean;
}

/** Never rejects: what goes wrong is in the result and in the log. */
export async function finishRecording(
  deps: { folders: RecordingFolders; logger: Logger },
  options: FinishRecordingOptions,
): Promise<RecordingResult> {
  const opened = first(options.entries, 'opened');
  const answeredAt = first(options.entries, 'answered')?.at;
  if (answeredAt === undefined) {
    await removeCapture(deps.folders, options).catch(() => undefined);
    return { state: 'none', reason: 'not-answered' };
  }
  if (first(options.entries, 'recording-refused')) {
    await removeCapture(deps.folders, options).catch(() => undefined);
    return { state: 'none', reason: 'refused' };
  }
  if (!opened?.recording) return { state: 'none', reason: 'recording-off' };
  const path = recordingPath(options.callId, answeredAt);
  const frames = Math.max(0, Date.parse(options.endedAt) - Date.parse(answeredAt)) * FRAMES_PER_MS;
  const target = join(deps.folders.recordingsDir, path);
  try {
    const file =
      (await alreadyThere(target)) ?? (await build(deps.folders, options, { target, frames, answeredAt }));
    await removeCapture(deps.folders, options);
    return { state: 'ready', path, ...file };
  } catch (error) {
    const full = ((await freeBytes(deps.folders.spoolDir)) ?? Infinity) < FULL_BELOW_BYTES;
    const reason = lostReason(error, { mediaServerDied: options.mediaServerDied ?? false, full });
    deps.logger.error({ err: error, callId: options.callId, reason }, 'recording is lost');
    return { state: 'lost', reason };
  }
}

/** `YYYY/MM/DD/<call id>.wav` by the UTC day of the answer. */
export function recordingPath(callId: string, answeredAt: string): string {
  const [year, month, day] = answeredAt.slice(0, 10).split('-');
  return `${year}/${month}/${day}/${callId}.wav`;
}

const CHANNELS: Readonly<Record<Slot, Channel>> = { cust: 'left', agent: 'right' };

interface Target {
  target: string;
  frames: number;
  answeredAt: string;
}

/** A file in its final place is whole: it is renamed there only after it was verified. */
async function alreadyThere(target: string): Promise<RecordingFile | undefined> {
  const size = (await stat(target).catch(() => undefined))?.size;
  return size === undefined ? undefined : verifyRecording(target, Math.max(0, Math.floor((size - 58) / 2)));
}

async function build(
  folders: RecordingFolders,
  options: FinishRecordingOptions,
  { target, frames, answeredAt }: Target,
): Promise<RecordingFile> {
  const draft = `${target}.${process.pid}.part`;
  const file = await openDraft(draft);
  let pcaps: Pcap[] = [];
  try {
    const overlays = await overlaysOf(folders, options, answeredAt);
    const writer = createStereoWriter({ file, frames, overlays });
    pcaps = await openCaptures(folders, options);
    await placePackets(pcaps, writer, { options, startMs: Date.parse(answeredAt), draft: `${draft}.pcm` });
    await writer.finish();
    await file.close();
    const verified = await verifyRecording(draft, frames);
    await rename(draft, target);
    return verified;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(draft, { force: true });
    throw error;
  } finally {
    await closeAll(pcaps);
  }
}

/** The folder is new once a day. */
async function openDraft(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'w', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(dirname(path), { recursive: true });
    return open(path, 'w', 0o600);
  }
}

interface Placing {
  options: FinishRecordingOptions;
  startMs: number;
  /** Path for what lies between. */
  draft: string;
}

async function placePackets(pcaps: readonly Pcap[], writer: StereoWriter, placing: Placing): Promise<void> {
  const { entries, mediaServerDied } = placing.options;
  const senders = createSenders(entries);
  // What a full disk cut short must not pass for a silent customer.
  const whole = mediaServerDied !== true;
  for (const pcap of pcaps) for await (const datagram of pcap.datagrams({ whole })) senders.count(datagram);
  const opus = await openOpus(pcaps, { entries, senders, draft: placing.draft });
  try {
    await placeAll(pcaps, writer, { ...placing, senders, opus });
  } finally {
    await opus?.close();
  }
}

async function placeAll(
  pcaps: readonly Pcap[],
  writer: StereoWriter,
  { options, startMs, senders, opus }: Placing & { senders: Senders; opus: OpusPackets | undefined },
): Promise<void> {
  const placers = { left: createRtpPlacer(startMs), right: createRtpPlacer(startMs) };
  // What is said while the customer is on hold arrives and is captured, but nobody was to hear it.
  const held = heldStretches(options.entries, options.endedAt);
  const isPrivate = (atMs: number): boolean => held.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  for (const pcap of pcaps) {
    for await (const datagram of pcap.datagrams()) {
      const slot = senders.slotOf(datagram);
      if (!slot) continue;
      const packet = audioPacketOf(datagram.payload) ?? (await opus?.packetOf(slot, datagram.payload));
      if (!packet) continue;
      const channel = CHANNELS[slot];
      if (isPrivate(datagram.atMs)) {
        // What comes after it is placed anew: a sender whose clock is late must not reach back into it.
        placers[channel] = createRtpPlacer(startMs);
        continue;
      }
      const at = placers[channel]({ atMs: datagram.atMs, frames: packet.samples.length, ...packet });
      await writer.place(channel, at, packet.samples);
    }
  }
}

/** Prompts leave rtpengine and are not in the pcap: they are mixed in where they were played. */
async function overlaysOf(
  folders: RecordingFolders,
  options: FinishRecordingOptions,
  answeredAt: string,
): Promise<Overlay[]> {
  const overlays: Overlay[] = [];
  for (const played of playedPrompts(options.entries, options.endedAt)) {
    if (played.heardMs === 0) continue;
    overlays.push({
      at: (Date.parse(played.startedAt) - Date.parse(answeredAt)) * FRAMES_PER_MS,
      samples: await readPrompt(
        join(folders.promptsDir, `${played.sha256}.wav`),
        played.heardMs * FRAMES_PER_MS,
      ),
    });
  }
  for (const played of playedMusic(options.entries, options.endedAt)) {
    const samples = await readPrompt(join(folders.promptsDir, `${played.sha256}.wav`));
    overlays.push({
      at: (played.fromMs - Date.parse(answeredAt)) * FRAMES_PER_MS,
      samples,
      frames: (played.toMs - played.fromMs) * FRAMES_PER_MS,
    });
  }
  return overlays;
}

function lostReason(
  error: unknown,
  { mediaServerDied, full }: { mediaServerDied: boolean; full: boolean },
): RecordingLostReason {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'disk-full';
  const capture = error instanceof CaptureMissing || error instanceof PcapError;
  if (capture && (mediaServerDied || full)) return mediaServerDied ? 'media-server-died' : 'disk-full';
  if (capture) return error instanceof CaptureMissing ? 'pcap-missing' : 'pcap-unreadable';
  if (error instanceof WavError || error instanceof OpusError) return 'decode-failed';
  return code === undefined ? 'decode-failed' : 'pcap-unreadable';
}
