/**
 * Every key of the desk; single keys can be turned off (WCAG 2.1.4).
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useApp } from '../../app-context.ts';
import { Dialog } from '../../design/dialog.tsx';
import type { DeskKey } from '../../i18n/key.ts';
import { SINGLE_KEYS } from './keys.ts';

const KEYS: readonly [string, DeskKey][] = [
  ['F2', 'desk.keys.f2'],
  ['F4', 'desk.keys.f4'],
  ['F8', 'desk.keys.f8'],
  ['F9', 'desk.keys.f9'],
  ['Ctrl + Enter', 'desk.keys.save'],
  ['Enter', 'desk.keys.enter'],
  ['1 – 9', 'desk.keys.outcome'],
  ['?', 'desk.keys.help'],
  ['Esc', 'desk.keys.escape'],
];

export function ShortcutsDialog({ onClose }: { onClose: () => void }): VNode {
  const { i18n, storage } = useApp();
  const { t } = i18n;
  const [single, setSingle] = useState(storage.get(SINGLE_KEYS) !== 'off');
  return (
    <Dialog
      title={t('desk.keys.title')}
      onClose={onClose}
      onSubmit={onClose}
      foot={
        <button type="submit" class="btn" data-kind="primary" autoFocus>
          {t('action.close')}
        </button>
      }
    >
      <dl class="key-list">
        {KEYS.map(([key, words]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(words)}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={single}
          onChange={(event) => {
            setSingle(event.currentTarget.checked);
            storage.set(SINGLE_KEYS, event.currentTarget.checked ? null : 'off');
          }}
        />
        {t('desk.keys.single')}
      </label>
    </Dialog>
  );
}
