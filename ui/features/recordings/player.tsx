/**
 * The one player of recordings: both sides drawn and named, seek by pointer and keyboard, speed, volume, silences skipped. It
 * asks for no sound before somebody plays: what is not heard is no listening.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { RecordingInfo } from '../../../contracts/http/recordings.ts';
import { skippedMs, type Silence } from '../../../domain/sound-outline.ts';
import { useApp } from '../../app-context.ts';
import { Notice } from '../../design/parts.tsx';
import { useRepaint } from '../../design/use-repaint.ts';
import { askPeaks, type Peaks } from './peaks.ts';
import { PlayerControls } from './player-controls.tsx';
import { createPlayer, type PlayerStore } from './player-store.ts';
import type { Waveform } from './waveform.ts';
import './player.css';

export type ReadyRecording = Extract<RecordingInfo, { state: 'ready' }>;

export interface PlayerProps {
  info: ReadyRecording;
  /** Where the sound is. */
  url: string;
  /** Plays at once, and takes the focus: it was opened for that. */
  atOnce?: boolean;
}

export function Player({ info, url, atOnce = false }: PlayerProps): VNode {
  const { i18n, storage } = useApp();
  const { t } = i18n;
  const wave = useRef<HTMLDivElement>(null);
  const [silences, setSilences] = useState<readonly Silence[]>();
  const player = useMemo(() => {
    const audio = new Audio();
    audio.preload = 'none';
    audio.src = url;
    return createPlayer({ audio, durationSeconds: info.durationMs / 1000, storage });
  }, []);
  useEffect(() => player.dispose, []);
  useEffect(() => {
    if (!atOnce) return;
    wave.current?.focus({ preventScroll: true });
    player.toggle();
  }, []);

  return (
    <div
      class="player"
      onKeyDown={(event) => {
        if (event.ctrlKey || event.altKey || event.metaKey || isOthersKey(event)) return;
        if (player.key(event.key)) event.preventDefault();
      }}
    >
      <Wave
        player={player}
        info={info}
        url={url}
        host={wave}
        onPeaks={(peaks) => {
          setSilences(peaks.silences);
          player.knowSilences(peaks.silences);
        }}
      />
      {player.failed.value ? (
        <Notice
          tone="danger"
          icon="alert"
          role="alert"
          title={t('rec.failed')}
          actions={
            <button type="button" class="btn" onClick={player.toggle}>
              {t('action.retry')}
            </button>
          }
        />
      ) : null}
      <PlayerControls player={player} info={info} silences={silences} />
      <p class="player-keys">{t('rec.keys')}</p>
    </div>
  );
}

/** A choice and a volume keep their keys, a button its space. */
function isOthersKey({ target, key }: KeyboardEvent): boolean {
  const within = target as Element;
  if (within.closest('select, input') !== null) return true;
  return (key === ' ' || key === 'Enter') && within.closest('a, button') !== null;
}

function Wave(props: {
  player: PlayerStore;
  info: ReadyRecording;
  url: string;
  host: { current: HTMLDivElement | null };
  onPeaks: (peaks: Peaks) => void;
}): VNode {
  const { i18n, api } = useApp();
  const { t } = i18n;
  const { player, info, url } = props;
  const canvas = useRef<HTMLDivElement>(null);
  const wave = useRef<Waveform>(undefined);
  const [state, setState] = useState<'loading' | 'drawn' | 'failed'>('loading');
  const [peaks, setPeaks] = useState<Peaks>();
  const format = i18n.format();

  useEffect(() => {
    const ended = new AbortController();
    async function draw(): Promise<void> {
      const [found, { drawWaveform }] = await Promise.all([
        askPeaks(api.request, url, ended.signal),
        import('./waveform.ts'),
      ]);
      if (ended.signal.aborted || !canvas.current) return;
      props.onPeaks(found);
      setPeaks(found);
      wave.current = drawWaveform(canvas.current, player.audio, { ...found, durationMs: info.durationMs });
      setState('drawn');
    }
    draw().catch(() => ended.signal.aborted || setState('failed'));
    return () => {
      ended.abort();
      wave.current?.destroy();
    };
  }, []);
  useRepaint(() => wave.current?.repaint());

  const part = Math.min(1, (player.position.value * 1000) / Math.max(1, info.durationMs));
  return (
    <div
      class="wave"
      ref={props.host}
      data-state={state}
      role="slider"
      tabIndex={0}
      aria-label={t('rec.position')}
      aria-valuemin={0}
      aria-valuemax={Math.round(info.durationMs / 1000)}
      aria-valuenow={Math.round(player.position.value)}
      aria-valuetext={t('rec.positionText', {
        now: format.clock(player.position.value * 1000),
        all: format.length(info.durationMs),
      })}
    >
      {state === 'failed' ? null : (
        <span class="wave-names" aria-hidden="true">
          <span data-side="customer">{t('rec.customer')}</span>
          <span data-side="us">{t('rec.us')}</span>
        </span>
      )}
      {state === 'failed' ? (
        <div class="wave-plain">
          <p class="wave-note">{t('rec.noWave')}</p>
          <div
            class="wave-track"
            onClick={(event) => {
              const box = event.currentTarget.getBoundingClientRect();
              player.seek(((event.clientX - box.left) / box.width) * (info.durationMs / 1000));
            }}
          >
            <span style={{ width: `${100 * part}%` }} />
          </div>
        </div>
      ) : (
        <div class="wave-host" ref={canvas}>
          {state === 'loading' ? <p class="wave-note">{t('rec.loading')}</p> : null}
          {peaks && player.skipping.value ? (
            <SkippedStretches silences={peaks.silences} durationMs={info.durationMs} />
          ) : null}
        </div>
      )}
    </div>
  );
}

/** What will not be heard, shaded. One path, however many there are. */
function SkippedStretches(props: { silences: readonly Silence[]; durationMs: number }): VNode | null {
  if (skippedMs(props.silences) === 0) return null;
  return (
    <svg
      class="wave-skipped"
      viewBox={`0 0 ${props.durationMs} 1`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={props.silences.map(([from, to]) => `M${from} 0H${to}V1H${from}z`).join('')} />
    </svg>
  );
}
