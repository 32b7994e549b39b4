/**
 * What uses an object, and its end where nothing does.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { ConfigObjectView } from '../../../contracts/http/config-admin.ts';
import { errorWords } from '../../api/problem.ts';
import { useApp } from '../../app-context.ts';
import { Dialog, DialogFoot } from '../../design/dialog.tsx';
import { Card, Notice } from '../../design/parts.tsx';
import { fieldWords } from './difference-list.tsx';
import { objectPath } from './kinds.ts';
import type { ObjectStore } from './store.ts';

export function UsageCard(props: { store: ObjectStore; object: ConfigObjectView; may: boolean }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { object, may, store } = props;
  const { uses, openCalls, keep } = object.usage;
  const [asking, setAsking] = useState(false);
  return (
    <Card title={t('config.usedBy')}>
      <div class="card-body usage">
        {uses.length === 0 && openCalls === 0 ? <p class="muted">{t('config.usedByNobody')}</p> : null}
        {openCalls > 0 ? <p>{t('config.count.openCalls', { n: openCalls })}</p> : null}
        {uses.length === 0 ? null : (
          <ul>
            {uses.map((use) => (
              <li key={`${use.kind}/${use.name}`}>
                <a href={objectPath(use.kind, use.name)}>{use.label}</a>
                <span class="muted">
                  {t(`config.one.${use.kind}`)}:{' '}
                  {use.fields.map((field) => fieldWords(i18n, use.kind, field)).join(', ')}
                </span>
              </li>
            ))}
          </ul>
        )}
        {!may ? null : keep.length === 0 ? (
          <button type="button" class="btn" onClick={() => setAsking(true)}>
            {t('config.removeObject')}
          </button>
        ) : (
          <p class="hint">{keep.includes('history') ? t(keptWords(object.kind)) : t('config.keep.used')}</p>
        )}
      </div>
      {asking ? <RemoveDialog store={store} object={object} onClose={() => setAsking(false)} /> : null}
    </Card>
  );
}

function keptWords(
  kind: ConfigObjectView['kind'],
): 'config.keep.campaign' | 'config.keep.status' | 'config.keep.trunk' {
  if (kind === 'campaign') return 'config.keep.campaign';
  return kind === 'status' ? 'config.keep.status' : 'config.keep.trunk';
}

function RemoveDialog(props: { store: ObjectStore; object: ConfigObjectView; onClose: () => void }): VNode {
  const { i18n, toasts } = useApp();
  const { t } = i18n;
  const { route } = useLocation();
  const [error, setError] = useState<unknown>(undefined);
  const { kind, name } = props.object;
  async function remove(): Promise<void> {
    try {
      await props.store.remove();
      props.onClose();
      toasts.show('positive', t('config.removedToast', { name }));
      route(`/configurare/${kind}`);
    } catch (cause) {
      setError(cause);
    }
  }
  return (
    <Dialog
      title={t('config.removeTitle', { name })}
      onClose={props.onClose}
      onSubmit={() => void remove()}
      foot={<DialogFoot onCancel={props.onClose} verb={t('config.removeObject')} kind="danger" />}
    >
      <p>{t('config.removeText')}</p>
      {error === undefined ? null : (
        <Notice tone="danger" icon="alert" role="alert" title={errorWords(i18n, error)} />
      )}
    </Dialog>
  );
}
