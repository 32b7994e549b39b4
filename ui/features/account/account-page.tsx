/**
 * One's own account: who I am, what I may, my password.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { OwnPasswordChanged } from '../../../contracts/http/users.ts';
import { GRANTS } from '../../../contracts/model/role.ts';
import { MIN_PASSWORD_CHARS } from '../../../contracts/model/user.ts';
import { grantsFor } from '../../../domain/permissions.ts';
import { passwordFault } from '../../../domain/user-rules.ts';
import { ApiError } from '../../api/problem.ts';
import { useApp } from '../../app-context.ts';
import { Field } from '../../design/field.tsx';
import { Card, Notice } from '../../design/parts.tsx';
import { useTitle } from '../../lib/use-title.ts';
import { fieldWords, passwordWords, refusalWords } from '../users/words.ts';
import './account.css';

export function AccountPage(): VNode {
  const { i18n, session } = useApp();
  const { t } = i18n;
  useTitle(t('account.title'));
  const current = session.session.value;
  if (!current) return <></>;
  const granted = GRANTS.filter(
    (grant) =>
      grantsFor(current.role).includes(grant) &&
      (current.permissions.includes(grant) || current.ownPermissions.includes(grant)),
  );
  return (
    <>
      <div class="page-head">
        <h1>{t('account.title')}</h1>
      </div>
      <div class="account">
        <Card title={t('account.who')}>
          <dl class="facts card-body">
            <dt>{t('users.displayName')}</dt>
            <dd>{current.user.displayName}</dd>
            <dt>{t('users.name')}</dt>
            <dd>{current.user.name}</dd>
            <dt>{t('users.role')}</dt>
            <dd>
              {t(`role.${current.role}`)}
              <span class="sub">{t(`users.role.${current.role}`)}</span>
            </dd>
            <dt>{t('users.grants')}</dt>
            <dd>
              {granted.length === 0
                ? t('account.rights.none')
                : granted.map((grant) => t(`grant.${grant}`)).join(', ')}
            </dd>
          </dl>
        </Card>
        <PasswordCard name={current.user.name} />
      </div>
    </>
  );
}

const EMPTY = { oldPassword: '', newPassword: '', again: '' };

function PasswordCard({ name }: { name: string }): VNode {
  const { api, i18n, toasts } = useApp();
  const { t } = i18n;
  const [draft, setDraft] = useState(EMPTY);
  const [shown, setShown] = useState(false);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);

  const faults = {
    oldPassword: draft.oldPassword === '' ? t('account.fault.missing') : undefined,
    newPassword:
      draft.newPassword === ''
        ? t('account.fault.missing')
        : draft.newPassword === draft.oldPassword
          ? t('account.fault.same')
          : passwordWords(i18n, passwordFault(draft.newPassword, name)),
    again: draft.again === draft.newPassword ? undefined : t('account.fault.differs'),
  };
  const wrongOld = error instanceof ApiError && error.is('bad-credentials');

  async function submit(): Promise<void> {
    setTried(true);
    if (busy || Object.values(faults).some((fault) => fault !== undefined)) return;
    setBusy(true);
    try {
      const { oldPassword, newPassword } = draft;
      const done = await api.request<OwnPasswordChanged>('/api/account/password', {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ oldPassword, newPassword }),
      });
      setError(undefined);
      setDraft(EMPTY);
      setTried(false);
      toasts.show('positive', t('account.changed'));
      if (done.sessionsEnded > 0) toasts.show('positive', t('account.ended', { n: done.sessionsEnded }));
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  }

  const refusal = wrongOld ? undefined : refusalWords(i18n, error, ['newPassword']);
  const field = (
    key: keyof typeof EMPTY,
    label: string,
    autoComplete: 'current-password' | 'new-password',
    more: { hint?: string; error?: string | undefined },
  ): VNode => (
    <Field label={label} {...more}>
      {({ id, describedBy }) => (
        <input
          id={id}
          class="input"
          name={key}
          {...({ type: shown ? 'text' : 'password' } as { type: 'password' })}
          autocomplete={autoComplete}
          value={draft[key]}
          aria-invalid={more.error !== undefined}
          aria-describedby={describedBy}
          onInput={(event) => {
            setDraft({ ...draft, [key]: event.currentTarget.value });
            setError(undefined);
          }}
        />
      )}
    </Field>
  );
  return (
    <Card title={t('account.password')}>
      <form
        class="card-body account-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p class="muted">{t('account.password.lead')}</p>
        {refusal === undefined ? null : <Notice tone="danger" icon="alert" role="alert" title={refusal} />}
        {field('oldPassword', t('account.old'), 'current-password', {
          error: wrongOld ? t('account.fault.wrong') : tried ? faults.oldPassword : undefined,
        })}
        {field('newPassword', t('account.new'), 'new-password', {
          hint: t('account.new.hint', { min: MIN_PASSWORD_CHARS }),
          error: (tried ? faults.newPassword : undefined) ?? fieldWords(i18n, error, 'newPassword'),
        })}
        {field('again', t('account.again'), 'new-password', { error: tried ? faults.again : undefined })}
        <label class="check">
          <input
            type="checkbox"
            checked={shown}
            onChange={(event) => setShown(event.currentTarget.checked)}
          />
          {t('account.show')}
        </label>
        <div>
          <button type="submit" class="btn" data-kind="primary" aria-disabled={busy}>
            {t('account.submit')}
          </button>
        </div>
      </form>
    </Card>
  );
}
