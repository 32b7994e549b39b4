/**
 * Is a decoded archive the sound of its recording? Both are read side by side, a stretch at a time: memory does not grow
 * with the length of a call.
 * @module
 */
import { decodeAlaw } from './g711.ts';
import { RECORDING_FRAME_BYTES, SAMPLE_RATE } from './wav.ts';

/** Of decoded sound: two samples of 16 bits. */
export const DECODED_FRAME_BYTES = 4;

/** Long enough that a codec's delay and its smearing of an onset do not count. */
const BLOCK_FRAMES = SAMPLE_RATE / 10;
/** Levels are root mean squares, of 32,767. A codec lets the noise of a quiet room go by so much. */
const SLACK_LEVEL = 40;
/** Below it nobody speaks; above the other one somebody surely does. */
const SILENT_LEVEL = 24;
const LOUD_LEVEL = 400;

/** Of one channel against the same channel of the recording. */
export interface ChannelLikeness {
  /** How much of the sound lies where it lay, as loud as it was: 1 all of it, 0 nothing. */
  levels: number;
  /** Of the samples themselves, -1 to 1; 0 of silence. Opus keeps some 0.9 of speech and 0.4 of white noise. */
  own: number;
  /** The same with the other channel of the recording, beyond what both had in common before. */
  foreign: number;
  /** Where this side was silent and the other one spoke: how much is heard here of it. */
  leak: number;
}

export interface SoundComparison {
  /** The next stretch: as many frames of the recording (A-law, two channels) as of the decoded sound (s16, two channels). */
  add(recorded: Uint8Array, decoded: Buffer): void;
  result(): readonly [ChannelLikeness, ChannelLikeness];
}

export function createSoundComparison(): SoundComparison {
  const left = createSide();
  const right = createSide();
  let frames = 0;
  return {
    add: (recorded, decoded) => {
      const was = decodeAlaw(recorded);
      for (let at = 0; at < was.length; at += RECORDING_FRAME_BYTES) {
        const [wasLeft, wasRight] = [was[at] ?? 0, was[at + 1] ?? 0];
        addSample(left, wasLeft, decoded.readInt16LE(at * 2), wasRight);
        addSample(right, wasRight, decoded.readInt16LE(at * 2 + 2), wasLeft);
        frames += 1;
        if (frames % BLOCK_FRAMES === 0) endBlock(left, right);
      }
    },
    // What is left of less than a block is in the correlations only.
    result: () => [likenessOf(left, right), likenessOf(right, left)],
  };
}

interface Side {
  /** Squares in the block so far. */
  blockWas: number;
  blockIs: number;
  was: number;
  is: number;
  ownProduct: number;
  foreignProduct: number;
  commonProduct: number;
  apart: number;
  together: number;
  leaked: number;
  spoken: number;
}

function createSide(): Side {
  return {
    blockWas: 0,
    blockIs: 0,
    was: 0,
    is: 0,
    ownProduct: 0,
    foreignProduct: 0,
    commonProduct: 0,
    apart: 0,
    together: 0,
    leaked: 0,
    spoken: 0,
  };
}

function addSample(side: Side, was: number, is: number, other: number): void {
  side.blockWas += was * was;
  side.blockIs += is * is;
  side.ownProduct += was * is;
  side.foreignProduct += other * is;
  side.commonProduct += other * was;
}

function endBlock(left: Side, right: Side): void {
  const levels = {
    left: Math.sqrt(left.blockWas / BLOCK_FRAMES),
    right: Math.sqrt(right.blockWas / BLOCK_FRAMES),
  };
  endSide(left, levels.left, levels.right);
  endSide(right, levels.right, levels.left);
}

function endSide(side: Side, was: number, other: number): void {
  const is = Math.sqrt(side.blockIs / BLOCK_FRAMES);
  side.apart += Math.max(0, Math.abs(was - is) - SLACK_LEVEL);
  side.together += was + is;
  if (was < SILENT_LEVEL && other > LOUD_LEVEL) {
    side.leaked += is;
    side.spoken += other;
  }
  side.was += side.blockWas;
  side.is += side.blockIs;
  side.blockWas = 0;
  side.blockIs = 0;
}

function likenessOf(side: Side, other: Side): ChannelLikeness {
  const [was, is, beside] = [side.was + side.blockWas, side.is + side.blockIs, other.was + other.blockWas];
  return {
    levels: side.together === 0 ? 1 : 1 - side.apart / side.together,
    own: correlation(side.ownProduct, was, is),
    foreign:
      Math.abs(correlation(side.foreignProduct, beside, is)) -
      Math.abs(correlation(side.commonProduct, beside, was)),
    leak: side.spoken === 0 ? 0 : side.leaked / side.spoken,
  };
}

function correlation(product: number, squares: number, others: number): number {
  const energy = Math.sqrt(squares * others);
  return energy === 0 ? 0 : product / energy;
}

/** What is wrong with a channel; undefined when it is the same sound. The bounds lie far from both sides of what was measured (ADR 14). */
export function unlikeness({ levels, own, foreign, leak }: ChannelLikeness): string | undefined {
  if (foreign > 0.2) return 'has the sound of the other channel';
  if (leak > 0.1) return 'lets the other channel through';
  if (levels >= 0.9 || (levels >= 0.7 && Math.abs(own) >= 0.3)) return undefined;
  return 'does not have the sound of the recording';
}
