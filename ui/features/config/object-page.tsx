/**
 * One config object: its form, what it is used by, its history, and what others did meanwhile.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { ConfigObjectView } from '../../../contracts/http/config-admin.ts';
import type { ConfigKind } from '../../../contracts/model/config.ts';
import { WALL_THRESHOLDS } from '../../../contracts/model/thresholds.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { LoadView, Void } from '../../design/load-view.tsx';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { NotFoundPage } from '../shell/not-found-page.tsx';
import type { Body, ConfigItem } from './api.ts';
import { labelIn, setAt } from './body.ts';
import { ConflictCard } from './conflict-card.tsx';
import { EditContext, editOf } from './edit-context.ts';
import { HistoryCard } from './history-card.tsx';
import { editAction, kindOf } from './kinds.ts';
import { createListStore } from './list-store.ts';
import { ObjectForm } from './object-form.tsx';
import { OriginBadge } from './origin-badge.tsx';
import { RunCard } from './run-card.tsx';
import { SaveBar } from './save-bar.tsx';
import { createObjectStore, type ObjectStore } from './store.ts';
import { newBody } from './templates.ts';
import { TrunkTestCard } from './trunk-test-card.tsx';
import { RetiredNotice, UsageCard } from './usage-card.tsx';
import './config.css';

export function ObjectPage({ kind: given, name }: { kind: string; name: string }): VNode {
  const kind = kindOf(given);
  return kind === undefined ? <NotFoundPage /> : <Object key={`${kind}/${name}`} kind={kind} name={name} />;
}

function Object({ kind, name }: { kind: ConfigKind; name: string }): VNode {
  const { api, i18n } = useApp();
  const list = useStore(() => createListStore(api.request), `${kind}/${name}`);
  const store = useStore(
    () =>
      createObjectStore({ api: list.api, setTimeout: globalThis.setTimeout.bind(globalThis) }, kind, name),
    `${kind}/${name}`,
  );
  useEffect(() => void store.object.reload(), [store]);
  useLeaveGuard(store);
  useTitle(`${name} · ${i18n.t(`config.kind.${kind}`)}`);
  const head = <Head kind={kind} name={name} title={name} />;
  return (
    <LoadView resource={list.objects} head={head}>
      {(objects) => (
        <LoadView resource={store.object} head={head}>
          {(object) => <Loaded store={store} list={list} objects={objects} object={object} />}
        </LoadView>
      )}
    </LoadView>
  );
}

function Loaded(props: {
  store: ObjectStore;
  list: ReturnType<typeof createListStore>;
  objects: readonly ConfigItem[];
  object: ConfigObjectView | null;
}): VNode {
  const { store, list, objects, object } = props;
  const { i18n, session } = useApp();
  const { t } = i18n;
  const { query } = useLocation();
  const { kind, name } = store;
  const mayEdit = session.can(editAction(kind));
  // What is out of use comes back before it is changed.
  const may = mayEdit && object?.retired == null;
  const label = query['nou'];
  useEffect(() => {
    if (object !== null || store.body.peek() !== undefined) return;
    // The wall has its limits before anybody has set one.
    if (kind === 'thresholds' && name === WALL_THRESHOLDS) return store.begin({ name, metrics: {} });
    if (label === undefined) return;
    const from = objects.find((one) => one.kind === kind && one.name === query['dupa'])?.body;
    store.begin(newBody(kind, name, label, from));
  }, [object]);
  const body = store.body.value;
  const restore = may ? (old: Body): void => bringBack(store, old) : undefined;
  if (body === undefined) return <Gone kind={kind} name={name} list={list} onRestore={restore} />;
  const edit = editOf(i18n, store, body, objects, !may);
  return (
    <EditContext.Provider value={edit}>
      <Head kind={kind} name={name} title={labelIn(body, i18n.lang.value, name)} object={object} />
      {object === null || object.retired === null ? null : (
        <div class="retired-notice">
          <RetiredNotice store={store} object={object} may={mayEdit} />
        </div>
      )}
      {mayEdit ? null : (
        <p class="muted read-only">{t(kind === 'trunk' ? 'config.readOnlyTrunk' : 'config.readOnly')}</p>
      )}
      <ConflictCard store={store} />
      {object?.run == null || object.retired !== null ? null : (
        <RunCard api={list.api} name={name} run={object.run} onChanged={() => void store.object.reload()} />
      )}
      <div class="grid-2 config-grid" data-kind={kind}>
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
          }}
        >
          <ObjectForm api={list.api} store={store} />
        </form>
        <div class="stack">
          {object !== null && kind === 'trunk' && may ? (
            <TrunkTestCard trunk={name} objects={objects} dirty={store.dirty.value} />
          ) : null}
          {object === null ? null : <UsageCard store={store} object={object} may={may} />}
          {object === null ? null : (
            <HistoryCard
              api={list.api}
              kind={kind}
              name={name}
              version={object.version}
              onRestore={restore}
            />
          )}
        </div>
      </div>
      {may ? <SaveBar store={store} onSaved={() => void list.objects.reload()} /> : null}
    </EditContext.Provider>
  );
}

/** Into the form; a password that was hidden stays the present one. */
function bringBack(store: ObjectStore, old: Body): void {
  const body = store.kind === 'trunk' ? setAt(old, 'credentials.password', undefined) : old;
  if (store.object.data.peek() === null) store.begin(body);
  else store.put(body);
  scrollTo({ top: 0 });
}

/** @param props.object undefined: not here (yet); null: not saved yet */
function Head(props: {
  kind: ConfigKind;
  name: string;
  title: string;
  object?: ConfigObjectView | null;
}): VNode {
  const { i18n, clock } = useApp();
  const { t } = i18n;
  const { object, kind } = props;
  return (
    <div class="page-head">
      <div>
        <a class="crumb" href={kind === 'thresholds' ? '/configurare' : `/configurare/${kind}`}>
          <Icon name="arrowLeft" size={16} />
          {t(kind === 'thresholds' ? 'config.title' : `config.kind.${kind}`)}
        </a>
        <h1>{kind === 'thresholds' ? t('config.kind.thresholds') : props.title}</h1>
        <p class="lead object-lead">
          {props.title === props.name ? null : <span class="mono">{props.name}</span>}
          {object === undefined ? null : object === null ? (
            <span>{t('config.notSavedYet')}</span>
          ) : (
            <>
              <span>{t('config.version', { n: object.version })}</span>
              <OriginBadge origin={object.origin} />
              <span>
                {i18n.format().moment(object.at, clock.now())} · {object.by}
              </span>
            </>
          )}
        </p>
      </div>
    </div>
  );
}

/** There is none of that name; perhaps there was. */
function Gone(props: {
  kind: ConfigKind;
  name: string;
  list: ReturnType<typeof createListStore>;
  onRestore: ((body: Body) => void) | undefined;
}): VNode {
  const { t } = useApp().i18n;
  return (
    <div class="stack">
      <div class="card">
        <Void page icon="search" title={t('config.gone.title')}>
          <p>{t('config.gone.text', { name: props.name })}</p>
          <p>
            <a class="btn" href={`/configurare/${props.kind}`}>
              {t(`config.kind.${props.kind}`)}
            </a>
          </p>
        </Void>
      </div>
      <HistoryCard
        api={props.list.api}
        kind={props.kind}
        name={props.name}
        version={undefined}
        onRestore={props.onRestore}
      />
    </div>
  );
}

/** Closing the tab over changes asks first. */
function useLeaveGuard(store: ObjectStore): void {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => {
      if (store.dirty.peek() && store.object.data.peek() != null) event.preventDefault();
    };
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [store]);
}
