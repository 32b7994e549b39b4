/**
 * Recordings: found by what is known of their calls, played in place.
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
import { FilterBar, filterWords } from './filter-bar.tsx';
import { isEmptyFilter, parseFilter, recordingsAddress, type RecordingsFilter } from './filters.ts';
import { RecordingsTable } from './recordings-table.tsx';
import { createRecordingsStore, type RecordingsStore } from './store.ts';
import './recordings.css';

export function RecordingsPage(): VNode {
  const { api, i18n, session, clock } = useApp();
  const { t } = i18n;
  const { url, query, route } = useLocation();
  const store = useStore(() => createRecordingsStore(api.request), '');
  useTitle(t('recs.title'));
  useEffect(() => void store.show(parseFilter(query), store.number.peek()), [url]);

  function apply(filter: RecordingsFilter, number: string): void {
    const address = recordingsAddress(filter);
    store.number.value = number;
    if (address === url) void store.show(filter, number);
    else route(address);
  }

  return (
    <>
      <PageHead
        title={t('recs.title')}
        lead={t(session.can('recording.play') ? 'recs.lead' : 'recs.own')}
        resource={store.pages}
      />
      <div class="stack">
        <FilterBar
          key={url}
          filter={parseFilter(query)}
          number={store.number.value}
          today={i18n.format().localDate(clock.now())}
          onApply={apply}
        />
        <section class="card" aria-label={t('recs.title')}>
          <LoadView resource={store.pages} rows={10}>
            {(page) => <Results store={store} page={page} onReset={() => apply({}, '')} />}
          </LoadView>
        </section>
      </div>
    </>
  );
}

type Page = NonNullable<RecordingsStore['pages']['data']['value']>;

function Results(props: { store: RecordingsStore; page: Page; onReset: () => void }): VNode {
  const app = useApp();
  const { t } = app.i18n;
  const { store, page } = props;
  const filter = store.filter.value;
  const number = store.number.value;
  if (page.rows.length === 0 && page.next === null) {
    return isEmptyFilter(filter, number) ? (
      <Void icon="headphones" title={t('recs.none.title')}>
        <p>{t('recs.none.text')}</p>
      </Void>
    ) : (
      <NothingFound
        title={t('recs.empty.title')}
        text={t('recs.empty.text')}
        filters={filterWords(app, filter, number)}
        onReset={props.onReset}
      />
    );
  }
  return (
    <>
      <RecordingsTable
        rows={page.rows}
        zone={page.first.zone}
        open={store.open.value}
        onToggle={store.toggle}
      />
      <MoreFoot store={store} shown={t('recs.shown', { n: page.rows.length })} />
    </>
  );
}
