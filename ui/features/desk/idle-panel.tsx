/**
 * Between calls: the next number, what the day looks like, what a good shift needs.
 * @module
 */
import type { VNode } from 'preact';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { Stat } from '../../design/parts.tsx';
import { useDesk } from './desk-context.ts';

export function IdlePanel(): VNode | null {
  const { i18n, clock } = useApp();
  const { t } = i18n;
  const store = useDesk();
  const desk = store.desk.value;
  if (!desk) return null;
  const { agent, today } = desk;
  const format = i18n.format();
  const available = agent.state === 'available';
  const asking = store.busy.value === 'next';
  const waiting = store.waiting.value;
  const phoneReady = store.phone.line.value === 'registered';
  return (
    <>
      <section class="card idle" aria-label={t('desk.idle.label')} data-state={agent.state}>
        <span class="idle-icon">
          <Icon name={available ? 'phone' : agent.state === 'paused' ? 'pause' : 'headphones'} size={30} />
        </span>
        <h2>{t(available ? (waiting ? 'desk.idle.waiting' : 'desk.idle.ready') : 'desk.idle.notReady')}</h2>
        {available && waiting ? (
          <p role="status">
            {i18n.tMaybe(`desk.wait.${waiting.code}`, t('desk.wait.other'))}{' '}
            {t('desk.idle.again', {
              seconds: String(Math.max(0, Math.ceil((Date.parse(waiting.until) - clock.tick.value) / 1000))),
            })}
          </p>
        ) : (
          <p class="muted">
            {t(
              available
                ? phoneReady
                  ? 'desk.idle.readyText'
                  : 'desk.idle.phoneAway'
                : `desk.idle.${nudge(agent.state)}`,
            )}
          </p>
        )}
        <div class="idle-actions">
          {available ? (
            <>
              <button
                type="button"
                class="btn idle-go"
                data-kind="primary"
                data-focus="idle"
                aria-keyshortcuts="F2"
                aria-disabled={asking || !phoneReady}
                onClick={() => (phoneReady ? void store.next() : undefined)}
              >
                <Icon name="phoneOut" size={20} />
                {t(asking ? 'desk.idle.asking' : 'desk.idle.next')}
                <kbd>F2</kbd>
              </button>
              {waiting ? (
                <button type="button" class="btn" onClick={store.stopWaiting}>
                  {t('desk.idle.stop')}
                </button>
              ) : null}
            </>
          ) : (
            <button
              type="button"
              class="btn idle-go"
              data-kind="primary"
              data-focus="idle"
              aria-keyshortcuts="F2"
              aria-disabled={store.busy.value === 'state'}
              onClick={() => void store.setState({ to: 'available' })}
            >
              <Icon name="check" size={20} />
              {t('desk.goAvailable')}
              <kbd>F2</kbd>
            </button>
          )}
        </div>
        {desk.callbacksDue > 0 ? (
          <p class="idle-callbacks">
            <Icon name="clock" size={16} />
            {t('desk.idle.callbacks', { n: desk.callbacksDue })}
          </p>
        ) : null}
      </section>
      <div class="cards desk-today">
        <Stat label={t('desk.today.calls')} value={format.number(today.calls)} />
        <Stat
          label={t('desk.today.answered')}
          value={format.number(today.answered)}
          note={today.calls > 0 ? format.percent(today.answered / today.calls) : undefined}
        />
        <Stat
          label={t('desk.today.positive')}
          value={format.number(today.positive)}
          note={today.answered > 0 ? format.percent(today.positive / today.answered) : undefined}
        />
        <Stat
          label={t('desk.today.talk')}
          value={format.length(today.talkMs)}
          note={
            today.answered > 0
              ? t('desk.today.mean', { duration: format.length(today.talkMs / today.answered) })
              : undefined
          }
        />
      </div>
      {agent.shiftSince === null ? null : (
        <p class="muted idle-shift">{t('desk.idle.shift', { time: format.time(agent.shiftSince) })}</p>
      )}
    </>
  );
}

function nudge(state: string): 'paused' | 'loggedIn' | 'missed' {
  return state === 'paused' ? 'paused' : state === 'missed' ? 'missed' : 'loggedIn';
}
