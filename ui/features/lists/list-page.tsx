/**
 * One list: its import, its contacts by state, what was not accepted, taking it back.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ImportView, ListDetail } from '../../../contracts/http/lists.ts';
import { createAdminListsApi, type AdminListsApi } from '../../api/admin-lists.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { LoadView } from '../../design/load-view.tsx';
import { Badge, Card, Progress, Stat } from '../../design/parts.tsx';
import { pollWhileVisible } from '../../lib/poll.ts';
import { createResource } from '../../lib/resource.ts';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { IMPORT_LOOKS } from './looks.ts';
import { PageHead } from '../../design/page-head.tsx';
import { ReasonDialog } from './parts.tsx';
import { RejectsCard } from './rejects-card.tsx';
import './lists.css';

/** An import moves in batches of some thousand rows. */
const LOOK_EVERY_MS = 2_000;

export function ListPage({ id }: { id: number }): VNode {
  const { api, i18n, session, catalogue } = useApp();
  const { t } = i18n;
  const store = useStore(() => {
    const lists = createAdminListsApi(api.request);
    const resource = createResource((signal) => lists.list(id, signal));
    return { lists, resource, dispose: resource.dispose };
  }, String(id));
  const list = store.resource.data.value;
  const [undoing, setUndoing] = useState(false);
  const [asked, setAsked] = useState(false);
  useTitle(list?.name ?? t('lists.title'));
  const moves = list?.import?.state === 'open' || (asked && list?.import?.state !== 'undone');
  useEffect(() => void store.resource.reload(), [store]);
  useEffect(
    () => (moves ? pollWhileVisible(() => store.resource.reload(), LOOK_EVERY_MS) : undefined),
    [store, moves],
  );

  return (
    <>
      <PageHead
        title={list?.name ?? t('calls.list')}
        back={{ href: '/liste', label: t('lists.title') }}
        lead={list && `${t(`list.${list.kind}`)} · ${catalogue.campaignLabel(list.campaign)}`}
        resource={store.resource}
      >
        {list && session.can('contact.read') ? (
          <a class="btn" href={`/contacte?lista=${list.id}`}>
            <Icon name="users" />
            {t('lists.contacts')}
          </a>
        ) : null}
        {list?.import && list.import.state !== 'undone' && session.can('list.import') ? (
          <button type="button" class="btn" onClick={() => setUndoing(true)}>
            <Icon name="skipBack" />
            {t('lists.undo')}
          </button>
        ) : null}
      </PageHead>
      <LoadView resource={store.resource} rows={8}>
        {(found) => (
          <div class="stack">
            {found.import ? <ImportCard view={found.import} lists={store.lists} /> : null}
            <ContactsCard list={found} />
            {found.import ? (
              <RejectsCard
                key={found.import.id}
                view={found.import}
                byReason={found.byReason}
                lists={store.lists}
              />
            ) : null}
          </div>
        )}
      </LoadView>
      {undoing && list?.import ? (
        <UndoDialog
          lists={store.lists}
          view={list.import}
          onAsked={() => setAsked(true)}
          onClose={() => setUndoing(false)}
        />
      ) : null}
    </>
  );
}

function ImportCard({ view, lists }: { view: ImportView; lists: AdminListsApi }): VNode {
  const { i18n, session, toasts } = useApp();
  const { t } = i18n;
  const format = i18n.format();
  const cancel = async (): Promise<void> => {
    try {
      await lists.cancelImport(view.workflowId);
      toasts.show('positive', t('lists.cancelled'));
    } catch {
      toasts.show('danger', t('lists.notCancelled'));
    }
  };
  return (
    <Card
      title={t('lists.import')}
      aside={<Badge look={IMPORT_LOOKS[view.state]}>{t(`import.${view.state}`)}</Badge>}
    >
      <div class="card-body stack">
        {view.state === 'open' ? (
          <>
            <Progress
              part={view.bytesDone}
              whole={view.bytesTotal}
              label={t('import.progress', { file: view.file })}
            />
            {session.can('list.import') ? (
              <div class="buttons-row">
                <button type="button" class="btn" onClick={() => void cancel()}>
                  <Icon name="close" />
                  {t('lists.cancel')}
                </button>
              </div>
            ) : null}
          </>
        ) : null}
        <div class="stat-row">
          <Stat label={t('lists.rows')} value={format.number(view.rows)} />
          <Stat label={t('import.accepted')} value={format.number(view.accepted)} />
          <Stat label={t('import.duplicate')} value={format.number(view.duplicate)} />
          <Stat label={t('import.invalid')} value={format.number(view.invalid)} />
          <Stat label={t('import.suppressed')} value={format.number(view.suppressed)} />
        </div>
        <dl class="facts">
          <dt>{t('lists.file')}</dt>
          <dd>{view.file}</dd>
          <dt>{t('lists.workflow')}</dt>
          <dd class="mono">{view.workflowId}</dd>
          <dt>{t('lists.started')}</dt>
          <dd>{format.dateTime(view.startedAt)}</dd>
          {view.finishedAt === null ? null : (
            <>
              <dt>{t('lists.finished')}</dt>
              <dd>{format.dateTime(view.finishedAt)}</dd>
            </>
          )}
        </dl>
      </div>
    </Card>
  );
}

function ContactsCard({ list }: { list: ListDetail }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { number } = i18n.format();
  const { contacts } = list;
  const reasons = Object.entries(contacts.closedBy).sort(([, a], [, b]) => b - a);
  return (
    <Card title={t('lists.contacts')}>
      <div class="card-body stack">
        <div class="stat-row">
          <Stat
            label={t('lists.open')}
            value={number(contacts.open)}
            note={t('lists.untouched', { n: contacts.untouched })}
          />
          <Stat label={t('lists.onCall')} value={number(contacts.onCall)} />
          <Stat label={t('lists.closed')} value={number(contacts.closed)} />
          <Stat label={t('lists.withdrawn')} value={number(contacts.withdrawn)} />
        </div>
        {reasons.length === 0 ? null : (
          <dl class="facts">
            {reasons.map(([reason, n]) => (
              <>
                <dt>{i18n.tMaybe(`closed.${reason}`, reason)}</dt>
                <dd>{number(n)}</dd>
              </>
            ))}
          </dl>
        )}
      </div>
    </Card>
  );
}

function UndoDialog(props: {
  lists: AdminListsApi;
  view: ImportView;
  onAsked: () => void;
  onClose: () => void;
}): VNode {
  const { i18n, toasts } = useApp();
  const { t } = i18n;
  const preview = useStore(
    () => createResource((signal) => props.lists.undoPreview(props.view.id, signal)),
    props.view.id,
  );
  useEffect(() => void preview.reload(), [preview]);
  return (
    <ReasonDialog
      title={t('lists.undoTitle')}
      verb={t('lists.undo')}
      kind="danger"
      onClose={props.onClose}
      onSubmit={async (reason) => {
        await props.lists.undo(props.view.id, reason);
        toasts.show('positive', t('lists.undone'));
        props.onAsked();
      }}
    >
      <LoadView resource={preview} rows={2}>
        {({ withdrawn, kept }) => (
          <>
            <p>{t('lists.undoWithdrawn', { n: withdrawn })}</p>
            <p>{t('lists.undoKept', { n: kept })}</p>
          </>
        )}
      </LoadView>
    </ReasonDialog>
  );
}
