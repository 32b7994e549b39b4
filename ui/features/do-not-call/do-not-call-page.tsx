/**
 * People who do not want to be called.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { DoNotCallEntry } from '../../../contracts/http/do-not-call.ts';
import { createAdminListsApi, type AdminListsApi } from '../../api/admin-lists.ts';
import { useApp } from '../../app-context.ts';
import { TextField } from '../../design/field.tsx';
import { Icon } from '../../design/icons.tsx';
import { LoadView, Void } from '../../design/load-view.tsx';
import { phoneText } from '../../i18n/format.ts';
import { createPaged } from '../../lib/paged.ts';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { MoreFoot } from '../../design/more-foot.tsx';
import { PageHead } from '../../design/page-head.tsx';
import { Moment, ReasonDialog } from '../lists/parts.tsx';
import { FileDialog } from './file-dialog.tsx';
import '../lists/lists.css';

type Asking = { kind: 'add' | 'file' } | { kind: 'lift'; entry: DoNotCallEntry } | undefined;

export function DoNotCallPage(): VNode {
  const { api, i18n, session } = useApp();
  const { t } = i18n;
  const store = useStore(() => createDoNotCallStore(createAdminListsApi(api.request)), '');
  const [number, setNumber] = useState('');
  const [asking, setAsking] = useState<Asking>(undefined);
  useTitle(t('dnc.title'));
  useEffect(() => void store.paged.show(''), [store]);
  const reload = (): void => void store.paged.pages.reload();
  const mayEdit = session.can('do-not-call.edit');
  const searched = store.paged.query.value;

  return (
    <>
      <PageHead title={t('dnc.title')} lead={t('dnc.lead')} resource={store.paged.pages}>
        {mayEdit ? (
          <>
            <a class="btn" href="/api/do-not-call/export.csv" download>
              <Icon name="download" />
              {t('dnc.export')}
            </a>
            <button type="button" class="btn" onClick={() => setAsking({ kind: 'file' })}>
              <Icon name="upload" />
              {t('dnc.import')}
            </button>
            <button type="button" class="btn" data-kind="primary" onClick={() => setAsking({ kind: 'add' })}>
              <Icon name="ban" />
              {t('dnc.add')}
            </button>
          </>
        ) : null}
      </PageHead>
      <div class="stack">
        <form
          class="card filters"
          aria-label={t('calls.filters')}
          onSubmit={(event) => {
            event.preventDefault();
            void store.paged.show(number.trim());
          }}
        >
          <TextField
            label={t('calls.number')}
            hint={t('calls.numberHint')}
            name="number"
            inputMode="tel"
            value={number}
            onInput={setNumber}
          />
          <div class="buttons">
            <button type="submit" class="btn" data-kind="primary">
              <Icon name="search" />
              {t('action.search')}
            </button>
            <button
              type="button"
              class="btn"
              onClick={() => {
                setNumber('');
                void store.paged.show('');
              }}
            >
              {t('action.reset')}
            </button>
          </div>
        </form>
        <section class="card" aria-label={t('dnc.title')}>
          <LoadView resource={store.paged.pages} rows={8}>
            {({ rows, first }) => (
              <>
                <div class="card-head">
                  <h2>{t('dnc.count', { n: first })}</h2>
                </div>
                {rows.length === 0 ? (
                  <Void icon="check" title={t(searched === '' ? 'dnc.none' : 'dnc.notFound')}>
                    <p>{t(searched === '' ? 'dnc.noneText' : 'dnc.notFoundText')}</p>
                  </Void>
                ) : (
                  <>
                    <EntriesTable rows={rows} onLift={(entry) => setAsking({ kind: 'lift', entry })} />
                    <MoreFoot store={store.paged} shown={t('count.rows', { n: rows.length })} />
                  </>
                )}
              </>
            )}
          </LoadView>
        </section>
      </div>
      {asking?.kind === 'add' ? (
        <AddDialog api={store.api} onDone={reload} onClose={() => setAsking(undefined)} />
      ) : null}
      {asking?.kind === 'file' ? (
        <FileDialog api={store.api} onDone={reload} onClose={() => setAsking(undefined)} />
      ) : null}
      {asking?.kind === 'lift' ? (
        <LiftDialog
          api={store.api}
          entry={asking.entry}
          onDone={reload}
          onClose={() => setAsking(undefined)}
        />
      ) : null}
    </>
  );
}

function createDoNotCallStore(api: AdminListsApi) {
  const paged = createPaged<string, DoNotCallEntry, string, number>('', async (number, cursor, signal) => {
    const asked = { ...(number !== '' && { number }), ...(cursor !== undefined && { cursor }) };
    const page = await api.doNotCall(asked, signal);
    return { rows: page.entries, next: page.nextCursor, first: page.count };
  });
  return { api, paged, dispose: paged.dispose };
}

function EntriesTable(props: {
  rows: readonly DoNotCallEntry[];
  onLift: (entry: DoNotCallEntry) => void;
}): VNode {
  const { i18n, session, catalogue } = useApp();
  const { t } = i18n;
  const mayLift = session.can('contact.edit');
  return (
    <div class="table-wrap" tabIndex={0} role="group" aria-label={t('dnc.title')}>
      <table class="table admin-table">
        <thead>
          <tr>
            <th scope="col">{t('calls.number')}</th>
            <th scope="col" class="hide-narrow">
              {t('dnc.since')}
            </th>
            <th scope="col">{t('live.reason')}</th>
            <th scope="col" class="hide-narrow">
              {t('dnc.source')}
            </th>
            <th scope="col" class="hide-narrow">
              {t('dnc.by')}
            </th>
            <th scope="col" class="num hide-narrow">
              {t('dnc.contacts')}
            </th>
            {mayLift ? (
              <th scope="col">
                <span class="sr">{t('dnc.lift')}</span>
              </th>
            ) : null}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((entry) => (
            <tr key={entry.id}>
              <td class="nowrap">
                <strong>{phoneText(entry.e164)}</strong>
                <span class="sub narrow-only">{i18n.format().date(entry.at)}</span>
              </td>
              <td class="nowrap hide-narrow">
                <Moment at={entry.at} />
              </td>
              <td>{entry.reason === null ? '–' : catalogue.statusLabel(entry.reason)}</td>
              <td class="hide-narrow">{entry.source === null ? '–' : t(`dnc.source.${entry.source}`)}</td>
              <td class="hide-narrow">{entry.by ?? '–'}</td>
              <td class="num hide-narrow">{i18n.format().number(entry.contacts)}</td>
              {mayLift ? (
                <td class="num">
                  <button
                    type="button"
                    class="btn"
                    data-kind="quiet"
                    aria-label={t('dnc.liftOf', { number: phoneText(entry.e164) })}
                    onClick={() => props.onLift(entry)}
                  >
                    <span class="narrow-only">
                      <Icon name="close" />
                    </span>
                    <span class="hide-narrow">{t('dnc.lift')}</span>
                  </button>
                </td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function AddDialog(props: { api: AdminListsApi; onDone: () => void; onClose: () => void }): VNode {
  const { i18n, toasts } = useApp();
  const { t } = i18n;
  const [number, setNumber] = useState('');
  return (
    <ReasonDialog
      title={t('dnc.addTitle')}
      verb={t('dnc.add')}
      withSource
      onClose={props.onClose}
      onSubmit={async (reason, source) => {
        const { changed } = await props.api.addDoNotCall({ number, reason, source });
        toasts.show('positive', t(changed ? 'dnc.added' : 'dnc.wasThere'));
        props.onDone();
      }}
    >
      <p>{t('dnc.addText')}</p>
      <TextField
        label={t('calls.number')}
        hint={t('calls.numberHint')}
        name="new-number"
        inputMode="tel"
        value={number}
        onInput={setNumber}
      />
    </ReasonDialog>
  );
}

function LiftDialog(props: {
  api: AdminListsApi;
  entry: DoNotCallEntry;
  onDone: () => void;
  onClose: () => void;
}): VNode {
  const { i18n, toasts } = useApp();
  const { t } = i18n;
  return (
    <ReasonDialog
      title={t('dnc.liftTitle', { number: phoneText(props.entry.e164).replaceAll(' ', '\u00a0') })}
      verb={t('dnc.lift')}
      kind="danger"
      onClose={props.onClose}
      onSubmit={async (reason) => {
        const { reopened } = await props.api.liftDoNotCall(props.entry.id, reason);
        toasts.show('positive', t('dnc.lifted', { n: reopened }));
        props.onDone();
      }}
    >
      <p>{t('dnc.liftText')}</p>
    </ReasonDialog>
  );
}
