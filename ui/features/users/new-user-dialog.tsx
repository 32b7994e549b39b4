/**
 * A new person.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { UserChanged } from '../../../contracts/http/users.ts';
import { USER_NAME } from '../../../contracts/model/user.ts';
import { passwordFault } from '../../../domain/user-rules.ts';
import { useApp } from '../../app-context.ts';
import { Dialog, DialogFoot } from '../../design/dialog.tsx';
import { TextField } from '../../design/field.tsx';
import { Notice } from '../../design/parts.tsx';
import type { UsersApi } from './api.ts';
import { PasswordChoice, type Choice } from './password-choice.tsx';
import { RightsFields, type Rights } from './rights-fields.tsx';
import { fieldWords, passwordWords, refusalWords } from './words.ts';

export function NewUserDialog(props: {
  users: UsersApi;
  onClose: () => void;
  onAdded: (added: UserChanged) => void;
}): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const [name, setName] = useState('');
  const [displayName, setDisplayName] = useState('');
  const [rights, setRights] = useState<Rights>({ role: 'agent', grants: [] });
  const [password, setPassword] = useState<Choice>(undefined);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);

  const faults = {
    name:
      name.trim() === ''
        ? t('users.fault.name.missing')
        : USER_NAME.test(name.trim())
          ? fieldWords(i18n, error, 'name')
          : t('users.fault.name.form'),
    displayName: displayName.trim() === '' ? t('users.fault.displayName.missing') : undefined,
    password: password === undefined ? undefined : passwordWords(i18n, passwordFault(password, name.trim())),
  };
  const taken = fieldWords(i18n, error, 'name');

  async function submit(): Promise<void> {
    setTried(true);
    const wrong = { ...faults, name: faults.name === taken ? undefined : faults.name };
    if (busy || Object.values(wrong).some((fault) => fault !== undefined)) return;
    setBusy(true);
    try {
      const person = { name: name.trim(), displayName: displayName.trim(), role: rights.role };
      const grants = [...rights.grants];
      props.onAdded(
        await props.users.add({ ...person, grants, ...(password !== undefined && { password }) }),
      );
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  }

  const refusal = refusalWords(i18n, error, ['name', 'password']);
  const shown = (fault: string | undefined): string | undefined => (tried ? fault : undefined);
  return (
    <Dialog
      title={t('users.new.title')}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      foot={<DialogFoot onCancel={props.onClose} verb={t('users.add')} busy={busy} />}
    >
      {refusal === undefined ? null : <Notice tone="danger" icon="alert" role="alert" title={refusal} />}
      <TextField
        label={t('users.displayName')}
        hint={t('users.displayName.hint')}
        name="display-name"
        value={displayName}
        autoFocus
        error={shown(faults.displayName)}
        onInput={setDisplayName}
      />
      <TextField
        label={t('users.name')}
        hint={t('users.name.hint')}
        name="user-name"
        value={name}
        error={shown(faults.name)}
        onInput={(value) => {
          setName(value);
          setError(undefined);
        }}
      />
      <RightsFields value={rights} onChange={setRights} />
      <PasswordChoice value={password} error={shown(faults.password)} onChange={setPassword} />
    </Dialog>
  );
}
