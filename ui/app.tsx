/**
 * Routes and what stands in front of them: the session, the role, and a wall against crashes of a page.
 * @module
 */
import { Fragment, type ComponentChildren, type VNode } from 'preact';
import { useEffect, useErrorBoundary, useMemo } from 'preact/hooks';
import { lazy, LocationProvider, Route, Router, useLocation, ErrorBoundary } from 'preact-iso';
import { errorWords } from './api/problem.ts';
import { useApp } from './app-context.ts';
import { loadPage } from './begin.ts';
import { Icon } from './design/icons.tsx';
import { Skeleton, Void } from './design/load-view.tsx';
import { LoginPage } from './features/session/login-page.tsx';
import { NotFoundPage } from './features/shell/not-found-page.tsx';
import type { I18n } from './i18n/i18n.ts';
import { mayOpen, PAGES, type Page } from './pages.tsx';
import { Shell } from './features/shell/shell.tsx';

export function AppView(): VNode {
  return (
    <LocationProvider>
      <Gate />
    </LocationProvider>
  );
}

function Gate(): VNode {
  const { i18n, session, catalogue, keep } = useApp();
  const current = session.session.value;
  const routes = useMemo(() => createRoutes(i18n), []);
  const userId = current?.user.id;
  useEffect(() => {
    if (userId === undefined) return undefined;
    // A screen on a wall may not ask, and shows nothing of it.
    if (session.can('status.list')) void catalogue.load({ campaigns: session.can('campaign.list') });
    // Only of the session that ends: the next one's first page may be drawn before this is called.
    return keep.clear;
  }, [userId]);

  const screen = useScreen();
  if (current === undefined && session.error.value !== undefined) {
    return (
      <Void
        page
        icon="alert"
        role="alert"
        title={i18n.t('state.failed')}
        action={
          <button type="button" class="btn" data-kind="primary" onClick={() => void session.load()}>
            <Icon name="refresh" />
            {i18n.t('action.retry')}
          </button>
        }
      >
        <p>{errorWords(i18n, session.error.value)}</p>
      </Void>
    );
  }
  if (current === undefined) return <Skeleton rows={3} />;
  if (current === null) return <LoginPage />;
  const Frame = screen ? Fragment : Shell;
  return (
    <Frame>
      <Wall>
        <ErrorBoundary>
          <Router>
            <Route path="/" component={HomePage} />
            <Route path="/autentificare" component={HomePage} />
            {routes.map(({ path, View }) => (
              <Route key={path} path={path} component={View} />
            ))}
            <Route default component={NotFoundPage} />
          </Router>
        </ErrorBoundary>
      </Wall>
    </Frame>
  );
}

/** A server that was away when a screen was switched on is asked again for as long as it takes. */
const ASK_AGAIN_MS = 5_000;

/** Whether this is the page of a screen that hangs on a wall: nobody is there to press a button, and it has no menu. */
function useScreen(): boolean {
  const { session } = useApp();
  const { path, query } = useLocation();
  const screen = path === '/panou' && query['mod'] === 'tv';
  const failed = session.error.value !== undefined;
  useEffect(() => {
    if (!screen || !failed) return undefined;
    const timer = setTimeout(() => void session.load(), ASK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [screen, failed]);
  return screen;
}

/**
 * Made once: a component made anew at each render would be mounted anew at each change of the address.
 */
function createRoutes(i18n: I18n): { path: string; View: (matched: Matched) => VNode }[] {
  return PAGES.map((page) => {
    const Loaded = lazy(() => loadPage(i18n, page));
    return {
      path: page.path,
      View: ({ params = {} }) => (
        <Permitted page={page}>
          <Loaded params={params} />
        </Permitted>
      ),
    };
  });
}

interface Matched {
  params?: Record<string, string>;
}

function Permitted({ page, children }: { page: Page; children: ComponentChildren }): VNode {
  const app = useApp();
  const { i18n } = app;
  if (mayOpen(app, page)) return <>{children}</>;
  return (
    <Void page icon="ban" title={i18n.t('forbidden.title')}>
      <p>{i18n.t('problem.forbidden')}</p>
    </Void>
  );
}

/** Sends each role to its first page. */
function HomePage(): VNode {
  const { i18n, session } = useApp();
  const { route } = useLocation();
  const role = session.session.value?.role ?? 'agent';
  const home = session.can('report.read')
    ? '/panou'
    : session.can('campaign.list')
      ? '/campanii'
      : session.can('desk.use')
        ? '/desk'
        : undefined;
  useEffect(() => {
    if (home !== undefined) route(home, true);
  }, [home]);
  if (home !== undefined) return <Skeleton rows={3} />;
  return (
    <Void page icon="users" title={i18n.t('role.nothing.title')}>
      <p>{i18n.t('role.nothing.text', { role: i18n.t(`role.${role}`) })}</p>
    </Void>
  );
}

/** A page that throws must not take the menu with it; the next address tries again. */
function Wall({ children }: { children: ComponentChildren }): VNode {
  const { i18n } = useApp();
  const { path } = useLocation();
  const [error, reset] = useErrorBoundary();
  useEffect(reset, [path]);
  if (error === undefined) return <>{children}</>;
  return (
    <Void
      page
      icon="alert"
      role="alert"
      title={i18n.t('crash.title')}
      action={
        <button type="button" class="btn" data-kind="primary" onClick={() => location.reload()}>
          <Icon name="refresh" />
          {i18n.t('crash.reload')}
        </button>
      }
    >
      <p>{i18n.t('crash.text')}</p>
    </Void>
  );
}
