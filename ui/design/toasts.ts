/**
 * Short notices about what the user has just done.
 * @module
 */
import { signal, type ReadonlySignal } from '@preact/signals';

/** Long enough to read two lines; errors stay until closed. */
const SHOWN_MS = 6_000;
const MOST = 4;

export interface Toast {
  id: number;
  tone: 'positive' | 'danger';
  text: string;
}

export interface ToastStore {
  toasts: ReadonlySignal<readonly Toast[]>;
  show: (tone: Toast['tone'], text: string) => void;
  close: (id: number) => void;
}

export function createToasts(): ToastStore {
  const toasts = signal<readonly Toast[]>([]);
  let lastId = 0;
  const close = (id: number): void => {
    toasts.value = toasts.value.filter((toast) => toast.id !== id);
  };
  return {
    toasts,
    close,
    show: (tone, text) => {
      lastId += 1;
      const id = lastId;
      toasts.value = [...toasts.value, { id, tone, text }].slice(-MOST);
      if (tone === 'positive') setTimeout(() => close(id), SHOWN_MS);
    },
  };
}
