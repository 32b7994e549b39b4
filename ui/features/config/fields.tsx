/**
 * One setting: label, control, unit, default, explanation, what is wrong.
 * @module
 */
import type { ComponentChildren, VNode } from 'preact';
import { useId } from 'preact/hooks';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { labelIn } from './body.ts';
import { useEdit } from './edit-context.ts';
import type { FieldSpec } from './specs.ts';

export function SpecField({ spec }: { spec: FieldSpec }): VNode | null {
  const { i18n } = useApp();
  const edit = useEdit();
  if (spec.show?.(edit.body) === false) return null;
  const key = `${edit.kind}.${spec.path}`;
  const label = i18n.tMaybe(`config.f.${key}`, spec.path);
  const hint = i18n.tMaybe(`config.h.${key}`, '');
  return (
    <Setting
      path={spec.path}
      label={label}
      hint={hint}
      fallback={spec.fallback === undefined ? undefined : valueWords(i18n, edit.kind, spec, spec.fallback)}
      group={spec.field.type === 'refs' || spec.field.type === 'values' || spec.field.type === 'yes-no'}
    >
      {(ids) => <Control spec={spec} {...ids} />}
    </Setting>
  );
}

interface Ids {
  id: string;
  describedBy: string | undefined;
  invalid: boolean;
}

/** The frame of one setting, for forms of any kind. */
export function Setting(props: {
  path: string;
  label: string;
  hint?: string;
  fallback?: string | undefined;
  group?: boolean;
  children: (ids: Ids) => ComponentChildren;
}): VNode {
  const { t } = useApp().i18n;
  const { problem } = useEdit();
  const id = useId();
  const wrong = problem(props.path);
  const note = `${id}-note`;
  const hint = [
    props.hint,
    props.fallback === undefined ? '' : t('config.default', { value: props.fallback }),
  ]
    .filter(Boolean)
    .join(' ');
  const describedBy = wrong === undefined && hint === '' ? undefined : note;
  const inner = props.children({ id, describedBy, invalid: wrong !== undefined });
  const foot = (
    <span id={note} class="setting-note">
      {wrong === undefined ? null : (
        <span class="field-error">
          <Icon name="alert" size={14} />
          {wrong}
        </span>
      )}
      {hint === '' ? null : <span class="hint">{hint}</span>}
    </span>
  );
  if (props.group) {
    return (
      <fieldset class="field setting" aria-describedby={describedBy}>
        <legend class="field-label">{props.label}</legend>
        {inner}
        {foot}
      </fieldset>
    );
  }
  return (
    <div class="field setting">
      <label for={id}>{props.label}</label>
      {inner}
      {foot}
    </div>
  );
}

