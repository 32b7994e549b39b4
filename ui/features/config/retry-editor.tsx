/**
 * When a contact is called again, as sentences: one for all statuses, and one for each that differs.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { RetryRule } from '../../../contracts/model/config.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { Card } from '../../design/parts.tsx';
import { delaysOf, labelIn, UNITS, unitOf, unitSize, type Unit } from './body.ts';
import { useEdit } from './edit-context.ts';

const EMPTY: RetryRule = { delaySeconds: 3_600, multiplier: 1, maxDelaySeconds: 86_400, maxAttempts: 5 };

export function RetryEditor(): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const edit = useEdit();
  const rules = (edit.at('byStatus') ?? {}) as Record<string, RetryRule>;
  const statuses = edit.objects.filter(({ kind }) => kind === 'status');
  const labelOf = (code: string): string => {
    const found = statuses.find(({ name }) => name === code);
    return found === undefined ? code : labelIn(found.body, i18n.lang.value, code);
  };
  const free = statuses.filter(({ name, body }) => rules[name] === undefined && body['final'] !== true);
  return (
    <Card title={t('config.s.retry-rules.what')}>
      <div class="card-body settings">
        <p class="hint">{t('config.retry.lead')}</p>
        <RuleRow path="default" title={t('config.retry.default')} />
        {Object.keys(rules).map((code) => (
          <RuleRow
            key={code}
            path={`byStatus.${code}`}
            title={t('config.retry.after', { status: labelOf(code) })}
            onRemove={() => {
              const { [code]: _old, ...others } = rules;
              edit.set('byStatus', others);
            }}
          />
        ))}
        {edit.disabled || free.length === 0 ? null : (
          <label class="field add-status">
            <span class="field-label">{t('config.retry.add')}</span>
            <select
              class="input"
              value=""
              onChange={(event) => {
                const { value } = event.currentTarget;
                if (value !== '') edit.set('byStatus', { ...rules, [value]: edit.at('default') ?? EMPTY });
                event.currentTarget.value = '';
              }}
            >
              <option value="">{t('config.choose')}</option>
              {free.map(({ name }) => (
                <option key={name} value={name}>
                  {labelOf(name)}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
    </Card>
  );
}

function RuleRow(props: { path: string; title: string; onRemove?: () => void }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const edit = useEdit();
  const rule = (edit.at(props.path) ?? EMPTY) as RetryRule;
  const wrong = edit.problem(props.path);
  const set = (field: keyof RetryRule) => (value: number | undefined) =>
    edit.set(`${props.path}.${field}`, value);
  return (
    <fieldset class="rule">
      <legend class="rule-title">{props.title}</legend>
      {props.onRemove === undefined || edit.disabled ? null : (
        <button
          type="button"
          class="btn rule-x"
          data-kind="quiet"
          data-icon=""
          title={t('config.remove')}
          onClick={props.onRemove}
        >
          <Icon name="close" size={16} />
          <span class="sr">{`${t('config.remove')}: ${props.title}`}</span>
        </button>
      )}
      <div class="rule-fields">
        <Duration label={t('config.retry.delay')} value={rule.delaySeconds} onChange={set('delaySeconds')} />
        <Duration
          label={t('config.retry.most')}
          value={rule.maxDelaySeconds}
          onChange={set('maxDelaySeconds')}
        />
        <NumberBox
          label={t('config.retry.multiplier')}
          value={rule.multiplier}
          step="any"
          onChange={set('multiplier')}
        />
        <NumberBox
          label={t('config.retry.attempts')}
          value={rule.maxAttempts}
          step="1"
          onChange={set('maxAttempts')}
        />
      </div>
      <p class="rule-words">
        {delaysOf(rule).length === 0
          ? t('config.retry.never')
          : t('config.retry.sentence', {
              delays: [
                ...delaysOf(rule).map((seconds) => durationWords(t, seconds)),
                ...(rule.maxAttempts > 7 ? ['…'] : []),
              ].join(' → '),
              n: rule.maxAttempts,
            }).replace('….', '…')}
      </p>
      {wrong === undefined ? null : (
        <span class="field-error" role="alert">
          <Icon name="alert" size={14} />
          {wrong}
        </span>
      )}
    </fieldset>
  );
}

/** `15 min`, `2 h`, `1 h 30 min`, `3 zile`. */
export function durationWords(t: ReturnType<typeof useApp>['i18n']['t'], seconds: number): string {
  if (seconds >= 86_400 && seconds % 86_400 === 0) return t('config.count.days', { n: seconds / 86_400 });
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)];
  const parts = [
    hours > 0 ? `${hours} h` : '',
    minutes > 0 ? `${minutes} min` : '',
    seconds % 60 > 0 ? `${seconds % 60} s` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '0 s' : parts.join(' ');
}

function NumberBox(props: {
  label: string;
  value: number;
  step: string;
  onChange: (value: number | undefined) => void;
}): VNode {
  const { disabled } = useEdit();
  return (
    <label class="field">
      <span class="field-label">{props.label}</span>
      <input
        class="input"
        type="number"
        step={props.step}
        min={1}
        disabled={disabled}
        value={props.value}
        onInput={(event) => {
          const { value } = event.currentTarget;
          props.onChange(value === '' ? undefined : Number(value));
        }}
      />
    </label>
  );
}

function Duration(props: {
  label: string;
  value: number | undefined;
  onChange: (seconds: number | undefined) => void;
}): VNode {
  const { t } = useApp().i18n;
  const { disabled } = useEdit();
  const [unit, setUnit] = useState<Unit>(unitOf(props.value ?? 0));
  const size = unitSize(unit);
  const { label, value } = props;
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <span class="with-unit">
        <input
          class="input"
          type="number"
          min={0}
          step="any"
          disabled={disabled}
          value={value === undefined ? '' : value / size}
          onInput={(event) => {
            const typed = event.currentTarget.value;
            props.onChange(typed === '' ? undefined : Math.round(Number(typed) * size));
          }}
        />
        <select
          class="input"
          aria-label={`${label}: ${t('config.unit')}`}
          disabled={disabled}
          value={unit}
          onChange={(event) => {
            const next = UNITS.find(([name]) => name === event.currentTarget.value)?.[0] ?? unit;
            if (value !== undefined) props.onChange(Math.round((value / size) * unitSize(next)));
            setUnit(next);
          }}
        >
          {UNITS.map(([name]) => (
            <option key={name} value={name} selected={name === unit}>
              {t(`config.unit.${name}`)}
            </option>
          ))}
        </select>
      </span>
    </label>
  );
}
