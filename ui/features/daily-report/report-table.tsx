/**
 * Hours × statuses with totals; each figure leads to its calls.
 * @module
 */
import type { VNode } from 'preact';
import type { DailyReport } from '../../../contracts/http/reports.ts';
import { OUTSIDE_SLOT, type SlotName } from '../../../domain/report-slots.ts';
import { useApp } from '../../app-context.ts';
import { Card, Swatch } from '../../design/parts.tsx';
import { callsAddress, withoutEmpty } from '../calls/filters.ts';
import type { DailyStore } from './store.ts';

export function ReportTable({ store, report }: { store: DailyStore; report: DailyReport }): VNode {
  const { i18n, catalogue, session } = useApp();
  const { t } = i18n;
  const { number } = i18n.format();
  const all = store.allColumns.value;
  const columns = report.statuses.filter((status) => all || status.used);
  const most = Math.max(1, ...report.rows.flatMap((row) => columns.map(({ code }) => row.counts[code] ?? 0)));
  const linked = session.can('call.list');

  function cell(value: number, slot: SlotName | undefined, code: string | undefined): VNode | string {
    if (value === 0) return <span class="zero">0</span>;
    if (!linked) return number(value);
    const address = callsAddress(
      withoutEmpty({
        from: report.date,
        to: report.date,
        slot,
        campaign: report.filters.campaign ?? undefined,
        list: report.filters.list ?? undefined,
        kind: report.filters.kind ?? undefined,
        status: code,
        result: undefined,
        // A call under way has no outcome yet and is in no row of the report.
        state: code === undefined ? 'committed' : undefined,
      }),
    );
    const where = slot === undefined ? t('daily.total') : slotName(slot);
    const label =
      code === undefined
        ? t('daily.cellTotal', { slot: where, n: value })
        : t('daily.cell', { status: catalogue.statusLabel(code), slot: where, n: value });
    return (
      <a href={address} aria-label={label}>
        {number(value)}
      </a>
    );
  }

  function slotName(slot: string): string {
    return slot === OUTSIDE_SLOT ? t('daily.outside') : slot.replace('-', '–');
  }

  return (
    <Card
      class="report-card"
      title={t('daily.table')}
      aside={
        <button type="button" class="link no-print" aria-pressed={all} onClick={store.toggleColumns}>
          {t(all ? 'daily.unusedHide' : 'daily.unusedShow')}
        </button>
      }
    >
      <div class="table-wrap report-wrap" tabIndex={0} role="group" aria-label={t('daily.table')}>
        <table class="table report">
          <caption class="sr">
            {t('daily.title')}, {i18n.format().longDate(report.date)}
          </caption>
          <thead>
            <tr>
              <th scope="col">{t('daily.slot')}</th>
              {columns.map(({ code }) => (
                <th scope="col" class="num" key={code}>
                  <span class="th-status">
                    <Swatch colour={catalogue.statusColour(code)} />
                    {catalogue.statusLabel(code)}
                  </span>
                </th>
              ))}
              <th scope="col" class="num total">
                {t('daily.total')}
              </th>
              <th scope="col" class="num answered">
                {t('daily.answered')}
              </th>
            </tr>
          </thead>
          <tbody>
            {report.rows.map((row) => (
              <tr key={row.slot} data-outside={row.slot === OUTSIDE_SLOT}>
                <th scope="row">{slotName(row.slot)}</th>
                {columns.map(({ code }) => {
                  const value = row.counts[code] ?? 0;
                  return (
                    <td
                      class="num heat"
                      key={code}
                      style={{ '--heat': `${Math.round((28 * value) / most)}%` }}
                    >
                      {cell(value, row.slot, code)}
                    </td>
                  );
                })}
                <td class="num total">{cell(row.total, row.slot, undefined)}</td>
                <td class="num answered">
                  {row.answered === 0 ? <span class="zero">0</span> : number(row.answered)}
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t('daily.total')}</th>
              {columns.map(({ code }) => (
                <td class="num" key={code}>
                  {cell(report.totals.counts[code] ?? 0, undefined, code)}
                </td>
              ))}
              <td class="num total">{cell(report.totals.total, undefined, undefined)}</td>
              <td class="num answered">{number(report.totals.answered)}</td>
            </tr>
          </tfoot>
        </table>
      </div>
      <p class="table-note">{t('daily.rule')}</p>
    </Card>
  );
}
