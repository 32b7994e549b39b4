/**
 * The tables of a report by period, with words for their rows and addresses for their figures.
 * @module
 */
import type { VNode } from 'preact';
import type { PeriodReport, ReportRow, ReportTableView } from '../../../contracts/http/reports.ts';
import { rowWords, type ReportLang } from '../../../domain/report-words.ts';
import { useApp } from '../../app-context.ts';
import type { ChartColumn } from './chart-card.tsx';
import { cellAddress, reportAddress } from './filter.ts';
import type { ReportView } from './report-store.ts';
import { StatusTable, type StatusRow } from './status-table.tsx';

/** Columns of the chart; those outside 7-20 only when there are calls. */
export function columnsOf(report: PeriodReport, table: ReportTableView, lang: ReportLang): ChartColumn[] {
  return table.rows
    .filter(({ slot, total }) => slot !== 'outside' || total > 0)
    .map((row) => {
      const { name, short, days } = rowWords(lang, { report: report.report, by: table.by }, row);
      const long = row.slot === 'outside' ? short : name;
      return { name: days === undefined || table.by === 'day' ? long : `${long}, ${days}`, short, sums: row };
    });
}

export function PeriodTable(props: {
  report: PeriodReport;
  table: ReportTableView;
  /** The hours of each of its days. */
  hours?: ReportTableView | undefined;
  view: ReportView;
}): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { report, table, hours } = props;
  const lang = i18n.lang.value;
  const title = t(hours === undefined ? `report.table.${table.by}` : 'report.table.day-slot');
  return (
    <StatusTable
      title={title}
      caption={`${t(`report.title.${report.report}`)}, ${title}`}
      head={t(`report.head.${table.by}`)}
      view={props.view}
      statuses={report.statuses}
      rows={table.rows.map((row) => {
        const parts = hours?.rows
          .filter(({ from }) => from === row.from)
          .map((hour) => statusRow(report, 'day-slot', lang, hour));
        return { ...statusRow(report, table.by, lang, row), ...(parts?.length ? { parts } : {}) };
      })}
      totals={{
        key: 'totals',
        label: t('report.total'),
        sums: report.totals,
        addressOf: (of) => cellAddress(report.filters, report, of),
      }}
      note={t('report.rule', { zone: report.zone })}
    />
  );
}

function statusRow(
  { report, filters }: PeriodReport,
  by: ReportTableView['by'],
  lang: ReportLang,
  row: ReportRow,
): StatusRow {
  const { name, days } = rowWords(lang, { report, by }, row);
  const choices = {
    kind: filters.kind,
    ...(filters.campaign === null ? {} : { campaign: filters.campaign }),
    ...(filters.list === null ? {} : { list: filters.list }),
    ...(filters.status === null ? {} : { status: filters.status }),
  };
  const day = reportAddress('/rapoarte/zilnic', { from: row.from, to: row.from, ...choices });
  return {
    key: `${row.from} ${row.slot ?? ''}`,
    // A day leads to its own report.
    name: by === 'day' || by === 'weekday' ? <a href={day}>{name}</a> : name,
    // The day of an hour stands above it.
    ...(days === undefined || by === 'day-slot' ? {} : { note: days }),
    label: days === undefined ? name : `${name}, ${days}`,
    sums: row,
    apart: row.slot === 'outside' && by === 'slot',
    addressOf: (of) => cellAddress(filters, row, of),
  };
}
