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

/** @param path of the address. What fails is told when it is shown */
export function begin(app: App, path: string): void {
  const { session } = app.session;
  const page = pageAt(path);
  void app.session.load();
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
