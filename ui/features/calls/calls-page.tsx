/**
 * The calls list.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { CallsPage as Page } from '../../../contracts/http/calls.ts';
import { errorWords } from '../../api/problem.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { LoadView, Void } from '../../design/load-view.tsx';
import { Notice } from '../../design/parts.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { CallsTable } from './calls-table.tsx';
import { FilterBar, filterWords } from './filter-bar.tsx';
import { callsAddress, isEmptyFilter, parseFilter, type CallsFilter } from './filters.ts';
import { createCallsStore, type CallsStore } from './store.ts';
import './calls.css';

export function CallsPage(): VNode {
  const { api, i18n } = useApp();
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

  const loadedAt = store.pages.loadedAt.value;
  return (
    <>
      <div class="page-head">
        <h1>{t('calls.title')}</h1>
        <div class="page-actions">
          {loadedAt === undefined ? null : (
            <span class="muted">{t('state.updatedAt', { time: i18n.format().timeSeconds(loadedAt) })}</span>
          )}
          <button
            type="button"
            class="btn"
            disabled={store.pages.loading.value}
            onClick={() => void store.pages.reload()}
          >
            <span class={store.pages.loading.value ? 'spin' : ''}>
              <Icon name="refresh" />
            </span>
            {t('action.refresh')}
          </button>
        </div>
      </div>
      <div class="stack">
        <FilterBar key={url} filter={parseFilter(query)} number={store.number.value} onApply={apply} />
        <section class="card" aria-label={t('calls.title')}>
          <LoadView resource={store.pages} rows={10}>
            {(page) => <Results store={store} page={page} onReset={() => apply({}, '')} />}
          </LoadView>
        </section>
      </div>
    </>
  );
}

function Results({ store, page, onReset }: { store: CallsStore; page: Page; onReset: () => void }): VNode {
  const app = useApp();
  const { i18n } = app;
  const { t } = i18n;
  const filter = store.filter.value;
  const number = store.number.value;
  if (page.calls.length === 0 && page.nextCursor === null) {
    return isEmptyFilter(filter, number) ? (
      <Void icon="phone" title={t('calls.empty.none.title')}>
        <p>{t('calls.empty.none.text')}</p>
      </Void>
    ) : (
      <Void
        icon="search"
        title={t('calls.empty.title')}
        action={
          <button type="button" class="btn" data-kind="primary" onClick={onReset}>
            {t('action.reset')}
          </button>
        }
      >
        <p>{t('calls.empty.text')}</p>
        <p class="chips">
          {filterWords(app, filter, number).map((words) => (
            <span class="badge" key={words}>
              {words}
            </span>
          ))}
        </p>
      </Void>
    );
  }
  return (
    <>
      <CallsTable calls={page.calls} zone={page.zone} />
      <div class="more">
        <span class="muted">
          {t('calls.shown', { n: page.calls.length })}
          {page.nextCursor === null ? ` · ${t('calls.all')}` : ''}
        </span>
        {store.moreError.value === undefined ? null : (
          <Notice tone="danger" icon="alert" role="alert" title={errorWords(i18n, store.moreError.value)} />
        )}
        {page.nextCursor === null ? null : (
          <button
            type="button"
            class="btn"
            disabled={store.loadingMore.value}
            onClick={() => void store.more()}
          >
            {t(store.loadingMore.value ? 'app.loading' : 'action.more')}
          </button>
        )}
      </div>
    </>
  );
}
