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
import { StatusTable, type ExtraColumn, type StatusRow } from './status-table.tsx';

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
  view: ReportView;
}): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { report, table } = props;
  const { filters } = report;
  const extras: ExtraColumn[] = [
    {
      key: 'answered',
      name: t('report.answered'),
      value: ({ answered }) =>
        answered === 0 ? <span class="zero">0</span> : i18n.format().number(answered),
    },
  ];
  return (
    <StatusTable
      title={t(`report.table.${table.by}`)}
      caption={`${t(`report.title.${report.report}`)}, ${t(`report.table.${table.by}`)}`}
      head={t(`report.head.${table.by}`)}
      view={props.view}
      statuses={report.statuses}
      rows={table.rows.map((row, index) => statusRow(props, i18n.lang.value, row, table.rows[index - 1]))}
      totals={{
        key: 'totals',
        label: t('report.total'),
        sums: report.totals,
        addressOf: (code) => cellAddress(filters, { from: report.from, to: report.to }, code),
      }}
      extras={extras}
      note={t('report.rule', { zone: report.zone })}
    />
  );
}

function statusRow(
  { report, table }: { report: PeriodReport; table: ReportTableView },
  lang: ReportLang,
  row: ReportRow,
  before: ReportRow | undefined,
): StatusRow {
  const { filters } = report;
  const { name, days } = rowWords(lang, { report: report.report, by: table.by }, row);
  const choices = {
    kind: filters.kind,
    ...(filters.campaign === null ? {} : { campaign: filters.campaign }),
    ...(filters.list === null ? {} : { list: filters.list }),
    ...(filters.status === null ? {} : { status: filters.status }),
  };
  const day = reportAddress('/rapoarte/zilnic', { from: row.from, to: row.from, ...choices });
  const firstOfDay = table.by === 'day-slot' && before?.from !== row.from;
  return {
    key: `${row.from} ${row.slot ?? ''}`,
    // A day leads to its own report.
    name: table.by === 'day' || table.by === 'weekday' ? <a href={day}>{name}</a> : name,
    ...(days === undefined || (table.by === 'day-slot' && !firstOfDay) ? {} : { note: days }),
    label: days === undefined ? name : `${name}, ${days}`,
    sums: row,
    apart: (row.slot === 'outside' && table.by === 'slot') || (firstOfDay && before !== undefined),
    addressOf: (code) => cellAddress(filters, row, code),
  };
}
