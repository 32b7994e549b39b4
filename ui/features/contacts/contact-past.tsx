/**
 * What happened to a contact: calls to its numbers, and what people changed.
 * @module
 */
import type { VNode } from 'preact';
import type { ContactDetail } from '../../../contracts/http/contacts.ts';
import { useApp } from '../../app-context.ts';
import { Badge, Card } from '../../design/parts.tsx';
import { Moment } from '../lists/parts.tsx';

export function HistoryCard({ contact }: { contact: ContactDetail }): VNode {
  const { i18n, catalogue, session } = useApp();
  const { t } = i18n;
  const { history } = contact.card;
  return (
    <Card title={t('contacts.history')}>
      {history.length === 0 ? (
        <p class="card-body muted">{t('contacts.noHistory')}</p>
      ) : (
        <div class="table-wrap" tabIndex={0} role="group" aria-label={t('contacts.history')}>
          <table class="table admin-table">
            <thead>
              <tr>
                <th scope="col">{t('calls.col.time')}</th>
                <th scope="col">{t('calls.status')}</th>
                <th scope="col" class="hide-narrow">
                  {t('calls.campaign')}
                </th>
                <th scope="col" class="num">
                  {t('calls.col.talk')}
                </th>
              </tr>
            </thead>
            <tbody>
              {history.map((call) => (
                <tr key={call.callId}>
                  <td class="nowrap">
                    {session.can('call.read') ? (
                      <a class="row-link" href={`/apeluri/${call.callId}`}>
                        <Moment at={call.at} />
                      </a>
                    ) : (
                      <Moment at={call.at} />
                    )}
                  </td>
                  <td>
                    <Badge look={catalogue.statusLook(call.status)}>
                      {catalogue.statusLabel(call.status)}
                    </Badge>
                    {call.details.length === 0 ? null : <span class="sub">{call.details.join(' · ')}</span>}
                  </td>
                  <td class="hide-narrow">
                    {call.campaign}
                    <span class="sub">
                      {[t(`kind.${call.kind}`), call.agent].filter(Boolean).join(' · ')}
                    </span>
                  </td>
                  <td class="num">{i18n.format().length(call.talkMs)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

export function ChangesCard({ contact }: { contact: ContactDetail }): VNode | null {
  const { i18n } = useApp();
  const { t } = i18n;
  if (contact.changes.length === 0) return null;
  const valueWords = (field: string, value: string): string => {
    if (value === '') return '–';
    if (field === 'state') return i18n.tMaybe(`contact.${value}`, value);
    return field === 'closedReason' ? i18n.tMaybe(`closed.${value}`, value) : value;
  };
  return (
    <Card title={t('contacts.changes')}>
      <ul class="card-body change-list">
        {contact.changes.map((change) => (
          <li key={`${change.at} ${change.action}`}>
            <strong>{i18n.tMaybe(`action.${change.action}`, change.action)}</strong>
            <div>
              {differences(change.before, change.after).map(([field, before, after]) => (
                <div key={field}>
                  {i18n.tMaybe(`column.${field}`, i18n.tMaybe(`field.${field}`, field))}:{' '}
                  {valueWords(field, before)} → {valueWords(field, after)}
                </div>
              ))}
            </div>
            <div class="sub">
              {change.by} · {i18n.format().dateTime(change.at)}
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}

type Values = ContactDetail['changes'][number]['before'];

/** The list's own columns are fields like the others. */
function differences(before: Values, after: Values): [field: string, before: string, after: string][] {
  const [was, is] = [flat(before), flat(after)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].map((field) => [
    field,
    was[field] ?? '',
    is[field] ?? '',
  ]);
}

function flat(values: Values): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(values ?? {})) {
    if (typeof value === 'object' && value !== null)
      Object.assign(found, flat(value as Record<string, unknown>));
    else found[name] = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  }
  return found;
}
