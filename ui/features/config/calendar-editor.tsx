/**
 * The week of a calendar: intervals by day, holidays, further closed dates.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { WEEKDAYS, type LocalInterval, type Weekday } from '../../../contracts/model/config.ts';
import { useApp } from '../../app-context.ts';
import { DateField } from '../../design/field.tsx';
import { Icon } from '../../design/icons.tsx';
import { Card } from '../../design/parts.tsx';
import { useEdit } from './edit-context.ts';
import { Setting, textOf } from './fields.tsx';

type Hours = Partial<Record<Weekday, readonly LocalInterval[]>>;

const FIRST: LocalInterval = { from: '09:00', to: '18:00' };

export function CalendarEditor(): VNode {
  const { t } = useApp().i18n;
  const edit = useEdit();
  return (
    <>
      <Card title={t('config.s.calendar.week')}>
        <div class="card-body week">
          <p class="hint">{t('config.calendar.weekHint')}</p>
          {WEEKDAYS.map((day) => (
            <DayRow key={day} day={day} />
          ))}
          <Setting path="zone" label={t('config.f.calendar.zone')} hint={t('config.h.calendar.zone')}>
            {({ id, describedBy, invalid }) => (
              <input
                id={id}
                class="input"
                disabled={edit.disabled}
                value={textOf(edit.at('zone'))}
                aria-invalid={invalid}
                aria-describedby={describedBy}
                onInput={(event) => edit.set('zone', event.currentTarget.value)}
              />
            )}
          </Setting>
        </div>
      </Card>
      <Card title={t('config.s.calendar.closed')}>
        <div class="card-body settings">
          <Setting
            path="holidays"
            label={t('config.f.calendar.holidays')}
            hint={t('config.h.calendar.holidays')}
          >
            {({ id, describedBy }) => (
              <select
                id={id}
                class="input"
                disabled={edit.disabled}
                aria-describedby={describedBy}
                value={textOf(edit.at('holidays'))}
                onChange={(event) => edit.set('holidays', event.currentTarget.value)}
              >
                {(['ro', 'none'] as const).map((option) => (
                  <option key={option} value={option} selected={option === edit.at('holidays')}>
                    {t(`config.o.calendar.holidays.${option}`)}
                  </option>
                ))}
              </select>
            )}
          </Setting>
          <ClosedDates />
        </div>
      </Card>
    </>
  );
}

function DayRow({ day }: { day: Weekday }): VNode {
  const { t } = useApp().i18n;
  const edit = useEdit();
  const hours = (edit.at('hours') ?? {}) as Hours;
  const intervals = hours[day] ?? [];
  const put = (next: readonly LocalInterval[]): void => {
    const { [day]: _old, ...others } = hours;
    edit.set('hours', next.length === 0 ? others : { ...others, [day]: next });
  };
  const change = (at: number, field: 'from' | 'to', value: string): void =>
    put(intervals.map((one, index) => (index === at ? { ...one, [field]: value } : one)));
  const name = t(`config.day.${day}`);
  const wrong = edit.problem(`hours.${day}`);
  const last = intervals.at(-1);
  return (
    <div class="day-row" role="group" aria-label={name}>
      <strong>{name}</strong>
      <div class="intervals">
        {intervals.length === 0 ? <span class="muted">{t('config.calendar.closedDay')}</span> : null}
        {intervals.map((interval, at) => (
          <span class="interval" key={at}>
            {(['from', 'to'] as const).map((field) => (
              <input
                key={field}
                class="input"
                size={5}
                maxLength={5}
                placeholder="HH:MM"
                disabled={edit.disabled}
                aria-label={`${name}: ${t(`config.calendar.${field}`)}`}
                aria-invalid={wrong !== undefined}
                value={interval[field]}
                onInput={(event) => change(at, field, event.currentTarget.value)}
              />
            ))}
            <button
              type="button"
              class="btn"
              data-kind="quiet"
              data-icon=""
              disabled={edit.disabled}
              title={t('config.calendar.removeInterval')}
              onClick={() => put(intervals.filter((_, index) => index !== at))}
            >
              <Icon name="close" size={16} />
              <span class="sr">{`${t('config.calendar.removeInterval')} ${interval.from}–${interval.to}, ${name}`}</span>
            </button>
          </span>
        ))}
        {edit.disabled ? null : (
          <button
            type="button"
            class="btn"
            data-kind="quiet"
            onClick={() => put([...intervals, last === undefined ? FIRST : { from: last.to, to: '20:00' }])}
          >
            {t('config.calendar.addInterval')}
            <span class="sr">, {name}</span>
          </button>
        )}
      </div>
      {wrong === undefined ? null : (
        <span class="field-error" role="alert">
          <Icon name="alert" size={14} />
          {wrong}
        </span>
      )}
    </div>
  );
}

function ClosedDates(): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const edit = useEdit();
  const dates = (edit.at('closedDates') ?? []) as readonly string[];
  const [next, setNext] = useState('');
  const put = (list: readonly string[]): void =>
    edit.set('closedDates', list.length === 0 ? undefined : list);
  return (
    <div class="field">
      <span class="field-label">{t('config.f.calendar.closedDates')}</span>
      <ul class="chips">
        {dates.map((date) => (
          <li key={date} class="badge">
            {i18n.format().longDate(date)}
            {edit.disabled ? null : (
              <button
                type="button"
                class="chip-x"
                aria-label={`${t('config.remove')}: ${i18n.format().longDate(date)}`}
                onClick={() => put(dates.filter((one) => one !== date))}
              >
                <Icon name="close" size={14} />
              </button>
            )}
          </li>
        ))}
      </ul>
      {edit.disabled ? null : (
        <div class="add-row">
          <DateField label={t('config.calendar.newDate')} value={next} onChange={setNext} />
          <button
            type="button"
            class="btn"
            disabled={next === '' || dates.includes(next)}
            onClick={() => {
              put([...dates, next].toSorted());
              setNext('');
            }}
          >
            {t('config.add')}
          </button>
        </div>
      )}
    </div>
  );
}
