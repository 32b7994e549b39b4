/**
 * What is wrong with this desk now, and what to do about it; in words, above the columns.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { Notice } from '../../design/parts.tsx';
import { useDesk } from './desk-context.ts';

const LASTING_MS = 2_000;

export function DeskNotices({ onDevices }: { onDevices: () => void }): VNode | null {
  const { i18n, clock } = useApp();
  const { t } = i18n;
  const store = useDesk();
  const desk = store.desk.value;
  const offline = useLasting(store.socket.state.value === 'reconnecting');
  if (!desk) return null;
  const { media } = store.phone;
  const microphone = media.microphone.value;
  const { agent, call } = desk;
  const pause = store.options.data.value?.pauseReasons.find(({ name }) => name === agent.reason);
  const over =
    agent.state === 'paused' && pause?.maxMinutes != null
      ? clock.tick.value - Date.parse(agent.since) - pause.maxMinutes * 60_000
      : -1;
  const lost = call?.deskLostSince != null && !store.phone.connected.value ? call.deskLostSince : undefined;
  const lostMs = lost === undefined ? 0 : clock.tick.value - Date.parse(lost);
  const refusal = store.outbox.value?.refusal.value;
  return (
    <div class="desk-notices">
      {offline ? (
        <Notice
          tone="warning"
          icon="refresh"
          role="status"
          title={t('desk.offline.title')}
          actions={<Retry label={t('action.retry')} onClick={store.socket.connect} />}
        >
          {t(call === null ? 'desk.offline.text' : 'desk.offline.call')}
        </Notice>
      ) : null}
      {microphone === 'refused' ||
      microphone === 'missing' ||
      microphone === 'busy' ||
      microphone === 'insecure' ? (
        <Notice
          tone="danger"
          icon="micOff"
          role="alert"
          title={t(`desk.mic.${microphone}`)}
          actions={
            <>
              <button type="button" class="btn" onClick={onDevices}>
                {t('desk.devices')}
              </button>
              <Retry label={t('action.retry')} onClick={() => void media.acquire()} />
            </>
          }
        >
          {t(`desk.mic.${microphone}.text`)}
        </Notice>
      ) : null}
      {media.blocked.value ? (
        <Notice
          tone="danger"
          icon="volume"
          role="alert"
          title={t('desk.blocked.title')}
          actions={<Retry label={t('desk.blocked.action')} onClick={media.unblock} />}
        >
          {t('desk.blocked.text')}
        </Notice>
      ) : null}
      {lostMs > LASTING_MS ? (
        <Notice tone="warning" icon="headphones" role="alert" title={t('desk.lost.title')}>
          {t('desk.lost.text', { seconds: String(Math.round(lostMs / 1000)) })}
        </Notice>
      ) : null}
      {agent.state === 'missed' ? (
        <Notice
          tone="warning"
          icon="phoneOff"
          role="alert"
          title={t('desk.missed.title')}
          actions={
            <button type="button" class="btn" onClick={() => void store.setState({ to: 'available' })}>
              {t('desk.goAvailable')}
            </button>
          }
        >
          {t('desk.missed.text')}
        </Notice>
      ) : null}
      {agent.state === 'paused' && agent.reason === 'connection' ? (
        <Notice
          tone="warning"
          icon="clock"
          role="status"
          title={t('desk.connectionPause.title')}
          actions={
            <button type="button" class="btn" onClick={() => void store.setState({ to: 'available' })}>
              {t('desk.goAvailable')}
            </button>
          }
        >
          {t('desk.connectionPause.text')}
        </Notice>
      ) : null}
      {over >= 0 ? (
        <Notice tone="warning" icon="clock" role="status" title={t('desk.pause.over')}>
          {t('desk.pause.overText', { duration: i18n.format().duration(over) })}
        </Notice>
      ) : null}
      {refusal && refusal.item.callId !== call?.id ? (
        <Notice
          tone="danger"
          icon="alert"
          role="alert"
          title={t('desk.refused.title', { name: refusal.item.label })}
          actions={
            <button type="button" class="btn" onClick={() => void store.outbox.value?.drop(refusal.item.id)}>
              {t('desk.refused.drop')}
            </button>
          }
        >
          {t('desk.refused.text', {
            code: i18n.tMaybe(`problem.${refusal.code}`, refusal.code, { fields: '', part: '' }),
          })}
        </Notice>
      ) : null}
      {store.durable.value ? null : (
        <Notice tone="warning" icon="alert" title={t('desk.notDurable.title')}>
          {t('desk.notDurable.text')}
        </Notice>
      )}
    </div>
  );
}

/** True when it has been so for a while: a server that restarts must not make the page jump. */
function useLasting(now: boolean): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!now) {
      setLasting(false);
      return undefined;
    }
    const timer = setTimeout(() => setLasting(true), LASTING_MS);
    return () => clearTimeout(timer);
  }, [now]);
  return lasting;
}

function Retry(props: { label: string; onClick: () => void }): VNode {
  return (
    <button type="button" class="btn" onClick={props.onClick}>
      <Icon name="refresh" />
      {props.label}
    </button>
  );
}
