/**
 * The beginning: who is here, and beside that question the page of the address with its words; then what that page is going
 * to ask. Before anything is drawn, because each of these would otherwise wait for the one before.
 * @module
 */
import type { App } from './app-context.ts';
import type { I18n } from './i18n/i18n.ts';
import { mayOpen, pageAt, type Page, type PageView } from './pages.tsx';

/** A page beyond the first comes with its words. */
export async function loadPage(i18n: I18n, page: Page): Promise<PageView> {
  const [view] = await Promise.all([page.load(), i18n.load(...page.words)]);
  return view;
}

/** `/panou?mod=tv#ecran=<code>`: behind the `#`, so that it is in no log of a server. */
const SCREEN_LINK = /^#ecran=([\w-]{20,100})$/;

/** @param path of the address, and what stands behind its `#`. What fails is told when it is shown */
export function begin(app: App, path: string, hash = ''): void {
  const { session } = app.session;
  const page = pageAt(path);
  const code = SCREEN_LINK.exec(hash)?.[1];
  if (code === undefined) void app.session.load();
  else void openScreen(app, code);
  if (page === undefined) return;
  page.atOnce?.(app);
  loadPage(app.i18n, page).catch(() => undefined);
  // In the moment in which it is known, ahead of what is drawn of it.
  const stop = session.subscribe((known) => {
    if (known === undefined) return;
    queueMicrotask(() => stop());
    if (known !== null && mayOpen(app, page)) page.ahead?.(app);
  });
}

const AGAIN_MS = 5_000;

/** Once it is the screen the link is worth nothing, and stands nowhere. A server that is away is asked again. */
async function openScreen(app: App, code: string): Promise<void> {
  const { session, toasts, i18n } = app;
  const opened = await session.openScreen(code);
  if (session.error.peek() !== undefined) {
    setTimeout(() => void openScreen(app, code), AGAIN_MS);
    return;
  }
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  if (opened) return;
  toasts.show('danger', i18n.t('screens.linkOver'));
  await session.load();
}
