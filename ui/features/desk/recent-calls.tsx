/**
 * The agent's own last calls: direction, number, outcome, time; a click shows more and offers the number again.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { DeskHistory } from '../../../contracts/http/desk.ts';
import { createDeskApi } from '../../api/desk.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { LoadView } from '../../design/load-view.tsx';
import { createResource } from '../../lib/resource.ts';
import { useStore } from '../../lib/use-store.ts';
import { useDesk } from './desk-context.ts';

export function RecentCalls({ onPick }: { onPick: (number: string) => void }): VNode {
  const app = useApp();
  const { t } = app.i18n;
  const store = useDesk();
  const history = useStore(
    () => createResource((abort) => createDeskApi(app.api.request).history(abort)),
    'history',
  );
  const openCall = store.desk.value?.call?.id;
  useEffect(() => void history.reload(), [openCall]);
  return (
    <LoadView resource={history} rows={5}>
      {({ calls }) =>
        calls.length === 0 ? (
          <p class="hint-line">{t('desk.recent.none')}</p>
        ) : (
          <ul class="recent">
            {calls.map((call) => (
              <Recent key={call.id} call={call} onPick={onPick} />
            ))}
          </ul>
        )
      }
    </LoadView>
  );
}

function Recent(props: { call: DeskHistory['calls'][number]; onPick: (number: string) => void }): VNode {
  const { i18n, catalogue, clock } = useApp();
  const { t } = i18n;
  const store = useDesk();
  const { call } = props;
  const [open, setOpen] = useState(false);
  const format = i18n.format();
  const look = call.status === null ? undefined : catalogue.statusLook(call.status);
  const today = format.localDate(call.at) === format.localDate(clock.now());
  return (
    <li>
      <button type="button" class="recent-row" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span class="state-dot" data-tone={look?.tone ?? 'neutral'} title={t(`kind.${call.kind}`)}>
          <Icon name={call.kind === 'inbound' ? 'phoneIn' : 'phoneOut'} size={14} />
        </span>
        <span class="recent-who">
          <strong>{call.name ?? call.number}</strong>
          <small>{call.status === null ? t('desk.recent.open') : catalogue.statusLabel(call.status)}</small>
        </span>
        <time dateTime={call.at}>{today ? format.time(call.at) : format.date(call.at)}</time>
      </button>
      {open ? (
        <div class="recent-more">
          <dl class="facts">
            <dt>{t('calls.number')}</dt>
            <dd>{call.number}</dd>
            <dt>{t('calls.kind')}</dt>
            <dd>{t(`kind.${call.kind}`)}</dd>
            <dt>{t('calls.col.time')}</dt>
            <dd>{format.dateTime(call.at)}</dd>
            <dt>{t('calls.col.talk')}</dt>
            <dd>{format.length(call.talkMs)}</dd>
          </dl>
          {call.contactId === null ? null : (
            <button
              type="button"
              class="btn"
              disabled={store.desk.value?.call != null}
              onClick={() => void store.look(call.contactId)}
            >
              <Icon name="users" size={16} />
              {t('desk.recent.contact')}
            </button>
          )}
          <button
            type="button"
            class="btn"
            disabled={store.desk.value?.call != null}
            onClick={() => props.onPick(call.number)}
          >
            <Icon name="phone" size={16} />
            {t('desk.recent.again')}
          </button>
        </div>
      ) : null}
    </li>
  );
}
