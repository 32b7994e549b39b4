/**
 * Rows × statuses with a totals row and column; each figure leads to its calls.
 * @module
 */
import type { ComponentChildren, VNode } from 'preact';
import type { ReportStatus, ReportSumsView } from '../../../contracts/http/reports.ts';
import { useApp } from '../../app-context.ts';
import { Card, Swatch } from '../../design/parts.tsx';
import type { ReportView } from './report-store.ts';

export interface StatusRow {
  key: string;
  /** Beginning of the row; `note` stands below it. */
  name: ComponentChildren;
  note?: ComponentChildren;
  /** The row in words, for what its figures lead to. */
  label: string;
  sums: ReportSumsView;
  /** Set apart by a line: what is outside the others. */
  apart?: boolean;
  /** Of a row, its calls with a status, or all; undefined: the figure leads nowhere. */
  addressOf?: (code: string | undefined) => string;
}

/** A further column, right of the total; hidden where there is no room. */
export interface ExtraColumn {
  key: string;
  name: string;
  /** Of a row, and of the totals. */
  value: (sums: ReportSumsView, rowKey: string | undefined) => ComponentChildren;
}

export interface StatusTableProps {
  title: string;
  /** What the table is of, in words. */
  caption: string;
  /** Head of the first column. */
  head: string;
  view: ReportView;
  statuses: readonly ReportStatus[];
  rows: readonly StatusRow[];
  totals: Omit<StatusRow, 'name'>;
  extras?: readonly ExtraColumn[];
  note?: ComponentChildren;
}

/** Heat of the fullest cell, in percent. */
const HOTTEST = 28;

export function StatusTable(props: StatusTableProps): VNode {
  const { i18n, catalogue } = useApp();
  const { t } = i18n;
  const { view, rows, totals, extras = [] } = props;
  const all = view.allColumns.value;
  const codes = props.statuses.filter((status) => all || status.used).map(({ code }) => code);
  const most = Math.max(1, ...rows.flatMap(({ sums }) => codes.map((code) => sums.counts[code] ?? 0)));

  return (
    <Card
      class="report-card"
      title={props.title}
      aside={
        <button type="button" class="link no-print" aria-pressed={all} onClick={view.toggleColumns}>
          {t(all ? 'report.unusedHide' : 'report.unusedShow')}
        </button>
      }
    >
      <div class="table-wrap report-wrap" tabIndex={0} role="group" aria-label={props.title}>
        <table class="table report">
          <caption class="sr">{props.caption}</caption>
          <thead>
            <tr>
              <th scope="col">{props.head}</th>
              {codes.map((code) => (
                <th scope="col" class="num" key={code}>
                  <span class="th-status">
                    <Swatch colour={catalogue.statusColour(code)} />
                    {catalogue.statusLabel(code)}
                  </span>
                </th>
              ))}
              <th scope="col" class="num total">
                {t('report.total')}
              </th>
              {extras.map(({ key, name }) => (
                <th scope="col" class="num extra" key={key}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.key} data-apart={row.apart ?? false}>
                <th scope="row">
                  {row.name}
                  {row.note === undefined ? null : <small>{row.note}</small>}
                </th>
                {codes.map((code) => (
                  <td
                    class="num heat"
                    key={code}
                    style={{ '--heat': `${Math.round((HOTTEST * (row.sums.counts[code] ?? 0)) / most)}%` }}
                  >
                    <Figure row={row} code={code} />
                  </td>
                ))}
                <td class="num total">
                  <Figure row={row} />
                </td>
                {extras.map(({ key, value }) => (
                  <td class="num extra" key={key}>
                    {value(row.sums, row.key)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t('report.total')}</th>
              {codes.map((code) => (
                <td class="num" key={code}>
                  <Figure row={totals} code={code} />
                </td>
              ))}
              <td class="num total">
                <Figure row={totals} />
              </td>
              {extras.map(({ key, value }) => (
                <td class="num extra" key={key}>
                  {value(totals.sums, undefined)}
                </td>
              ))}
            </tr>
          </tfoot>
        </table>
      </div>
      {props.note === undefined ? null : <p class="table-note">{props.note}</p>}
    </Card>
  );
}

function Figure({ row, code }: { row: Omit<StatusRow, 'name'>; code?: string }): VNode | string {
  const { i18n, catalogue, session } = useApp();
  const value = code === undefined ? row.sums.total : (row.sums.counts[code] ?? 0);
  if (value === 0) return <span class="zero">0</span>;
  const text = i18n.format().number(value);
  if (row.addressOf === undefined || !session.can('call.list')) return text;
  const status = code === undefined ? i18n.t('report.total') : catalogue.statusLabel(code);
  return (
    <a href={row.addressOf(code)} aria-label={i18n.t('report.cell', { status, row: row.label, n: value })}>
      {text}
    </a>
  );
}
