/**
 * The beginning: who is here, and beside that question the page of the address with its words; then what that page is going
 * to ask. Before anything is drawn, because each of these would otherwise wait for the one before.
 * @module
 */
import type { App } from './app-context.ts';
import type { I18n } from './i18n/i18n.ts';
import { pageAt, type Page, type PageView } from './pages.tsx';

/** A page beyond the first comes with its words. */
export async function loadPage(i18n: I18n, page: Page): Promise<PageView> {
  const [view] = await Promise.all([page.load(), i18n.load(...page.words)]);
  return view;
}

/** @param path of the address. What fails is told when it is shown */
export async function begin(app: App, path: string): Promise<void> {
  const page = pageAt(path);
  if (page) loadPage(app.i18n, page).catch(() => undefined);
  await app.session.load();
  if (page && app.session.can(page.needs)) page.ahead?.(app);
}
