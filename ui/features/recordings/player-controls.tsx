/**
 * The buttons of the player.
 * @module
 */
import type { ComponentChildren, VNode } from 'preact';
import type { RecordingInfo } from '../../../contracts/http/recordings.ts';
import { skippedMs, type Silence } from '../../../domain/sound-outline.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { SEEK_SECONDS, SPEEDS, type PlayerStore } from './player-store.ts';

export function PlayerControls(props: {
  player: PlayerStore;
  info: Extract<RecordingInfo, { state: 'ready' }>;
  /** Undefined until they are known. */
  silences: readonly Silence[] | undefined;
}): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { player, info } = props;
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
        <span class={player.waiting.value ? 'spin' : ''}>
          <Icon name={player.waiting.value ? 'refresh' : playing ? 'pause' : 'play'} size={20} />
        </span>
      </button>
      <QuietButton label={t('rec.back')} onClick={() => player.seek(player.position.peek() - SEEK_SECONDS)}>
        <Icon name="skipBack" />
      </QuietButton>
      <QuietButton
        label={t('rec.forward')}
        onClick={() => player.seek(player.position.peek() + SEEK_SECONDS)}
      >
        <Icon name="skipForward" />
      </QuietButton>
      <span class="player-time">
        <strong>{format.clock(player.position.value * 1000)}</strong> / {format.length(info.durationMs)}
      </span>
      <span class="grow" />
      <SkipButton player={player} silences={props.silences} />
      <Volume player={player} />
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
      {info.downloadUrl === null ? null : <DownloadLink url={info.downloadUrl} />}
    </div>
  );
}

/** One file, taken along: a line of the journal. */
export function DownloadLink({ url }: { url: string }): VNode {
  const { t } = useApp().i18n;
  return (
    <a class="btn download" href={url} title={t('rec.download')} download>
      <Icon name="download" />
      <span class="label">{t('rec.download')}</span>
    </a>
  );
}

function QuietButton(props: {
  label: string;
  pressed?: boolean;
  onClick: () => void;
  children: ComponentChildren;
}): VNode {
  return (
    <button
      type="button"
      class="btn"
      data-kind="quiet"
      data-icon=""
      aria-label={props.label}
      title={props.label}
      {...(props.pressed === undefined ? {} : { 'aria-pressed': props.pressed })}
      onClick={props.onClick}
    >
      {props.children}
    </button>
  );
}

/** Pressed, or waiting for silences; where there are none it says so. */
function SkipButton(props: { player: PlayerStore; silences: readonly Silence[] | undefined }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { player, silences } = props;
  const saved = silences === undefined ? undefined : skippedMs(silences);
  const why =
    saved === undefined
      ? t('rec.skip')
      : saved === 0
        ? t('rec.skip.none')
        : t('rec.skip.saves', { duration: i18n.format().duration(saved) });
  return (
    <button
      type="button"
      class="btn skip-silence"
      aria-pressed={player.skipping.value}
      title={why}
      disabled={saved === 0}
      onClick={player.toggleSkipping}
    >
      <Icon name="skipSilence" />
      <span class="label">{t('rec.skip')}</span>
      {saved !== undefined && saved > 0 && player.skipping.value ? (
        <small aria-hidden="true">−{i18n.format().length(saved)}</small>
      ) : null}
    </button>
  );
}

function Volume({ player }: { player: PlayerStore }): VNode {
  const { t } = useApp().i18n;
  const silent = player.muted.value || player.volume.value === 0;
  return (
    <span class="volume">
      <QuietButton
        label={t(player.muted.value ? 'rec.unmute' : 'rec.mute')}
        pressed={player.muted.value}
        onClick={player.toggleMute}
      >
        <Icon name={silent ? 'volumeOff' : 'volume'} />
      </QuietButton>
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        aria-label={t('rec.volume')}
        value={player.muted.value ? 0 : player.volume.value}
        onInput={(event) => player.setVolume(Number(event.currentTarget.value))}
      />
    </span>
  );
}
