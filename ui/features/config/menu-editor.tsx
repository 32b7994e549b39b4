/**
 * Which key of the customer's phone means which outcome, in a robot campaign.
 * @module
 */
import type { VNode } from 'preact';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { Card } from '../../design/parts.tsx';
import { useEdit } from './edit-context.ts';
import { RefSelect, Setting, textOf } from './fields.tsx';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '*', '#'];
const WAIT_SECONDS = 5;

export function MenuEditor(): VNode {
  const { t } = useApp().i18n;
  const edit = useEdit();
  const keys = (edit.at('menu.keys') ?? {}) as Record<string, string>;
  const used = KEYS.filter((key) => keys[key] !== undefined);
  const put = (next: Record<string, string>): void =>
    Object.keys(next).length === 0
      ? edit.set('menu', undefined)
      : edit.set('menu', { waitSeconds: edit.at('menu.waitSeconds') ?? WAIT_SECONDS, keys: next });
  const free = KEYS.find((key) => keys[key] === undefined);
  const wrong = edit.problem('menu');
  return (
    <Card title={t('config.s.campaign.menu')}>
      <div class="card-body settings">
        <p class="hint">{t('config.menu.lead')}</p>
        {used.map((key) => (
          <div class="key-row" key={key}>
            <select
              class="input"
              aria-label={t('config.menu.key')}
              disabled={edit.disabled}
              value={key}
              onChange={(event) => {
                const { [key]: status = '', ...others } = keys;
                put({ ...others, [event.currentTarget.value]: status });
              }}
            >
              {KEYS.filter((one) => one === key || keys[one] === undefined).map((one) => (
                <option key={one} value={one} selected={one === key}>
                  {one}
                </option>
              ))}
            </select>
            <RefSelect
              to="status"
              none={false}
              aria-label={t('config.menu.outcome', { key })}
              value={keys[key] ?? ''}
              disabled={edit.disabled}
              onChange={(status) => put({ ...keys, [key]: status })}
            />
            <button
              type="button"
              class="btn"
              data-kind="quiet"
              data-icon=""
              disabled={edit.disabled}
              title={t('config.remove')}
              onClick={() => {
                const { [key]: _old, ...others } = keys;
                put(others);
              }}
            >
              <Icon name="close" size={16} />
              <span class="sr">{`${t('config.remove')}: ${key}`}</span>
            </button>
          </div>
        ))}
        {wrong === undefined ? null : (
          <span class="field-error" role="alert">
            <Icon name="alert" size={14} />
            {wrong}
          </span>
        )}
        {edit.disabled || free === undefined ? null : (
          <div>
            <button type="button" class="btn" onClick={() => put({ ...keys, [free]: 'interested' })}>
              {t('config.menu.add')}
            </button>
          </div>
        )}
        {used.length === 0 ? null : (
          <Setting
            path="menu.waitSeconds"
            label={t('config.f.campaign.menu.waitSeconds')}
            hint={t('config.h.campaign.menu.waitSeconds')}
          >
            {({ id, describedBy }) => (
              <span class="with-unit">
                <input
                  id={id}
                  class="input"
                  type="number"
                  min={0}
                  max={60}
                  disabled={edit.disabled}
                  aria-describedby={describedBy}
                  value={textOf(edit.at('menu.waitSeconds'))}
                  onInput={(event) =>
                    edit.set('menu.waitSeconds', Number(event.currentTarget.value || WAIT_SECONDS))
                  }
                />
                <span>{t('config.unit.seconds')}</span>
              </span>
            )}
          </Setting>
        )}
      </div>
    </Card>
  );
}
