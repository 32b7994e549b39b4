/**
 * Filters of a report. Each choice shows at once; all of them stand in the address.
 * @module
 */
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ReportNames } from '../../../contracts/http/reports.ts';
import { KIND_CHOICES } from '../../../contracts/model/call.ts';
import { daysBetween } from '../../../domain/local-dates.ts';
import {
  MAX_INTERVAL_DAYS,
  periodAround,
  presetRange,
  RANGE_PRESETS,
  shiftRange,
  type DateRange,
  type PeriodReportName,
  type RangePreset,
} from '../../../domain/report-periods.ts';
import { useApp, type App } from '../../app-context.ts';
import { DateField, SelectField } from '../../design/field.tsx';
import { Icon } from '../../design/icons.tsx';
import { isLocalDate } from '../../i18n/format.ts';
import { RangeChoice } from '../calls/range-presets.tsx';
import { ListField } from '../lists/list-field.tsx';
import type { ReportChoices, ReportFilter } from './filter.ts';

/** The quick choices of each kind of period. */
const PRESETS: Readonly<Record<PeriodReportName, readonly RangePreset[]>> = {
  daily: ['yesterday', 'today'],
  weekly: ['last-week', 'this-week'],
  monthly: ['last-month', 'this-month'],
  yearly: ['last-year', 'this-year'],
  interval: RANGE_PRESETS,
};

export interface ReportFiltersProps {
  filter: ReportFilter;
  report: PeriodReportName;
  today: string;
  onChange: (filter: ReportFilter) => void;
  /** Kind of call where none is asked for; default `dialed`. */
  kind?: 'dialed' | 'all';
  /** No kind, no status: the report has its own. */
  without?: readonly ('kind' | 'status')[];
  /** Lets everything but the range go; left out: where a choice of these fields is made. */
  onReset?: (() => void) | undefined;
  /** Further fields of a report. */
  children?: ComponentChildren;
}

export function ReportFilters(props: ReportFiltersProps): VNode {
  const { i18n, catalogue } = useApp();
  const { t } = i18n;
  const { filter, onChange, without = [] } = props;
  const { kind = props.kind ?? 'dialed' } = filter;
  const put = (change: { [K in keyof ReportChoices]: ReportChoices[K] | undefined }): void =>
    onChange(
      Object.fromEntries(
        Object.entries({ ...filter, ...change }).filter(([, value]) => value !== undefined && value !== ''),
      ) as unknown as ReportFilter,
    );
  const any = { value: '', label: t('calls.any') };
  const chosen = filter.campaign ?? filter.list ?? filter.status ?? filter.kind;
  const letGo = (): void => onChange({ from: filter.from, to: filter.to });
  const reset = props.onReset ?? (chosen === undefined ? undefined : letGo);
  return (
    <div class="card report-filters no-print" role="group" aria-label={t('report.filters')}>
      <RangeBar {...props} />
      <div class="report-fields">
        <RangeFields {...props} />
        <SelectField
          label={t('calls.campaign')}
          value={filter.campaign ?? ''}
          onChange={(campaign) => put({ campaign, list: undefined })}
          options={[
            any,
            ...(catalogue.campaigns.data.value ?? []).map(({ name, label }) => ({ value: name, label })),
          ]}
        />
        <ListField campaign={filter.campaign} value={filter.list} onChange={(list) => put({ list })} />
        {without.includes('kind') ? null : (
          <SelectField
            label={t('report.kind')}
            value={kind}
            onChange={(value) => put({ kind: KIND_CHOICES.find((choice) => choice === value) })}
            options={KIND_CHOICES.map((choice) => ({ value: choice, label: t(`report.kind.${choice}`) }))}
          />
        )}
        {without.includes('status') ? null : (
          <SelectField
            label={t('calls.status')}
            value={filter.status ?? ''}
            onChange={(status) => put({ status })}
            options={[
              any,
              ...catalogue.statuses.value.map(({ code }) => ({
                value: code,
                label: catalogue.statusLabel(code),
              })),
            ]}
          />
        )}
        {props.children}
        {reset === undefined ? null : (
          <div class="report-reset">
            <button type="button" class="btn" onClick={reset}>
              {t('action.reset')}
            </button>
          </div>
        )}
      </div>
    </div>
  );
}

