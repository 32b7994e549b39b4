/**
 * Campanie: what has become of the contacts, list by list, answers, failures, and why contacts wait.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { CampaignReportView } from '../../../contracts/http/campaign-report.ts';
import { rangeWords } from '../../../domain/report-words.ts';
import { search } from '../../api/client.ts';
import { exportAddress } from '../../api/reports.ts';
import { useApp } from '../../app-context.ts';
import { Void } from '../../design/load-view.tsx';
import { Stat } from '../../design/parts.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { choiceWords, ReportFilters } from '../reports/filter-bar.tsx';
import { parseReport, reportAddress, type ReportFilter } from '../reports/filter.ts';
import { ReportFrame } from '../reports/report-frame.tsx';
import { createReportStore } from '../reports/report-store.ts';
import { AnswersCard, AttemptsCard, ContactsCard, FailuresCard, ListsCard, WaitsCard } from './cards.tsx';
import './campaign-report.css';

const PATH = '/rapoarte/campanie';

export function CampaignReportPage(): VNode {
  const app = useApp();
  const { api, i18n, clock, catalogue } = app;
  const { t } = i18n;
  const { url, query, route } = useLocation();
  const today = i18n.format().localDate(clock.now());
  const { from, to, list, ...asked } = parseReport(query, 'interval', today);
  const campaigns = catalogue.campaigns.data.value;
  // Of one campaign only there is nothing to choose.
  const campaign = asked.campaign ?? (campaigns?.length === 1 ? campaigns[0]?.name : undefined);
  const filter: ReportFilter = {
    from,
    to,
    ...(campaign === undefined ? {} : { campaign }),
    ...(list === undefined ? {} : { list }),
  };
  const store = useStore(
    () =>
      createReportStore((question: ReportFilter, abort) =>
        api.request<CampaignReportView>(`/api/reports/campaign${search({ ...question })}`, {}, abort),
      ),
    'campaign',
  );
  const words = rangeWords(i18n.lang.value, from, to);
  useTitle(`${t('camp.title')}, ${words}`);
  useEffect(() => {
    if (campaign !== undefined) void store.show(filter);
  }, [url, store, campaign]);
  const files = (file: 'csv' | 'xlsx'): string =>
    exportAddress('campaign', file, { ...filter }, i18n.lang.value);
  const filters = (
    <ReportFilters
      filter={filter}
      report="interval"
      today={today}
      without={['kind', 'status']}
      onChange={(next) => route(reportAddress(PATH, next))}
    />
  );
  if (campaign === undefined) {
    return (
      <div class="reports">
        <header class="page-head">
          <h1>{t('camp.title')}</h1>
        </header>
        <div class="stack">
          {filters}
          <div class="card">
            <Void icon="megaphone" title={t('camp.choose')} />
          </div>
        </div>
      </div>
    );
  }
  return (
    <ReportFrame
      title={t('camp.title')}
      range={`${catalogue.campaignLabel(campaign)} · ${words}`}
      today={today}
      resource={store.report}
      chips={choiceWords(app, { campaign, ...(list === undefined ? {} : { list }) })}
      exports={{ csv: files('csv'), xlsx: files('xlsx') }}
      filters={filters}
    >
      {(report) => (
        <>
          <Cards report={report} />
          <ListsCard report={report} />
          <div class="grid-2 campaign-grid">
            <ContactsCard report={report} />
            <WaitsCard report={report} />
            <AttemptsCard report={report} />
            <FailuresCard report={report} />
          </div>
          <AnswersCard report={report} />
        </>
      )}
    </ReportFrame>
  );
}

function Cards({ report }: { report: CampaignReportView }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { number, percent } = i18n.format();
  const lists = report.lists ?? [];
  const sum = (of: (list: (typeof lists)[number]) => number): number =>
    lists.reduce((total, list) => total + of(list), 0);
  const [called, reached, positive] = [
    sum((list) => list.called),
    sum((list) => list.reached),
    sum((list) => list.positive),
  ];
  return (
    <div class="cards">
      <Stat label={t('camp.open')} value={number(sum((list) => list.open))} note={t('camp.contactsNow')} />
      <Stat label={t('camp.calls')} value={number(sum((list) => list.calls))} />
      <Stat label={t('camp.called')} value={number(called)} />
      <Stat
        label={t('camp.reached')}
        value={number(reached)}
        note={called > 0 ? t('camp.ofCalled', { part: percent(reached / called) }) : undefined}
      />
      <Stat
        label={t('camp.positive')}
        value={number(positive)}
        note={reached > 0 ? t('camp.ofReached', { part: percent(positive / reached) }) : undefined}
      />
    </div>
  );
}
