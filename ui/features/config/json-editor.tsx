/**
 * A body as text, for kinds without a form of their own: checked as it is typed.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useApp } from '../../app-context.ts';
import { Card } from '../../design/parts.tsx';
import type { Body } from './api.ts';
import { useEdit } from './edit-context.ts';
import { Setting } from './fields.tsx';

export function JsonEditor({ onChange }: { onChange: (body: Body) => void }): VNode {
  const { t } = useApp().i18n;
  const edit = useEdit();
  const [text, setText] = useState(() => JSON.stringify(edit.body, null, 2));
  const [broken, setBroken] = useState(false);
  return (
    <Card title={t('config.json.title')}>
      <div class="card-body">
        <Setting path="" label={t('config.json.label')} hint={t('config.json.hint')}>
          {({ id, describedBy, invalid }) => (
            <textarea
              id={id}
              class="input mono"
              rows={24}
              spellcheck={false}
              disabled={edit.disabled}
              value={text}
              aria-invalid={invalid || broken}
              aria-describedby={describedBy}
              onInput={(event) => {
                const { value } = event.currentTarget;
                setText(value);
                try {
                  const parsed: unknown = JSON.parse(value);
                  const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
                  setBroken(!isObject);
                  if (isObject) onChange(parsed as Body);
                } catch {
                  setBroken(true);
                }
              }}
            />
          )}
        </Setting>
        {broken ? <p class="field-error">{t('config.json.broken')}</p> : null}
      </div>
    </Card>
  );
}
