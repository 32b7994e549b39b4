/**
 * Lists with their imports.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { ListRow } from '../../../contracts/http/lists.ts';
import { LIST_KINDS } from '../../../contracts/model/import.ts';
import { createAdminListsApi } from '../../api/admin-lists.ts';
import { search } from '../../api/client.ts';
import { useApp } from '../../app-context.ts';
import { SelectField } from '../../design/field.tsx';
import { Icon } from '../../design/icons.tsx';
import { LoadView, Void } from '../../design/load-view.tsx';
import { Badge } from '../../design/parts.tsx';
import { createPaged } from '../../lib/paged.ts';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { IMPORT_LOOKS } from './looks.ts';
import { MoreFoot } from '../../design/more-foot.tsx';
import { PageHead } from '../../design/page-head.tsx';
import { Moment } from './parts.tsx';
import './lists.css';

const STATES = ['open', 'done', 'cancelled', 'undone'] as const;

interface Filters {
  campaign?: string | undefined;
  kind?: string | undefined;
  state?: string | undefined;
}

function filtersOf(query: Record<string, string>): Filters {
  return { campaign: query['campanie'], kind: query['tip'], state: query['stare'] };
}

export function ListsPage(): VNode {
  const { api, i18n, session, catalogue } = useApp();
  const { t } = i18n;
  const { url, query, route } = useLocation();
  const filters = filtersOf(query);
  const store = useStore(() => {
    const lists = createAdminListsApi(api.request);
    return createPaged<Filters, ListRow, number, undefined>({}, async (asked, before, signal) => {
      const page = await lists.lists({ ...asked, before }, signal);
      return { rows: page.lists, next: page.nextBefore, first: undefined };
    });
  }, '');
  useTitle(t('lists.title'));
  useEffect(() => void store.show(filters), [url]);
  const put = (change: Filters): void => {
    const next = { ...filters, ...change };
    route(`/liste${search({ campanie: next.campaign, tip: next.kind, stare: next.state })}`);
  };
  const any = { value: '', label: t('calls.any') };
  const isFiltered = Object.values(filters).some((value) => value !== undefined);

  return (
    <>
      <PageHead title={t('lists.title')} lead={t('lists.lead')} resource={store.pages}>
        {session.can('list.import') ? (
          <a class="btn" data-kind="primary" href="/liste/noua">
            <Icon name="upload" />
            {t('lists.upload')}
          </a>
        ) : null}
      </PageHead>
      <div class="stack">
        <section class="card filters" aria-label={t('calls.filters')}>
          <SelectField
            label={t('calls.campaign')}
            value={filters.campaign ?? ''}
            onChange={(campaign) => put({ campaign: campaign || undefined })}
            options={[
              any,
              ...(catalogue.campaigns.data.value ?? []).map(({ name, label }) => ({ value: name, label })),
            ]}
          />
          <SelectField
            label={t('lists.kind')}
            value={filters.kind ?? ''}
            onChange={(kind) => put({ kind: kind || undefined })}
            options={[any, ...LIST_KINDS.map((kind) => ({ value: kind, label: t(`list.${kind}`) }))]}
          />
          <SelectField
            label={t('lists.import')}
            value={filters.state ?? ''}
            onChange={(state) => put({ state: state || undefined })}
            options={[any, ...STATES.map((state) => ({ value: state, label: t(`import.${state}`) }))]}
          />
        </section>
        <section class="card" aria-label={t('lists.title')}>
          <LoadView resource={store.pages} rows={8}>
            {({ rows }) =>
              rows.length === 0 ? (
                <Void icon="list" title={t(isFiltered ? 'lists.none.filtered' : 'lists.none')}>
                  <p>{t(isFiltered ? 'lists.none.filteredText' : 'lists.noneText')}</p>
                </Void>
              ) : (
                <>
                  <ListsTable rows={rows} />
                  <MoreFoot store={store} shown={t('lists.shown', { n: rows.length })} />
                </>
              )
            }
          </LoadView>
        </section>
      </div>
    </>
  );
}

function ListsTable({ rows }: { rows: readonly ListRow[] }): VNode {
  const { t } = useApp().i18n;
  return (
    <div class="table-wrap" tabIndex={0} role="group" aria-label={t('lists.title')}>
      <table class="table admin-table">
        <thead>
          <tr>
            <th scope="col">{t('calls.list')}</th>
            <th scope="col" class="hide-tablet">
              {t('calls.campaign')}
            </th>
            <th scope="col">{t('lists.import')}</th>
            <th scope="col" class="num hide-narrow">
              {t('import.accepted')}
            </th>
            <th scope="col" class="num hide-tablet">
              {t('import.duplicate')}
            </th>
            <th scope="col" class="num hide-narrow">
              {t('import.invalid')}
            </th>
            <th scope="col" class="num hide-tablet">
              {t('import.suppressed')}
            </th>
            <th scope="col" class="num">
              {t('lists.open')}
            </th>
            <th scope="col" class="num hide-narrow">
              {t('lists.closed')}
            </th>
            <th scope="col" class="hide-narrow">
              {t('lists.created')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.id} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row }: { row: ListRow }): VNode {
  const { i18n, catalogue } = useApp();
  const { t } = i18n;
  const { route } = useLocation();
  const { number } = i18n.format();
  const href = `/liste/${row.id}`;
  const count = (value: number | undefined): string => (value === undefined ? '–' : number(value));
  return (
    <tr
      data-href=""
      onClick={(event) => {
        if (!(event.target as Element).closest('a') && getSelection()?.toString() === '') route(href);
      }}
    >
      <td>
        <a class="row-link" href={href}>
          {row.name}
        </a>
        <span class="sub">
          {t(`list.${row.kind}`)}
          <span class="tablet-only"> · {catalogue.campaignLabel(row.campaign)}</span>
        </span>
      </td>
      <td class="hide-tablet">{catalogue.campaignLabel(row.campaign)}</td>
      <td>
        {row.import === null ? (
          <span class="muted">–</span>
        ) : (
          <Badge look={IMPORT_LOOKS[row.import.state]}>{t(`import.${row.import.state}`)}</Badge>
        )}
      </td>
      <td class="num hide-narrow">{count(row.import?.accepted)}</td>
      <td class="num hide-tablet">{count(row.import?.duplicate)}</td>
      <td class="num hide-narrow">{count(row.import?.invalid)}</td>
      <td class="num hide-tablet">{count(row.import?.suppressed)}</td>
      <td class="num">{count(row.contacts?.open)}</td>
      <td class="num hide-narrow">{count(row.contacts?.closed)}</td>
      <td class="nowrap hide-narrow">
        <Moment at={row.createdAt} />
      </td>
    </tr>
  );
}
