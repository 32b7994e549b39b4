/**
 * The frame of every page: side menu (rail on tablets, bar at the bottom of phones), tools, footer, toasts.
 * @module
 */
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { errorWords } from '../../api/problem.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { mayOpen, PAGES, type MenuEntry } from '../../pages.tsx';
import { ToastList } from './toast-list.tsx';

interface Entry extends MenuEntry {
  href: string;
}

/** The bar of a phone has room for so many; the others are behind its last place. */
const MOST_AT_THE_BOTTOM = 4;

export function Shell({ children }: { children: ComponentChildren }): VNode {
  const app = useApp();
  const { i18n, session } = app;
  const { path } = useLocation();
  const entries = PAGES.flatMap((page): Entry[] =>
    page.menu && mayOpen(app, page) ? [{ href: page.path, ...page.menu }] : [],
  );
  // The desk needs the width: its menu is a rail on every screen.
  return (
    <div class="app" {...(path === '/desk' ? { 'data-rail': '' } : {})}>
      <a class="skip" href="#continut">
        {i18n.t('app.skip')}
      </a>
      <aside class="side">
        <Brand />
        <nav class="nav" aria-label={i18n.t('nav.main')}>
          <MenuLinks entries={entries} />
        </nav>
        <div class="side-foot">
          <Who />
          <Tools />
        </div>
      </aside>
      <header class="mobile-top">
        <Brand />
        <Tools />
      </header>
      <div class="main">
        <main class="page" id="continut" tabIndex={-1}>
          {children}
        </main>
        <footer class="foot">{i18n.t('app.footer', { zone: session.session.value?.zone ?? '' })}</footer>
      </div>
      {entries.length > 1 ? <BottomNav entries={entries} /> : null}
      <ToastList />
    </div>
  );
}

export function Brand(): VNode {
  return (
    <a class="brand" href="/" aria-label="Apel">
      <span class="mark">
        <Icon name="phone" />
      </span>
      <span class="label">Apel</span>
    </a>
  );
}

function MenuLinks({ entries }: { entries: readonly Entry[] }): VNode {
  const { i18n } = useApp();
  return (
    <>
      {entries.map((entry, index) => (
        <>
          {entry.group === entries[index - 1]?.group ? null : (
            <span class="nav-title">{i18n.t(entry.group)}</span>
          )}
          <NavLink entry={entry} />
        </>
      ))}
    </>
  );
}

/** The first pages, and the whole menu behind one more place. */
function BottomNav({ entries }: { entries: readonly Entry[] }): VNode {
  const { i18n } = useApp();
  const { path } = useLocation();
  const more = useRef<HTMLDialogElement>(null);
  useEffect(() => more.current?.close(), [path]);
  const fit = entries.length <= MOST_AT_THE_BOTTOM + 1;
  return (
    <>
      <nav class="bottom-nav" aria-label={i18n.t('nav.main')}>
        {(fit ? entries : entries.slice(0, MOST_AT_THE_BOTTOM)).map((entry) => (
          <NavLink key={entry.href} entry={entry} />
        ))}
        {fit ? null : (
          <button type="button" aria-haspopup="dialog" onClick={() => more.current?.showModal()}>
            <Icon name="menu" size={20} />
            <span class="label">{i18n.t('nav.more')}</span>
          </button>
        )}
      </nav>
      {fit ? null : (
        <dialog
          ref={more}
          class="menu-sheet"
          aria-label={i18n.t('nav.main')}
          onClick={(event) => event.target === event.currentTarget && more.current?.close()}
        >
          <nav class="nav" aria-label={i18n.t('nav.more')}>
            <MenuLinks entries={entries} />
          </nav>
          <button type="button" class="btn" onClick={() => more.current?.close()}>
            {i18n.t('action.close')}
          </button>
        </dialog>
      )}
    </>
  );
}

function NavLink({ entry }: { entry: Entry }): VNode {
  const { i18n } = useApp();
  const { path } = useLocation();
  const here =
    path === entry.href || path.startsWith(`${entry.href}/`) || (entry.also?.includes(path) ?? false);
  const label = i18n.t(entry.key);
  return (
    <a href={entry.href} title={label} {...(here ? { 'aria-current': 'page' as const } : {})}>
      <Icon name={entry.icon} size={20} />
      <span class="label">{label}</span>
    </a>
  );
}

function Who(): VNode | null {
  const { i18n, session } = useApp();
  const current = session.session.value;
  if (!current) return null;
  const { displayName } = current.user;
  const role = i18n.t(`role.${current.role}`);
  return (
    <a class="who" href="/cont" title={`${displayName}: ${i18n.t('nav.account')}`}>
      <span class="avatar" aria-hidden="true">
        {initials(displayName)}
      </span>
      <span class="who-text">
        <strong>{displayName}</strong>
        {role === displayName ? null : <span>{role}</span>}
      </span>
    </a>
  );
}

function Tools(): VNode {
  const { i18n, session, toasts } = useApp();
  const logOut = (): void => {
    session.logOut().catch((error: unknown) => {
      toasts.show('danger', i18n.t('state.toastFailed', { reason: errorWords(i18n, error) }));
    });
  };
  return (
    <div class="side-tools">
      <ThemeButton />
      <LanguageButton />
      <a class="nav-tool to-account" href="/cont" title={i18n.t('nav.account')}>
        <Icon name="user" />
        <span class="sr">{i18n.t('nav.account')}</span>
      </a>
      <button type="button" class="nav-tool" title={i18n.t('nav.logOut')} onClick={logOut}>
        <Icon name="logOut" />
        <span class="sr">{i18n.t('nav.logOut')}</span>
      </button>
    </div>
  );
}

export function ThemeButton(): VNode {
  const { i18n, theme } = useApp();
  const now = theme.theme.value;
  const icon = now === 'system' ? 'system' : now === 'light' ? 'sun' : 'moon';
  const label = i18n.t('theme.next', { now: i18n.t(`theme.${now}`) });
  return (
    <button type="button" class="nav-tool" title={label} aria-label={label} onClick={theme.next}>
      <Icon name={icon} />
    </button>
  );
}

export function LanguageButton(): VNode {
  const { i18n, toasts } = useApp();
  const other = i18n.lang.value === 'ro' ? 'en' : 'ro';
  const choose = (): void => {
    i18n.setLang(other).catch(() => toasts.show('danger', i18n.t('error.network')));
  };
  return (
    <button type="button" class="nav-tool" lang={other} title={i18n.t('lang.switch')} onClick={choose}>
      <span>
        {other.toUpperCase()}
        <span class="sr">: {i18n.t('lang.switch')}</span>
      </span>
    </button>
  );
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '');
  return words
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('');
}
