/**
 * A password that is made by the server and shown once, or typed here.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useApp } from '../../app-context.ts';
import { Dialog } from '../../design/dialog.tsx';
import { Icon } from '../../design/icons.tsx';
import { TextField } from '../../design/field.tsx';

/** `undefined`: let one be made. */
export type Choice = string | undefined;

export function PasswordChoice(props: {
  value: Choice;
  error: string | undefined;
  onChange: (value: Choice) => void;
}): VNode {
  const { t } = useApp().i18n;
  const typed = props.value !== undefined;
  return (
    <div class="password-choice" role="radiogroup" aria-label={t('users.password.which')}>
      <span class="field-name">{t('users.password.which')}</span>
      <label class="check">
        <input
          type="radio"
          name="password-kind"
          checked={!typed}
          onChange={() => props.onChange(undefined)}
        />
        {t('users.password.made')}
      </label>
      <label class="check">
        <input type="radio" name="password-kind" checked={typed} onChange={() => props.onChange('')} />
        {t('users.password.typed')}
      </label>
      {typed ? (
        <TextField
          label={t('users.password.which')}
          name="new-password"
          autoComplete="new-password"
          value={props.value ?? ''}
          error={props.error}
          autoFocus
          onInput={props.onChange}
        />
      ) : null}
    </div>
  );
}

/** Shown once; it is nowhere afterwards. */
export function ShownOnce(props: {
  title: string;
  text: string;
  value: string;
  /** Of the buttons: it is copied; it is noted. */
  copied: string;
  done: string;
  onClose: () => void;
}): VNode {
  const { t } = useApp().i18n;
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    navigator.clipboard.writeText(props.value).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <Dialog
      title={props.title}
      onClose={props.onClose}
      onSubmit={props.onClose}
      foot={
        <button type="submit" class="btn" data-kind="primary">
          {props.done}
        </button>
      }
    >
      <p>{props.text}</p>
      <p class="shown-once">
        <output class="mono">{props.value}</output>
        <button type="button" class="btn" onClick={copy}>
          <Icon name={copied ? 'check' : 'file'} />
          {copied ? props.copied : t('users.password.copy')}
        </button>
      </p>
    </Dialog>
  );
}
