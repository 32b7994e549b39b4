/**
 * When to call back, in the contact's zone, and for whom. Where the clock shows a time twice, the page asks which.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useApp } from '../../app-context.ts';
import { DateField, Field } from '../../design/field.tsx';
import { addDays } from '../../i18n/format.ts';
import type { DraftStore, Callback } from './draft-store.ts';
import { localInstants, localText, timeOfDay } from './local-time.ts';
import type { FormProblems } from './wrap-up-form.ts';

export function CallbackFields(props: {
  zone: string;
  draft: DraftStore;
  error: FormProblems['callback'] | undefined;
}): VNode {
  const { i18n, clock } = useApp();
  const { t } = i18n;
  const { draft, zone } = props;
  const callback: Callback = draft.callback.value ?? { local: '', for: 'agent' };
  const [day = '', time = ''] = callback.local.split('T');
  const today = localText(clock.now(), zone).slice(0, 10);
  const instants = callback.local === '' ? [] : localInstants(callback.local, zone);
  const format = i18n.format(zone);

  const put = (change: Partial<Callback>): void => {
    const next = { ...callback, ...change };
    // A second of two only where there are two.
    if (localInstants(next.local, zone).length < 2) delete next.fold;
    draft.setCallback(next);
  };
  const setLocal = (nextDay: string, nextTime: string): void =>
    put({ local: nextDay === '' && nextTime === '' ? '' : `${nextDay}T${nextTime}` });
  const quick = (instant: number): void => {
    const [quickDay = '', quickTime = ''] = localText(instant, zone).split('T');
    setLocal(quickDay, quickTime);
  };
  const words = props.error === undefined ? undefined : t(`desk.callback.${props.error}`);
  // Beside what is missing; what is wrong with both is said below the time.
  const dayError = day === '' ? words : undefined;
  const error = day === '' ? undefined : words;
  return (
    <fieldset class="callback">
      <legend class="field-label">{t('desk.callback')}</legend>
      <div class="chip-row">
        {[30, 60, 120].map((minutes) => (
          <button
            key={minutes}
            type="button"
            class="btn chip"
            onClick={() => quick(Math.ceil((clock.now() + minutes * 60_000) / 300_000) * 300_000)}
          >
            {minutes < 60
              ? t('desk.callback.minutes', { n: minutes })
              : t('desk.callback.hours', { n: minutes / 60 })}
          </button>
        ))}
        <button type="button" class="btn chip" onClick={() => setLocal(addDays(today, 1), '10:00')}>
          {t('desk.callback.tomorrow')}
        </button>
      </div>
      <div class="callback-row">
        <DateField
          label={t('desk.callback.day')}
          value={day}
          error={dayError}
          onChange={(next) => setLocal(next, time)}
        />
        <Field label={t('desk.callback.time')} error={error}>
          {({ id, describedBy }) => (
            <TimeInput
              id={id}
              value={time}
              invalid={error !== undefined}
              describedBy={describedBy}
              onTime={(next) => setLocal(day, next)}
            />
          )}
        </Field>
        <Field label={t('desk.callback.for')}>
          {({ id }) => (
            <select
              id={id}
              class="input"
              value={callback.for}
              onChange={(event) => put({ for: event.currentTarget.value === 'anyone' ? 'anyone' : 'agent' })}
            >
              <option value="agent">{t('desk.callback.agent')}</option>
              <option value="anyone">{t('desk.callback.anyone')}</option>
            </select>
          )}
        </Field>
      </div>
      {instants.length === 2 ? (
        <div class="callback-twice" role="radiogroup" aria-label={t('desk.callback.twice')}>
          <p>{t('desk.callback.twice')}</p>
          <div class="choices">
            {instants.map((instant, index) => (
              <label class="choice" key={instant} data-on={(callback.fold ?? 0) === index}>
                <input
                  type="radio"
                  name="fold"
                  checked={(callback.fold ?? 0) === index}
                  onChange={() => put({ fold: index === 1 ? 1 : 0 })}
                />
                {t(index === 0 ? 'desk.callback.first' : 'desk.callback.second', {
                  time: format.time(instant),
                })}
              </label>
            ))}
          </div>
        </div>
      ) : null}
      <span class="hint">
        {instants.length > 0 && instants[0] !== undefined
          ? t('desk.callback.at', {
              at: format.moment(instants[callback.fold ?? 0] ?? instants[0], clock.now()),
              zone,
            })
          : t('desk.callback.zone', { zone })}
      </span>
    </fieldset>
  );
}

/** As people type a time; the browser's own field would write it in the language of the browser, with AM and PM. */
function TimeInput(props: {
  id: string;
  value: string;
  invalid: boolean;
  describedBy: string | undefined;
  onTime: (time: string) => void;
}): VNode {
  const [typed, setTyped] = useState(props.value);
  useEffect(() => {
    if (timeOfDay(typed) !== props.value) setTyped(props.value);
  }, [props.value]);
  return (
    <input
      id={props.id}
      class="input"
      inputMode="numeric"
      autocomplete="off"
      placeholder="16:30"
      maxLength={5}
      value={typed}
      aria-invalid={props.invalid}
      aria-describedby={props.describedBy}
      onInput={(event) => {
        setTyped(event.currentTarget.value);
        const time = timeOfDay(event.currentTarget.value);
        if (time !== undefined) props.onTime(time);
      }}
      onBlur={() => setTyped(timeOfDay(typed) ?? props.value)}
    />
  );
}
