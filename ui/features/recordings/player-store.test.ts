import { describe, expect, it } from 'vitest';
import type { KeyValueStore } from '../../lib/storage.ts';
import { createPlayer, type PlayerStore } from './player-store.ts';

/** As much of an audio element as the player uses. */
class FakeAudio extends EventTarget {
  currentTime = 0;
  volume = 1;
  muted = false;
  playbackRate = 1;
  defaultPlaybackRate = 1;
  paused = true;
  loads = 0;
  refuses: string | undefined;

  async play(): Promise<void> {
    if (this.refuses !== undefined) throw Object.assign(new Error('refused'), { name: this.refuses });
    this.paused = false;
    this.dispatchEvent(new Event('play'));
  }
  pause(): void {
    this.paused = true;
    this.dispatchEvent(new Event('pause'));
  }
  load(): void {
    this.loads += 1;
  }
  removeAttribute(): void {}
  /** The sound goes on to there. */
  reach(seconds: number): void {
    this.currentTime = seconds;
    this.dispatchEvent(new Event('timeupdate'));
  }
}

function storageOf(kept: Record<string, string> = {}): KeyValueStore & { kept: Record<string, string> } {
  return {
    kept,
    get: (key) => kept[key] ?? null,
    set: (key, value) => {
      if (value === null) delete kept[key];
      else kept[key] = value;
    },
  };
}

function playerOf(storage = storageOf()): { audio: FakeAudio; player: PlayerStore; looks: () => number } {
  const audio = new FakeAudio();
  let looking = 0;
  const player = createPlayer({
    audio: audio as unknown as HTMLAudioElement,
    durationSeconds: 60,
    storage,
    everyFrame: () => {
      looking += 1;
      return () => (looking -= 1);
    },
  });
  return { audio, player, looks: () => looking };
}

describe('a player', () => {
  it('goes back and on, and never out of the recording', () => {
    const { audio, player } = playerOf();
    player.seek(58);
    player.key('ArrowRight');
    expect([audio.currentTime, player.position.value]).toEqual([60, 60]);
    player.key('Home');
    player.key('ArrowLeft');
    expect(audio.currentTime).toBe(0);
    expect([player.key('End'), player.key('x')]).toEqual([true, false]);
    expect(audio.currentTime).toBe(60);
  });

  it('keeps its speed, its volume and what it skips for the next recording', () => {
    const storage = storageOf();
    const { audio, player } = playerOf(storage);
    for (let step = 0; step < 9; step += 1) player.key('ArrowUp');
    player.setVolume(0.4);
    player.toggleSkipping();
    expect([audio.playbackRate, audio.volume]).toEqual([2, 0.4]);
    const next = playerOf(storage);
    expect([next.audio.playbackRate, next.audio.volume, next.player.skipping.value]).toEqual([2, 0.4, true]);
    for (let step = 0; step < 9; step += 1) next.player.key('ArrowDown');
    expect(next.audio.playbackRate).toBe(0.75);
    const wrong = playerOf(storageOf({ 'apel.player.volume': '7', 'apel.player.speed': '100' }));
    expect([wrong.audio.volume, wrong.audio.playbackRate]).toEqual([1, 1]);
  });

  it('skips silences while it plays, and only when it is told to', () => {
    const { audio, player, looks } = playerOf();
    player.knowSilences([[10_000, 20_000]]);
    player.toggle();
    audio.reach(12);
    expect(audio.currentTime).toBe(12);
    player.toggleSkipping();
    expect([audio.currentTime, player.position.value, looks()]).toEqual([19.75, 19.75, 1]);
    audio.reach(20);
    expect(audio.currentTime).toBe(20);
    player.toggle();
    expect(looks()).toBe(0);
    // Whoever listens to a silence on purpose stops there.
    player.seek(15);
    expect(audio.currentTime).toBe(15);
  });

  it('begins again after its end', () => {
    const { audio, player } = playerOf();
    player.seek(60);
    player.toggle();
    expect([audio.currentTime, player.playing.value]).toEqual([0, true]);
  });

  it('says that it failed, and tries again from where it was', async () => {
    const { audio, player } = playerOf();
    player.seek(30);
    audio.refuses = 'NotSupportedError';
    player.toggle();
    await Promise.resolve();
    expect([player.failed.value, player.playing.value]).toEqual([true, false]);
    audio.refuses = undefined;
    player.toggle();
    expect([audio.loads, audio.currentTime, player.failed.value, player.playing.value]).toEqual([
      1,
      30,
      false,
      true,
    ]);
    audio.dispatchEvent(new Event('error'));
    expect(player.failed.value).toBe(true);
  });

  it('that is stopped while it loads did not fail', async () => {
    const { audio, player } = playerOf();
    audio.refuses = 'AbortError';
    player.toggle();
    await Promise.resolve();
    expect(player.failed.value).toBe(false);
  });

  it('is heard again when its volume is changed', () => {
    const { audio, player } = playerOf();
    player.toggleMute();
    expect(audio.muted).toBe(true);
    player.setVolume(0.2);
    expect([audio.muted, player.muted.value]).toEqual([false, false]);
  });
});
