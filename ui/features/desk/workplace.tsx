/**
 * The agent at work: header, notices, three columns (phone; script and outcome; contact).
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { part } from '../../lib/part.tsx';
import { useDesk } from './desk-context.ts';
import { useAlerts } from './alerts.ts';
import { CallCard } from './call-card.tsx';
import { ContactCard } from './contact-card.tsx';
import { ContactHistory } from './contact-history.tsx';
import { DeskHeader } from './desk-header.tsx';
import { DeskNotices } from './desk-notices.tsx';
import { IdlePanel } from './idle-panel.tsx';
import { PreviewPanel } from './preview-panel.tsx';
import { ScriptCard } from './script-card.tsx';
import { SideTabs } from './side-tabs.tsx';
import { useDeskKeys } from './keys.ts';
import { useFollowFocus } from './follow-focus.ts';
import { WrapUpCard } from './wrap-up-card.tsx';

const DevicesDialog = part(() => import('./devices-dialog.tsx').then((module) => module.DevicesDialog));
const ShortcutsDialog = part(() => import('./shortcuts-dialog.tsx').then((module) => module.ShortcutsDialog));

export function Workplace(): VNode {
  const store = useDesk();
  const [shown, setShown] = useState<'devices' | 'shortcuts' | undefined>(undefined);
  const middle = useRef<HTMLDivElement>(null);
  const call = store.desk.value?.call ?? null;
  const preview = call !== null && call.previewUntil !== null && call.stage === 'claimed';
  useEffect(() => {
    // Needed when something is wrong, perhaps without a server.
    DevicesDialog.fetch();
    ShortcutsDialog.fetch();
  }, []);
  useAlerts(store);
  useDeskKeys(store, { onHelp: () => setShown('shortcuts') });
  useFollowFocus(store, middle);
  return (
    <div class="desk" data-call={call === null ? 'none' : preview ? 'preview' : call.stage}>
      <DeskHeader onDevices={() => setShown('devices')} onShortcuts={() => setShown('shortcuts')} />
      <DeskNotices onDevices={() => setShown('devices')} />
      <div class="desk-columns">
        <div class="desk-phone">
          <CallCard />
          <SideTabs />
        </div>
        <div class="desk-work" ref={middle}>
          {call === null ? (
            <IdlePanel />
          ) : (
            <>
              {preview ? <PreviewPanel call={call} /> : null}
              <ScriptCard call={call} />
              {preview ? null : <WrapUpCard call={call} />}
            </>
          )}
        </div>
        <div class="desk-contact">
          <ContactCard call={call} />
          <ContactHistory call={call} />
        </div>
      </div>
      {shown === 'devices' ? <DevicesDialog onClose={() => setShown(undefined)} /> : null}
      {shown === 'shortcuts' ? <ShortcutsDialog onClose={() => setShown(undefined)} /> : null}
    </div>
  );
}
