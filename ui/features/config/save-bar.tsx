/**
 * What is not saved yet, and the buttons for it; stays in sight.
 * @module
 */
import type { VNode } from 'preact';
import { errorWords } from '../../api/problem.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { Notice } from '../../design/parts.tsx';
import { useLocation } from 'preact-iso/router';
import { DifferenceList, fieldWords } from './difference-list.tsx';
import { objectPath } from './kinds.ts';
import type { ObjectStore } from './store.ts';

export function SaveBar({ store, onSaved }: { store: ObjectStore; onSaved: () => void }): VNode | null {
  const { i18n, toasts } = useApp();
  const { t } = i18n;
  const { route } = useLocation();
  if (!store.dirty.value) return null;
  const changes = store.changes.value;
  const issues = store.issues.value;
  const tried = store.tried.value;
  const isNew = store.object.data.value == null;

  async function save(): Promise<void> {
    if (!(await store.save())) return;
    toasts.show('positive', t('config.saved'));
    // A reload of the page must not begin it anew.
    if (isNew) route(objectPath(store.kind, store.name), true);
    onSaved();
  }

  return (
    <section class="save-bar" aria-label={t('config.unsaved')}>
      {store.error.value === undefined ? null : (
        <Notice tone="danger" icon="alert" role="alert" title={errorWords(i18n, store.error.value)} />
      )}
      {tried && issues.length > 0 ? (
        <Notice
          tone="danger"
          icon="alert"
          role="alert"
          title={t('config.count.issues', { n: issues.length })}
        >
          {[...new Set(issues.slice(0, 6).map(({ path }) => fieldWords(i18n, store.kind, path)))].join(' · ')}
        </Notice>
      ) : null}
      <div class="save-line">
        {isNew ? (
          <span class="muted">{t('config.notSavedYet')}</span>
        ) : (
          <details>
            <summary>{t('config.count.changes', { n: changes.length })}</summary>
            <DifferenceList kind={store.kind} differences={changes} />
          </details>
        )}
        <span class="save-buttons">
          {isNew ? null : (
            <button type="button" class="btn" data-kind="quiet" onClick={store.discard}>
              {t('config.discard')}
            </button>
          )}
          <button
            type="button"
            class="btn"
            data-kind="primary"
            aria-disabled={store.busy.value}
            onClick={() => void save()}
          >
            <span class={store.busy.value ? 'spin' : ''}>
              <Icon name={store.busy.value ? 'refresh' : 'check'} />
            </span>
            {t('config.save')}
          </button>
        </span>
      </div>
    </section>
  );
}
