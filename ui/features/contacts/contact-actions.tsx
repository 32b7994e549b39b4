/**
 * What may be done to a contact; each with a reason that is kept.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { ContactDetail } from '../../../contracts/http/contacts.ts';
import type { AdminListsApi, ContactVerb } from '../../api/admin-lists.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { ReasonDialog } from '../lists/parts.tsx';
import { EditDialog } from './edit-dialog.tsx';

type Open = ContactVerb | 'do-not-call' | 'edit' | undefined;

export function ContactActions(props: {
  contact: ContactDetail;
  api: AdminListsApi;
  onChanged: () => void;
}): VNode | null {
  const { i18n, session, toasts } = useApp();
  const { t } = i18n;
  const { contact, api, onChanged } = props;
  const [open, setOpen] = useState<Open>(undefined);
  const close = (): void => setOpen(undefined);
  const done = (): void => {
    toasts.show('positive', t('contacts.saved'));
    onChanged();
  };
  const mayEdit = session.can('contact.edit');
  const mayOppose = session.can('do-not-call.edit') && contact.numbers.some((one) => one.doNotCall === null);
  if (!mayEdit && !mayOppose) return null;
  const verbs: ContactVerb[] = [
    ...(contact.state === 'open' ? (['close'] as const) : []),
    ...(contact.state === 'closed' ? (['reopen'] as const) : []),
    ...(contact.numbers.some(({ stopped }) => stopped) ? (['lift-stopped'] as const) : []),
  ];
  return (
    <div class="buttons-row no-print">
      {mayEdit ? (
        <>
          <button type="button" class="btn" onClick={() => setOpen('edit')}>
            <Icon name="file" />
            {t('contacts.edit')}
          </button>
          {verbs.map((verb) => (
            <button key={verb} type="button" class="btn" onClick={() => setOpen(verb)}>
              <Icon name={verb === 'close' ? 'minus' : 'refresh'} />
              {t(`contacts.verb.${verb}`)}
            </button>
          ))}
        </>
      ) : null}
      {mayOppose ? (
        <button type="button" class="btn" onClick={() => setOpen('do-not-call')}>
          <Icon name="ban" />
          {t('contacts.verb.do-not-call')}
        </button>
      ) : null}
      {open === 'edit' ? <EditDialog contact={contact} api={api} onSaved={done} onClose={close} /> : null}
      {open === undefined || open === 'edit' ? null : (
        <ReasonDialog
          title={t(`contacts.ask.${open}`)}
          verb={t(`contacts.verb.${open}`)}
          kind={open === 'do-not-call' || open === 'close' ? 'danger' : 'primary'}
          withSource={open === 'do-not-call'}
          onClose={close}
          onSubmit={async (reason, source) => {
            if (open === 'do-not-call') await api.opposeContact(contact.card.id, { reason, source });
            else await api.changeContact(contact.card.id, open, reason);
            done();
          }}
        >
          <p>{t(`contacts.askText.${open}`)}</p>
        </ReasonDialog>
      )}
    </div>
  );
}
