/**
 * Raport zilnic.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { DailyReport } from '../../../contracts/http/reports.ts';
import { CALL_KINDS } from '../../../contracts/model/call.ts';
import { useApp } from '../../app-context.ts';
import { DateField, SelectField } from '../../design/field.tsx';
import { Icon } from '../../design/icons.tsx';
import { LoadView, Void } from '../../design/load-view.tsx';
import { Notice, Stat } from '../../design/parts.tsx';
import { addDays, isLocalDate } from '../../i18n/format.ts';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { ListField } from '../lists/list-field.tsx';
import { ChartCard } from './chart-card.tsx';
import { ReportTable } from './report-table.tsx';
import {
  createDailyStore,
  dailyAddress,
  parseDaily,
  peakRow,
  totalsAgree,
  type DailyFilter,
  type DailyStore,
} from './store.ts';
import './daily.css';

export function DailyPage(): VNode {
  const { api, i18n, clock } = useApp();
  const { t } = i18n;
  const { url, query, route } = useLocation();
  const format = i18n.format();
  const today = format.localDate(clock.now());
  const store = useStore(() => createDailyStore({ api, today }), '');
  const filter = parseDaily(query, today);
  useTitle(`${t('daily.title')}, ${format.shortDate(filter.date)}`);
  useEffect(() => void store.show(parseDaily(query, today)), [url]);
  const loadedAt = store.report.data.value?.generatedAt;

  return (
    <div class="daily">
      <header class="page-head">
        <div>
          <h1>{t('daily.title')}</h1>
          <p class="lead">
            <strong class="daily-date">
              {format.weekday(filter.date)}, {format.longDate(filter.date)}
            </strong>
            {loadedAt === undefined ? null : (
              <span class="muted">{t('state.updatedAt', { time: format.timeSeconds(loadedAt) })}</span>
            )}
          </p>
        </div>
        <div class="page-actions no-print">
          <button
            type="button"
            class="btn"
            disabled={store.report.loading.value}
            onClick={() => void store.report.reload()}
          >
            <span class={store.report.loading.value ? 'spin' : ''}>
              <Icon name="refresh" />
            </span>
            {t('action.refresh')}
          </button>
          <button type="button" class="btn" onClick={() => print()}>
            <Icon name="printer" />
            {t('action.print')}
          </button>
        </div>
      </header>
      <div class="stack">
        <DailyFilters filter={filter} today={today} onChange={(next) => route(dailyAddress(next))} />
        <LoadView resource={store.report} rows={12}>
          {(report) => (
            <Report store={store} report={report} onReset={() => route(dailyAddress({ date: today }))} />
          )}
        </LoadView>
      </div>
    </div>
  );
}

function DailyFilters(props: {
  filter: DailyFilter;
  today: string;
  onChange: (filter: DailyFilter) => void;
}): VNode {
  const { i18n, catalogue } = useApp();
  const { t } = i18n;
  const { filter, today, onChange } = props;
  const yesterday = addDays(today, -1);
  const go = (date: string): void => onChange({ ...filter, date });
  const { kind: _kind, ...withoutKind } = filter;
  const { list: _list, ...withoutList } = filter;
  const { campaign: _campaign, ...withoutCampaign } = withoutList;
  const any = { value: '', label: t('calls.any') };
  return (
    <div class="card daily-filters no-print">
      <div class="day-nav">
        <span class="field-label">&nbsp;</span>
        <div class="segmented">
          <DayButton to={addDays(filter.date, -1)} label={t('day.prev')} icon="arrowLeft" go={go} />
          <button
            type="button"
            class="btn"
            aria-pressed={filter.date === yesterday}
            onClick={() => go(yesterday)}
          >
            {t('day.yesterday')}
          </button>
          <button type="button" class="btn" aria-pressed={filter.date === today} onClick={() => go(today)}>
            {t('day.today')}
          </button>
          <DayButton
            to={addDays(filter.date, 1)}
            label={t('day.next')}
            icon="arrowRight"
            go={go}
            disabled={filter.date >= today}
          />
        </div>
      </div>
      <DateField
        label={t('daily.date')}
        value={filter.date}
        max={today}
        onChange={(date) => isLocalDate(date) && go(date)}
      />
      <SelectField
        label={t('daily.campaign')}
        value={filter.campaign ?? ''}
        onChange={(campaign) => onChange(campaign === '' ? withoutCampaign : { ...withoutList, campaign })}
        options={[
          any,
          ...(catalogue.campaigns.data.value ?? []).map(({ name, label }) => ({ value: name, label })),
        ]}
      />
      <ListField
        campaign={filter.campaign}
        value={filter.list}
        onChange={(list) => onChange(list === undefined ? withoutList : { ...filter, list })}
      />
      <SelectField
        label={t('daily.kind')}
        value={filter.kind ?? ''}
        onChange={(value) => {
          const kind = CALL_KINDS.find((name) => name === value);
          onChange(kind === undefined ? withoutKind : { ...filter, kind });
        }}
        options={[any, ...CALL_KINDS.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))]}
      />
    </div>
  );
}

function DayButton(props: {
  to: string;
  label: string;
  icon: 'arrowLeft' | 'arrowRight';
  go: (date: string) => void;
  disabled?: boolean;
}): VNode {
  return (
    <button
      type="button"
      class="btn"
      data-icon=""
      aria-label={props.label}
      title={props.label}
      disabled={props.disabled ?? false}
      onClick={() => props.go(props.to)}
    >
      <Icon name={props.icon} />
    </button>
  );
}

function Report(props: { store: DailyStore; report: DailyReport; onReset: () => void }): VNode {
  const { i18n, catalogue } = useApp();
  const { t } = i18n;
  const { report, store } = props;
  if (report.totals.total === 0) {
    const chips = [
      i18n.format().longDate(report.date),
      report.filters.campaign === null ? '' : catalogue.campaignLabel(report.filters.campaign),
      report.filters.kind === null ? '' : t(`kind.${report.filters.kind}`),
      report.filters.list === null ? '' : `${t('calls.list')} #${report.filters.list}`,
    ].filter((words) => words !== '');
    return (
      <div class="card">
        <Void
          icon="calendar"
          title={t('daily.empty.title')}
          action={
            <button type="button" class="btn" data-kind="primary" onClick={props.onReset}>
              {t('action.reset')}
            </button>
          }
        >
          <p>{t('daily.empty.text')}</p>
          <p class="chips">
            {chips.map((words) => (
              <span class="badge" key={words}>
                {words}
              </span>
            ))}
          </p>
        </Void>
      </div>
    );
  }
  return (
    <>
      {totalsAgree(report) ? null : (
        <Notice tone="danger" icon="alert" role="alert" title={t('daily.mismatch')} />
      )}
      <Cards report={report} />
      <ChartCard store={store} report={report} />
      <ReportTable store={store} report={report} />
    </>
  );
}

function Cards({ report }: { report: DailyReport }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { number, percent, duration } = i18n.format();
  const { total, answered, talkMs, counts } = report.totals;
  const positive = report.statuses
    .filter((status) => status.positive)
    .reduce((calls, { code }) => calls + (counts[code] ?? 0), 0);
  const peak = peakRow(report.rows.filter((row) => row.fromHour !== null));
  const share = (part: number): string => t('daily.of', { part: percent(part / total) });
  return (
    <div class="cards">
      <Stat label={t('daily.totalCalls')} value={number(total)} />
      <Stat label={t('daily.answered')} value={number(answered)} note={share(answered)} />
      <Stat label={t('daily.positive')} value={number(positive)} note={share(positive)} />
      <Stat
        label={t('daily.talk')}
        value={duration(talkMs)}
        note={answered > 0 ? t('live.card.talkAvg', { duration: duration(talkMs / answered) }) : undefined}
      />
      <Stat
        label={t('daily.peak')}
        value={peak ? peak.slot.replace('-', '–') : '–'}
        note={peak ? t('count.calls', { n: peak.total }) : undefined}
      />
    </div>
  );
}
