/**
 * When a page, a field or a jump holds: an earlier field, and which of its answers.
 * @module
 */
import type { VNode } from 'preact';
import type { ScriptCondition, ScriptField, ScriptPage } from '../../../contracts/model/script.ts';
import { useApp } from '../../app-context.ts';
import { useEdit } from './edit-context.ts';

export function ConditionEditor(props: {
  path: string;
  label: string;
  /** Only fields before this page and field are asked about. */
  before: readonly [page: number, field: number];
  /** A jump always has one. */
  always?: boolean;
}): VNode | null {
  const { i18n } = useApp();
  const { t } = i18n;
  const edit = useEdit();
  const lang = i18n.lang.value;
  const condition = edit.at(props.path) as ScriptCondition | undefined;
  const pages = (edit.at('pages') ?? []) as readonly ScriptPage[];
  const [page, place] = props.before;
  const known: readonly ScriptField[] = pages.flatMap(({ fields }, at) =>
    at < page ? fields : at === page ? fields.slice(0, place) : [],
  );
  if (known.length === 0 && condition === undefined) return null;
  const field = known.find(({ name }) => name === condition?.field);
  const wrong = edit.problem(props.path);
  const chosen = condition?.in ?? [];
  return (
    <div class="field condition">
      <label class="field">
        <span class="field-label">{props.label}</span>
        <select
          class="input"
          disabled={edit.disabled}
          value={condition?.field ?? ''}
          onChange={(event) => {
            const { value } = event.currentTarget;
            edit.set(props.path, value === '' ? undefined : { field: value, in: [] });
          }}
        >
          {props.always ? null : <option value="">{t('config.script.always')}</option>}
          {known.map(({ name, labels }) => (
            <option key={name} value={name} selected={name === condition?.field}>
              {t('config.script.answerTo', { field: labels[lang] || name })}
            </option>
          ))}
        </select>
      </label>
      {condition === undefined ? null : field?.options !== undefined ? (
        <div class="checks">
          {field.options.map(({ value, labels }) => (
            <label key={value} class="check">
              <input
                type="checkbox"
                disabled={edit.disabled}
                checked={chosen.includes(value)}
                onChange={(event) =>
                  edit.set(
                    `${props.path}.in`,
                    event.currentTarget.checked ? [...chosen, value] : chosen.filter((one) => one !== value),
                  )
                }
              />
              {labels[lang] || value}
            </label>
          ))}
        </div>
      ) : (
        <label class="field">
          <span class="field-label">{t('config.script.isOneOf')}</span>
          <input
            class="input"
            disabled={edit.disabled}
            value={chosen.join(', ')}
            onChange={(event) =>
              edit.set(
                `${props.path}.in`,
                event.currentTarget.value
                  .split(',')
                  .map((one) => one.trim())
                  .filter((one) => one !== ''),
              )
            }
          />
        </label>
      )}
      {wrong === undefined ? null : <span class="field-error">{wrong}</span>}
    </div>
  );
}
