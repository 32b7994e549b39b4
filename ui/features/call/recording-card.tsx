/**
 * The recording of a call, or why there is none.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { CallDetail } from '../../../contracts/http/calls.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { Void } from '../../design/load-view.tsx';
import { Card } from '../../design/parts.tsx';
import { useRepaint } from '../../design/use-repaint.ts';
import { createPlayer, SEEK_SECONDS, SPEEDS, type PlayerStore } from './player-store.ts';
import { wavPeaks } from './wav-peaks.ts';
import type { Waveform } from './waveform.ts';

type Ready = Extract<CallDetail['recordingInfo'], { state: 'ready' }>;

/** About two pixels of a wide screen each. */
const COLUMNS = 600;
/** Some 65 minutes of stereo A-law; longer recordings play without a picture. */
const LARGEST_DRAWN_BYTES = 64_000_000;

export function RecordingCard({ call }: { call: CallDetail }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const info = call.recordingInfo;
  if (info.state === 'ready') {
    const format = i18n.format();
    return (
      <Card
        title={t('call.recording')}
        aside={t('rec.facts', { duration: format.duration(info.durationMs), size: format.size(info.bytes) })}
      >
        {info.url === null ? (
          <Void icon="ban" title={t('rec.noPermission')} />
        ) : (
          <Player key={info.url} info={info} url={info.url} />
        )}
      </Card>
    );
  }
  const reason =
    info.state === 'pending'
      ? t('rec.pending.text')
      : i18n.tMaybe(`rec.${info.state}.${info.reason ?? ''}`, t('rec.reasonUnknown'));
  return (
    <Card title={t('call.recording')}>
      <Void
        icon={info.state === 'lost' ? 'alert' : info.state === 'pending' ? 'hourglass' : 'headphones'}
        title={t(`rec.${info.state}.title`)}
      >
        <p>{reason}</p>
      </Void>
    </Card>
  );
}

function Player({ info, url }: { info: Ready; url: string }): VNode {
  const { t } = useApp().i18n;
  const player = useMemo(() => {
    const audio = new Audio();
    audio.preload = 'metadata';
    audio.src = url;
    return createPlayer(audio, info.durationMs / 1000);
  }, []);
  useEffect(() => player.dispose, []);

  return (
    <div
      class="player"
      onKeyDown={(event) => {
        // Buttons and the speed's select keep their own keys.
        const own = (event.target as Element).closest('select, a, button') !== null;
        if (!own && !event.ctrlKey && !event.altKey && !event.metaKey && player.key(event.key)) {
          event.preventDefault();
        }
      }}
    >
      <Wave player={player} info={info} url={url} />
      <Controls player={player} info={info} url={url} />
      <p class="player-keys">{t('rec.keys')}</p>
    </div>
  );
}

function Wave({ player, info, url }: { player: PlayerStore; info: Ready; url: string }): VNode {
  const { i18n, api } = useApp();
  const { t } = i18n;
  const host = useRef<HTMLDivElement>(null);
  const wave = useRef<Waveform>(undefined);
  const [state, setState] = useState<'loading' | 'drawn' | 'failed'>('loading');
  const format = i18n.format();
  const position = player.position.value;

  useEffect(() => {
    const ended = new AbortController();
    async function draw(): Promise<void> {
      if (info.bytes > LARGEST_DRAWN_BYTES) throw new Error('too long to draw');
      const [file, { drawWaveform }] = await Promise.all([
        api.recording(url, ended.signal),
        import('./waveform.ts'),
      ]);
      const peaks = wavPeaks(file, COLUMNS);
      if (!peaks || !host.current) throw new Error('not a drawable recording');
      if (ended.signal.aborted) return;
      wave.current = drawWaveform(host.current, player.audio, peaks);
      setState('drawn');
    }
    draw().catch(() => ended.signal.aborted || setState('failed'));
    return () => {
      ended.abort();
      wave.current?.destroy();
    };
  }, []);
  useRepaint(() => wave.current?.repaint());

  return (
    <>
      <div
        class="wave"
        data-state={state}
        role="slider"
        tabIndex={0}
        aria-label={t('rec.position')}
        aria-valuemin={0}
        aria-valuemax={Math.round(info.durationMs / 1000)}
        aria-valuenow={Math.round(position)}
        aria-valuetext={t('rec.positionText', {
          now: format.clock(position * 1000),
          all: format.clock(wholeSeconds(info.durationMs)),
        })}
      >
        <span class="wave-names" aria-hidden="true">
          <span>{t('rec.customer')}</span>
          <span>{t('rec.us')}</span>
        </span>
        <div class="wave-host" ref={host}>
          {state === 'loading' ? <p class="wave-note">{t('rec.loading')}</p> : null}
        </div>
      </div>
      {state === 'failed' || player.failed.value ? (
        <>
          <p class="wave-note">{t('rec.noWave')}</p>
          <audio class="native" controls preload="metadata" src={url} />
        </>
      ) : null}
    </>
  );
}

function Controls({ player, info, url }: { player: PlayerStore; info: Ready; url: string }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const format = i18n.format();
  const playing = player.playing.value;
  return (
    <div class="controls">
      <button
        type="button"
        class="btn play"
        data-kind="primary"
        data-icon=""
        aria-label={t(playing ? 'rec.pause' : 'rec.play')}
        onClick={player.toggle}
      >
        <Icon name={playing ? 'pause' : 'play'} size={20} />
      </button>
      <button
        type="button"
        class="btn"
        data-kind="quiet"
        data-icon=""
        aria-label={t('rec.back')}
        title={t('rec.back')}
        onClick={() => player.seek(player.audio.currentTime - SEEK_SECONDS)}
      >
        <Icon name="skipBack" />
      </button>
      <button
        type="button"
        class="btn"
        data-kind="quiet"
        data-icon=""
        aria-label={t('rec.forward')}
        title={t('rec.forward')}
        onClick={() => player.seek(player.audio.currentTime + SEEK_SECONDS)}
      >
        <Icon name="skipForward" />
      </button>
      <span class="player-time">
        <strong>{format.clock(player.position.value * 1000)}</strong> /{' '}
        {format.clock(wholeSeconds(info.durationMs))}
      </span>
      <span class="grow" />
      <label class="speed">
        <span class="sr">{t('rec.speed')}</span>
        <select
          class="input"
          value={String(player.speed.value)}
          onChange={(event) => player.setSpeed(Number(event.currentTarget.value))}
        >
          {SPEEDS.map((speed) => (
            <option key={speed} value={speed} selected={speed === player.speed.value}>
              {String(speed).replace('.', i18n.lang.value === 'ro' ? ',' : '.')}×
            </option>
          ))}
        </select>
      </label>
      <a class="btn" href={url} download>
        <Icon name="download" />
        <span class="label">{t('rec.download')}</span>
      </a>
    </div>
  );
}

/** As the length is written beside the title. */
function wholeSeconds(ms: number): number {
  return Math.round(ms / 1000) * 1000;
}
