/**
 * What the list says of a person, corrected.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { ContactDetail, ContactEdit } from '../../../contracts/http/contacts.ts';
import type { AdminListsApi } from '../../api/admin-lists.ts';
import { useApp } from '../../app-context.ts';
import { Dialog, DialogFoot } from '../../design/dialog.tsx';
import { DateField, TextAreaField, TextField } from '../../design/field.tsx';
import { Notice } from '../../design/parts.tsx';
import { refusalWords } from '../lists/parts.tsx';

const TEXTS = [
  'lastName',
  'firstName',
  'locality',
  'county',
  'address',
  'age',
  'ageBand',
  'email',
  'language',
  'externalId',
  'consentSource',
] as const;
type TextName = (typeof TEXTS)[number];
const OLDEST = 130;

export function EditDialog(props: {
  contact: ContactDetail;
  api: AdminListsApi;
  onSaved: () => void;
  onClose: () => void;
}): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { contact } = props;
  const was = valuesOf(contact);
  const [draft, setDraft] = useState(was);
  const [own, setOwn] = useState(contact.attributes);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const age = draft.age.trim();
  const wrongAge = age !== '' && !(/^\d{1,3}$/.test(age) && Number(age) <= OLDEST);

  async function submit(): Promise<void> {
    if (busy || wrongAge) return;
    setBusy(true);
    try {
      const changes = changesOf(was, draft);
      const attributes = Object.entries(own).filter(([name, value]) => contact.attributes[name] !== value);
      await props.api.editContact(contact.card.id, {
        version: contact.version,
        changes: {
          ...changes,
          ...(attributes.length > 0 && {
            attributes: Object.fromEntries(
              attributes.map(([name, value]) => [name, value === '' ? null : value]),
            ),
          }),
        },
      });
      props.onSaved();
      props.onClose();
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  }

  return (
    <Dialog
      title={t('contacts.editTitle')}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      foot={<DialogFoot onCancel={props.onClose} verb={t('contacts.save')} busy={busy} />}
    >
      {error === undefined ? null : (
        <Notice tone="danger" icon="alert" role="alert" title={refusalWords(i18n, error)} />
      )}
      <div class="contact-edit">
        {TEXTS.map((name) => (
          <TextField
            key={name}
            label={t(`column.${name}`)}
            name={`contact-${name}`}
            value={draft[name]}
            error={name === 'age' && wrongAge ? t('contacts.ageWrong', { n: OLDEST }) : undefined}
            onInput={(value) => setDraft({ ...draft, [name]: value })}
          />
        ))}
        <DateField
          label={t('column.consentAt')}
          value={draft.consentAt}
          onChange={(consentAt) => setDraft({ ...draft, consentAt })}
        />
        {Object.entries(own).map(([name, value]) => (
          <TextField
            key={name}
            label={name}
            name={`own-${name}`}
            value={value}
            onInput={(next) => setOwn({ ...own, [name]: next })}
          />
        ))}
        <div class="wide">
          <TextAreaField
            label={t('column.note')}
            maxLength={2_000}
            value={draft.note}
            onInput={(next) => setDraft({ ...draft, note: next })}
          />
        </div>
      </div>
    </Dialog>
  );
}

type Draft = Record<TextName | 'note' | 'consentAt', string>;

function valuesOf({ card, consentAt, consentSource }: ContactDetail): Draft {
  const { lastName, firstName, locality, county, address, ageBand, email, language, externalId, note } = card;
  return {
    lastName: lastName ?? '',
    firstName: firstName ?? '',
    locality: locality ?? '',
    county: county ?? '',
    address: address ?? '',
    age: card.age === null ? '' : String(card.age),
    ageBand: ageBand ?? '',
    email: email ?? '',
    language: language ?? '',
    externalId: externalId ?? '',
    note: note ?? '',
    consentAt: consentAt ?? '',
    consentSource: consentSource ?? '',
  };
}

/** Only what differs; empty is none. */
function changesOf(was: Draft, draft: Draft): ContactEdit['changes'] {
  const names = Object.keys(was) as (keyof Draft)[];
  const changed = names.filter((name) => was[name] !== draft[name].trim());
  return Object.fromEntries(
    changed.map((name) => {
      const value = draft[name].trim();
      return [name, value === '' ? null : name === 'age' ? Number(value) : value];
    }),
  );
}
