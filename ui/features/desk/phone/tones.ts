/**
 * Tones of a Romanian telephone, made by WebAudio: 450 Hz throughout (ITU-T E.180 supplement, as in Asterisk's zone
 * data). The ringback of an outbound call comes from the edge; these are for what happens in the page.
 * @module
 */

/** Seconds on and off, repeated. */
const CADENCES = {
  ring: { hertz: 450, on: 1.85, off: 4.15 },
  busy: { hertz: 450, on: 0.167, off: 0.167 },
} as const;
export type Tone = keyof typeof CADENCES;

const LOUDNESS = { ring: 0.25, busy: 0.08, key: 0.05 } as const;
/** Ramps keep the tone from clicking. */
const RAMP_S = 0.01;
const KEY_S = 0.12;

/** ITU-T Q.23: row and column frequency of a key. */
const ROWS = [697, 770, 852, 941] as const;
const COLUMNS = [1209, 1336, 1477] as const;
const KEYS = ['123', '456', '789', '*0#'] as const;

export interface Tones {
  /** Plays until stopped, or for so many seconds. */
  play: (tone: Tone, seconds?: number) => void;
  stop: () => void;
  /** The short sound of a key, for the agent's ear only. */
  key: (digit: string) => void;
  /** From a click: browsers start no sound before one. */
  unlock: () => void;
  dispose: () => void;
}

export function createTones(deps: { sink: () => string }): Tones {
  let context: AudioContext | undefined;
  let current: { oscillator: OscillatorNode; gain: GainNode } | undefined;

  function ready(): AudioContext {
    context ??= new AudioContext();
    if (context.state === 'suspended') void context.resume().catch(() => undefined);
    const sink = deps.sink();
    const out = context as AudioContext & { setSinkId?: (id: string) => Promise<void> };
    void out.setSinkId?.(sink).catch(() => undefined);
    return context;
  }

  function stop(): void {
    current?.oscillator.stop();
    current = undefined;
  }

  return {
    play: (tone, seconds = 60) => {
      stop();
      const at = ready();
      const { hertz, on, off } = CADENCES[tone];
      const gain = new GainNode(at, { gain: 0 });
      const oscillator = new OscillatorNode(at, { frequency: hertz });
      for (const start of cadence(on, off, seconds)) {
        const from = at.currentTime + start;
        gain.gain.setValueAtTime(0, from);
        gain.gain.linearRampToValueAtTime(LOUDNESS[tone], from + RAMP_S);
        gain.gain.setValueAtTime(LOUDNESS[tone], from + on - RAMP_S);
        gain.gain.linearRampToValueAtTime(0, from + on);
      }
      oscillator.connect(gain).connect(at.destination);
      oscillator.start();
      oscillator.stop(at.currentTime + seconds);
      current = { oscillator, gain };
    },
    stop,
    key: (digit) => {
      const row = KEYS.findIndex((keys) => keys.includes(digit));
      const column = KEYS[row]?.indexOf(digit) ?? -1;
      if (row < 0 || column < 0) return;
      const at = ready();
      const gain = new GainNode(at, { gain: LOUDNESS.key });
      gain.connect(at.destination);
      for (const frequency of [ROWS[row], COLUMNS[column]]) {
        const oscillator = new OscillatorNode(at, { frequency: frequency ?? 0 });
        oscillator.connect(gain);
        oscillator.start();
        oscillator.stop(at.currentTime + KEY_S);
      }
    },
    unlock: () => void ready(),
    dispose: () => {
      stop();
      void context?.close();
      context = undefined;
    },
  };
}

/** When each sound of a cadence begins, seconds from now. */
export function cadence(on: number, off: number, seconds: number): number[] {
  return Array.from({ length: Math.ceil(seconds / (on + off)) }, (_, index) => index * (on + off));
}
