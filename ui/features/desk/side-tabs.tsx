/**
 * Below the call: keypad, own last calls, speed dials.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useApp } from '../../app-context.ts';
import { Icon, type IconName } from '../../design/icons.tsx';
import { Skeleton } from '../../design/load-view.tsx';
import { part } from '../../lib/part.tsx';
import { Dialpad } from './dialpad.tsx';

const TABS = ['pad', 'recent', 'speed'] as const;
type Tab = (typeof TABS)[number];
const ICONS: Readonly<Record<Tab, IconName>> = { pad: 'grid', recent: 'clock', speed: 'star' };

const RecentCalls = part(
  () => import('./recent-calls.tsx').then((module) => module.RecentCalls),
  () => <Skeleton rows={3} />,
);
const SpeedDialList = part(
  () => import('./speed-dial-list.tsx').then((module) => module.SpeedDialList),
  () => <Skeleton rows={3} />,
);

export function SideTabs(): VNode {
  const { t } = useApp().i18n;
  const [tab, setTab] = useState<Tab>('pad');
  const [number, setNumber] = useState('');
  const pick = (chosen: string): void => {
    setNumber(chosen);
    setTab('pad');
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? TABS.length - 1 : 0;
    if (step === 0) return;
    const next = TABS[(TABS.indexOf(tab) + step) % TABS.length] ?? 'pad';
    setTab(next);
    document.getElementById(`desk-tab-${next}`)?.focus();
  };
  return (
    <section class="card side-tabs" aria-label={t('desk.tabs')}>
      <div class="tab-list" role="tablist" aria-label={t('desk.tabs')} onKeyDown={onKeyDown}>
        {TABS.map((name) => (
          <button
            key={name}
            id={`desk-tab-${name}`}
            type="button"
            role="tab"
            aria-selected={tab === name}
            aria-controls="desk-tab-panel"
            tabIndex={tab === name ? 0 : -1}
            onClick={() => setTab(name)}
          >
            <Icon name={ICONS[name]} size={16} />
            {t(`desk.tab.${name}`)}
          </button>
        ))}
      </div>
      <div id="desk-tab-panel" role="tabpanel" aria-labelledby={`desk-tab-${tab}`} class="tab-panel">
        {tab === 'pad' ? <Dialpad number={number} onNumber={setNumber} /> : null}
        {tab === 'recent' ? <RecentCalls onPick={pick} /> : null}
        {tab === 'speed' ? <SpeedDialList onPick={pick} current={number} /> : null}
      </div>
    </section>
  );
}
