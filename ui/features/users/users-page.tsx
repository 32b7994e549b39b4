/**
 * Everybody who may log in.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import type { User, UserChanged } from '../../../contracts/http/users.ts';
import { ROLES } from '../../../contracts/model/role.ts';
import { useApp } from '../../app-context.ts';
import { SelectField, TextField } from '../../design/field.tsx';
import { Icon } from '../../design/icons.tsx';
import { LoadView, Void } from '../../design/load-view.tsx';
import { Badge } from '../../design/parts.tsx';
import { createResource } from '../../lib/resource.ts';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { createUsersApi } from './api.ts';
import { filterUsers, parseUsersFilter, usersAddress, type UsersFilter } from './filters.ts';
import { PageHead } from '../../design/page-head.tsx';
import { NewUserDialog } from './new-user-dialog.tsx';
import { ShownOnce } from './password-choice.tsx';
import './users.css';

export function UsersPage(): VNode {
  const { api, i18n, toasts } = useApp();
  const { t } = i18n;
  const { query, route } = useLocation();
  const users = createUsersApi(api);
  const list = useStore(() => createResource((signal) => users.list(signal)), '');
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<UserChanged | undefined>(undefined);
  useTitle(t('users.title'));
  useEffect(() => void list.reload(), [list]);

  function added(user: UserChanged): void {
    setAdding(false);
    toasts.show('positive', t('users.added', { name: user.user.displayName }));
    if (user.password !== null) setMade(user);
    void list.reload();
  }

  const filter = parseUsersFilter(query);
  const apply = (next: UsersFilter): void => route(usersAddress(next), true);
  return (
    <>
      <PageHead title={t('users.title')} lead={t('users.lead')} resource={list}>
        <button type="button" class="btn" data-kind="primary" onClick={() => setAdding(true)}>
          <Icon name="plus" />
          {t('users.add')}
        </button>
      </PageHead>
      <div class="stack">
        <UserFilters filter={filter} onApply={apply} />
        <section class="card" aria-label={t('users.title')}>
          <LoadView resource={list} rows={8}>
            {(data) => (
              <Results users={filterUsers(data.users, filter)} onReset={() => apply({ text: '' })} />
            )}
          </LoadView>
        </section>
      </div>
      {adding ? <NewUserDialog users={users} onClose={() => setAdding(false)} onAdded={added} /> : null}
      {made?.password == null ? null : (
        <ShownOnce
          title={t('users.password.once.title', { name: made.user.displayName })}
          text={t('users.password.once.text')}
          value={made.password}
          copied={t('users.password.copied')}
          done={t('users.password.done')}
          onClose={() => setMade(undefined)}
        />
      )}
    </>
  );
}

function UserFilters({
  filter,
  onApply,
}: {
  filter: UsersFilter;
  onApply: (filter: UsersFilter) => void;
}): VNode {
  const { t } = useApp().i18n;
  const any = { value: '', label: t('users.any') };
  return (
    <div class="card filters" role="search">
      <TextField
        label={t('users.search')}
        name="search"
        value={filter.text}
        hint={t('users.search.hint')}
        onInput={(text) => onApply({ ...filter, text })}
      />
      <SelectField
        label={t('users.role')}
        value={filter.role ?? ''}
        onChange={(value) => onApply({ ...filter, role: ROLES.find((role) => role === value) })}
        options={[any, ...ROLES.map((value) => ({ value, label: t(`role.${value}`) }))]}
      />
      <SelectField
        label={t('users.state')}
        value={filter.state ?? ''}
        onChange={(value) =>
          onApply({ ...filter, state: value === 'active' || value === 'disabled' ? value : undefined })
        }
        options={[
          any,
          { value: 'active', label: t('users.state.actives') },
          { value: 'disabled', label: t('users.state.disableds') },
        ]}
      />
    </div>
  );
}

function Results({ users, onReset }: { users: readonly User[]; onReset: () => void }): VNode {
  const { t } = useApp().i18n;
  if (users.length === 0) {
    return (
      <Void
        icon="search"
        title={t('users.empty.title')}
        action={
          <button type="button" class="btn" data-kind="primary" onClick={onReset}>
            {t('action.reset')}
          </button>
        }
      >
        <p>{t('users.empty.text')}</p>
      </Void>
    );
  }
  return (
    <div class="table-wrap">
      <table class="table users">
        <caption class="sr">{t('users.count', { n: users.length })}</caption>
        <thead>
          <tr>
            <th scope="col">{t('users.col.person')}</th>
            <th scope="col">{t('users.col.rights')}</th>
            <th scope="col">{t('users.state')}</th>
            <th scope="col">{t('users.col.desk')}</th>
            <th scope="col">{t('users.col.lastLogIn')}</th>
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <Row key={user.id} user={user} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ user }: { user: User }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { route } = useLocation();
  const href = `/utilizatori/${user.id}`;
  return (
    <tr data-href="" onClick={(event) => (event.target as Element).closest('a') ?? route(href)}>
      <td class="c-person">
        <a class="row-link" href={href}>
          {user.displayName}
        </a>
        <span class="sub">{user.name}</span>
      </td>
      <td>
        {t(`role.${user.role}`)}
        {user.grants.map((grant) => (
          <span class="sub" key={grant}>
            + {t(`grant.${grant}`)}
          </span>
        ))}
      </td>
      <td>
        <UserState user={user} />
        {user.sessions === 0 ? null : <span class="sub">{t('users.sessions', { n: user.sessions })}</span>}
      </td>
      <td class="c-desk">
        {user.desk === null ? (
          <span class="muted">{t('users.desk.none')}</span>
        ) : (
          <>
            {t(`agentState.${user.desk.state}`)}
            <span class="sub">{t('users.extension', { extension: user.desk.extension })}</span>
          </>
        )}
      </td>
      <td class="nowrap c-last">
        {user.lastLogInAt === null ? (
          <span class="muted">{t('users.never')}</span>
        ) : (
          i18n.format().dateTime(user.lastLogInAt)
        )}
      </td>
    </tr>
  );
}

export function UserState({ user }: { user: Pick<User, 'disabledAt'> }): VNode {
  const { t } = useApp().i18n;
  return user.disabledAt === null ? (
    <Badge look={{ tone: 'positive', icon: 'check' }}>{t('users.state.active')}</Badge>
  ) : (
    <Badge look={{ tone: 'danger', icon: 'ban' }}>{t('users.state.disabled')}</Badge>
  );
}
