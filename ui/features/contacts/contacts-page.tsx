/**
 * Contacts, found by number or name. Both stay out of the address.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { CONTACT_STATE_NAMES, contactsAddress, parseContacts, type ContactQuery } from './query.ts';
import type { ContactRow } from '../../../contracts/http/contacts.ts';
import { createAdminListsApi } from '../../api/admin-lists.ts';
import { useApp, type App } from '../../app-context.ts';
import { DropChips } from '../../design/drop-chips.tsx';
import { SelectField, TextField } from '../../design/field.tsx';
import { Icon } from '../../design/icons.tsx';
import { LoadView, Void } from '../../design/load-view.tsx';
import { Badge } from '../../design/parts.tsx';
import { phoneText } from '../../i18n/format.ts';
import { createPaged } from '../../lib/paged.ts';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { ListField } from '../lists/list-field.tsx';
import { CONTACT_LOOKS } from '../lists/looks.ts';
import { MoreFoot } from '../../design/more-foot.tsx';
import { PageHead } from '../../design/page-head.tsx';
import '../lists/lists.css';
import './contacts.css';

export function ContactsPage(): VNode {
  const app = useApp();
  const { api, i18n } = app;
  const { t } = i18n;
  const { url, query, route } = useLocation();
  const fromAddress = parseContacts(query);
  const store = useStore(() => {
    const lists = createAdminListsApi(api.request);
    return createPaged<ContactQuery, ContactRow, number, undefined>({}, async (asked, before, signal) => {
      const given = Object.fromEntries(
        Object.entries(asked).filter(([, value]) => value !== undefined && value !== ''),
      );
      const page = await lists.contacts({ ...given, ...(before !== undefined && { before }) }, signal);
      return { rows: page.contacts, next: page.nextBefore, first: undefined };
    });
  }, '');
  useTitle(t('contacts.title'));
  useEffect(() => {
    const { number, name } = store.query.peek();
    void store.show({ ...fromAddress, number, name });
  }, [url]);

  function apply(next: ContactQuery): void {
    const address = contactsAddress(next);
    void store.show(next);
    if (address !== url) route(address);
  }

  const asked = store.query.value;
  const isFiltered = Object.values(asked).some((value) => value !== undefined && value !== '');
  return (
    <>
      <PageHead title={t('contacts.title')} lead={t('contacts.lead')} resource={store.pages} />
      <div class="stack">
        <SearchBar key={url} query={{ ...asked, ...fromAddress }} onApply={apply} />
        <DropChips
          label={t('calls.drill')}
          chips={drillWords(app, fromAddress).map(([key, words]) => ({
            words,
            dropLabel: t('calls.drill.drop', { words }),
            onDrop: () => apply({ ...asked, ...fromAddress, [key]: undefined }),
          }))}
        />
        <section class="card" aria-label={t('contacts.title')}>
          <LoadView resource={store.pages} rows={10}>
            {({ rows }) =>
              rows.length === 0 ? (
                <Void
                  icon="users"
                  title={t(isFiltered ? 'contacts.none.filtered' : 'contacts.none')}
                  {...(isFiltered
                    ? {
                        action: (
                          <button type="button" class="btn" data-kind="primary" onClick={() => apply({})}>
                            {t('action.reset')}
                          </button>
                        ),
                      }
                    : {})}
                >
                  <p>{t(isFiltered ? 'contacts.none.filteredText' : 'contacts.noneText')}</p>
                </Void>
              ) : (
                <>
                  <ContactsTable rows={rows} />
                  <MoreFoot store={store} shown={t('contacts.shown', { n: rows.length })} />
                </>
              )
            }
          </LoadView>
        </section>
      </div>
    </>
  );
}

/** What has no field: it comes from a figure of a report. */
function drillWords({ i18n }: App, query: ContactQuery): [keyof ContactQuery, string][] {
  const { t, tMaybe } = i18n;
  const { closed, wait, due } = query;
  const words: [keyof ContactQuery, string | undefined][] = [
    ['closed', closed && tMaybe(`closed.${closed}`, closed)],
    ['wait', wait && (wait === 'on-call' ? t('contact.onCall') : waitWords(wait))],
    ['due', due === undefined ? undefined : t(due ? 'contacts.dueNow' : 'contacts.dueLater')],
  ];
  return words.filter((one): one is [keyof ContactQuery, string] => one[1] !== undefined && one[1] !== '');

  function waitWords(code: string): string {
    return code === '-' ? t('contacts.notTried') : tMaybe(`why.reason.${code}`, code);
  }
}

