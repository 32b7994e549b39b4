/**
 * Campanie: what has become of the contacts, list by list, answers, failures, and why contacts wait.
 * @module
 */
import type { ComponentChildren, VNode } from 'preact';
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
import { FigureLink } from '../reports/figure-link.tsx';
import { listCalls, type ListFigure } from './addresses.ts';
import { AnswersCard, AttemptsCard, ContactsCard, FailuresCard, ListsCard, WaitsCard } from './cards.tsx';
import { ListChart } from './list-chart.tsx';
import './campaign-report.css';

const PATH = '/rapoarte/campanie';
/** Of more campaigns the field is the quicker way. */
const MOST_CHOICES = 12;

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
  const label = campaign === undefined ? undefined : catalogue.campaignLabel(campaign);
  return (
    <ReportFrame
      title={t('camp.title')}
      range={label === undefined ? words : `${label} · ${words}`}
      today={today}
      resource={store.report}
      chips={choiceWords(app, list === undefined ? {} : { list }, store.report.data.value?.names)}
      exports={campaign === undefined ? undefined : { csv: files('csv'), xlsx: files('xlsx') }}
      filters={filters}
      instead={
        campaign === undefined ? (
          <div class="card">
            <Void icon="megaphone" title={t('camp.choose')}>
              <p>{t('camp.chooseText')}</p>
              <p class="camp-choices">
                {(campaigns ?? []).slice(0, MOST_CHOICES).map(({ name, label: words }) => (
                  <a key={name} class="btn" href={reportAddress(PATH, { ...filter, campaign: name })}>
                    {words}
                  </a>
                ))}
              </p>
            </Void>
          </div>
        ) : undefined
      }
    >
      {(report) => (
        <>
          <Cards report={report} />
          <ListChart report={report} view={store.view} />
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
  const sums = report.listTotals;
  const figure = (of: ListFigure): ComponentChildren =>
    sums === null ? (
      '–'
    ) : (
      <FigureLink value={sums[of]} label={t(`camp.${of}`)} href={listCalls(report, undefined, of)} />
    );
  const share = (words: 'camp.ofCalled' | 'camp.ofReached', part = 0, whole = 0): string | undefined =>
    whole > 0 ? t(words, { part: percent(part / whole) }) : undefined;
  return (
    <div class="cards">
      <Stat
        label={t('camp.open')}
        value={sums === null ? '–' : number(sums.open)}
        note={t('camp.contactsNow')}
      />
      <Stat label={t('camp.calls')} value={figure('calls')} />
      <Stat
        label={t('camp.called')}
        value={figure('called')}
        note={
          sums !== null && sums.called > 0
            ? t('camp.perContact', { n: number(Math.round((10 * sums.calls) / sums.called) / 10) })
            : undefined
        }
      />
      <Stat
        label={t('camp.reached')}
        value={figure('reached')}
        note={share('camp.ofCalled', sums?.reached, sums?.called)}
      />
      <Stat
        label={t('camp.positive')}
        value={figure('positive')}
        note={share('camp.ofReached', sums?.positive, sums?.reached)}
      />
    </div>
  );
}
