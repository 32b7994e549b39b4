/**
 * Whom the call is to: numbers (a click calls, between calls), place, status, what the site adds of its own.
 * @module
 */
import type { VNode } from 'preact';
import type { Customer, DeskCall } from '../../../contracts/http/desk.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { Badge, Card } from '../../design/parts.tsx';
import { phoneText } from '../../i18n/format.ts';
import { CallAnother } from './call-another.tsx';
import { useDesk } from './desk-context.ts';

export function ContactCard({ call }: { call: DeskCall | null }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const store = useDesk();
  const customer = call === null ? store.looked.value : call.customer;
  if (call === null && customer === null) {
    return (
      <Card title={t('desk.contact')}>
        <div class="card-body empty-note">
          <Icon name="users" size={24} />
          <p>{t('desk.contact.none')}</p>
        </div>
      </Card>
    );
  }
  if (customer === null) {
    return (
      <Card title={t('desk.contact')}>
        <div class="card-body contact">
          <p class="contact-name">{call?.number.shown}</p>
          <p class="muted">{t('desk.contact.unknown')}</p>
        </div>
      </Card>
    );
  }
  return (
    <Card
      title={t('desk.contact')}
      aside={
        <>
          <ContactState customer={customer} />
          {call === null ? (
            <button
              type="button"
              class="btn"
              data-kind="quiet"
              data-icon=""
              aria-label={t('action.close')}
              onClick={() => void store.look(null)}
            >
              <Icon name="close" size={16} />
            </button>
          ) : null}
        </>
      }
    >
      <div class="card-body contact">
        <p class="contact-name">{customer.fullName ?? t('desk.call.unknown')}</p>
        <ul class="contact-numbers">
          {customer.numbers.map((number) => (
            <li key={number.e164} data-here={number.e164 === call?.number.e164}>
              <Icon name={number.active ? 'phone' : 'phoneOff'} size={16} />
              <span>
                {number.shown === '' ? phoneText(number.e164) : number.shown}{' '}
                {number.e164 === call?.number.e164 ? <small>{t('desk.number.here')}</small> : null}
                {number.doNotCall ? <small data-tone="danger">{t('desk.number.doNotCall')}</small> : null}
                {number.stopped ? <small data-tone="warning">{t('desk.number.stopped')}</small> : null}
                {number.active || number.doNotCall || number.stopped ? null : (
                  <small>{t('desk.number.inactive')}</small>
                )}
              </span>
              {call === null && number.active ? <CallThis number={number.e164} shown={number.shown} /> : null}
              {call !== null && mayCallAnother(customer, number, call) ? (
                <CallAnother call={call} number={number} />
              ) : null}
            </li>
          ))}
        </ul>
        <Facts customer={customer} />
        {customer.note === null || customer.note === '' ? null : <p class="contact-note">{customer.note}</p>}
      </div>
    </Card>
  );
}

/** As the server judges it: a closed contact is not called, nor a number that may not be. */
function mayCallAnother(customer: Customer, number: DeskCall['number'], call: DeskCall): boolean {
  const barred = !number.active || number.doNotCall || number.stopped;
  return customer.state === 'open' && !barred && number.e164 !== call.number.e164;
}

/** Click-to-call, between calls. */
function CallThis({ number, shown }: { number: string; shown: string }): VNode | null {
  const { t } = useApp().i18n;
  const store = useDesk();
  const agent = store.desk.value?.agent;
  const campaign = agent?.campaigns.find(({ manualCalls }) => manualCalls);
  if (campaign === undefined) return null;
  return (
    <button
      type="button"
      class="btn"
      aria-label={t('desk.number.call', { number: shown })}
      disabled={agent?.state !== 'available'}
      onClick={() => void store.dialManually({ number, campaign: campaign.name })}
    >
      <Icon name="phone" size={14} />
      {t('desk.pad.call')}
    </button>
  );
}

function ContactState({ customer }: { customer: Customer }): VNode {
  const { t } = useApp().i18n;
  const look = customer.state === 'open' ? 'info' : customer.state === 'closed' ? 'neutral' : 'danger';
  return (
    <Badge look={{ tone: look, icon: customer.state === 'withdrawn' ? 'ban' : 'users' }}>
      {t(`desk.contact.${customer.state}`)}
    </Badge>
  );
}

function Facts({ customer }: { customer: Customer }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const place = [customer.locality, customer.county].filter((part) => part !== null).join(', ');
  const age = [customer.age === null ? null : t('call.years', { n: customer.age }), customer.ageBand].filter(
    (part) => part !== null,
  );
  const facts: [string, string | null][] = [
    [t('desk.fact.place'), place],
    [t('desk.fact.age'), age.join(' · ')],
    [t('desk.fact.address'), customer.address],
    [t('desk.fact.email'), customer.email],
    [t('desk.fact.language'), customer.language],
    [t('desk.fact.externalId'), customer.externalId],
    [t('desk.fact.account'), customer.accountStatus],
    [t('desk.fact.tier'), customer.tier],
    [t('desk.fact.cases'), customer.openCases],
    [t('desk.fact.value'), customer.lifetimeValue],
    [t('desk.fact.list'), customer.list],
    [t('desk.fact.attempts'), String(customer.attempts)],
    [
      t('desk.fact.last'),
      customer.lastContactAt === null ? null : i18n.format().date(customer.lastContactAt),
    ],
    ...Object.entries(customer.custom),
  ];
  return (
    <dl class="facts">
      {facts
        .filter(([, value]) => value !== null && value !== '')
        .map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
    </dl>
  );
}
