/**
 * Toasts at the corner of the page.
 * @module
 */
import type { VNode } from 'preact';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';

export function ToastList(): VNode {
  const { i18n, toasts } = useApp();
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.toasts.value.map((toast) => (
        <div class="toast" key={toast.id} data-tone={toast.tone}>
          <Icon name={toast.tone === 'positive' ? 'check' : 'alert'} />
          <p>{toast.text}</p>
          <button
            type="button"
            class="btn"
            data-kind="quiet"
            data-icon=""
            aria-label={i18n.t('action.close')}
            onClick={() => toasts.close(toast.id)}
          >
            <Icon name="close" size={16} />
          </button>
        </div>
      ))}
    </div>
  );
}
