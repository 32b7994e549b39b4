/**
 * Log-in. It stands at whatever address was asked for, so that after it the page is there.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { errorWords } from '../../api/problem.ts';
import { useApp } from '../../app-context.ts';
import { Field, TextField } from '../../design/field.tsx';
import { Icon } from '../../design/icons.tsx';
import { Notice } from '../../design/parts.tsx';
import { LanguageButton, ThemeButton } from '../shell/shell.tsx';
import './login.css';

export function LoginPage(): VNode {
  const { i18n, session } = useApp();
  const { t } = i18n;
  const [name, setName] = useState(session.rememberedName);
  const [password, setPassword] = useState('');
  const [remember, setRemember] = useState(true);
  const [shown, setShown] = useState(false);
  const [tried, setTried] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const busy = session.busy.value;

  async function submit(): Promise<void> {
    setTried(true);
    if (busy || name.trim() === '' || password === '') return;
    setError(await session.logIn({ name: name.trim(), password, remember }));
  }

  return (
    <div class="login">
      <div class="login-story" aria-hidden="true">
        <div class="login-brand">
          <span class="mark">
            <Icon name="phone" size={22} />
          </span>
          Apel
        </div>
        <p>{t('login.promise')}</p>
        <Rings />
      </div>
      <main class="login-main">
        <form
          class="login-form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <div>
            <h1>{t('login.title')}</h1>
            <p class="muted">{t('login.lead')}</p>
          </div>
          {error === undefined ? null : (
            <Notice tone="danger" icon="alert" role="alert" title={errorWords(i18n, error)} />
          )}
          <TextField
            label={t('login.name')}
            name="username"
            autoComplete="username"
            value={name}
            autoFocus={session.rememberedName === ''}
            error={tried && name.trim() === '' ? t('login.nameMissing') : undefined}
            onInput={setName}
          />
          <Field
            label={t('login.password')}
            error={tried && password === '' ? t('login.passwordMissing') : undefined}
          >
            {({ id, describedBy }) => (
              <span class="password">
                <input
                  id={id}
                  class="input"
                  name="password"
                  {...({ type: shown ? 'text' : 'password' } as { type: 'password' })}
                  autocomplete="current-password"
                  autoFocus={session.rememberedName !== ''}
                  value={password}
                  aria-invalid={tried && password === ''}
                  aria-describedby={describedBy}
                  onInput={(event) => setPassword(event.currentTarget.value)}
                />
                <button
                  type="button"
                  class="password-eye"
                  aria-pressed={shown}
                  onClick={() => setShown(!shown)}
                >
                  {t(shown ? 'login.hide' : 'login.show')}
                </button>
              </span>
            )}
          </Field>
          <label class="check">
            <input
              type="checkbox"
              checked={remember}
              onChange={(event) => setRemember(event.currentTarget.checked)}
            />
            {t('login.remember')}
          </label>
          <button class="btn login-go" data-kind="primary" type="submit" aria-disabled={busy}>
            {t(busy ? 'login.busy' : 'login.submit')}
          </button>
        </form>
        <div class="login-tools">
          <ThemeButton />
          <LanguageButton />
        </div>
      </main>
    </div>
  );
}

/** Rings of a ringing phone, as an ornament. */
function Rings(): VNode {
  return (
    <svg class="login-rings" viewBox="0 0 600 600" fill="none" stroke="currentColor">
      {[60, 120, 185, 255, 330, 410].map((radius) => (
        <circle key={radius} cx="300" cy="300" r={radius} stroke-width="1.5" opacity={0.5 - radius / 1000} />
      ))}
    </svg>
  );
}
