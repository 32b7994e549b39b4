/**
 * Somebody else saved meanwhile: what differs, and for each field which of the two stays.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { configDifferences } from '../../../domain/config-diff.ts';
import { useApp } from '../../app-context.ts';
import { Notice } from '../../design/parts.tsx';
import type { Body } from './api.ts';
import { clashes, getAt, merged } from './body.ts';
import { DifferenceList, fieldWords, valueWords } from './difference-list.tsx';
import type { ObjectStore } from './store.ts';

export function ConflictCard({ store }: { store: ObjectStore }): VNode | null {
  const { i18n, clock } = useApp();
  const { t } = i18n;
  const conflict = store.conflict.value;
  const mine = store.body.value;
  if (conflict === undefined || mine === undefined) return null;
  const { theirs } = conflict;
  if (theirs === null) {
    return (
      <Notice
        tone="warning"
        icon="alert"
        role="alert"
        title={t('config.conflict.removed')}
        actions={
          <button type="button" class="btn" onClick={() => store.resolve(mine)}>
            {t('config.conflict.bringBack')}
          </button>
        }
      >
        {t('config.conflict.removedText')}
      </Notice>
    );
  }
  return (
    <section class="card conflict" role="alert" aria-label={t('config.conflict.title')}>
      <div class="card-head">
        <h2>{t('config.conflict.title')}</h2>
      </div>
      <div class="card-body">
        <p>
          {t(theirs.origin === 'file' ? 'config.conflict.byFile' : 'config.conflict.byPage', {
            who: theirs.by,
            when: i18n.format().moment(theirs.at, clock.now()),
            n: theirs.version,
          })}
        </p>
        <Choices key={theirs.version} store={store} mine={mine} theirs={theirs.body} />
      </div>
    </section>
  );
}

function Choices({ store, mine, theirs }: { store: ObjectStore; mine: Body; theirs: Body }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const found = clashes(store.base.value, mine, theirs);
  const [keep, setKeep] = useState<ReadonlySet<string>>(
    new Set(found.filter(({ changedBy }) => changedBy !== 'them').map(({ path }) => path)),
  );
  const choose = (field: string, my: boolean): void => {
    const next = new Set(keep);
    if (my) next.add(field);
    else next.delete(field);
    setKeep(next);
  };
  return (
    <>
      {found.map(({ path: field, name, changedBy }) => {
        const differences = configDifferences(
          { [name]: getAt(theirs, field) },
          { [name]: getAt(mine, field) },
        );
        const [only] = differences.length === 1 && differences[0]?.path === name ? differences : [];
        return (
          <fieldset key={field} class="clash">
            <legend>
              {fieldWords(i18n, store.kind, name)}{' '}
              <span class="muted">· {t(`config.conflict.${changedBy}`)}</span>
            </legend>
            {only === undefined ? <DifferenceList kind={store.kind} differences={differences} /> : null}
            <div class="checks">
              {[false, true].map((my) => (
                <label key={String(my)} class="check">
                  <input
                    type="radio"
                    name={`clash-${field}`}
                    checked={keep.has(field) === my}
                    onChange={() => choose(field, my)}
                  />
                  {t(my ? 'config.conflict.mine' : 'config.conflict.theirs')}
                  {only === undefined ? null : (
                    <strong>{valueWords(i18n, store.kind, name, my ? only.after : only.before)}</strong>
                  )}
                </label>
              ))}
            </div>
          </fieldset>
        );
      })}
      <div class="buttons">
        <button
          type="button"
          class="btn"
          data-kind="primary"
          onClick={() => store.resolve(merged(mine, theirs, keep))}
        >
          {t('config.conflict.goOn')}
        </button>
        <button type="button" class="btn" data-kind="quiet" onClick={() => store.resolve(theirs)}>
          {t('config.conflict.allTheirs')}
        </button>
      </div>
    </>
  );
}
