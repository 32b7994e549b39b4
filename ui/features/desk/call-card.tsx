/**
 * The call: stage, time, number, controls that are always in the same places, quality of the line.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { DeskCall } from '../../../contracts/http/desk.ts';
import { useApp } from '../../app-context.ts';
import { Dialog, DialogFoot } from '../../design/dialog.tsx';
import { Icon, type IconName } from '../../design/icons.tsx';
import type { Tone } from '../../design/tone.ts';
import type { Key } from '../../i18n/key.ts';
import { useDesk } from './desk-context.ts';
import { LineQualityLine } from './line-quality.tsx';

const UP: readonly DeskCall['stage'][] = ['claimed', 'inviting', 'ringing', 'talking'];

export function CallCard(): VNode {
  const { i18n, clock } = useApp();
  const { t } = i18n;
  const store = useDesk();
  const desk = store.desk.value;
  const call = desk?.call ?? null;
  const [asking, setAsking] = useState(false);
  const preview = call !== null && call.previewUntil !== null && call.stage === 'claimed';
  const up = call !== null && !preview && UP.includes(call.stage);
  const talking = call?.stage === 'talking';
  const held = call?.heldSince != null;
  const muted = store.phone.muted.value;
  const ringing = store.phone.ringing.value;
  const face = ringing === undefined ? faceOf(call, preview) : RINGING;
  const since = call === null ? undefined : sinceOf(call);
  return (
    <section class="card call-card" aria-label={t('desk.call')} data-tone={face.tone}>
      <div class="call-top">
        <span
          class="call-stage"
          role={call?.stage === 'ringing' || ringing !== undefined ? 'alert' : 'status'}
        >
          <span class={up && !talking ? 'call-pulse icon' : 'icon'}>
            <Icon name={face.icon} size={18} />
          </span>
          {t(face.key)}
          {call?.endReason != null && !up ? (
            <small>{i18n.tMaybe(`reason.${call.endReason}`, call.endReason)}</small>
          ) : null}
        </span>
        <span class="call-timer" aria-hidden="true">
          {since === undefined ? '–:––' : i18n.format().clock((since.until ?? clock.tick.value) - since.from)}
        </span>
      </div>
      <div class="call-party">
        <strong title={call?.customer?.fullName ?? undefined}>
          {ringing?.from ??
            (call === null ? t('desk.call.none') : (call.customer?.fullName ?? t('desk.call.unknown')))}
        </strong>
        <span class="call-number">{ringing === undefined ? (call?.number.shown ?? '\u00a0') : '\u00a0'}</span>
      </div>
      <div class="call-controls">
        <Control
          icon={muted ? 'micOff' : 'mic'}
          label={t(muted ? 'desk.unmute' : 'desk.mute')}
          keys="F8"
          pressed={muted}
          disabled={!up}
          onClick={() => store.setMuted(!muted)}
        />
        <Control
          icon={held ? 'play' : 'pause'}
          label={t(held ? 'desk.resume' : 'desk.hold')}
          keys="F9"
          pressed={held}
          disabled={!talking || store.busy.value === 'hold'}
          onClick={() => void store.command({ type: held ? 'resume' : 'hold' })}
        />
        <button
          type="button"
          class="btn refuse"
          disabled={call === null || preview || call.recording !== 'on'}
          onClick={() => setAsking(true)}
        >
          <Icon name="shieldOff" size={16} />
          {t(call?.recording === 'refused' ? 'desk.rec.refused' : 'desk.rec.refuse')}
        </button>
      </div>
      {ringing === undefined ? (
        <button
          type="button"
          class="btn hang-up"
          data-kind="danger"
          aria-keyshortcuts="F4"
          disabled={!up}
          aria-disabled={store.busy.value === 'hang-up'}
          onClick={() => void store.command({ type: 'hang-up' })}
        >
          <Icon name="hangUp" size={20} />
          {t('desk.hangUp')}
          <kbd>F4</kbd>
        </button>
      ) : (
        <div class="ring-row" role="alert">
          <button
            type="button"
            class="btn"
            data-kind="primary"
            aria-keyshortcuts="F2"
            onClick={ringing.answer}
          >
            <Icon name="phone" />
            {t('desk.answer')} <kbd>F2</kbd>
          </button>
          <button type="button" class="btn" data-kind="danger" onClick={ringing.reject}>
            <Icon name="phoneOff" />
            {t('desk.reject')}
          </button>
        </div>
      )}
      <div class="call-foot">
        <RecordingLine call={call} up={up} />
        <LineQualityLine
          quality={store.phone.quality.value}
          instead={
            store.phone.connected.value && up
              ? // On hold nothing comes, as it should.
                held
                ? 'desk.quality.held'
                : undefined
              : talking
                ? 'desk.line.reconnecting'
                : 'desk.quality.none'
          }
        />
      </div>
      {asking && call !== null ? <RefuseDialog onClose={() => setAsking(false)} /> : null}
    </section>
  );
}

function Control(props: {
  icon: IconName;
  label: string;
  keys?: string;
  pressed: boolean;
  disabled: boolean;
  onClick: () => void;
}): VNode {
  return (
    <button
      type="button"
      class="control"
      aria-pressed={props.pressed}
      disabled={props.disabled}
      {...(props.keys === undefined ? {} : { 'aria-keyshortcuts': props.keys })}
      onClick={props.onClick}
    >
      <Icon name={props.icon} size={20} />
      <span>{props.label}</span>
      {props.keys === undefined ? null : <kbd>{props.keys}</kbd>}
    </button>
  );
}

function RecordingLine({ call, up }: { call: DeskCall | null; up: boolean }): VNode {
  const { t } = useApp().i18n;
  const state = call === null ? 'none' : call.recording;
  const on = state === 'on' && up && call?.answeredAt != null;
  return (
    <span class="rec-line" data-state={on ? 'on' : state === 'on' ? 'none' : state}>
      <i aria-hidden="true" />
      {t(
        on
          ? 'desk.rec.on'
          : state === 'refused'
            ? 'desk.rec.erased'
            : state === 'off'
              ? 'desk.rec.off'
              : 'desk.rec.none',
      )}
    </span>
  );
}

function RefuseDialog({ onClose }: { onClose: () => void }): VNode {
  const { t } = useApp().i18n;
  const store = useDesk();
  return (
    <Dialog
      title={t('desk.rec.ask')}
      onClose={onClose}
      onSubmit={() => {
        onClose();
        void store.command({ type: 'refuse-recording' });
      }}
      foot={<DialogFoot onCancel={onClose} verb={t('desk.rec.refuse')} kind="danger" autoFocus />}
    >
      <p>{t('desk.rec.askText')}</p>
    </Dialog>
  );
}

interface Face {
  key: Key;
  icon: IconName;
  tone: Tone;
}

/** Somebody calls. */
const RINGING: Face = { key: 'desk.stage.ringing', icon: 'ring', tone: 'info' };

