/**
 * The fields of one page of a script, with their types and options.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import {
  FIELD_TYPES,
  type ScriptField,
  type ScriptOption,
  type ScriptPage,
} from '../../../contracts/model/script.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { freeName, moved, nameFrom } from './body.ts';
import { ConditionEditor } from './condition-editor.tsx';
import { useEdit } from './edit-context.ts';
import { Setting, textOf, YesNo } from './fields.tsx';
import { Both, MoveButtons } from './script-editor.tsx';

/** Columns of a contact that a field may begin with. */
const KNOWN_COLUMNS = ['locality', 'county', 'age', 'ageBand', 'address', 'language'];

export function ScriptFields({ page }: { page: number }): VNode {
  const { t } = useApp().i18n;
  const edit = useEdit();
  const path = `pages.${page}.fields`;
  const fields = (edit.at(path) ?? []) as readonly ScriptField[];
  const [open, setOpen] = useState<string | undefined>(undefined);
  const add = (): void => {
    const pages = (edit.at('pages') ?? []) as readonly ScriptPage[];
    const taken = pages.flatMap((one) => one.fields.map(({ name }) => name));
    const name = freeName('intrebare', taken);
    const words = t('config.script.newField');
    edit.set(path, [...fields, { name, type: 'text', labels: { ro: words, en: words }, required: false }]);
    setOpen(name);
  };
  return (
    <div class="field script-list">
      <span class="field-label">{t('config.script.fields')}</span>
      {fields.map((field, index) => (
        <FieldRow
          key={index}
          path={`${path}.${index}`}
          place={[page, index]}
          field={field}
          open={open === field.name}
          onOpen={() => setOpen(open === field.name ? undefined : field.name)}
          onName={setOpen}
          count={fields.length}
          onMove={(step) => edit.set(path, moved(fields, index, step))}
          onRemove={() =>
            edit.set(
              path,
              fields.filter((_, at) => at !== index),
            )
          }
        />
      ))}
      {edit.disabled ? null : (
        <div>
          <button type="button" class="btn" data-kind="quiet" onClick={add}>
            {t('config.script.addField')}
          </button>
        </div>
      )}
    </div>
  );
}

function FieldRow(props: {
  path: string;
  place: readonly [number, number];
  field: ScriptField;
  open: boolean;
  count: number;
  onOpen: () => void;
  onName: (name: string) => void;
  onMove: (step: -1 | 1) => void;
  onRemove: () => void;
}): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const edit = useEdit();
  const { field, path, place } = props;
  const label = field.labels[i18n.lang.value] || field.name;
  const chosen = field.type === 'choice' || field.type === 'multi-choice';
  const setType = (type: string): void => {
    const { options, min: _min, max: _max, ...rest } = field;
    const offers = type === 'choice' || type === 'multi-choice';
    edit.set(path, {
      ...rest,
      type,
      ...(offers ? { options: options ?? [optionNamed('da', 'Da', 'Yes')] } : {}),
    });
  };
  return (
    <div class="field-card">
      <div class="field-head">
        <button type="button" class="fold" aria-expanded={props.open} onClick={props.onOpen}>
          <span class="fold-mark" data-open={props.open}>
            <Icon name="chevron" size={16} />
          </span>
          {label}
        </button>
        <span class="aside muted">
          {edit.problem(path) === undefined ? null : (
            <span class="field-error">
              <Icon name="alert" size={14} />
              <span class="sr">{t('config.script.wrongPage')}</span>
            </span>
          )}
          {t(`config.type.${field.type}`)}
          {field.required ? ` · ${t('config.script.mustAnswer')}` : ''}
          {edit.disabled ? null : (
            <MoveButtons
              what={label}
              first={place[1] === 0}
              last={place[1] === props.count - 1}
              onMove={props.onMove}
              onRemove={props.onRemove}
            />
          )}
        </span>
      </div>
      {props.open ? (
        <div class="settings">
          <Both path={`${path}.labels`} label={t('config.script.fieldLabel')} />
          <div class="both">
            <label class="field">
              <span class="field-label">{t('config.script.type')}</span>
              <select
                class="input"
                disabled={edit.disabled}
                value={field.type}
                onChange={(event) => setType(event.currentTarget.value)}
              >
                {FIELD_TYPES.map((type) => (
                  <option key={type} value={type} selected={type === field.type}>
                    {t(`config.type.${type}`)}
                  </option>
                ))}
              </select>
            </label>
            <Setting path={`${path}.name`} label={t('config.script.name')} hint={t('config.script.nameHint')}>
              {({ id, describedBy, invalid }) => (
                <input
                  id={id}
                  class="input mono"
                  disabled={edit.disabled}
                  value={field.name}
                  aria-invalid={invalid}
                  aria-describedby={describedBy}
                  onChange={(event) => {
                    const name = nameFrom(event.currentTarget.value);
                    edit.set(`${path}.name`, name);
                    props.onName(name);
                  }}
                />
              )}
            </Setting>
          </div>
          <Setting
            path={`${path}.required`}
            label={t('config.script.required')}
            hint={t('config.script.requiredHint')}
            group
          >
            {({ id }) => (
              <YesNo
                name={id}
                value={field.required}
                disabled={edit.disabled}
                onChange={(value) => edit.set(`${path}.required`, value)}
              />
            )}
          </Setting>
          {chosen ? <Options path={`${path}.options`} options={field.options ?? []} /> : null}
          {field.type === 'number' ? (
            <div class="both">
              {(['min', 'max'] as const).map((limit) => (
                <Setting key={limit} path={`${path}.${limit}`} label={t(`config.script.${limit}`)}>
                  {({ id, describedBy, invalid }) => (
                    <input
                      id={id}
                      class="input"
                      type="number"
                      step="any"
                      disabled={edit.disabled}
                      value={textOf(field[limit])}
                      aria-invalid={invalid}
                      aria-describedby={describedBy}
                      onInput={(event) => {
                        const { value } = event.currentTarget;
                        edit.set(`${path}.${limit}`, value === '' ? undefined : Number(value));
                      }}
                    />
                  )}
                </Setting>
              ))}
            </div>
          ) : null}
          <Setting
            path={`${path}.prefill`}
            label={t('config.script.prefill')}
            hint={t('config.script.prefillHint')}
          >
            {({ id, describedBy }) => (
              <>
                <input
                  id={id}
                  class="input mono"
                  list={`${id}-columns`}
                  disabled={edit.disabled}
                  value={field.prefill ?? ''}
                  aria-describedby={describedBy}
                  onInput={(event) => edit.set(`${path}.prefill`, event.currentTarget.value || undefined)}
                />
                <datalist id={`${id}-columns`}>
                  {KNOWN_COLUMNS.map((column) => (
                    <option key={column} value={column} />
                  ))}
                </datalist>
              </>
            )}
          </Setting>
          <ConditionEditor path={`${path}.showIf`} label={t('config.script.fieldIf')} before={place} />
        </div>
      ) : null}
    </div>
  );
}

