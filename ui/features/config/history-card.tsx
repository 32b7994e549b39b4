/**
 * The versions of an object, each with what it changed; any of them can be brought back into the form.
 * @module
 */
import { signal } from '@preact/signals';
import type { VNode } from 'preact';
import type { ConfigVersions } from '../../../contracts/http/config-admin.ts';
import type { ConfigKind } from '../../../contracts/model/config.ts';
import { configDifferences } from '../../../domain/config-diff.ts';
import { errorWords } from '../../api/problem.ts';
import { useApp } from '../../app-context.ts';
import { LoadView } from '../../design/load-view.tsx';
import { Badge, Card, Notice } from '../../design/parts.tsx';
import { createResource, type Resource } from '../../lib/resource.ts';
import { useStore } from '../../lib/use-store.ts';
import type { Body, ConfigApi } from './api.ts';
import { DifferenceList } from './difference-list.tsx';
import { OriginBadge } from './origin-badge.tsx';

interface History {
  versions: Resource<ConfigVersions>;
  error: { value: unknown };
  more: () => Promise<void>;
  dispose: () => void;
}

function createHistory(api: ConfigApi, kind: ConfigKind, name: string): History {
  const versions = createResource<ConfigVersions>((abort) => api.versions(kind, name, undefined, abort));
  const error = signal<unknown>(undefined);
  void versions.reload();
  return {
    versions,
    error,
    more: async () => {
      const shown = versions.data.peek();
      if (shown?.next == null) return;
      error.value = undefined;
      try {
        const older = await api.versions(kind, name, shown.next);
        versions.put({ versions: [...shown.versions, ...older.versions], next: older.next });
      } catch (cause) {
        error.value = cause;
      }
    },
    dispose: versions.dispose,
  };
}

export function HistoryCard(props: {
  api: ConfigApi;
  kind: ConfigKind;
  name: string;
  /** Changes with each save: the list is asked for anew. */
  version: number | undefined;
  onRestore: ((body: Body) => void) | undefined;
}): VNode {
  const { i18n, clock } = useApp();
  const { t } = i18n;
  const { api, kind, name, version } = props;
  const history = useStore(() => createHistory(api, kind, name), `${kind}/${name}/${version ?? 0}`);
  return (
    <Card title={t('config.history')} class="history">
      <div class="card-body">
        <LoadView resource={history.versions} rows={3}>
          {({ versions, next }) => (
            <>
              {versions.length === 0 ? <p class="muted">{t('config.historyNone')}</p> : null}
              <ol class="versions">
                {versions.map((one, index) => {
                  const before = versions[index + 1];
                  const changes = before === undefined ? [] : configDifferences(before.body, one.body);
                  return (
                    <li key={one.version}>
                      <details>
                        <summary>
                          <strong>{t('config.version', { n: one.version })}</strong>
                          <span class="muted">
                            {i18n.format().moment(one.at, clock.now())} · {one.by}
                          </span>
                          {one.removed ? (
                            <Badge look={{ tone: 'danger', icon: 'x' }}>{t('config.wasRemoved')}</Badge>
                          ) : (
                            <OriginBadge origin={one.origin} />
                          )}
                        </summary>
                        {changes.length > 0 ? (
                          <DifferenceList kind={kind} differences={changes} />
                        ) : (
                          <p class="muted">
                            {t(
                              before === undefined && next === null
                                ? 'config.firstVersion'
                                : 'config.sameContent',
                            )}
                          </p>
                        )}
                        {props.onRestore === undefined || (index === 0 && !one.removed) ? null : (
                          <button type="button" class="btn" onClick={() => props.onRestore?.(one.body)}>
                            {t('config.restore')}
                          </button>
                        )}
                      </details>
                    </li>
                  );
                })}
              </ol>
              {history.error.value === undefined ? null : (
                <Notice
                  tone="danger"
                  icon="alert"
                  role="alert"
                  title={errorWords(i18n, history.error.value)}
                />
              )}
              {next === null ? null : (
                <button type="button" class="btn" data-kind="quiet" onClick={() => void history.more()}>
                  {t('config.older')}
                </button>
              )}
            </>
          )}
        </LoadView>
      </div>
    </Card>
  );
}