function faceOf(call: DeskCall | null, preview: boolean): Face {
  if (call === null) return { key: 'desk.stage.none', icon: 'phone', tone: 'neutral' };
  if (preview) return { key: 'desk.stage.preview', icon: 'search', tone: 'neutral' };
  if (call.stage === 'talking' && call.heldSince !== null)
    return { key: 'desk.stage.held', icon: 'pause', tone: 'warning' };
  switch (call.stage) {
    case 'claimed':
    case 'inviting':
      return { key: 'desk.stage.inviting', icon: 'phoneOut', tone: 'info' };
    case 'ringing':
      return { key: 'desk.stage.ringing', icon: 'ring', tone: 'info' };
    case 'talking':
      return { key: 'desk.stage.talking', icon: 'volume', tone: 'positive' };
    case 'ending':
      return { key: 'desk.stage.ending', icon: 'hangUp', tone: 'neutral' };
    default:
      return { key: 'desk.stage.over', icon: 'hangUp', tone: 'neutral' };
  }
}

/** What the clock counts: the hold, else the talk, else the stage; what is over stands still. */
function sinceOf(call: DeskCall): { from: number; until?: number } {
  if (call.endedAt !== null) {
    const until = Date.parse(call.endedAt);
    return { from: Date.parse(call.answeredAt ?? call.endedAt), until };
  }
  return { from: Date.parse(call.heldSince ?? call.answeredAt ?? call.stageSince) };
}
