/**
 * The state and its menu: available, the reasons for a pause, log off. A disclosure of buttons, closed by Escape.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { useDesk } from './desk-context.ts';
import { STATE_LOOKS } from './desk-header.tsx';

/** The state of now. */
const HERE = { 'aria-current': 'true' } as const;
const BUSY_STATES: readonly string[] = ['calling', 'in-call', 'wrap-up'];

export function StateMenu(): VNode | null {
  const { i18n } = useApp();
  const { t } = i18n;
  const store = useDesk();
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const agent = store.desk.value?.agent;
  useEffect(() => {
    if (!open) return undefined;
    const outside = (event: PointerEvent): void => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    box.current?.querySelector<HTMLButtonElement>('.state-list button')?.focus();
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);
  if (!agent) return null;
  const look = STATE_LOOKS[agent.state];
  const inCall = BUSY_STATES.includes(agent.state);
  const reasons = store.options.data.value?.pauseReasons ?? [];
  const reason = reasons.find(({ name }) => name === agent.reason)?.labels[i18n.lang.value];
  const label = t(`agent.${agent.state}`);

  const act = (action: () => Promise<void>): void => {
    setOpen(false);
    button.current?.focus();
    void action();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      setOpen(false);
      button.current?.focus();
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    const all = [...(box.current?.querySelectorAll<HTMLButtonElement>('.state-list button') ?? [])];
    const here = all.indexOf(document.activeElement as HTMLButtonElement);
    all[(here + (event.key === 'ArrowDown' ? 1 : all.length - 1)) % all.length]?.focus();
  };
  return (
    <div class="state-menu" ref={box} onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        class="state-button"
        data-tone={look.tone}
        aria-expanded={open}
        aria-haspopup="true"
        disabled={inCall}
        title={inCall ? t('desk.state.inCall') : t('desk.state.change')}
        onClick={() => setOpen(!open)}
      >
        <Icon name={look.icon} size={16} />
        <span>
          {label}
          {agent.state === 'paused'
            ? ` · ${agent.reason === 'connection' ? t('desk.pause.connection') : (reason ?? agent.reason ?? '')}`
            : ''}
        </span>
        {inCall ? null : <Icon name="chevron" size={14} />}
      </button>
      {open ? (
        <div class="state-list">
          <button
            type="button"
            {...(agent.state === 'available' ? HERE : {})}
            onClick={() => act(() => store.setState({ to: 'available' }))}
          >
            <span class="state-dot" data-tone="positive">
              <Icon name="check" size={16} />
            </span>
            {t('agent.available')}
          </button>
          <p>{t('desk.pause.title')}</p>
          {reasons.map((one) => (
            <button
              key={one.name}
              type="button"
              {...(agent.state === 'paused' && agent.reason === one.name ? HERE : {})}
              onClick={() => act(() => store.setState({ to: 'paused', reason: one.name }))}
            >
              <span class="state-dot" data-tone="warning">
                <Icon name="pause" size={16} />
              </span>
              {one.labels[i18n.lang.value]}
              {one.maxMinutes === null ? null : <small>{t('desk.pause.max', { n: one.maxMinutes })}</small>}
            </button>
          ))}
          <hr />
          <button type="button" onClick={() => act(store.logOff)}>
            <span class="state-dot">
              <Icon name="logOut" size={16} />
            </span>
            {t('desk.logOff')}
          </button>
        </div>
      ) : null}
    </div>
  );
}