/** One back, the quick choices, one on. */
function RangeBar({ filter, report, today, onChange }: ReportFiltersProps): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const go = ({ from, to }: DateRange): void => onChange({ ...filter, from, to });
  const step = (by: -1 | 1) => (
    <button
      type="button"
      class="btn"
      data-icon=""
      aria-label={t(by < 0 ? 'report.prev' : 'report.next')}
      title={t(by < 0 ? 'report.prev' : 'report.next')}
      disabled={by > 0 && filter.to >= today}
      onClick={() => go(shiftRange(filter, by))}
    >
      <Icon name={by < 0 ? 'arrowLeft' : 'arrowRight'} />
    </button>
  );
  return (
    <div class="segmented report-range-bar" role="group" aria-label={t('report.range')}>
      {step(-1)}
      {PRESETS[report].map((preset) => {
        const range = presetRange(preset, today);
        return (
          <RangeChoice
            key={preset}
            words={t(`report.preset.${preset}`)}
            isChosen={range.from === filter.from && range.to === filter.to}
            onChoose={() => go(range)}
          />
        );
      })}
      {step(1)}
    </div>
  );
}

function RangeFields(props: ReportFiltersProps): VNode {
  const { i18n } = useApp();
  const { filter, report, today, onChange } = props;
  const around = (date: string): void => {
    if (isLocalDate(date)) onChange({ ...filter, ...periodAround(report, date) });
  };
  switch (report) {
    case 'daily':
    case 'weekly':
      return (
        <DateField
          label={i18n.t(report === 'daily' ? 'report.day' : 'report.weekOf')}
          value={filter.from}
          max={today}
          onChange={around}
        />
      );
    case 'monthly':
    case 'yearly':
      return <MonthFields filter={filter} report={report} today={today} around={around} />;
    default:
      return <IntervalFields {...props} />;
  }
}

/** Years before this one that can be chosen; the arrows lead further. */
const YEARS_BACK = 10;
const MONTHS = Array.from({ length: 12 }, (_, month) => String(month + 1).padStart(2, '0'));

function MonthFields(props: {
  filter: ReportFilter;
  report: PeriodReportName;
  today: string;
  around: (date: string) => void;
}): VNode {
  const { i18n } = useApp();
  const [year = '', month = ''] = props.filter.from.split('-');
  const thisYear = Number(props.today.slice(0, 4));
  const years = Array.from({ length: YEARS_BACK + 1 }, (_, back) => String(thisYear - back));
  const name = new Intl.DateTimeFormat(i18n.lang.value, { month: 'long', timeZone: 'UTC' });
  return (
    <>
      {props.report === 'monthly' ? (
        <SelectField
          label={i18n.t('report.month')}
          value={month}
          onChange={(chosen) => props.around(`${year}-${chosen}-01`)}
          options={MONTHS.map((value) => ({ value, label: name.format(new Date(`2000-${value}-01`)) }))}
        />
      ) : null}
      <SelectField
        label={i18n.t('report.year')}
        value={year}
        onChange={(chosen) => props.around(`${chosen}-${month}-01`)}
        options={[...new Set([...years, year])].map((value) => ({ value, label: value }))}
      />
    </>
  );
}

/** Two days that are typed one after the other: shown when they make sense together. */
function IntervalFields({ filter, today, onChange }: ReportFiltersProps): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const [draft, setDraft] = useState<DateRange>({ from: filter.from, to: filter.to });
  useEffect(() => setDraft({ from: filter.from, to: filter.to }), [filter.from, filter.to]);
  const whole = isLocalDate(draft.from) && isLocalDate(draft.to);
  const wrong = whole && draft.from > draft.to;
  const long = whole && daysBetween(draft.from, draft.to) > MAX_INTERVAL_DAYS;
  function set(change: Partial<DateRange>): void {
    const next = { ...draft, ...change };
    setDraft(next);
    if (!isLocalDate(next.from) || !isLocalDate(next.to) || next.from > next.to) return;
    if (daysBetween(next.from, next.to) <= MAX_INTERVAL_DAYS) onChange({ ...filter, ...next });
  }
  return (
    <>
      <DateField
        label={t('calls.from')}
        value={draft.from}
        max={today}
        error={wrong ? t('calls.rangeWrong') : long ? t('report.tooLong') : undefined}
        onChange={(from) => set({ from })}
      />
      <DateField label={t('calls.to')} value={draft.to} onChange={(to) => set({ to })} />
    </>
  );
}

/** What is asked for beside the range, in words: for the empty state and for paper. */
export function choiceWords(app: App, choices: ReportChoices, names?: ReportNames): string[] {
  const { i18n, catalogue } = app;
  const { t } = i18n;
  return [
    choices.kind === undefined ? '' : t(`report.kind.${choices.kind}`),
    choices.campaign === undefined ? '' : catalogue.campaignLabel(choices.campaign),
    choices.list === undefined ? '' : `${t('calls.list')}: ${names?.list ?? `#${choices.list}`}`,
    choices.status === undefined ? '' : catalogue.statusLabel(choices.status),
  ].filter((words) => words !== '');
}