function SearchBar(props: { query: ContactQuery; onApply: (query: ContactQuery) => void }): VNode {
  const { i18n, catalogue } = useApp();
  const { t } = i18n;
  const [draft, setDraft] = useState<ContactQuery>(props.query);
  const put = (change: ContactQuery): void => setDraft({ ...draft, ...change });
  const any = { value: '', label: t('calls.any') };
  return (
    <form
      class="card filters"
      aria-label={t('calls.filters')}
      onSubmit={(event) => {
        event.preventDefault();
        props.onApply(draft);
      }}
    >
      <TextField
        label={t('calls.number')}
        hint={t('calls.numberHint')}
        name="number"
        inputMode="tel"
        value={draft.number ?? ''}
        onInput={(number) => put({ number })}
      />
      <TextField
        label={t('contacts.name')}
        hint={t('contacts.nameHint')}
        name="contact-name"
        value={draft.name ?? ''}
        onInput={(name) => put({ name })}
      />
      <SelectField
        label={t('calls.campaign')}
        value={draft.campaign ?? ''}
        onChange={(campaign) => put({ campaign: campaign || undefined, list: undefined })}
        options={[
          any,
          ...(catalogue.campaigns.data.value ?? []).map(({ name, label }) => ({ value: name, label })),
        ]}
      />
      <ListField campaign={draft.campaign} value={draft.list} onChange={(list) => put({ list })} />
      <SelectField
        label={t('calls.state')}
        value={draft.state ?? ''}
        onChange={(state) => put({ state: CONTACT_STATE_NAMES.find((one) => one === state) })}
        options={[
          any,
          ...CONTACT_STATE_NAMES.map((state) => ({ value: state, label: t(`contact.${state}`) })),
        ]}
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
  );
}

function ContactsTable({ rows }: { rows: readonly ContactRow[] }): VNode {
  const { t } = useApp().i18n;
  return (
    <div class="table-wrap" tabIndex={0} role="group" aria-label={t('contacts.title')}>
      <table class="table admin-table">
        <thead>
          <tr>
            <th scope="col">{t('calls.col.contact')}</th>
            <th scope="col" class="hide-narrow">
              {t('calls.list')}
            </th>
            <th scope="col">{t('calls.state')}</th>
            <th scope="col" class="num hide-narrow">
              {t('contacts.attempts')}
            </th>
            <th scope="col" class="hide-narrow">
              {t('contacts.due')}
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

function Row({ row }: { row: ContactRow }): VNode {
  const { i18n, catalogue, clock } = useApp();
  const { t } = i18n;
  const { route } = useLocation();
  const href = `/contacte/${row.id}`;
  return (
    <tr
      data-href=""
      onClick={(event) => {
        if (!(event.target as Element).closest('a') && getSelection()?.toString() === '') route(href);
      }}
    >
      <td>
        <a class="row-link" href={href}>
          {row.name ?? t('contacts.noName')}
        </a>
        <span class="sub">
          {row.numbers.map((number, at) => (
            <span key={number}>
              {at === 0 ? '' : ', '}
              <span class="nowrap">{phoneText(number)}</span>
            </span>
          ))}
          {row.locality === null ? '' : ` · ${row.locality}`}
        </span>
      </td>
      <td class="hide-narrow">
        {row.list.name}
        <span class="sub">{catalogue.campaignLabel(row.campaign)}</span>
      </td>
      <td>
        <Badge look={row.onCall ? { tone: 'info', icon: 'phone' } : CONTACT_LOOKS[row.state]}>
          {row.onCall ? t('contact.onCall') : t(`contact.${row.state}`)}
        </Badge>
        {row.closedReason === null ? null : (
          <span class="sub">{i18n.tMaybe(`closed.${row.closedReason}`, row.closedReason)}</span>
        )}
      </td>
      <td class="num hide-narrow">{row.attempts}</td>
      <td class="hide-narrow">
        {row.dueAt === null ? <span class="muted">–</span> : i18n.format().moment(row.dueAt, clock.now())}
        {row.waitReason === null ? null : (
          <span class="sub">{i18n.tMaybe(`why.reason.${row.waitReason}`, row.waitReason)}</span>
        )}
      </td>
    </tr>
  );
}
