/**
 * Light, dark, or what the system says; the choice is kept on this computer.
 * @module
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { KeyValueStore } from '../lib/storage.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const STORAGE_KEY = 'apel.theme';

export interface ThemeStore {
  theme: ReadonlySignal<Theme>;
  /** system → light → dark → system */
  next: () => void;
}

/** Sets `data-theme` on the root element, which `tokens.css` reads. */
export function createTheme(deps: { storage: KeyValueStore; root: HTMLElement }): ThemeStore {
  const theme = signal<Theme>(THEMES.find((name) => name === deps.storage.get(STORAGE_KEY)) ?? 'system');

  function apply(): void {
    if (theme.value === 'system') delete deps.root.dataset['theme'];
    else deps.root.dataset['theme'] = theme.value;
  }
  apply();

  return {
    theme,
    next: () => {
      theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'system';
      deps.storage.set(STORAGE_KEY, theme.value === 'system' ? null : theme.value);
      apply();
    },
  };
}
