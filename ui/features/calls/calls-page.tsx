/**
 * The calls list.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { useApp } from '../../app-context.ts';
import { LoadView, Void } from '../../design/load-view.tsx';
import { MoreFoot } from '../../design/more-foot.tsx';
import { NothingFound } from '../../design/nothing-found.tsx';
import { PageHead } from '../../design/page-head.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { CallsTable } from './calls-table.tsx';
import { DrillChips, filterWords } from './filter-words.tsx';
import { FilterBar } from './filter-bar.tsx';
import { callsAddress, isEmptyFilter, parseFilter, type CallsFilter } from './filters.ts';
import { createCallsStore, type CallsStore } from './store.ts';
import './calls.css';

export function CallsPage(): VNode {
  const { api, i18n, clock } = useApp();
  const { t } = i18n;
  const { url, query, route } = useLocation();
  const store = useStore(() => createCallsStore({ api }), '');
  useTitle(t('calls.title'));
  useEffect(() => void store.show(parseFilter(query), store.number.peek()), [url]);

  function apply(filter: CallsFilter, number: string): void {
    const address = callsAddress(filter);
    store.number.value = number;
    if (address === url) void store.show(filter, number);
    else route(address);
  }

  return (
    <>
      <PageHead title={t('calls.title')} resource={store.pages} />
      <div class="stack">
        <FilterBar
          key={url}
          filter={parseFilter(query)}
          number={store.number.value}
          today={i18n.format().localDate(clock.now())}
          onApply={apply}
        />
        <DrillChips filter={parseFilter(query)} onChange={(filter) => apply(filter, store.number.peek())} />
        <section class="card" aria-label={t('calls.title')}>
          <LoadView resource={store.pages} rows={10}>
            {(page) => <Results store={store} page={page} onReset={() => apply({}, '')} />}
          </LoadView>
        </section>
      </div>
    </>
  );
}

type Page = NonNullable<CallsStore['pages']['data']['value']>;

function Results({ store, page, onReset }: { store: CallsStore; page: Page; onReset: () => void }): VNode {
  const app = useApp();
  const { i18n } = app;
  const { t } = i18n;
  const filter = store.filter.value;
  const number = store.number.value;
  if (page.rows.length === 0 && page.next === null) {
    return isEmptyFilter(filter, number) ? (
      <Void icon="phone" title={t('calls.empty.none.title')}>
        <p>{t('calls.empty.none.text')}</p>
      </Void>
    ) : (
      <NothingFound
        title={t('calls.empty.title')}
        text={t('calls.empty.text')}
        filters={filterWords(app, filter, number)}
        onReset={onReset}
      />
    );
  }
  return (
    <>
      {page.first.total === null ? null : (
        <p class="calls-total">{t('count.calls', { n: page.first.total })}</p>
      )}
      <CallsTable calls={page.rows} zone={page.first.zone} />
      <MoreFoot store={store} shown={t('calls.shown', { n: page.rows.length })} />
    </>
  );
}
