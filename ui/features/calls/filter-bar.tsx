/**
 * Filters with explicit Caută and Resetează.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { CALL_KINDS, CALL_RESULTS } from '../../../contracts/model/call.ts';
import { REPORT_SLOTS } from '../../../domain/report-slots.ts';
import { useApp } from '../../app-context.ts';
import { DateField, SelectField, TextField } from '../../design/field.tsx';
import { Icon } from '../../design/icons.tsx';
import { AgentField } from '../agent-report/agent-field.tsx';
import { ListField } from '../lists/list-field.tsx';
import { slotWords } from './filter-words.tsx';
import { RangePresets } from './range-presets.tsx';
import { NONE, withoutEmpty, type CallsFilter, type CallState } from './filters.ts';

const CALL_STATES: readonly CallState[] = ['open', 'committed', 'counted'];
/** Kinds, and the two that people and robots dial. */
const KINDS = ['dialed', ...CALL_KINDS] as const;

export function FilterBar(props: {
  filter: CallsFilter;
  number: string;
  /** Local day. */
  today: string;
  onApply: (filter: CallsFilter, number: string) => void;
}): VNode {
  const app = useApp();
  const { i18n, session, catalogue } = app;
  const { t } = i18n;
  const [draft, setDraft] = useState<CallsFilter>(props.filter);
  const [number, setNumber] = useState(props.number);
  const put = (change: { [K in keyof CallsFilter]: CallsFilter[K] | undefined }): void =>
    setDraft(withoutEmpty({ ...draft, ...change }));
  /** The values of a choice are those that it offers. */
  const set = (name: Exclude<keyof CallsFilter, 'list' | 'agent'>) => (value: string) =>
    put({ [name]: value });
  const any = { value: '', label: t('calls.any') };
  const { from, to, ...rest } = props.filter;
  const active = Object.keys(props.filter).length + (props.number === '' ? 0 : 1);
  const wrong = Boolean(draft.from && draft.to && draft.from > draft.to);

  return (
    <details class="card filter-box no-print" open={wide()}>
      <summary>
        <Icon name="search" />
        {t('calls.filters')}
        {active > 0 ? <span class="badge">{active}</span> : null}
      </summary>
      <RangePresets
        from={from}
        to={to}
        today={props.today}
        onChoose={(range) => props.onApply({ ...rest, ...range }, props.number)}
      />
      <form
        class="filters"
        aria-label={t('calls.filtersFor')}
        onSubmit={(event) => {
          event.preventDefault();
          if (!wrong) props.onApply(draft, number);
        }}
      >
        <DateField
          label={t('calls.from')}
          value={draft.from ?? ''}
          error={wrong ? t('calls.rangeWrong') : undefined}
          onChange={set('from')}
        />
        <DateField label={t('calls.to')} value={draft.to ?? ''} onChange={set('to')} />
        <SelectField
          label={t('calls.hour')}
          value={draft.slot ?? ''}
          onChange={set('slot')}
          options={[
            { value: '', label: t('calls.hour.any') },
            ...REPORT_SLOTS.map(({ slot }) => ({ value: slot, label: slotWords(app, slot) })),
          ]}
        />
        {session.can('campaign.list') ? (
          <>
            <SelectField
              label={t('calls.campaign')}
              value={draft.campaign ?? ''}
              onChange={(campaign) => put({ campaign, list: undefined })}
              options={[
                any,
                ...(catalogue.campaigns.data.value ?? []).map(({ name, label }) => ({ value: name, label })),
              ]}
            />
            <ListField
              campaign={draft.campaign}
              value={draft.list === NONE ? undefined : draft.list}
              onChange={(list) => put({ list })}
            />
            {session.can('agent.read') ? (
              <AgentField
                value={draft.agent === 'any' ? undefined : draft.agent}
                onChange={(agent) => put({ agent })}
              />
            ) : null}
          </>
        ) : null}
        <SelectField
          label={t('calls.status')}
          value={draft.status ?? ''}
          onChange={set('status')}
          options={[
            any,
            ...catalogue.statuses.value.map(({ code }) => ({
              value: code,
              label: catalogue.statusLabel(code),
            })),
          ]}
        />
        <SelectField
          label={t('calls.kind')}
          value={draft.kind ?? ''}
          onChange={set('kind')}
          options={[any, ...KINDS.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))]}
        />
        <SelectField
          label={t('calls.result')}
          value={draft.result ?? ''}
          onChange={set('result')}
          options={[any, ...CALL_RESULTS.map((result) => ({ value: result, label: t(`result.${result}`) }))]}
        />
        <SelectField
          label={t('calls.state')}
          value={draft.state ?? ''}
          onChange={set('state')}
          options={[any, ...CALL_STATES.map((state) => ({ value: state, label: t(`calls.state.${state}`) }))]}
        />
        {session.canOwn('number.read') ? (
          <TextField
            label={t('calls.number')}
            hint={t('calls.numberHint')}
            name="number"
            inputMode="tel"
            value={number}
            onInput={setNumber}
          />
        ) : null}
        <div class="buttons">
          <button type="submit" class="btn" data-kind="primary">
            <Icon name="search" />
            {t('action.search')}
          </button>
          <button type="button" class="btn" onClick={() => props.onApply({}, '')}>
            {t('action.reset')}
          </button>
        </div>
      </form>
    </details>
  );
}

/** On a phone the filters open on request: the calls come first. */
function wide(): boolean {
  return matchMedia('(min-width: 768px)').matches;
}
