/**
 * The objects of one kind.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { ConfigKind } from '../../../contracts/model/config.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { LoadView, Void } from '../../design/load-view.tsx';
import { PageHead } from '../../design/page-head.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { NotFoundPage } from '../shell/not-found-page.tsx';
import type { ConfigItem } from './api.ts';
import { labelIn } from './body.ts';
import { editAction, iconOf, kindOf, objectPath } from './kinds.ts';
import { createListStore } from './list-store.ts';
import { NewDialog } from './new-dialog.tsx';
import { OriginBadge } from './origin-badge.tsx';
import './config.css';

export function KindPage({ kind: given }: { kind: string }): VNode {
  const kind = kindOf(given);
  return kind === undefined ? <NotFoundPage /> : <Objects key={kind} kind={kind} />;
}

function Objects({ kind }: { kind: ConfigKind }): VNode {
  const { api, i18n, session } = useApp();
  const { t } = i18n;
  const store = useStore(() => createListStore(api.request), kind);
  const { query, route, path } = useLocation();
  // „Campanie nouă” on another page leads here.
  const [adding, setAdding] = useState('adauga' in query);
  const search = query['cauta'] ?? '';
  useTitle(t(`config.kind.${kind}`));
  const may = session.can(editAction(kind));
  return (
    <>
      <PageHead
        title={t(`config.kind.${kind}`)}
        back={{ href: '/configurare', label: t('config.title') }}
        lead={t(`config.about.${kind}`)}
        resource={store.objects}
      >
        {may ? (
          <button type="button" class="btn" data-kind="primary" onClick={() => setAdding(true)}>
            <Icon name="plus" />
            {t(`config.new.${kind}`)}
          </button>
        ) : null}
      </PageHead>
      {may ? null : (
        <p class="muted read-only">{t(kind === 'trunk' ? 'config.readOnlyTrunk' : 'config.readOnly')}</p>
      )}
      <section class="card" aria-label={t(`config.kind.${kind}`)}>
        <LoadView resource={store.objects}>
          {(objects) => {
            const all = objects.filter((one) => one.kind === kind);
            const matching = all.filter((one) => matches(one, search));
            const found = matching.filter(({ retired }) => !retired);
            const retired = matching.filter((one) => one.retired);
            return (
              <>
                {all.length > 8 || search !== '' ? (
                  <label class="list-search">
                    <span class="sr">{t('config.search')}</span>
                    <Icon name="search" />
                    <input
                      class="input"
                      type="search"
                      placeholder={t('config.search')}
                      value={search}
                      onInput={(event) => {
                        const { value } = event.currentTarget;
                        route(value === '' ? path : `${path}?cauta=${encodeURIComponent(value)}`, true);
                      }}
                    />
                  </label>
                ) : null}
                {found.length === 0 ? (
                  <Void
                    icon={iconOf(kind)}
                    title={t(search === '' ? 'config.noneTitle' : 'config.notFoundTitle')}
                  >
                    <p>{t(search === '' ? 'config.noneText' : 'config.notFoundText')}</p>
                  </Void>
                ) : (
                  <Rows kind={kind} objects={found} />
                )}
                {retired.length === 0 ? null : (
                  <details class="retired-list">
                    <summary>{t('config.retiredList', { n: retired.length })}</summary>
                    <Rows kind={kind} objects={retired} />
                  </details>
                )}
              </>
            );
          }}
        </LoadView>
      </section>
      {adding ? (
        <NewDialog kind={kind} objects={store.objects.data.value ?? []} onClose={() => setAdding(false)} />
      ) : null}
    </>
  );
}

function matches({ name, body }: ConfigItem, search: string): boolean {
  const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return [name, labelIn(body, 'ro', ''), labelIn(body, 'en', '')].some((text) =>
    fold(text).includes(fold(search)),
  );
}

function Rows({ kind, objects }: { kind: ConfigKind; objects: readonly ConfigItem[] }): VNode {
  const { i18n, clock } = useApp();
  const { t } = i18n;
  const { route } = useLocation();
  const order = (one: ConfigItem): number => Number((one.body as { sort?: unknown }).sort ?? 0);
  return (
    <div class="table-wrap">
      <table class="table config-table">
        <thead>
          <tr>
            <th scope="col">{t('config.col.what')}</th>
            <th scope="col">{t('config.col.origin')}</th>
            <th scope="col" class="num">
              {t('config.col.version')}
            </th>
            <th scope="col">{t('config.col.changed')}</th>
          </tr>
        </thead>
        <tbody>
          {objects
            .toSorted((a, b) => order(a) - order(b))
            .map((one) => {
              const href = objectPath(kind, one.name);
              return (
                <tr
                  key={one.name}
                  data-href=""
                  onClick={(event) => (event.target as Element).closest('a') ?? route(href)}
                >
                  <td>
                    <a class="row-link" href={href}>
                      {labelIn(one.body, i18n.lang.value, one.name)}
                    </a>
                    <span class="sub mono">{one.name}</span>
                  </td>
                  <td>
                    <OriginBadge origin={one.origin} />
                  </td>
                  <td class="num">{one.version}</td>
                  <td class="c-changed">
                    {i18n.format().moment(one.updatedAt, clock.now())}
                    <span class="sub">{one.updatedBy}</span>
                  </td>
                </tr>
              );
            })}
        </tbody>
      </table>
    </div>
  );
}
