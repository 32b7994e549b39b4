/**
 * One contact: what is known, why it is (not) called, what may be done, what happened.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ContactDetail } from '../../../contracts/http/contacts.ts';
import { createAdminListsApi, type AdminListsApi } from '../../api/admin-lists.ts';
import { useApp } from '../../app-context.ts';
import { LoadView } from '../../design/load-view.tsx';
import { Badge, Card } from '../../design/parts.tsx';
import { phoneText } from '../../i18n/format.ts';
import { createResource } from '../../lib/resource.ts';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { CONTACT_LOOKS } from '../lists/looks.ts';
import { PageHead } from '../../design/page-head.tsx';
import { ContactActions } from './contact-actions.tsx';
import { ChangesCard, HistoryCard } from './contact-past.tsx';
import { WhyCard } from './why-card.tsx';
import '../lists/lists.css';
import './contacts.css';

export function ContactPage({ id }: { id: number }): VNode {
  const { api, i18n, catalogue } = useApp();
  const { t } = i18n;
  const store = useStore(() => createContactStore(createAdminListsApi(api.request), id), String(id));
  useEffect(() => void store.reload(), [store]);
  const contact = store.detail.data.value;
  const name = contact?.card.fullName ?? t('contacts.noName');
  useTitle(contact === undefined ? t('contacts.title') : name);
  return (
    <>
      <PageHead
        title={
          contact === undefined ? (
            t('calls.col.contact')
          ) : (
            <>
              {name} <Badge look={CONTACT_LOOKS[contact.state]}>{t(`contact.${contact.state}`)}</Badge>
            </>
          )
        }
        back={{ href: '/contacte', label: t('contacts.title') }}
        lead={contact && `${contact.list.name} · ${catalogue.campaignLabel(contact.campaign)}`}
        resource={store.detail}
      >
        {contact === undefined ? null : (
          <ContactActions contact={contact} api={store.api} onChanged={() => void store.reload()} />
        )}
      </PageHead>
      <LoadView resource={store.detail} rows={10}>
        {(found) => (
          <div class="grid-2">
            <div class="stack">
              <Card title={t('why.title')} icon="help">
                <div class="card-body">
                  <LoadView resource={store.why} rows={6}>
                    {(why) => <WhyCard why={why} />}
                  </LoadView>
                </div>
              </Card>
              <HistoryCard contact={found} />
            </div>
            <div class="stack">
              <FactsCard contact={found} />
              <NumbersCard contact={found} />
              <ChangesCard contact={found} />
            </div>
          </div>
        )}
      </LoadView>
    </>
  );
}

function createContactStore(api: AdminListsApi, id: number) {
  const detail = createResource((signal) => api.contact(id, signal));
  const why = createResource((signal) => api.why(id, signal));
  return {
    api,
    detail,
    why,
    reload: async () => {
      await Promise.all([detail.reload(), why.reload()]);
    },
    dispose: () => {
      detail.dispose();
      why.dispose();
    },
  };
}

function FactsCard({ contact }: { contact: ContactDetail }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { card } = contact;
  const format = i18n.format();
  const known: [string, string | number | null][] = [
    [t('column.lastName'), card.lastName],
    [t('column.firstName'), card.firstName],
    [t('column.locality'), card.locality],
    [t('column.county'), card.county],
    [t('column.address'), card.address],
    [t('column.age'), card.age],
    [t('column.ageBand'), card.ageBand],
    [t('column.email'), card.email],
    [t('column.language'), card.language],
    [t('column.externalId'), card.externalId],
    [t('column.note'), card.note],
    [t('column.consentAt'), contact.consentAt === null ? null : format.shortDate(contact.consentAt)],
    [t('column.consentSource'), contact.consentSource],
    ...Object.entries(contact.attributes),
    [t('contacts.created'), format.dateTime(contact.createdAt)],
    [t('contacts.row'), contact.rowNo],
  ];
  return (
    <Card title={t('contacts.facts')}>
      <dl class="card-body facts">
        {known
          .filter(([, value]) => value !== null && value !== '')
          .map(([label, value]) => (
            <>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </>
          ))}
        <dt>{t('calls.list')}</dt>
        <dd>
          <a href={`/liste/${contact.list.id}`}>{contact.list.name}</a>
        </dd>
      </dl>
    </Card>
  );
}

function NumbersCard({ contact }: { contact: ContactDetail }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  return (
    <Card title={t('contacts.numbers')}>
      <ul class="card-body change-list">
        {contact.numbers.map((one) => (
          <li key={one.id}>
            <strong>{phoneText(one.e164)}</strong>{' '}
            {one.active ? null : (
              <Badge look={{ tone: 'neutral', icon: 'help' }}>{t('contacts.inactive')}</Badge>
            )}{' '}
            {one.stopped ? (
              <Badge look={{ tone: 'warning', icon: 'phoneOff' }}>{t('closed.stopped')}</Badge>
            ) : null}{' '}
            {one.doNotCall === null ? null : (
              <>
                <Badge look={{ tone: 'danger', icon: 'ban' }}>{t('dnc.title')}</Badge>
                <div class="sub">
                  {[
                    i18n.format().date(one.doNotCall.at),
                    one.doNotCall.source === null ? null : t(`dnc.source.${one.doNotCall.source}`),
                    one.doNotCall.reason,
                    one.doNotCall.by,
                  ]
                    .filter((part) => part !== null)
                    .join(' · ')}
                </div>
              </>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
