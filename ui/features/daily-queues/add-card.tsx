/**
 * What is nobody's, for the chosen agent: the first so many of a filter, or chosen by hand.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { MOST_ASSIGNED } from '../../../contracts/model/queue.ts';
import { useApp } from '../../app-context.ts';
import { Field, TextField } from '../../design/field.tsx';
import { Icon } from '../../design/icons.tsx';
import { LoadView, Void } from '../../design/load-view.tsx';
import { Card } from '../../design/parts.tsx';
import { ListField } from '../lists/list-field.tsx';
import { Contacts } from './queue-card.tsx';
import type { QueuesStore } from './store.ts';

export function AddCard(props: { store: QueuesStore; campaign: string; name: string }): VNode {
  const { i18n, toasts } = useApp();
  const { t } = i18n;
  const { store, campaign, name } = props;
  const [list, setList] = useState<number | undefined>(undefined);
  const [person, setPerson] = useState('');
  const [count, setCount] = useState('20');
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const filter = {
    ...(list !== undefined && { list }),
    ...(person.trim() !== '' && { name: person.trim() }),
  };
  const many = Number(count);
  const wrongCount = !(Number.isInteger(many) && many >= 1 && many <= MOST_ASSIGNED);
  const busy = store.busy.value;
  async function give(what: Parameters<QueuesStore['assign']>[0]): Promise<void> {
    const changed = await store.assign(what);
    if (changed === undefined) return;
    setChosen(new Set());
    toasts.show(changed === 0 ? 'danger' : 'positive', t('queues.given', { n: changed, name }));
  }
  return (
    <Card title={t('queues.add')}>
      <div class="card-body stack">
        <p class="muted">{t('queues.addLead')}</p>
        <form
          class="queue-filter"
          onSubmit={(event) => {
            event.preventDefault();
            setChosen(new Set());
            void store.find(filter);
          }}
        >
          <ListField campaign={campaign} value={list} onChange={setList} />
          <TextField label={t('queues.person')} name="person" value={person} onInput={setPerson} />
          <button type="submit" class="btn">
            <Icon name="search" />
            {t('queues.find')}
          </button>
        </form>
        <form
          class="queue-filter"
          onSubmit={(event) => {
            event.preventDefault();
            if (!wrongCount && !busy) void give({ filter: { ...filter, count: many } });
          }}
        >
          <Field
            label={t('queues.count')}
            error={wrongCount ? t('queues.countWrong', { most: MOST_ASSIGNED }) : undefined}
          >
            {({ id, describedBy }) => (
              <input
                id={id}
                class="input"
                type="number"
                min={1}
                max={MOST_ASSIGNED}
                value={count}
                aria-invalid={wrongCount}
                aria-describedby={describedBy}
                onInput={(event) => setCount(event.currentTarget.value)}
              />
            )}
          </Field>
          <button type="submit" class="btn" data-kind="primary" disabled={wrongCount || busy}>
            {t('queues.giveFirst')}
          </button>
        </form>
      </div>
      <LoadView resource={store.free} rows={4}>
        {({ contacts, more }) =>
          contacts.length === 0 ? (
            <Void icon="search" title={t('queues.nothingFree')}>
              <p>{t('queues.nothingFreeText')}</p>
            </Void>
          ) : (
            <>
              <Contacts contacts={contacts} chosen={chosen} onChoose={setChosen} />
              <div class="queue-foot">
                <span class="muted">
                  {t('queues.shown', { n: contacts.length })}
                  {more ? ` · ${t('queues.moreFree')}` : ''}
                </span>
                <button
                  type="button"
                  class="btn"
                  data-kind="primary"
                  disabled={chosen.size === 0 || busy}
                  onClick={() => void give({ contacts: [...chosen] })}
                >
                  {chosen.size === 0 ? t('queues.giveNone') : t('queues.giveChosen', { n: chosen.size })}
                </button>
              </div>
            </>
          )
        }
      </LoadView>
    </Card>
  );
}