function Control({ spec, id, describedBy, invalid }: { spec: FieldSpec } & Ids): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const edit = useEdit();
  const { path, field } = spec;
  const value = edit.at(path);
  const set = (next: unknown): void => edit.set(path, next);
  const common = {
    id,
    class: 'input',
    disabled: edit.disabled,
    'aria-invalid': invalid,
    'aria-describedby': describedBy,
  };
  switch (field.type) {
    case 'text':
      return (
        <input
          {...common}
          type="text"
          autocomplete="off"
          value={textOf(value)}
          onInput={(event) => set(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
        />
      );
    case 'secret':
      return (
        <input
          {...common}
          type="password"
          autocomplete="new-password"
          value={value === '***' ? '' : textOf(value)}
          placeholder={value === '***' ? t('config.secretKept') : ''}
          onInput={(event) => set(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
        />
      );
    case 'number':
      return (
        <span class="with-unit">
          <input
            {...common}
            type="number"
            min={field.min}
            max={field.max}
            step={field.unit === 'per-second' ? 'any' : 1}
            value={textOf(value)}
            placeholder={spec.fallback === undefined ? '' : String(spec.fallback)}
            onInput={(event) => {
              const { value: typed } = event.currentTarget;
              set(typed === '' ? undefined : Number(typed));
            }}
          />
          {field.unit === undefined ? null : <span>{t(`config.unit.${field.unit}`)}</span>}
        </span>
      );
    case 'yes-no':
      return (
        <YesNo
          name={id}
          value={typeof value === 'boolean' ? value : spec.fallback === true}
          disabled={edit.disabled}
          onChange={set}
        />
      );
    case 'choice': {
      const chosen = value ?? spec.fallback ?? '';
      return (
        <select {...common} value={textOf(chosen)} onChange={(event) => set(event.currentTarget.value)}>
          {field.options.map((option) => (
            <option key={option} value={option} selected={option === chosen}>
              {valueWords(i18n, edit.kind, spec, option)}
            </option>
          ))}
        </select>
      );
    }
    case 'ref':
      return (
        <RefSelect
          {...common}
          value={textOf(value)}
          to={field.to}
          none={field.none === true}
          onChange={(next) => set(next === '' ? undefined : next)}
        />
      );
    case 'refs':
    case 'values': {
      const options =
        field.type === 'values'
          ? field.options.map((option) => ({
              value: option,
              label: valueWords(i18n, edit.kind, spec, option),
            }))
          : edit.objects
              .filter(({ kind, name, retired }) => kind === field.to && (!retired || isChosen(value, name)))
              .map((item) => ({ value: item.name, label: labelIn(item.body, i18n.lang.value, item.name) }));
      const chosen = Array.isArray(value) ? (value as string[]) : [];
      return (
        <div class="checks">
          {options.map((option) => (
            <label key={option.value} class="check">
              <input
                type="checkbox"
                disabled={edit.disabled}
                checked={chosen.includes(option.value)}
                onChange={(event) => {
                  const on = event.currentTarget.checked;
                  const next = options
                    .map((one) => one.value)
                    .filter((one) => (one === option.value ? on : chosen.includes(one)));
                  set(next.length === 0 && field.type === 'refs' ? undefined : next);
                }}
              />
              {option.label}
            </label>
          ))}
        </div>
      );
    }
    default: {
      const lines = Array.isArray(value) ? (value as string[]).join('\n') : '';
      return (
        <textarea
          {...common}
          rows={3}
          value={lines}
          onChange={(event) => set(event.currentTarget.value.split(/[\s,]+/).filter((line) => line !== ''))}
        />
      );
    }
  }
}

export function YesNo(props: {
  name: string;
  value: boolean;
  disabled: boolean;
  onChange: (value: boolean) => void;
}): VNode {
  const { t } = useApp().i18n;
  return (
    <div class="checks">
      {[true, false].map((option) => (
        <label key={String(option)} class="check">
          <input
            type="radio"
            name={props.name}
            disabled={props.disabled}
            checked={props.value === option}
            onChange={() => props.onChange(option)}
          />
          {t(option ? 'config.yes' : 'config.no')}
        </label>
      ))}
    </div>
  );
}

type SelectProps = Pick<Ids, 'id' | 'describedBy'> & { class: string };

/** One of the objects of a kind, by its label. */
export function RefSelect(
  props: Partial<SelectProps> & {
    value: string;
    to: string;
    none: boolean;
    onChange: (value: string) => void;
    disabled?: boolean;
    'aria-label'?: string;
    'aria-invalid'?: boolean;
    'aria-describedby'?: string | undefined;
  },
): VNode {
  const { i18n } = useApp();
  const { objects } = useEdit();
  const { to, none, value, onChange, describedBy: _described, ...rest } = props;
  const options = objects.filter(({ kind, name, retired }) => kind === to && (!retired || name === value));
  const lost = value !== '' && !options.some(({ name }) => name === value);
  return (
    <select {...rest} class="input" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      {none || value === '' ? (
        <option value="" selected={value === ''}>
          {i18n.t(none ? 'config.none' : 'config.choose')}
        </option>
      ) : null}
      {lost ? <option value={value}>{value}</option> : null}
      {options.map((item) => (
        <option key={item.name} value={item.name} selected={item.name === value}>
          {labelIn(item.body, i18n.lang.value, item.name)}
        </option>
      ))}
    </select>
  );
}

function isChosen(value: unknown, name: string): boolean {
  return Array.isArray(value) && value.includes(name);
}

export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Words of a value: `config.o.<kind>.<path>.<value>`, yes and no, or the value with its unit. */
export function valueWords(
  i18n: ReturnType<typeof useApp>['i18n'],
  kind: string,
  spec: Pick<FieldSpec, 'path' | 'field'>,
  value: string | number | boolean,
): string {
  if (typeof value === 'boolean') return i18n.t(value ? 'config.yes' : 'config.no');
  if (typeof value === 'number') {
    const unit = spec.field.type === 'number' ? spec.field.unit : undefined;
    return `${i18n.format().number(value)}${unit === undefined ? '' : ` ${i18n.t(`config.unit.${unit}`)}`}`;
  }
  return i18n.tMaybe(`config.o.${kind}.${spec.path}.${value}`, value);
}
