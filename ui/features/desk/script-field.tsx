/**
 * One field of a script, by its type; what is wrong stands at the field, in words.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { COUNTIES, countyNamed } from '../../../domain/counties.ro.ts';
import type { AnswerProblem } from '../../../domain/script.ts';
import type { Answers, AnswerValue, ScriptDef, ScriptField } from '../../../contracts/model/script.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import type { I18n } from '../../i18n/i18n.ts';
import { Suggest } from './suggest.tsx';

/** More than so many choices stand in a list to open, not side by side. */
const SIDE_BY_SIDE = 8;

export interface ScriptFieldProps {
  field: ScriptField;
  value: AnswerValue | undefined;
  answers: Answers;
  script: ScriptDef | null;
  problem: AnswerProblem | undefined;
  disabled: boolean;
  onChange: (value: AnswerValue | undefined) => void;
}

export function ScriptFieldView(props: ScriptFieldProps): VNode {
  const { i18n } = useApp();
  const { field, problem } = props;
  const id = useId();
  const note = `${id}-note`;
  const label = field.labels[i18n.lang.value];
  const describedBy = problem === undefined ? undefined : note;
  const grouped =
    (field.type === 'choice' || field.type === 'multi-choice') &&
    (field.options?.length ?? 0) <= SIDE_BY_SIDE;
  const head = (
    <>
      {label}
      {field.required ? (
        <span class="required" aria-hidden="true" title={i18n.t('desk.field.required')}>
          *
        </span>
      ) : null}
    </>
  );
  const foot =
    problem === undefined ? null : (
      <span class="field-error" id={note}>
        <Icon name="alert" size={14} />
        {problemWords(i18n, problem)}
      </span>
    );
  if (grouped) {
    return (
      <fieldset
        class="field script-field"
        data-wide=""
        role={field.type === 'choice' ? 'radiogroup' : 'group'}
        aria-describedby={describedBy}
        {...(field.type === 'choice'
          ? { 'aria-required': field.required, 'aria-invalid': problem !== undefined }
          : {})}
      >
        <legend class="field-label">{head}</legend>
        <Choices {...props} name={id} />
        {foot}
      </fieldset>
    );
  }
  return (
    <div class="field script-field">
      <label for={id}>{head}</label>
      <Control {...props} id={id} describedBy={describedBy} />
      {foot}
    </div>
  );
}

function Choices({ field, value, disabled, onChange, name }: ScriptFieldProps & { name: string }): VNode {
  const { i18n } = useApp();
  const many = field.type === 'multi-choice';
  const chosen = Array.isArray(value)
    ? (value as readonly string[])
    : value === undefined
      ? []
      : [String(value)];
  const toggle = (option: string, on: boolean): void => {
    if (!many) return onChange(option);
    // In the order of the script, whatever the order of clicks.
    const next = (field.options ?? [])
      .map((one) => one.value)
      .filter((one) => (one === option ? on : chosen.includes(one)));
    onChange(next.length === 0 ? undefined : next);
  };
  return (
    <div class="choices">
      {field.options?.map((option) => (
        <label key={option.value} class="choice" data-on={chosen.includes(option.value)}>
          <input
            type={many ? 'checkbox' : 'radio'}
            name={name}
            value={option.value}
            checked={chosen.includes(option.value)}
            disabled={disabled}
            onChange={(event) => toggle(option.value, event.currentTarget.checked)}
          />
          {option.labels[i18n.lang.value]}
        </label>
      ))}
    </div>
  );
}

type ControlProps = ScriptFieldProps & { id: string; describedBy: string | undefined };

