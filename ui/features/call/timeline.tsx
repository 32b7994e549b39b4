/**
 * Every event of a call, in words, with its time and the time since the one before.
 * @module
 */
import type { VNode } from 'preact';
import type { CallDetail } from '../../../contracts/http/calls.ts';
import type { TimelineKind } from '../../../contracts/model/placed-call.ts';
import { useApp } from '../../app-context.ts';
import { Icon, type IconName } from '../../design/icons.tsx';
import { Card } from '../../design/parts.tsx';
import type { Tone } from '../../design/tone.ts';
import type { I18n } from '../../i18n/i18n.ts';

type Event = { at: string; kind: TimelineKind | 'committed'; detail?: string | undefined };

const LOOKS: Readonly<Record<Event['kind'], { icon: IconName; tone: Tone }>> = {
  claimed: { icon: 'list', tone: 'neutral' },
  invite: { icon: 'phone', tone: 'neutral' },
  ringing: { icon: 'ring', tone: 'neutral' },
  'early-media': { icon: 'wave', tone: 'neutral' },
  answered: { icon: 'check', tone: 'positive' },
  'prompt-started': { icon: 'play', tone: 'info' },
  'prompt-ended': { icon: 'volume', tone: 'info' },
  key: { icon: 'key', tone: 'info' },
  'desk-joined': { icon: 'headphones', tone: 'neutral' },
  'desk-lost': { icon: 'alert', tone: 'warning' },
  held: { icon: 'pause', tone: 'info' },
  resumed: { icon: 'play', tone: 'info' },
  digits: { icon: 'key', tone: 'info' },
  'recording-refused': { icon: 'ban', tone: 'warning' },
  'bye-sent': { icon: 'hangUp', tone: 'neutral' },
  'bye-received': { icon: 'hangUp', tone: 'neutral' },
  'cancel-sent': { icon: 'x', tone: 'neutral' },
  failed: { icon: 'phoneOff', tone: 'warning' },
  released: { icon: 'users', tone: 'warning' },
  settled: { icon: 'alert', tone: 'warning' },
  recording: { icon: 'headphones', tone: 'neutral' },
  committed: { icon: 'download', tone: 'positive' },
};

export function TimelineCard({ call }: { call: CallDetail }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const format = i18n.format(call.zone);
  const events = eventsOf(call);
  return (
    <Card title={t('call.timeline')} aside={format.date(call.claimedAt)}>
      <ol class="timeline">
        {events.map((event, index) => {
          const previous = events[index - 1];
          const look = LOOKS[event.kind];
          const words = t(`event.${event.kind}`, { detail: event.detail ?? '' });
          return (
            <li key={`${event.at}${event.kind}`} data-tone={look.tone}>
              <span class="timeline-mark">
                <Icon name={look.icon} size={15} />
              </span>
              <span class="timeline-words">
                {words}
                {event.detail !== undefined && event.kind !== 'key' ? (
                  <span class="timeline-detail">{detailWords(i18n, event.detail)}</span>
                ) : null}
              </span>
              <span class="timeline-time">
                <time dateTime={event.at}>{format.timeMillis(event.at)}</time>
                <span class="muted">{previous ? `+${gap(previous.at, event.at, format.number)}` : ''}</span>
              </span>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}

/** Words of ours are translated; a SIP status stays as it is. */
function detailWords(i18n: I18n, detail: string): string {
  return i18n.tMaybe(`detail.${detail}`, i18n.tMaybe(`reason.${detail}`, detail));
}

/** The timeline and the commit, which the call's row knows. */
function eventsOf(call: CallDetail): Event[] {
  return call.committedAt === null
    ? call.timeline
    : [...call.timeline, { at: call.committedAt, kind: 'committed' as const }];
}

function gap(from: string, to: string, number: (value: number) => string): string {
  const ms = Math.max(0, Date.parse(to) - Date.parse(from));
  return ms < 1000 ? `${ms} ms` : `${number(Math.floor(ms / 1000))} s`;
}
