/**
 * One person: data and rights, access, what was changed lately.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { AuditPage } from '../../../contracts/http/audit.ts';
import type { User } from '../../../contracts/http/users.ts';
import { useApp } from '../../app-context.ts';
import { TextField } from '../../design/field.tsx';
import { LoadView } from '../../design/load-view.tsx';
import { PageHead } from '../../design/page-head.tsx';
import { Card, Notice } from '../../design/parts.tsx';
import { createResource, type Resource } from '../../lib/resource.ts';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { AuditEntries } from '../audit/entries.tsx';
import { AccessCard } from './access-card.tsx';
import { createUsersApi, type UsersApi } from './api.ts';
import { RightsFields, type Rights } from './rights-fields.tsx';
import { UserState } from './users-page.tsx';
import { fieldWords, refusalWords } from './words.ts';
import './users.css';

const CHANGES = 8;

export function UserPage({ id }: { id: number }): VNode {
  const { api, i18n, session } = useApp();
  const { t } = i18n;
  const users = createUsersApi(api);
  const user = useStore(() => createResource((signal) => users.one(id, signal)), String(id));
  const journal = useStore(
    () =>
      createResource((signal) =>
        api.request<AuditPage>(`/api/audit?objectKind=user&objectId=${id}&limit=${CHANGES}`, {}, signal),
      ),
    String(id),
  );
  const name = user.data.value?.displayName ?? t('users.title');
  useTitle(name);
  useEffect(() => {
    void user.reload();
    void journal.reload();
  }, [user, journal]);

  function changed(next: User): void {
    user.put(next);
    void journal.reload();
  }

  const self = session.session.value?.user.id === id;
  return (
    <>
      <PageHead
        title={name}
        back={{ href: '/utilizatori', label: t('users.title') }}
        lead={user.data.value && <UserState user={user.data.value} />}
        resource={user}
      />
      <LoadView resource={user} rows={8}>
        {(data) => (
          <div class="user-columns">
            <div class="stack">
              {self ? <Notice tone="info" icon="users" title={t('users.self')} /> : null}
              <DataCard
                key={data.version}
                user={data}
                users={users}
                self={self}
                resource={user}
                onChanged={changed}
              />
            </div>
            <div class="stack">
              <AccessCard user={data} users={users} self={self} onChanged={changed} />
              <Card
                title={t('users.journal')}
                aside={<a href={`/jurnal?fel=user&obiect=${id}`}>{t('users.journal.all')}</a>}
              >
                <LoadView resource={journal} rows={3}>
                  {(page) =>
                    page.entries.length === 0 ? (
                      <p class="muted card-body">{t('users.journal.empty')}</p>
                    ) : (
                      <AuditEntries entries={page.entries} compact />
                    )
                  }
                </LoadView>
              </Card>
            </div>
          </div>
        )}
      </LoadView>
    </>
  );
}

function DataCard(props: {
  user: User;
  users: UsersApi;
  self: boolean;
  resource: Resource<User>;
  onChanged: (user: User) => void;
}): VNode {
  const { i18n, toasts } = useApp();
  const { t } = i18n;
  const { user } = props;
  const [displayName, setDisplayName] = useState(user.displayName);
  const [rights, setRights] = useState<Rights>({ role: user.role, grants: user.grants });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const empty = displayName.trim() === '' ? t('users.fault.displayName.missing') : undefined;

  async function submit(): Promise<void> {
    if (busy || empty !== undefined) return;
    setBusy(true);
    try {
      const body = { version: user.version, displayName: displayName.trim(), role: rights.role };
      const done = await props.users.edit(user.id, { ...body, grants: [...rights.grants] });
      setError(undefined);
      toasts.show('positive', t('users.saved', { name: done.user.displayName }));
      if (done.desk !== 'none') toasts.show('positive', t(`users.ended.${done.desk}`));
      props.onChanged(done.user);
    } catch (cause) {
      setError(cause);
      // What somebody else did is shown; what is typed here stays until then.
      if (refusalWords(i18n, cause) === t('users.refused.conflict')) void props.resource.reload();
    } finally {
      setBusy(false);
    }
  }

  const refusal = refusalWords(i18n, error, ['displayName']);
  return (
    <Card title={t('users.data')}>
      <form
        class="card-body user-form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {refusal === undefined ? null : <Notice tone="danger" icon="alert" role="alert" title={refusal} />}
        <TextField
          label={t('users.displayName')}
          hint={t('users.displayName.hint')}
          name="display-name"
          value={displayName}
          error={empty ?? fieldWords(i18n, error, 'displayName')}
          onInput={setDisplayName}
        />
        <p class="field">
          <span class="field-name">{t('users.name')}</span>
          <span class="mono">{user.name}</span>
        </p>
        <RightsFields value={rights} disabled={props.self} onChange={setRights} />
        <div class="buttons">
          <button type="submit" class="btn" data-kind="primary" aria-disabled={busy}>
            {t('users.save')}
          </button>
        </div>
      </form>
    </Card>
  );
}
