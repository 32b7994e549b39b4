/**
 * The reports as tabs; what was chosen goes along.
 * @module
 */
import type { VNode } from 'preact';
import { useLocation } from 'preact-iso/router';
import type { Action } from '../../../domain/permissions.ts';
import {
  anchorOf,
  periodAround,
  type DateRange,
  type PeriodReportName,
} from '../../../domain/report-periods.ts';
import { useApp } from '../../app-context.ts';
import { intoSight } from '../../lib/into-sight.ts';
import type { ReportsKey } from '../../i18n/key.ts';
import { parseChoices, parseRange, reportAddress } from './filter.ts';

interface Tab {
  path: string;
  key: ReportsKey;
  needs: Action;
  /** Reports of the calendar's own periods open on the one around what was shown. */
  report?: PeriodReportName;
}

/** In the order of the page. */
const TABS: readonly Tab[] = [
  { path: '/rapoarte/zilnic', key: 'report.tab.daily', needs: 'report.read', report: 'daily' },
  { path: '/rapoarte/saptamanal', key: 'report.tab.weekly', needs: 'report.read', report: 'weekly' },
  { path: '/rapoarte/lunar', key: 'report.tab.monthly', needs: 'report.read', report: 'monthly' },
  { path: '/rapoarte/anual', key: 'report.tab.yearly', needs: 'report.read', report: 'yearly' },
  { path: '/rapoarte/generic', key: 'report.tab.interval', needs: 'report.read' },
  { path: '/rapoarte/apeluri', key: 'report.tab.calls', needs: 'report.read' },
  { path: '/rapoarte/agenti', key: 'report.tab.agents', needs: 'agent.read' },
  { path: '/rapoarte/campanie', key: 'report.tab.campaign', needs: 'report.read' },
];

export function ReportTabs({ today }: { today: string }): VNode {
  const { i18n, session } = useApp();
  const { path, query } = useLocation();
  const range = parseRange(query);
  const choices = parseChoices(query);
  const shown: DateRange | undefined = range;
  return (
    <nav class="report-tabs no-print" aria-label={i18n.t('report.tabs')}>
      {TABS.filter(({ needs }) => session.can(needs)).map((tab) => {
        const next =
          shown === undefined || tab.report === undefined
            ? shown
            : periodAround(tab.report, anchorOf(shown, today));
        return (
          <a
            key={tab.path}
            href={next === undefined ? tab.path : reportAddress(tab.path, { ...next, ...choices })}
            {...(path === tab.path ? { 'aria-current': 'page' as const, ref: intoSight } : {})}
          >
            {i18n.t(tab.key)}
          </a>
        );
      })}
    </nav>
  );
}
