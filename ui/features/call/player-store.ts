/**
 * Plays a recording: one audio element, its state as signals. The waveform is drawn on top of it and may fail.
 * @module
 */
import { signal, type ReadonlySignal } from '@preact/signals';

export const SPEEDS = [0.75, 1, 1.25, 1.5, 2] as const;
export const SEEK_SECONDS = 5;

export interface PlayerStore {
  audio: HTMLAudioElement;
  playing: ReadonlySignal<boolean>;
  /** Seconds. */
  position: ReadonlySignal<number>;
  speed: ReadonlySignal<number>;
  /** The element cannot play the file. */
  failed: ReadonlySignal<boolean>;
  toggle: () => void;
  /** Seconds from the start; kept inside the recording. */
  seek: (to: number) => void;
  /** One step of `SPEEDS` up or down. */
  faster: (steps: 1 | -1) => void;
  setSpeed: (speed: number) => void;
  /** Handles a key of the player; answers whether it was one. */
  key: (name: string) => boolean;
  dispose: () => void;
}

/** The element asks for ranges by itself when somebody seeks (HTTP Range). */
export function createPlayer(audio: HTMLAudioElement, durationSeconds: number): PlayerStore {
  const playing = signal(false);
  const position = signal(0);
  const speed = signal<number>(1);
  const failed = signal(false);

  const follow = (): void => {
    position.value = audio.currentTime;
  };
  const listeners: [string, () => void][] = [
    ['play', () => (playing.value = true)],
    ['pause', () => (playing.value = false)],
    ['ended', () => (playing.value = false)],
    ['timeupdate', follow],
    ['seeked', follow],
    ['error', () => (failed.value = true)],
  ];
  for (const [event, listener] of listeners) audio.addEventListener(event, listener);

  function seek(to: number): void {
    audio.currentTime = Math.min(Math.max(0, to), durationSeconds);
    follow();
  }
  function toggle(): void {
    if (audio.paused) audio.play().catch(() => (failed.value = true));
    else audio.pause();
  }
  function setSpeed(next: number): void {
    speed.value = next;
    audio.playbackRate = next;
  }
  function faster(steps: 1 | -1): void {
    const at = SPEEDS.indexOf(speed.peek() as (typeof SPEEDS)[number]);
    setSpeed(SPEEDS[Math.min(Math.max(0, at + steps), SPEEDS.length - 1)] ?? 1);
  }
  const keys: Readonly<Record<string, () => void>> = {
    ' ': toggle,
    ArrowLeft: () => seek(audio.currentTime - SEEK_SECONDS),
    ArrowRight: () => seek(audio.currentTime + SEEK_SECONDS),
    ArrowUp: () => faster(1),
    ArrowDown: () => faster(-1),
    Home: () => seek(0),
    End: () => seek(durationSeconds),
  };

  return {
    audio,
    playing,
    position,
    speed,
    failed,
    toggle,
    seek,
    faster,
    setSpeed,
    key: (name) => {
      const act = keys[name];
      act?.();
      return act !== undefined;
    },
    dispose: () => {
      audio.pause();
      for (const [event, listener] of listeners) audio.removeEventListener(event, listener);
      audio.removeAttribute('src');
      audio.load();
    },
  };
}
