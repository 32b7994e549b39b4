/**
 * The chart of a campaign: the contacts of each list, from those who said yes to those who were not called.
 * @module
 */
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { CampaignReportView } from '../../../contracts/http/campaign-report.ts';
import { useApp } from '../../app-context.ts';
import { ChartCard, type ChartColumn } from '../reports/chart-card.tsx';
import type { ReportView } from '../reports/report-store.ts';

/** From the bottom. */
const SERIES = [
  ['positive', 'var(--positive-fill)'],
  ['reached', 'var(--accent-fill)'],
  ['called', 'var(--neutral)'],
  ['uncalled', 'var(--line-strong)'],
] as const;

export function ListChart({ report, view }: { report: CampaignReportView; view: ReportView }): VNode | null {
  const { i18n } = useApp();
  const { t } = i18n;
  const lang = i18n.lang.value;
  const series = useMemo(
    () => SERIES.map(([code, colour]) => ({ code, colour, label: t(`camp.chart.${code}`) })),
    [lang],
  );
  const columns = useMemo(
    (): ChartColumn[] =>
      // The oldest first, as time goes.
      (report.lists ?? [])
        .filter(({ listId, contacts, called }) => listId !== null && contacts + called > 0)
        .toReversed()
        .map((list) => {
          const name = list.list ?? '';
          return {
            name,
            short: name.length > SHORT ? `${name.slice(0, SHORT - 1)}…` : name,
            sums: partsOf(list),
          };
        }),
    [report],
  );
  if (columns.length === 0) return null;
  const totals = Object.fromEntries(
    SERIES.map(([code]) => [code, columns.reduce((n, { sums }) => n + (sums.counts[code] ?? 0), 0)]),
  );
  return (
    <ChartCard
      title={t('camp.chart')}
      view={view}
      columns={columns}
      series={series}
      totals={totals}
      words={(n) => t('camp.contactsN', { n })}
    />
  );
}

/** Letters of a list's name below its column. */
const SHORT = 16;

/** Each contact once: where it got. More may have been called than are on the list now. */
function partsOf(list: NonNullable<CampaignReportView['lists']>[number]): ChartColumn['sums'] {
  const { contacts, called, reached, positive } = list;
  const counts = {
    positive,
    reached: Math.max(0, reached - positive),
    called: Math.max(0, called - Math.max(reached, positive)),
    uncalled: Math.max(0, contacts - called),
  };
  return { counts, total: Object.values(counts).reduce((n, part) => n + part, 0) };
}
