/**
 * Plays a recording: one audio element, its state as signals. The picture is drawn on top of it and may fail.
 * @module
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import { skipSilence, type Silence } from '../../../domain/sound-outline.ts';
import type { KeyValueStore } from '../../lib/storage.ts';

export const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2] as const;
export const SEEK_SECONDS = 5;

/** What a person sets once: kept in this browser. */
const SPEED_KEY = 'apel.player.speed';
const VOLUME_KEY = 'apel.player.volume';
const SKIP_KEY = 'apel.player.skip';

export interface PlayerStore {
  audio: HTMLAudioElement;
  playing: ReadonlySignal<boolean>;
  /** It should play, and waits for sound. */
  waiting: ReadonlySignal<boolean>;
  /** Seconds. */
  position: ReadonlySignal<number>;
  speed: ReadonlySignal<number>;
  /** 0..1 */
  volume: ReadonlySignal<number>;
  muted: ReadonlySignal<boolean>;
  /** Silences are skipped, once they are known. */
  skipping: ReadonlySignal<boolean>;
  /** The element could not play the file; the next `toggle` tries again. */
  failed: ReadonlySignal<boolean>;
  toggle: () => void;
  /** Seconds from the start; kept inside the recording. */
  seek: (to: number) => void;
  setSpeed: (speed: number) => void;
  setVolume: (volume: number) => void;
  toggleMute: () => void;
  toggleSkipping: () => void;
  knowSilences: (silences: readonly Silence[]) => void;
  /** Handles a key of the player; answers whether it was one. */
  key: (name: string) => boolean;
  dispose: () => void;
}

export interface PlayerDeps {
  /** Without a source, or with `preload` none: what is not played is not asked for, and is no listening. */
  audio: HTMLAudioElement;
  durationSeconds: number;
  storage: KeyValueStore;
  /** Calls back before the next picture, until it is cancelled; it looks for silences more often than the element tells. */
  everyFrame?: (look: () => void) => () => void;
}

/** The element asks for ranges by itself when somebody seeks (HTTP Range). */
export function createPlayer(deps: PlayerDeps): PlayerStore {
  const { audio, durationSeconds, storage, everyFrame = byAnimationFrame } = deps;
  const playing = signal(false);
  const waiting = signal(false);
  const position = signal(0);
  const speed = signal<number>(SPEEDS.find((one) => String(one) === storage.get(SPEED_KEY)) ?? 1);
  const volume = signal(storedVolume(storage.get(VOLUME_KEY)));
  const muted = signal(false);
  const skipping = signal(storage.get(SKIP_KEY) === 'yes');
  const failed = signal(false);
  let silences: readonly Silence[] = [];
  let stopLooking: (() => void) | undefined;

  audio.volume = volume.peek();
  audio.defaultPlaybackRate = speed.peek();
  audio.playbackRate = speed.peek();

  function follow(): void {
    if (playing.peek() && skipping.peek()) {
      const to = skipSilence(silences, audio.currentTime);
      if (to !== undefined) audio.currentTime = Math.min(to, durationSeconds);
    }
    position.value = audio.currentTime;
  }
  function looking(on: boolean): void {
    stopLooking?.();
    stopLooking = on ? everyFrame(follow) : undefined;
  }
  function isPlaying(now: boolean): void {
    playing.value = now;
    if (!now) waiting.value = false;
    looking(now && skipping.peek());
    follow();
  }
  const listeners: [string, () => void][] = [
    ['play', () => isPlaying(true)],
    ['pause', () => isPlaying(false)],
    ['ended', () => isPlaying(false)],
    ['waiting', () => (waiting.value = true)],
    ['playing', () => (waiting.value = false)],
    ['timeupdate', follow],
    ['seeked', follow],
    ['error', fail],
  ];
  for (const [event, listener] of listeners) audio.addEventListener(event, listener);

  function fail(): void {
    failed.value = true;
    isPlaying(false);
  }
  function seek(to: number): void {
    audio.currentTime = Math.min(Math.max(0, to), durationSeconds);
    follow();
  }
  function toggle(): void {
    if (!audio.paused && !failed.peek()) return audio.pause();
    const at = position.peek();
    if (failed.peek()) {
      failed.value = false;
      audio.load();
      audio.currentTime = at;
    } else if (at >= durationSeconds - 0.05) seek(0);
    // A second press while it loads aborts the first: no failure.
    audio.play().catch((error: unknown) => (error as Error).name !== 'AbortError' && fail());
  }
  function setSpeed(next: number): void {
    speed.value = next;
    audio.defaultPlaybackRate = next;
    audio.playbackRate = next;
    storage.set(SPEED_KEY, String(next));
  }
  function faster(steps: 1 | -1): void {
    const at = SPEEDS.indexOf(speed.peek() as (typeof SPEEDS)[number]);
    setSpeed(SPEEDS[Math.min(Math.max(0, at + steps), SPEEDS.length - 1)] ?? 1);
  }
  function setMuted(next: boolean): void {
    muted.value = next;
    audio.muted = next;
  }
  const keys: Readonly<Record<string, () => void>> = {
    ' ': toggle,
    ArrowLeft: () => seek(position.peek() - SEEK_SECONDS),
    ArrowRight: () => seek(position.peek() + SEEK_SECONDS),
    ArrowUp: () => faster(1),
    ArrowDown: () => faster(-1),
    Home: () => seek(0),
    End: () => seek(durationSeconds),
  };

  return {
    audio,
    playing,
    waiting,
    position,
    speed,
    volume,
    muted,
    skipping,
    failed,
    toggle,
    seek,
    setSpeed,
    setVolume: (next) => {
      volume.value = next;
      audio.volume = next;
      setMuted(false);
      storage.set(VOLUME_KEY, String(next));
    },
    toggleMute: () => setMuted(!muted.peek()),
    toggleSkipping: () => {
      skipping.value = !skipping.peek();
      storage.set(SKIP_KEY, skipping.peek() ? 'yes' : null);
      looking(playing.peek() && skipping.peek());
      follow();
    },
    knowSilences: (known) => {
      silences = known;
      follow();
    },
    key: (name) => {
      const act = keys[name];
      act?.();
      return act !== undefined;
    },
    dispose: () => {
      looking(false);
      audio.pause();
      for (const [event, listener] of listeners) audio.removeEventListener(event, listener);
      audio.removeAttribute('src');
      audio.load();
    },
  };
}

function storedVolume(text: string | null): number {
  const value = Number(text ?? '1');
  return value >= 0 && value <= 1 ? value : 1;
}

function byAnimationFrame(look: () => void): () => void {
  let frame = requestAnimationFrame(function again() {
    look();
    frame = requestAnimationFrame(again);
  });
  return () => cancelAnimationFrame(frame);
}
