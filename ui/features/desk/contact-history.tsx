/**
 * „Istoria interacțiunilor”, as S0 writes it: `09.02.2019 Succes – Oradea, Bihor, 40–50 ani`.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Customer, DeskCall } from '../../../contracts/http/desk.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { Card } from '../../design/parts.tsx';
import { useDesk } from './desk-context.ts';

export function ContactHistory({ call }: { call: DeskCall | null }): VNode | null {
  const { t } = useApp().i18n;
  const store = useDesk();
  const customer = call === null ? store.looked.value : call.customer;
  const history = customer?.history;
  if (call === null && customer === null) return null;
  return (
    <Card
      title={t('desk.history')}
      aside={history?.length ? t('count.calls', { n: history.length }) : undefined}
    >
      {history === undefined || history.length === 0 ? (
        <div class="card-body empty-note">
          <Icon name="clock" size={24} />
          <p>{t('desk.history.none')}</p>
        </div>
      ) : (
        <ul class="interactions">
          {history.map((one) => (
            <Interaction key={one.callId} one={one} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Interaction({ one }: { one: Customer['history'][number] }): VNode {
  const { i18n, catalogue, session } = useApp();
  const { t } = i18n;
  const [open, setOpen] = useState(false);
  const format = i18n.format();
  const look = catalogue.statusLook(one.status);
  const status = catalogue.statusLabel(one.status);
  const line = one.details.length > 0 ? `${status} – ${one.details.join(', ')}` : status;
  return (
    <li>
      <button type="button" class="interaction" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span class="state-dot" data-tone={look.tone}>
          <Icon name={look.icon} size={14} />
        </span>
        <span>
          <time dateTime={one.at}>{format.date(one.at)}</time> {line}
        </span>
        {one.recording ? <Icon name="wave" size={14} /> : null}
      </button>
      {open ? (
        <dl class="facts interaction-facts">
          <dt>{t('desk.history.time')}</dt>
          <dd>{format.time(one.at)}</dd>
          <dt>{t('calls.kind')}</dt>
          <dd>{t(`kind.${one.kind}`)}</dd>
          <dt>{t('calls.campaign')}</dt>
          <dd>{one.campaign}</dd>
          {one.list === null ? null : (
            <>
              <dt>{t('calls.list')}</dt>
              <dd>{one.list}</dd>
            </>
          )}
          {one.agent === null ? null : (
            <>
              <dt>{t('role.agent')}</dt>
              <dd>{one.agent}</dd>
            </>
          )}
          <dt>{t('calls.col.talk')}</dt>
          <dd>{format.length(one.talkMs)}</dd>
          {one.recording && session.can('recording.play') ? (
            <>
              <dt>{t('call.recording')}</dt>
              <dd>
                <audio controls preload="none" src={`/api/calls/${one.callId}/recording`} />
              </dd>
            </>
          ) : null}
        </dl>
      ) : null}
    </li>
  );
}
