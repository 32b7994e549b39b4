/**
 * What one agent will get, in order: moved within its kind, or given back to everybody.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Queued } from '../../../contracts/http/queues.ts';
import { useApp } from '../../app-context.ts';
import { Icon, type IconName } from '../../design/icons.tsx';
import { LoadView, Void } from '../../design/load-view.tsx';
import { Badge, Card } from '../../design/parts.tsx';
import type { Look } from '../../design/tone.ts';
import { movedWithin, type Move } from './moves.ts';
import type { QueuesStore } from './store.ts';

export const KIND_LOOKS: Readonly<Record<Queued['kind'], Look>> = {
  callback: { tone: 'info', icon: 'clock' },
  priority: { tone: 'warning', icon: 'star' },
  retry: { tone: 'neutral', icon: 'refresh' },
  new: { tone: 'neutral', icon: 'phone' },
};

export function QueueCard({ store, name }: { store: QueuesStore; name: string }): VNode {
  const { i18n, toasts, clock } = useApp();
  const { t } = i18n;
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  async function take(ids: readonly number[]): Promise<void> {
    const changed = await store.take(ids);
    if (changed === undefined) return;
    setChosen(new Set());
    toasts.show('positive', t('queues.taken', { n: changed }));
  }
  return (
    <Card title={t('queues.of', { name })}>
      <LoadView resource={store.queue}>
        {({ contacts, more }) =>
          contacts.length === 0 ? (
            <Void icon="list" title={t('queues.empty')}>
              <p>{t('queues.emptyText')}</p>
            </Void>
          ) : (
            <>
              <Contacts
                contacts={contacts}
                chosen={chosen}
                onChoose={setChosen}
                actions={(contact) => (
                  <Moves
                    contact={contact}
                    busy={store.busy.value}
                    order={(move) => movedWithin(contacts, contact.id, move, clock.now())}
                    onOrder={(ids) => void store.order(ids)}
                    onTake={() => void take([contact.id])}
                  />
                )}
              />
              <div class="queue-foot">
                <span class="muted">
                  {t('queues.shown', { n: contacts.length })}
                  {more ? ` · ${t('queues.more')}` : ''}
                </span>
                <button
                  type="button"
                  class="btn"
                  disabled={chosen.size === 0 || store.busy.value}
                  onClick={() => void take([...chosen])}
                >
                  {chosen.size === 0 ? t('queues.takeNone') : t('queues.takeChosen', { n: chosen.size })}
                </button>
              </div>
            </>
          )
        }
      </LoadView>
    </Card>
  );
}

/** Contacts with a box to choose each; what is on a call cannot be. */
export function Contacts(props: {
  contacts: readonly Queued[];
  chosen: ReadonlySet<number>;
  onChoose: (chosen: ReadonlySet<number>) => void;
  actions?: (contact: Queued) => VNode;
}): VNode {
  const { i18n, clock } = useApp();
  const { t } = i18n;
  const { contacts, chosen, onChoose, actions } = props;
  const choosable = contacts.filter(({ onCall, kind }) => !onCall && kind !== 'callback');
  const all = choosable.length > 0 && choosable.every(({ id }) => chosen.has(id));
  return (
    <div class="table-wrap">
      <table class="table admin-table queue-table">
        <thead>
          <tr>
            <th scope="col" class="c-choose">
              <input
                type="checkbox"
                aria-label={t('queues.chooseAll')}
                checked={all}
                disabled={choosable.length === 0}
                onChange={() => onChoose(new Set(all ? [] : choosable.map(({ id }) => id)))}
              />
            </th>
            <th scope="col">{t('queues.col.contact')}</th>
            <th scope="col" class="c-kind">
              {t('queues.col.kind')}
            </th>
            <th scope="col" class="c-list">
              {t('queues.col.list')}
            </th>
            <th scope="col" class="num c-attempts">
              {t('queues.col.attempts')}
            </th>
            <th scope="col" class="c-due">
              {t('queues.col.due')}
            </th>
            {actions === undefined ? null : (
              <th scope="col">
                <span class="sr">{t('queues.col.order')}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {contacts.map((contact) => {
            const words = contact.name ?? contact.number ?? `#${contact.id}`;
            return (
              <tr key={contact.id}>
                <td class="c-choose">
                  <input
                    type="checkbox"
                    aria-label={t('queues.choose', { name: words })}
                    checked={chosen.has(contact.id)}
                    disabled={!choosable.includes(contact)}
                    onChange={() => onChoose(toggled(chosen, contact.id))}
                  />
                </td>
                <td>
                  <a class="row-link" href={`/contacte/${contact.id}`}>
                    {words}
                  </a>
                  <span class="sub">
                    {[contact.name === null ? null : contact.number, contact.locality]
                      .filter((part) => part !== null)
                      .join(' · ')}
                  </span>
                  <span class="kind-inline">
                    <Badge look={KIND_LOOKS[contact.kind]}>{t(`queues.kind.${contact.kind}`)}</Badge>
                  </span>
                </td>
                <td class="c-kind">
                  <Badge look={KIND_LOOKS[contact.kind]}>{t(`queues.kind.${contact.kind}`)}</Badge>
                  {contact.onCall ? <span class="sub">{t('queues.onCall')}</span> : null}
                </td>
                <td class="c-list">{contact.list}</td>
                <td class="num c-attempts">{i18n.format().number(contact.attempts)}</td>
                <td class="c-due">{i18n.format().moment(contact.dueAt, clock.now())}</td>
                {actions === undefined ? null : <td class="c-moves">{actions(contact)}</td>}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function toggled(chosen: ReadonlySet<number>, id: number): ReadonlySet<number> {
  const next = new Set(chosen);
  if (!next.delete(id)) next.add(id);
  return next;
}

const MOVES: readonly (readonly [Move, IconName])[] = [
  ['top', 'moveTop'],
  ['up', 'chevron'],
  ['down', 'chevron'],
];

function Moves(props: {
  contact: Queued;
  busy: boolean;
  /** New order of what changes places; undefined: it cannot. */
  order: (move: Move) => readonly number[] | undefined;
  onOrder: (contacts: readonly number[]) => void;
  onTake: () => void;
}): VNode {
  const { t } = useApp().i18n;
  const { contact, busy, onOrder } = props;
  const name = contact.name ?? contact.number ?? `#${contact.id}`;
  return (
    <span class="moves">
      {MOVES.map(([move, icon]) => {
        const order = props.order(move);
        const words = t(`queues.${move}`, { name });
        return (
          <button
            key={move}
            type="button"
            class="btn"
            data-kind="quiet"
            data-way={move}
            aria-label={words}
            title={words}
            disabled={order === undefined || busy}
            onClick={() => order && onOrder(order)}
          >
            <Icon name={icon} size={16} />
          </button>
        );
      })}
      <button
        type="button"
        class="btn"
        data-kind="quiet"
        aria-label={t('queues.take', { name })}
        title={t('queues.take', { name })}
        disabled={busy || contact.onCall || contact.kind === 'callback'}
        onClick={props.onTake}
      >
        <Icon name="close" size={16} />
      </button>
    </span>
  );
}
