/**
 * What uses an object, and its end where nothing does; what is out of use comes back.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { ConfigObjectView } from '../../../contracts/http/config-admin.ts';
import { ApiError, errorWords } from '../../api/problem.ts';
import { useApp } from '../../app-context.ts';
import { Dialog, DialogFoot } from '../../design/dialog.tsx';
import { Badge, Card, Notice } from '../../design/parts.tsx';
import type { I18n } from '../../i18n/i18n.ts';
import { labelIn } from './body.ts';
import { fieldWords } from './difference-list.tsx';
import { isRetirable, objectPath } from './kinds.ts';
import type { ObjectStore } from './store.ts';

export function UsageCard(props: { store: ObjectStore; object: ConfigObjectView; may: boolean }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { object, may, store } = props;
  const { uses, openCalls } = object.usage;
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
                {use.retired ? <RetiredBadge /> : null}
                <span class="muted">
                  {t(`config.one.${use.kind}`)}:{' '}
                  {use.fields.map((field) => fieldWords(i18n, use.kind, field)).join(', ')}
                </span>
              </li>
            ))}
          </ul>
        )}
        {!may || object.retired !== null ? null : <End object={object} onAsk={() => setAsking(true)} />}
      </div>
      {asking ? <EndDialog store={store} object={object} onClose={() => setAsking(false)} /> : null}
    </Card>
  );
}

/** What keeps it, or the button that ends it: for ever, or only its use. */
function End({ object, onAsk }: { object: ConfigObjectView; onAsk: () => void }): VNode {
  const { t } = useApp().i18n;
  const [why] = object.usage.keep;
  if (why !== undefined) return <p class="hint">{t(`config.keep.${why}`)}</p>;
  const retires = object.usage.end === 'retire';
  return (
    <>
      {retires ? <p class="hint">{t('config.retireHint')}</p> : null}
      <button type="button" class="btn" onClick={onAsk}>
        {t(retires ? 'config.retire' : 'config.removeObject')}
      </button>
    </>
  );
}

function EndDialog(props: { store: ObjectStore; object: ConfigObjectView; onClose: () => void }): VNode {
  const { i18n, toasts } = useApp();
  const { t } = i18n;
  const { route } = useLocation();
  const [error, setError] = useState<unknown>(undefined);
  const { kind, name, usage } = props.object;
  const retires = usage.end === 'retire' && isRetirable(kind);
  const words = { name: labelIn(props.store.body.value ?? {}, i18n.lang.value, name) };
  async function end(): Promise<void> {
    try {
      if (retires) {
        await props.store.changeUse('retire');
        props.onClose();
        toasts.show('positive', t('config.retiredToast', words));
        return;
      }
      await props.store.remove();
      props.onClose();
      toasts.show('positive', t('config.removedToast', words));
      route(`/configurare/${kind}`);
    } catch (cause) {
      setError(cause);
    }
  }
  return (
    <Dialog
      title={t(retires ? 'config.retireTitle' : 'config.removeTitle', words)}
      onClose={props.onClose}
      onSubmit={() => void end()}
      foot={
        <DialogFoot
          onCancel={props.onClose}
          verb={t(retires ? 'config.retire' : 'config.removeObject')}
          kind={retires ? 'primary' : 'danger'}
        />
      }
    >
      <p>{retires ? t(`config.retireText.${kind}`) : t('config.removeText')}</p>
      {error === undefined ? null : (
        <Notice tone="danger" icon="alert" role="alert" title={errorWords(i18n, error)} />
      )}
    </Dialog>
  );
}

/** Above the form of what is out of use. */
export function RetiredNotice(props: {
  store: ObjectStore;
  object: ConfigObjectView;
  may: boolean;
}): VNode | null {
  const { i18n, clock, toasts } = useApp();
  const { t } = i18n;
  const [busy, setBusy] = useState(false);
  const { retired, name } = props.object;
  if (retired === null) return null;
  async function restore(): Promise<void> {
    setBusy(true);
    try {
      await props.store.changeUse('restore');
      toasts.show('positive', t('config.restoredToast', { name }));
    } catch (cause) {
      toasts.show('danger', restoreWords(i18n, cause));
    } finally {
      setBusy(false);
    }
  }
  return (
    <Notice
      tone="warning"
      icon="ban"
      title={t('config.retiredTitle', { at: i18n.format().moment(retired.at, clock.now()), by: retired.by })}
      actions={
        props.may ? (
          <button type="button" class="btn" disabled={busy} onClick={() => void restore()}>
            {t('config.restore')}
          </button>
        ) : null
      }
    >
      {t('config.retiredText')}
    </Notice>
  );
}

function restoreWords(i18n: I18n, error: unknown): string {
  const missing = error instanceof ApiError ? error.problem?.params['missing'] : undefined;
  return Array.isArray(missing)
    ? i18n.t('config.restoreMissing', { names: missing.filter((one) => typeof one === 'string').join('; ') })
    : errorWords(i18n, error);
}

export function RetiredBadge(): VNode {
  const { t } = useApp().i18n;
  return <Badge look={{ tone: 'neutral', icon: 'ban' }}>{t('config.retired')}</Badge>;
}
