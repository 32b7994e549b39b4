/**
 * Labelled fields. A date field shows its day in the page's own form, because the browser writes that of its language.
 * @module
 */
import type { ComponentChildren, VNode } from 'preact';
import { useId } from 'preact/hooks';
import { useApp } from '../app-context.ts';
import { isLocalDate } from '../i18n/format.ts';
import { Icon } from './icons.tsx';

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  error?: string | undefined;
}

export function Field(
  props: FieldProps & { children: (ids: { id: string; describedBy: string | undefined }) => VNode },
): VNode {
  const id = useId();
  const note = `${id}-note`;
  const described = props.error !== undefined || props.hint !== undefined;
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      {props.children({ id, describedBy: described ? note : undefined })}
      {props.error === undefined ? (
        props.hint === undefined ? null : (
          <span class="hint" id={note}>
            {props.hint}
          </span>
        )
      ) : (
        <span class="field-error" id={note}>
          <Icon name="alert" size={14} />
          {props.error}
        </span>
      )}
    </div>
  );
}

export function TextField(
  props: FieldProps & {
    name: string;
    value: string;
    onInput: (value: string) => void;
    placeholder?: string;
    autoComplete?: string;
    inputMode?: 'tel' | 'text';
    autoFocus?: boolean;
  },
): VNode {
  return (
    <Field {...props}>
      {({ id, describedBy }) => (
        <input
          id={id}
          class="input"
          name={props.name}
          type="text"
          inputMode={props.inputMode ?? 'text'}
          value={props.value}
          placeholder={props.placeholder ?? ''}
          autocomplete={props.autoComplete ?? 'off'}
          autoFocus={props.autoFocus ?? false}
          aria-invalid={props.error !== undefined}
          aria-describedby={describedBy}
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** Several lines of text. */
export function TextAreaField(
  props: FieldProps & {
    value: string;
    maxLength: number;
    onInput: (value: string) => void;
    autoFocus?: boolean;
  },
): VNode {
  return (
    <Field {...props}>
      {({ id, describedBy }) => (
        <textarea
          id={id}
          class="input"
          autoFocus={props.autoFocus ?? false}
          maxLength={props.maxLength}
          value={props.value}
          aria-invalid={props.error !== undefined}
          aria-describedby={describedBy}
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export function SelectField(
  props: FieldProps & {
    value: string;
    onChange: (value: string) => void;
    options: readonly { value: string; label: string }[];
  },
): VNode {
  return (
    <Field {...props}>
      {({ id, describedBy }) => (
        <select
          id={id}
          class="input"
          value={props.value}
          aria-describedby={describedBy}
          onChange={(event) => props.onChange(event.currentTarget.value)}
        >
          {props.options.map((option) => (
            <option key={option.value} value={option.value} selected={option.value === props.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function DateField(
  props: FieldProps & { value: string; max?: string; onChange: (value: string) => void },
): VNode {
  const { i18n } = useApp();
  const format = i18n.format();
  const day = isLocalDate(props.value) ? props.value : undefined;
  return (
    <Field {...props} {...(day === undefined ? {} : { hint: format.weekday(day) })}>
      {({ id, describedBy }) => (
        <span class="date-box">
          <input
            id={id}
            class="input"
            type="date"
            lang={i18n.lang.value}
            value={props.value}
            max={props.max ?? ''}
            aria-invalid={props.error !== undefined}
            aria-describedby={describedBy}
            onChange={(event) => props.onChange(event.currentTarget.value)}
          />
          <span class="date-text" aria-hidden="true" data-empty={day === undefined}>
            {day === undefined ? i18n.t('date.format') : format.shortDate(day)}
          </span>
        </span>
      )}
    </Field>
  );
}
