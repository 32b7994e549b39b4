/**
 * Rows × statuses with a totals row and column; each figure leads to its calls. A row may have rows below it, which open.
 * @module
 */
import type { ComponentChildren, VNode } from 'preact';
import type { ReportStatus, ReportSumsView } from '../../../contracts/http/reports.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { Card, Swatch } from '../../design/parts.tsx';
import { FigureLink } from './figure-link.tsx';
import { TALL_ROWS } from './figure-table.tsx';
import type { FigureOf } from './filter.ts';
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
  /** The calls behind one of its figures; undefined: they lead nowhere. */
  addressOf?: (of: FigureOf) => string;
  /** What the row is the sum of. */
  parts?: readonly StatusRow[];
}

/** A further column, right of the total. */
export interface ExtraColumn {
  key: string;
  name: string;
  value: (sums: ReportSumsView) => ComponentChildren;
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
  /** Rows with parts begin open. */
  open?: boolean;
}

/** Heat of the fullest cell, in percent. */
const HOTTEST = 28;

export function StatusTable(props: StatusTableProps): VNode {
  const { i18n, catalogue } = useApp();
  const { t } = i18n;
  const { view, rows, totals, extras = [], open = false } = props;
  const all = view.allColumns.value;
  const codes = props.statuses.filter((status) => all || status.used).map(({ code }) => code);
  const fullest = (of: readonly StatusRow[]): number =>
    Math.max(1, ...of.flatMap(({ sums }) => codes.map((code) => sums.counts[code] ?? 0)));
  const most = { whole: fullest(rows), part: fullest(rows.flatMap(({ parts = [] }) => parts)) };
  const isOpen = ({ key }: StatusRow): boolean => view.turned.value.has(key) !== open;
  const shown = rows.flatMap((row) => [
    { row, part: false },
    ...(row.parts && isOpen(row) ? row.parts.map((part) => ({ row: part, part: true })) : []),
  ]);
  const cells = (row: Omit<StatusRow, 'name'>, fullestCell: number | undefined) => (
    <Cells row={row} codes={codes} extras={extras} most={fullestCell} />
  );

  return (
    <Card
      class="report-card"
      title={props.title}
      aside={
        <span class="report-looks no-print">
          <OpenAll rows={rows} isOpen={isOpen} open={open} view={view} />
          <button type="button" class="link" aria-pressed={all} onClick={view.toggleColumns}>
            {t(all ? 'report.unusedHide' : 'report.unusedShow')}
          </button>
        </span>
      }
    >
      <div
        class="table-wrap report-wrap"
        tabIndex={0}
        role="group"
        aria-label={props.title}
        data-tall={shown.length > TALL_ROWS}
      >
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
              <th scope="col" class="num">
                <span class="th-status">{t('report.answered')}</span>
              </th>
              {extras.map(({ key, name }) => (
                <th scope="col" class="num" key={key}>
                  <span class="th-status">{name}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ row, part }) => (
              <tr
                key={row.key}
                data-apart={row.apart ?? false}
                data-part={part}
                data-whole={row.parts !== undefined}
              >
                <th scope="row">
                  {row.parts === undefined ? (
                    row.name
                  ) : (
                    <span class="report-whole">
                      <button
                        type="button"
                        class="report-turn no-print"
                        aria-expanded={isOpen(row)}
                        aria-label={t('report.turn', { row: row.label })}
                        onClick={() => view.turnRow(row.key)}
                      >
                        <Icon name="chevron" size={16} />
                      </button>
                      {row.name}
                    </span>
                  )}
                  {row.note === undefined ? null : <small>{row.note}</small>}
                </th>
                {cells(row, part ? most.part : most.whole)}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t('report.total')}</th>
              {cells(totals, undefined)}
            </tr>
          </tfoot>
        </table>
      </div>
      {props.note === undefined ? null : <p class="table-note">{props.note}</p>}
    </Card>
  );
}

function OpenAll(props: {
  rows: readonly StatusRow[];
  isOpen: (row: StatusRow) => boolean;
  open: boolean;
  view: ReportView;
}): VNode | null {
  const { t } = useApp().i18n;
  const wholes = props.rows.filter(({ parts }) => parts !== undefined);
  if (wholes.length === 0) return null;
  const every = wholes.every(props.isOpen);
  return (
    <button
      type="button"
      class="link"
      onClick={() => props.view.turnRows(every === props.open ? wholes.map(({ key }) => key) : [])}
    >
      {t(every ? 'report.closeAll' : 'report.openAll')}
    </button>
  );
}

/** @param props.most calls of the fullest cell; undefined: no heat */
function Cells(props: {
  row: Omit<StatusRow, 'name'>;
  codes: readonly string[];
  extras: readonly ExtraColumn[];
  most: number | undefined;
}): VNode {
  const { i18n, catalogue } = useApp();
  const { t } = i18n;
  const { row, most } = props;
  const { counts, total, answered } = row.sums;
  const figure = (value: number, name: string, of: FigureOf) => (
    <FigureLink value={value} label={`${name}, ${row.label}`} href={row.addressOf?.(of)} />
  );
  return (
    <>
      {props.codes.map((code) => {
        const value = counts[code] ?? 0;
        return (
          <td
            class={most === undefined ? 'num' : 'num heat'}
            key={code}
            {...(most === undefined
              ? {}
              : { style: { '--heat': `${Math.round((HOTTEST * value) / most)}%` } })}
          >
            {figure(value, catalogue.statusLabel(code), { status: code })}
          </td>
        );
      })}
      <td class="num total">{figure(total, t('report.total'), {})}</td>
      <td class="num">{figure(answered, t('report.answered'), { answered: 'answered' })}</td>
      {props.extras.map(({ key, value }) => (
        <td class="num" key={key}>
          {value(row.sums)}
        </td>
      ))}
    </>
  );
}
