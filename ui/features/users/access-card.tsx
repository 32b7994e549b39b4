/**
 * Whether and how a person gets in: log-ins, password, disabled or not.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { User, UserChanged } from '../../../contracts/http/users.ts';
import { passwordFault } from '../../../domain/user-rules.ts';
import { useApp } from '../../app-context.ts';
import { Dialog, DialogFoot } from '../../design/dialog.tsx';
import { Icon } from '../../design/icons.tsx';
import { Card, Notice } from '../../design/parts.tsx';
import type { UsersApi } from './api.ts';
import { PasswordChoice, ShownOnce, type Choice } from './password-choice.tsx';
import { passwordWords, refusalWords } from './words.ts';

type Asked = 'password' | 'log-out' | 'disable';

const ON_CALL = ['calling', 'in-call', 'wrap-up'];

export function AccessCard(props: {
  user: User;
  users: UsersApi;
  self: boolean;
  onChanged: (user: User) => void;
}): VNode {
  const { i18n, toasts } = useApp();
  const { t } = i18n;
  const { user, users, self } = props;
  const [asked, setAsked] = useState<Asked | undefined>(undefined);
  const [made, setMade] = useState<string | undefined>(undefined);
  const name = user.displayName;

  function done(what: Asked | 'enable', change: UserChanged): void {
    setAsked(undefined);
    const words = {
      password: t('users.password.changed', { name }),
      'log-out': t('users.loggedOut', { n: change.sessionsEnded }),
      disable: t('users.disabled', { name }),
      enable: t('users.enabled', { name }),
    };
    toasts.show('positive', words[what]);
    if (change.desk !== 'none') toasts.show('positive', t(`users.ended.${change.desk}`));
    if (change.password !== null) setMade(change.password);
    props.onChanged(change.user);
  }

  async function enable(): Promise<void> {
    try {
      done('enable', await users.act(user.id, 'enable'));
    } catch (error) {
      toasts.show('danger', refusalWords(i18n, error) ?? '');
    }
  }

  const format = i18n.format();
  return (
    <Card title={t('users.access')}>
      <dl class="facts card-body">
        <dt>{t('users.created')}</dt>
        <dd>{format.dateTime(user.createdAt)}</dd>
        <dt>{t('users.col.lastLogIn')}</dt>
        <dd>
          {user.lastLogInAt === null ? t('users.never') : format.dateTime(user.lastLogInAt)}
          {user.sessions === 0 ? null : <span class="sub">{t('users.sessions', { n: user.sessions })}</span>}
        </dd>
        <dt>{t('users.col.desk')}</dt>
        <dd>
          {user.desk === null
            ? t('users.desk.none')
            : `${t(`agentState.${user.desk.state}`)}, ${t('users.extension', { extension: user.desk.extension })}`}
        </dd>
      </dl>
      <div class="access-buttons card-body">
        <button type="button" class="btn" onClick={() => setAsked('password')}>
          <Icon name="refresh" />
          {t('users.passwordNew')}
        </button>
        {user.sessions === 0 ? null : (
          <button type="button" class="btn" onClick={() => setAsked('log-out')}>
            <Icon name="logOut" />
            {t('users.logOutAll')}
          </button>
        )}
        {self ? null : user.disabledAt === null ? (
          <button type="button" class="btn" data-kind="danger" onClick={() => setAsked('disable')}>
            <Icon name="ban" />
            {t('users.disable')}
          </button>
        ) : (
          <button type="button" class="btn" onClick={() => void enable()}>
            <Icon name="check" />
            {t('users.enable')}
          </button>
        )}
      </div>
      {asked === undefined ? null : (
        <AskDialog
          asked={asked}
          user={user}
          users={users}
          onClose={() => setAsked(undefined)}
          onDone={(change) => done(asked, change)}
        />
      )}
      {made === undefined ? null : (
        <ShownOnce
          title={t('users.password.once.title', { name })}
          text={t('users.password.once.text')}
          value={made}
          copied={t('users.password.copied')}
          done={t('users.password.done')}
          onClose={() => setMade(undefined)}
        />
      )}
    </Card>
  );
}

function AskDialog(props: {
  asked: Asked;
  user: User;
  users: UsersApi;
  onClose: () => void;
  onDone: (change: UserChanged) => void;
}): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { asked, user, users } = props;
  const [password, setPassword] = useState<Choice>(undefined);
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const fault =
    asked === 'password' && password !== undefined
      ? passwordWords(i18n, passwordFault(password, user.name))
      : undefined;

  async function submit(): Promise<void> {
    setTried(true);
    if (busy || fault !== undefined) return;
    setBusy(true);
    try {
      props.onDone(
        asked === 'password'
          ? await users.reset(user.id, password === undefined ? {} : { password })
          : await users.act(user.id, asked),
      );
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  }

  const words = {
    password: [
      t('users.password.title', { name: user.displayName }),
      t('users.password.text'),
      t('users.password.set'),
    ],
    'log-out': [
      t('users.logOutAll.title', { name: user.displayName }),
      t('users.logOutAll.text'),
      t('users.logOutAll'),
    ],
    disable: [
      t('users.disable.title', { name: user.displayName }),
      t('users.disable.text'),
      t('users.disable'),
    ],
  }[asked];
  const refusal = refusalWords(i18n, error);
  return (
    <Dialog
      title={words[0] ?? ''}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      foot={
        <DialogFoot
          onCancel={props.onClose}
          verb={words[2] ?? ''}
          kind={asked === 'disable' ? 'danger' : 'primary'}
          busy={busy}
        />
      }
    >
      {refusal === undefined ? null : <Notice tone="danger" icon="alert" role="alert" title={refusal} />}
      <p>{words[1]}</p>
      <DeskNotice user={user} />
      {asked === 'password' ? (
        <PasswordChoice value={password} error={tried ? fault : undefined} onChange={setPassword} />
      ) : null}
    </Dialog>
  );
}

/** What it does to a shift that goes on. */
function DeskNotice({ user }: { user: User }): VNode | null {
  const { t } = useApp().i18n;
  const state = user.desk?.state ?? 'logged-out';
  if (state === 'logged-out') return null;
  return ON_CALL.includes(state) ? (
    <Notice tone="danger" icon="phone" title={t('users.desk.call')}>
      {t('users.desk.callText')}
    </Notice>
  ) : (
    <Notice
      tone="warning"
      icon="headphones"
      title={t('users.desk.shift', { state: t(`agentState.${state}`) })}
    />
  );
}
