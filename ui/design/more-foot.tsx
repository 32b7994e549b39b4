/**
 * The foot of a list that is read page by page: how much is shown, and more of it.
 * @module
 */
import type { VNode } from 'preact';
import { errorWords } from '../api/problem.ts';
import { useApp } from '../app-context.ts';
import type { Paged } from '../lib/paged.ts';
import { Notice } from './parts.tsx';
import './more-foot.css';

export function MoreFoot<T, K, P>(props: {
  store: Pick<Paged<unknown, T, K, P>, 'pages' | 'loadingMore' | 'moreError' | 'more'>;
  /** How much, in words. */
  shown: string;
}): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { store } = props;
  const next = store.pages.data.value?.next ?? null;
  return (
    <div class="more">
      <span class="muted">
        {props.shown}
        {next === null ? ` · ${t('calls.all')}` : ''}
      </span>
      {store.moreError.value === undefined ? null : (
        <Notice tone="danger" icon="alert" role="alert" title={errorWords(i18n, store.moreError.value)} />
      )}
      {next === null ? null : (
        <button
          type="button"
          class="btn no-print"
          disabled={store.loadingMore.value}
          onClick={() => void store.more()}
        >
          {t(store.loadingMore.value ? 'app.loading' : 'action.more')}
        </button>
      )}
    </div>
  );
}