function Control(props: ControlProps): VNode {
  const { i18n } = useApp();
  const { field, value, disabled, id, describedBy, problem, onChange } = props;
  const invalid = problem !== undefined;
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  const common = {
    id,
    class: 'input',
    disabled,
    'aria-invalid': invalid,
    'aria-required': field.required,
    'aria-describedby': describedBy,
  };
  switch (field.type) {
    case 'county':
      return <County {...props} text={text} />;
    case 'locality':
      return <Locality {...props} text={text} />;
    case 'number':
      return <NumberInput {...props} text={text} />;
    case 'date':
      return (
        <input
          {...common}
          type="date"
          value={text}
          onInput={(event) => onChange(event.currentTarget.value || undefined)}
        />
      );
    case 'choice':
    case 'multi-choice':
      return (
        <select
          {...common}
          multiple={field.type === 'multi-choice'}
          onChange={(event) => {
            const chosen = [...event.currentTarget.selectedOptions]
              .map((one) => one.value)
              .filter((one) => one !== '');
            if (field.type === 'choice') onChange(chosen[0]);
            else onChange(chosen.length === 0 ? undefined : chosen);
          }}
        >
          {field.type === 'choice' ? <option value="">{i18n.t('desk.field.choose')}</option> : null}
          {field.options?.map((option) => (
            <option
              key={option.value}
              value={option.value}
              selected={
                Array.isArray(value)
                  ? (value as readonly string[]).includes(option.value)
                  : value === option.value
              }
            >
              {option.labels[i18n.lang.value]}
            </option>
          ))}
        </select>
      );
    default:
      return (
        <input
          {...common}
          type="text"
          maxLength={2_000}
          value={text}
          onInput={(event) =>
            onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)
          }
        />
      );
  }
}

/** What is typed becomes the register's own writing when the field is left: `timis` is Timiș. */
function County({
  id,
  text,
  problem,
  describedBy,
  disabled,
  onChange,
}: ControlProps & { text: string }): VNode {
  return (
    <Suggest
      id={id}
      value={text}
      options={COUNTIES}
      invalid={problem !== undefined}
      describedBy={describedBy}
      disabled={disabled}
      onInput={(next) => onChange(next === '' ? undefined : next)}
      onLeave={() => {
        const county = countyNamed(text);
        if (county !== undefined && county !== text) onChange(county);
      }}
    />
  );
}

function Locality(props: ControlProps & { text: string }): VNode {
  const [towns, setTowns] = useState<((county: string | undefined) => readonly string[]) | undefined>(
    undefined,
  );
  useEffect(() => {
    // Without the list any text may still be typed.
    import('./localities.ro.ts').then(
      ({ townsOf }) => setTowns(() => townsOf),
      () => undefined,
    );
  }, []);
  const countyField = props.script?.pages
    .flatMap(({ fields }) => fields)
    .find(({ type }) => type === 'county');
  const county = countyField === undefined ? undefined : props.answers[countyField.name];
  return (
    <Suggest
      id={props.id}
      value={props.text}
      options={towns?.(typeof county === 'string' ? county : undefined) ?? []}
      invalid={props.problem !== undefined}
      describedBy={props.describedBy}
      disabled={props.disabled}
      onInput={(next) => props.onChange(next === '' ? undefined : next)}
    />
  );
}

/** The text stays as typed while it is typed: `12,` must not lose its comma. */
function NumberInput({
  id,
  text,
  field,
  problem,
  describedBy,
  disabled,
  onChange,
}: ControlProps & { text: string }): VNode {
  const [typed, setTyped] = useState(text);
  useEffect(() => {
    if (Number(typed.replace(',', '.')) !== Number(text)) setTyped(text);
  }, [text]);
  return (
    <input
      id={id}
      class="input"
      type="text"
      inputMode="decimal"
      value={typed}
      disabled={disabled}
      aria-invalid={problem !== undefined}
      aria-required={field.required}
      aria-describedby={describedBy}
      onInput={(event) => {
        const next = event.currentTarget.value;
        setTyped(next);
        const number = Number(next.trim().replace(',', '.'));
        // What is no number is kept as text, so that the check can name it.
        onChange(next.trim() === '' ? undefined : Number.isFinite(number) ? number : next);
      }}
    />
  );
}

function problemWords(i18n: I18n, problem: AnswerProblem): string {
  const limit = problem.limit === undefined ? '' : i18n.format().number(problem.limit);
  const code = problem.code === 'required' ? 'required-missing' : problem.code;
  return i18n.tMaybe(`desk.field.${code}`, i18n.t('desk.field.wrong'), { limit });
}
