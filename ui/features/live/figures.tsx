/**
 * Today in figures: cards, outcomes, hours.
 * @module
 */
import type { VNode } from 'preact';
import type { LiveSnapshot } from '../../../contracts/http/live.ts';
import { useApp } from '../../app-context.ts';
import { barsOf, HourBars } from '../../design/hour-bars.tsx';
import { Icon } from '../../design/icons.tsx';
import { Card, Stat } from '../../design/parts.tsx';
import { search } from '../../api/client.ts';

export function TodayCards({ snapshot }: { snapshot: LiveSnapshot }): VNode {
  const { i18n, clock } = useApp();
  const { t } = i18n;
  const format = i18n.format(snapshot.campaign.zone);
  const { today, queue } = snapshot;
  const ratio = today.total > 0 ? format.percent(today.answered / today.total) : '–';
  return (
    <div class="cards">
      <Stat
        label={t('live.card.inProgress')}
        value={format.number(snapshot.callsInProgress)}
        note={t('live.card.places', { n: snapshot.campaign.concurrency })}
      />
      <Stat
        label={t('live.card.today')}
        value={format.number(today.total)}
        note={format.longDate(today.date)}
      />
      <Stat
        label={t('live.card.answered')}
        value={format.number(today.answered)}
        note={t('live.card.rate', { rate: ratio })}
      />
      <Stat
        label={t('live.card.talk')}
        value={format.duration(today.talkMs)}
        note={
          today.answered > 0
            ? t('live.card.talkAvg', { duration: format.duration(today.talkMs / today.answered) })
            : undefined
        }
      />
      <Stat
        label={t('live.card.due')}
        value={format.number(queue.due)}
        note={t('live.card.priority', { n: queue.duePriority })}
      />
      <Stat
        label={t('live.card.later')}
        value={format.number(queue.later)}
        note={
          queue.nextDueAt === null
            ? undefined
            : t('live.card.next', { time: format.moment(queue.nextDueAt, clock.now()) })
        }
      />
    </div>
  );
}

/** Today's calls by status, the most frequent first; each leads to its calls. */
export function OutcomesCard({ snapshot }: { snapshot: LiveSnapshot }): VNode {
  const { i18n, catalogue, session } = useApp();
  const { t } = i18n;
  const { today, campaign } = snapshot;
  const rows = Object.entries(today.byStatus)
    .filter(([, calls]) => calls > 0)
    .toSorted(([, a], [, b]) => b - a);
  const most = Math.max(1, ...rows.map(([, calls]) => calls));
  const linked = session.can('call.list');
  return (
    <Card title={t('live.outcomes')} aside={t('count.calls', { n: today.total })}>
      <div class="card-body">
        {rows.length === 0 ? <p class="muted">{t('live.outcomes.none')}</p> : null}
        <ul class="outcomes">
          {rows.map(([code, calls]) => {
            const href = `/apeluri${search({ de: today.date, pana: today.date, campanie: campaign.name, status: code })}`;
            const look = catalogue.statusLook(code);
            const label = (
              <>
                <Icon name={look.icon} size={16} />
                {catalogue.statusLabel(code)}
              </>
            );
            return (
              <li key={code}>
                <span class="outcome-label" data-tone={look.tone}>
                  {linked ? <a href={href}>{label}</a> : <span>{label}</span>}
                </span>
                <strong>{i18n.format().number(calls)}</strong>
                <span class="outcome-share">
                  {today.total > 0 ? i18n.format().share(calls / today.total) : ''}
                </span>
                <span class="outcome-bar" aria-hidden="true">
                  <span
                    style={{ width: `${(100 * calls) / most}%`, background: catalogue.statusColour(code) }}
                  />
                </span>
              </li>
            );
          })}
        </ul>
      </div>
    </Card>
  );
}

/** Live, as everything in the snapshot. */
export function HoursCard({ snapshot }: { snapshot: LiveSnapshot }): VNode {
  return (
    <Card title={useApp().i18n.t('live.hours')}>
      <div class="card-body">
        <HourBars bars={barsOf(snapshot.today.byHour)} height={136} legend />
      </div>
    </Card>
  );
}
