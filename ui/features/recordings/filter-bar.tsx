/**
 * Filters with quick intervals and explicit Caută and Resetează.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useApp, type App } from '../../app-context.ts';
import { DateField, SelectField, TextField } from '../../design/field.tsx';
import { Icon } from '../../design/icons.tsx';
import { AgentField } from '../agent-report/agent-field.tsx';
import { RangePresets } from '../calls/range-presets.tsx';
import { lengthText, parseLength, STATES, withoutEmpty, type RecordingsFilter } from './filters.ts';

export interface FilterBarProps {
  filter: RecordingsFilter;
  number: string;
  today: string;
  onApply: (filter: RecordingsFilter, number: string) => void;
}

export function FilterBar(props: FilterBarProps): VNode {
  const { t } = useApp().i18n;
  const { from, to, ...rest } = props.filter;
  const active = Object.keys(props.filter).length + (props.number === '' ? 0 : 1);
  return (
    <details class="card filter-box no-print" open={matchMedia('(min-width: 768px)').matches}>
      <summary>
        <Icon name="search" />
        {t('recs.filters')}
        {active > 0 ? <span class="badge">{active}</span> : null}
      </summary>
      <RangePresets
        from={from}
        to={to}
        today={props.today}
        onChoose={(range) => props.onApply({ ...rest, ...range }, props.number)}
      />
      <Fields {...props} />
    </details>
  );
}

function Fields(props: FilterBarProps): VNode {
  const { i18n, session, catalogue } = useApp();
  const { t } = i18n;
  const [draft, setDraft] = useState<RecordingsFilter>(props.filter);
  const [number, setNumber] = useState(props.number);
  const [lengths, setLengths] = useState({
    min: lengthText(props.filter.min),
    max: lengthText(props.filter.max),
  });
  const put = (change: { [K in keyof RecordingsFilter]: RecordingsFilter[K] | undefined }): void =>
    setDraft(withoutEmpty({ ...draft, ...change }));
  const any = { value: '', label: t('calls.any') };
  const [min, max] = [parseLength(lengths.min), parseLength(lengths.max)];
  const wrongDays = Boolean(draft.from && draft.to && draft.from > draft.to);
  const wrongOrder = typeof min === 'number' && typeof max === 'number' && min > max;
  const lengthError = (length: number | undefined | null): string | undefined =>
    length === null ? t('recs.lengthWrong') : undefined;

  return (
    <form
      class="filters"
      aria-label={t('recs.filtersFor')}
      onSubmit={(event) => {
        event.preventDefault();
        if (wrongDays || wrongOrder || min === null || max === null) return;
        props.onApply(withoutEmpty({ ...draft, min, max }), number);
      }}
    >
      <DateField
        label={t('calls.from')}
        value={draft.from ?? ''}
        error={wrongDays ? t('calls.rangeWrong') : undefined}
        onChange={(from) => put({ from })}
      />
      <DateField label={t('calls.to')} value={draft.to ?? ''} onChange={(to) => put({ to })} />
      {session.can('campaign.list') ? (
        <SelectField
          label={t('calls.campaign')}
          value={draft.campaign ?? ''}
          onChange={(campaign) => put({ campaign })}
          options={[
            any,
            ...(catalogue.campaigns.data.value ?? []).map(({ name, label }) => ({ value: name, label })),
          ]}
        />
      ) : null}
      {session.can('agent.read') ? (
        <AgentField value={draft.agent} onChange={(agent) => put({ agent })} />
      ) : null}
      <SelectField
        label={t('calls.status')}
        value={draft.status ?? ''}
        onChange={(status) => put({ status })}
        options={[
          any,
          ...catalogue.statuses.value.map(({ code }) => ({
            value: code,
            label: catalogue.statusLabel(code),
          })),
        ]}
      />
      <SelectField
        label={t('recs.state')}
        value={draft.state ?? ''}
        onChange={(value) => put({ state: STATES.find(([state]) => state === value)?.[0] })}
        options={[any, ...STATES.map(([state]) => ({ value: state, label: t(`recs.state.${state}`) }))]}
      />
      <TextField
        label={t('recs.minLength')}
        hint={t('recs.lengthHint')}
        error={lengthError(min)}
        name="min"
        value={lengths.min}
        onInput={(text) => setLengths({ ...lengths, min: text })}
      />
      <TextField
        label={t('recs.maxLength')}
        hint={t('recs.lengthHint')}
        error={wrongOrder ? t('recs.lengthOrder') : lengthError(max)}
        name="max"
        value={lengths.max}
        onInput={(text) => setLengths({ ...lengths, max: text })}
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
  );
}

/** The filters in words, for the empty state. */
export function filterWords({ i18n, catalogue }: App, filter: RecordingsFilter, number: string): string[] {
  const { t } = i18n;
  const { shortDate } = i18n.format();
  return [
    filter.from === undefined ? '' : `${t('calls.from')} ${shortDate(filter.from)}`,
    filter.to === undefined ? '' : `${t('calls.to')} ${shortDate(filter.to)}`,
    filter.campaign === undefined
      ? ''
      : `${t('calls.campaign')}: ${catalogue.campaignLabel(filter.campaign)}`,
    filter.agent === undefined ? '' : `${t('calls.agent')}: #${filter.agent}`,
    filter.status === undefined ? '' : `${t('calls.status')}: ${catalogue.statusLabel(filter.status)}`,
    filter.state === undefined ? '' : `${t('recs.state')}: ${t(`recs.state.${filter.state}`)}`,
    filter.min === undefined ? '' : t('recs.minLengthIs', { length: lengthText(filter.min) }),
    filter.max === undefined ? '' : t('recs.maxLengthIs', { length: lengthText(filter.max) }),
    number === '' ? '' : `${t('calls.number')}: ${number}`,
  ].filter((words) => words !== '');
}
