/**
 * All kinds of configuration: what each is for, and how many there are.
 * @module
 */
import type { VNode } from 'preact';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { LoadView } from '../../design/load-view.tsx';
import { PageHead } from '../../design/page-head.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { createListStore } from './list-store.ts';
import { iconOf, kindPath, SHOWN_KINDS } from './kinds.ts';
import './config.css';

export function OverviewPage(): VNode {
  const { api, i18n } = useApp();
  const { t } = i18n;
  const store = useStore(() => createListStore(api.request), '');
  useTitle(t('config.title'));
  return (
    <>
      <PageHead title={t('config.title')} lead={t('config.lead')} resource={store.objects} />
      <LoadView resource={store.objects}>
        {(objects) => (
          <ul class="config-kinds">
            {SHOWN_KINDS.map((kind) => (
              <li key={kind} class="card config-kind">
                <span class="kind-icon">
                  <Icon name={iconOf(kind)} size={22} />
                </span>
                <div>
                  <h2>
                    <a href={kindPath(kind)}>{t(`config.kind.${kind}`)}</a>
                  </h2>
                  <p>{t(`config.about.${kind}`)}</p>
                </div>
                <strong class="kind-count">
                  {i18n.format().number(objects.filter((one) => one.kind === kind && !one.retired).length)}
                </strong>
              </li>
            ))}
          </ul>
        )}
      </LoadView>
    </>
  );
}
