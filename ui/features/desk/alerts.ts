/**
 * What must be noticed behind another window: title, notification, ring. Never one of them alone.
 * @module
 */
import { useEffect, useRef } from 'preact/hooks';
import { useApp } from '../../app-context.ts';
import { useTitle } from '../../lib/use-title.ts';
import type { DeskStore } from './store.ts';

export function useAlerts(store: DeskStore): void {
  const { i18n } = useApp();
  const { t } = i18n;
  const desk = store.desk.value;
  const call = desk?.call ?? null;
  const ringing = store.phone.ringing.value;
  const name = call?.customer?.fullName ?? call?.number.shown ?? '';
  const moment =
    ringing !== undefined
      ? 'ring'
      : call === null
        ? undefined
        : call.previewUntil !== null && call.stage === 'claimed'
          ? 'preview'
          : call.stage === 'talking'
            ? 'talk'
            : call.stage === 'wrap-up'
              ? 'wrap-up'
              : undefined;
  useTitle(
    moment === undefined
      ? `${t('desk.title')}${desk ? ` · ${t(`agent.${desk.agent.state}`)}` : ''}`
      : `● ${t(`desk.alert.${moment}`, { name: ringing?.from ?? name })}`,
  );
  const told = useRef('');
  useEffect(() => {
    const key = `${moment ?? ''} ${call?.id ?? ''}`;
    if (moment === undefined || told.current === key) return undefined;
    told.current = key;
    return notify(t(`desk.alert.${moment}`, { name: ringing?.from ?? name }));
  }, [moment, call?.id]);
  useEffect(() => {
    if (ringing === undefined) return undefined;
    store.phone.tones.play('ring');
    return store.phone.tones.stop;
  }, [ringing]);
}

/** Only where the page is not seen; a click brings it to the front. */
function notify(text: string): (() => void) | undefined {
  if (!document.hidden || !('Notification' in window) || Notification.permission !== 'granted')
    return undefined;
  try {
    const notification = new Notification('Apel', { body: text, tag: 'apel-desk' });
    notification.addEventListener('click', () => {
      window.focus();
      notification.close();
    });
    return () => notification.close();
  } catch {
    // Phones allow notifications from service workers only; title and sound remain.
    return undefined;
  }
}
