/**
 * What every page may use, handed down once.
 * @module
 */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Api } from './api/client.ts';
import type { ThemeStore } from './design/theme.ts';
import type { ToastStore } from './design/toasts.ts';
import type { CatalogueStore } from './features/session/catalogue.ts';
import type { SessionStore } from './features/session/store.ts';
import type { I18n } from './i18n/i18n.ts';
import type { Clock } from './lib/clock.ts';
import type { Keep } from './lib/keep.ts';
import type { KeyValueStore } from './lib/storage.ts';

export interface App {
  api: Api;
  i18n: I18n;
  session: SessionStore;
  /** Statuses and campaigns, loaded once and shared: labels and filters need them everywhere. */
  catalogue: CatalogueStore;
  clock: Clock;
  theme: ThemeStore;
  toasts: ToastStore;
  storage: KeyValueStore;
  /** Stores that outlive their page, until the session ends. */
  keep: Keep;
  /** A WebSocket to a path of this origin. */
  openSocket: (path: string) => WebSocket;
}

export const AppContext = createContext<App | undefined>(undefined);

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('useApp outside AppContext');
  return app;
}