function optionNamed(value: string, ro: string, en: string): ScriptOption {
  return { value, labels: { ro, en } };
}

function Options({ path, options }: { path: string; options: readonly ScriptOption[] }): VNode {
  const { t } = useApp().i18n;
  const edit = useEdit();
  const put = (next: readonly ScriptOption[]): void => edit.set(path, next);
  const wrong = edit.problem(path);
  return (
    <div class="field">
      <span class="field-label">{t('config.script.options')}</span>
      <span class="option-row option-heads" aria-hidden="true">
        <span>{t('config.script.optionHead.ro')}</span>
        <span>{t('config.script.optionHead.en')}</span>
        <span>{t('config.script.optionHead.value')}</span>
      </span>
      {options.map((option, at) => (
        <div class="option-row" key={at}>
          {(['ro', 'en'] as const).map((lang) => (
            <input
              key={lang}
              class="input"
              lang={lang}
              disabled={edit.disabled}
              aria-label={`${t('config.script.option', { n: at + 1 })} (${lang})`}
              value={option.labels[lang]}
              onInput={(event) => edit.set(`${path}.${at}.labels.${lang}`, event.currentTarget.value)}
            />
          ))}
          <input
            class="input mono"
            disabled={edit.disabled}
            aria-label={t('config.script.optionValue', { n: at + 1 })}
            value={option.value}
            onChange={(event) => edit.set(`${path}.${at}.value`, nameFrom(event.currentTarget.value))}
          />
          {edit.disabled ? null : (
            <MoveButtons
              what={option.labels.ro}
              first={at === 0}
              last={at === options.length - 1}
              only={options.length === 1}
              onMove={(step) => put(moved(options, at, step))}
              onRemove={() => put(options.filter((_, other) => other !== at))}
            />
          )}
        </div>
      ))}
      {wrong === undefined ? null : <span class="field-error">{wrong}</span>}
      {edit.disabled ? null : (
        <div>
          <button
            type="button"
            class="btn"
            data-kind="quiet"
            onClick={() => {
              const value = freeName(
                'varianta',
                options.map((one) => one.value),
              );
              put([...options, optionNamed(value, t('config.script.newOption'), 'New option')]);
            }}
          >
            {t('config.script.addOption')}
          </button>
        </div>
      )}
    </div>
  );
}
