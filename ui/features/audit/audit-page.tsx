/**
 * The journal.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { AuditOptions, AuditPage as Page } from '../../../contracts/http/audit.ts';
import { errorWords } from '../../api/problem.ts';
import { useApp } from '../../app-context.ts';
import { DateField, SelectField, TextField } from '../../design/field.tsx';
import { Icon } from '../../design/icons.tsx';
import { LoadView, Void } from '../../design/load-view.tsx';
import { PageHead } from '../../design/page-head.tsx';
import { createResource } from '../../lib/resource.ts';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { AuditEntries } from './entries.tsx';
import { auditAddress, auditQuery, parseAuditFilter, type AuditFilter } from './filters.ts';

export function AuditPage(): VNode {
  const { api, i18n, toasts } = useApp();
  const { t } = i18n;
  const { url, query, route } = useLocation();
  const filter = parseAuditFilter(query);
  const asked = auditQuery(filter);
  const pages = useStore(
    () => createResource((signal) => api.request<Page>(`/api/audit${asked}`, {}, signal)),
    asked,
  );
  const options = useStore(
    () => createResource((signal) => api.request<AuditOptions>('/api/audit/options', {}, signal)),
    '',
  );
  const [loading, setLoading] = useState(false);
  useTitle(t('audit.title'));
  useEffect(() => void pages.reload(), [pages]);
  useEffect(() => void options.reload(), [options]);

  async function more(page: Page): Promise<void> {
    if (loading || page.nextCursor === null) return;
    setLoading(true);
    try {
      const next = await api.request<Page>(`/api/audit${auditQuery(filter, page.nextCursor)}`);
      pages.put({ ...next, entries: [...page.entries, ...next.entries] });
    } catch (error) {
      toasts.show('danger', errorWords(i18n, error));
    } finally {
      setLoading(false);
    }
  }

  return (
    <>
      <PageHead title={t('audit.title')} lead={t('audit.lead')} resource={pages}>
        <a class="btn" href={`/api/audit/export.csv${asked}`} download="jurnal.csv">
          <Icon name="download" />
          {t('audit.export')}
        </a>
      </PageHead>
      <div class="stack">
        <AuditFilters
          key={url}
          filter={filter}
          options={options.data.value}
          onApply={(next) => route(auditAddress(next))}
        />
        <section class="card" aria-label={t('audit.title')}>
          <LoadView resource={pages} rows={10}>
            {(page) =>
              page.entries.length === 0 ? (
                <Void
                  icon="search"
                  title={t('audit.empty.title')}
                  action={
                    <button type="button" class="btn" data-kind="primary" onClick={() => route('/jurnal')}>
                      {t('action.reset')}
                    </button>
                  }
                >
                  <p>{t('audit.empty.text')}</p>
                </Void>
              ) : (
                <>
                  <AuditEntries entries={page.entries} />
                  <div class="audit-more">
                    <span class="muted">{t('audit.shown', { n: page.entries.length })}</span>
                    {page.nextCursor === null ? null : (
                      <button type="button" class="btn" disabled={loading} onClick={() => void more(page)}>
                        {t('action.more')}
                      </button>
                    )}
                  </div>
                </>
              )
            }
          </LoadView>
        </section>
      </div>
    </>
  );
}

function AuditFilters(props: {
  filter: AuditFilter;
  options: AuditOptions | undefined;
  onApply: (filter: AuditFilter) => void;
}): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const [draft, setDraft] = useState(props.filter);
  const set =
    (field: keyof AuditFilter) =>
    (value: string): void =>
      setDraft({ ...draft, [field]: value === '' ? undefined : value });
  const wrong = draft.from !== undefined && draft.to !== undefined && draft.from > draft.to;
  const any = { value: '', label: t('audit.any') };
  const { actors = [], actions = [], objectKinds = [] } = props.options ?? {};
  const active = Object.values(props.filter).filter((value) => value !== undefined).length;
  return (
    <details class="card filter-box" open={active > 0 || matchMedia('(min-width: 768px)').matches}>
      <summary>
        <Icon name="search" />
        {t('audit.filters')}
        {active > 0 ? <span class="badge">{active}</span> : null}
      </summary>
      <form
        class="filters"
        aria-label={t('audit.filtersFor')}
        onSubmit={(event) => {
          event.preventDefault();
          if (!wrong) props.onApply(draft);
        }}
      >
        <DateField
          label={t('audit.from')}
          value={draft.from ?? ''}
          error={wrong ? t('audit.rangeWrong') : undefined}
          onChange={set('from')}
        />
        <DateField label={t('audit.to')} value={draft.to ?? ''} onChange={set('to')} />
        <SelectField
          label={t('audit.actor')}
          value={draft.actor ?? ''}
          onChange={set('actor')}
          options={[
            any,
            ...withChosen(
              actors.map(({ actor }) => actor),
              draft.actor,
            ).map((actor) => ({
              value: actor,
              label: actors.find((one) => one.actor === actor)?.actorName ?? actor,
            })),
          ]}
        />
        <SelectField
          label={t('audit.action')}
          value={draft.action ?? ''}
          onChange={set('action')}
          options={[
            any,
            ...withChosen(actions, draft.action).map((action) => ({
              value: action,
              label: i18n.tMaybe(`audit.do.${action}`, action),
            })),
          ]}
        />
        <SelectField
          label={t('audit.kind')}
          value={draft.objectKind ?? ''}
          onChange={set('objectKind')}
          options={[
            any,
            ...withChosen(objectKinds, draft.objectKind).map((kind) => ({
              value: kind,
              label: i18n.tMaybe(`audit.kind.${kind}`, kind),
            })),
          ]}
        />
        <TextField
          label={t('audit.object')}
          name="object"
          value={draft.objectId ?? ''}
          onInput={set('objectId')}
        />
        <div class="buttons">
          <button type="submit" class="btn" data-kind="primary">
            <Icon name="search" />
            {t('action.search')}
          </button>
          <button type="button" class="btn" onClick={() => props.onApply({})}>
            {t('action.reset')}
          </button>
        </div>
      </form>
    </details>
  );
}

/** What stands in the address can be chosen, also before (or without) the options. */
function withChosen(options: readonly string[], chosen: string | undefined): readonly string[] {
  return chosen === undefined || options.includes(chosen) ? options : [chosen, ...options];
}
