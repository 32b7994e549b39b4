/**
 * Entry of the page: makes the parts and hands them down.
 * @module
 */
import { render } from 'preact';
import './design/tokens.css';
import './design/base.css';
import './design/layout.css';
import './design/components.css';
import './design/print.css';
import { createApi } from './api/client.ts';
import { AppContext, type App } from './app-context.ts';
import { AppView } from './app.tsx';
import { begin } from './begin.ts';
import { createTheme } from './design/theme.ts';
import { createToasts } from './design/toasts.ts';
import { createCatalogue } from './features/session/catalogue.ts';
import { createSessionStore } from './features/session/store.ts';
import { createI18n } from './i18n/i18n.ts';
import { createClock } from './lib/clock.ts';
import { createKeep } from './lib/keep.ts';
import { browserStorage } from './lib/storage.ts';

function createApp(): App {
  const storage = browserStorage();
  const root = document.documentElement;
  const clock = createClock();
  const i18n = createI18n({
    storage,
    parts: {
      pages: () => import('./i18n/ro-pages.ts').then((module) => module.roPages),
      desk: () => import('./i18n/ro-desk.ts').then((module) => module.roDesk),
      reports: () => import('./i18n/ro-reports.ts').then((module) => module.roReports),
      floor: () => import('./i18n/ro-floor.ts').then((module) => module.roFloor),
      admin: () => import('./i18n/ro-admin.ts').then((module) => module.roAdmin),
    },
    loadEnglish: () => import('./i18n/english.ts').then((module) => module.english),
    onLang: (lang) => {
      root.lang = lang;
    },
  });
  const session = createSessionStore({ api: () => api, storage, onZone: i18n.setZone });
  const api = createApi({
    fetch: (input, init) => fetch(input, init),
    onUnauthenticated: session.ended,
    onServerTime: clock.sync,
  });
  return {
    api,
    i18n,
    session,
    clock,
    storage,
    catalogue: createCatalogue({ api, i18n }),
    theme: createTheme({ storage, root }),
    toasts: createToasts(),
    keep: createKeep(),
    openSocket: (path) =>
      new WebSocket(`${location.protocol.replace('http', 'ws')}//${location.host}${path}`),
  };
}

const host = document.getElementById('app');
if (host) {
  const app = createApp();
  begin(app, location.pathname, location.hash);
  host.textContent = '';
  render(
    <AppContext.Provider value={app}>
      <AppView />
    </AppContext.Provider>,
    host,
  );
}
