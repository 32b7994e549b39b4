/**
 * One call: outcome, recording, every event, facts.
 * @module
 */
import type { VNode } from 'preact';
import type { CallDetail } from '../../../contracts/http/calls.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { LoadView } from '../../design/load-view.tsx';
import { PageHead } from '../../design/page-head.tsx';
import { Badge } from '../../design/parts.tsx';
import { phoneText } from '../../i18n/format.ts';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { StatusBadge } from '../calls/calls-table.tsx';
import { AnswersCard } from './answers-card.tsx';
import { CorrectionsCard } from './corrections-card.tsx';
import { ContactCard, FactsCard, TechCard } from './facts.tsx';
import { RecordingCard } from './recording-card.tsx';
import { createCallStore, type CallStore } from './store.ts';
import { TimelineCard } from './timeline.tsx';
import './call.css';

export function CallPage({ id }: { id: string }): VNode {
  const { api, i18n } = useApp();
  const store = useStore(() => createCallStore({ id, api }), id);
  useTitle(i18n.t('nav.calls'));
  return (
    <>
      <a class="crumb" href="/apeluri" onClick={goBack}>
        <Icon name="arrowLeft" size={16} />
        {i18n.t('call.back')}
      </a>
      <LoadView resource={store.call} rows={10} head={<PageHead title={i18n.t('call.one')} />}>
        {(call) => <CallView call={call} store={store} />}
      </LoadView>
    </>
  );
}

/** Back to the list as it was filtered, when it was the page before. */
function goBack(event: MouseEvent): void {
  if (history.length < 2 || !cameFromList() || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  event.stopPropagation();
  history.back();
}

function cameFromList(): boolean {
  const entry = performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined;
  // Opened here directly: the entry before is some other site.
  return entry === undefined || new URL(entry.name).pathname !== location.pathname;
}

function CallView({ call, store }: { call: CallDetail; store: CallStore }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const format = i18n.format(call.zone);
  const at = call.invitedAt ?? call.claimedAt;
  const localDate = format.localDate(at);
  return (
    <>
      <header class="page-head call-head">
        <div>
          <h1>
            {call.number === null ? t('call.title', { at: format.time(at) }) : phoneText(call.number)}
            <StatusBadge call={call} />
            {call.stage === null ? null : (
              <Badge look={{ tone: 'positive', icon: 'phone' }} plain>
                {t('call.openNow')}
              </Badge>
            )}
          </h1>
          <p class="lead">
            {call.contactName === null ? null : <strong>{call.contactName}</strong>}
            <span>
              {format.weekday(localDate)}, {format.longDate(localDate)}, {format.timeSeconds(at)}
            </span>
          </p>
        </div>
      </header>
      <div class="grid-2">
        <div class="stack">
          <RecordingCard call={call} />
          <TimelineCard call={call} />
        </div>
        <div class="stack">
          <FactsCard call={call} />
          <AnswersCard call={call} store={store} />
          <CorrectionsCard call={call} store={store} />
          <ContactCard call={call} />
          <TechCard call={call} />
        </div>
      </div>
    </>
  );
}
