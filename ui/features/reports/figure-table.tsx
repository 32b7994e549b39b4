/**
 * A table of figures that are not by status: names at the left, figures at the right, a row of totals.
 * @module
 */
import type { ComponentChildren, VNode } from 'preact';
import { Card } from '../../design/parts.tsx';

export interface FigureRow {
  key: string;
  /** Name of the row, and what stands below it. */
  name: ComponentChildren;
  note?: ComponentChildren;
  cells: readonly ComponentChildren[];
}

export interface FigureTableProps {
  title: string;
  /** The first is of the names. `total`: set apart by a line. */
  head: readonly (string | { name: string; total: true })[];
  rows: readonly FigureRow[];
  /** Its name and its figures. */
  totals?: readonly ComponentChildren[] | undefined;
  note?: ComponentChildren;
  /** Instead of the table. */
  instead?: ComponentChildren;
}

/** More rows scroll below their head. */
export const TALL_ROWS = 24;

export function FigureTable({ title, head, rows, totals, note, instead }: FigureTableProps): VNode {
  const [first = '', ...columns] = head.map((one) =>
    typeof one === 'string' ? { name: one, class: 'num' } : { name: one.name, class: 'num total' },
  );
  const cells = (of: readonly ComponentChildren[]) =>
    of.map((cell, at) => (
      <td class={columns[at]?.class ?? 'num'} key={at}>
        {cell}
      </td>
    ));
  return (
    <Card class="report-card" title={title}>
      {instead === undefined ? (
        <div
          class="table-wrap report-wrap"
          tabIndex={0}
          role="group"
          aria-label={title}
          data-tall={rows.length > TALL_ROWS}
        >
          <table class="table report">
            <caption class="sr">{title}</caption>
            <thead>
              <tr>
                <th scope="col">{first === '' ? '' : first.name}</th>
                {columns.map((column) => (
                  <th scope="col" class={column.class} key={column.name}>
                    {column.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.key}>
                  <th scope="row">
                    {row.name}
                    {row.note === undefined ? null : <small>{row.note}</small>}
                  </th>
                  {cells(row.cells)}
                </tr>
              ))}
            </tbody>
            {totals === undefined ? null : (
              <tfoot>
                <tr>
                  <th scope="row">{totals[0]}</th>
                  {cells(totals.slice(1))}
                </tr>
              </tfoot>
            )}
          </table>
        </div>
      ) : (
        <p class="table-note">{instead}</p>
      )}
      {note === undefined ? null : <p class="table-note">{note}</p>}
    </Card>
  );
}
