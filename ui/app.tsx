/**
 * Routes and what stands in front of them: the session, the role, and a wall against crashes of a page.
 * @module
 */
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useErrorBoundary, useMemo } from 'preact/hooks';
import { lazy, LocationProvider, Route, Router, useLocation, ErrorBoundary } from 'preact-iso';
import type { Action } from '../domain/permissions.ts';
import { errorWords } from './api/problem.ts';
import { useApp } from './app-context.ts';
import { Icon } from './design/icons.tsx';
import { Skeleton, Void } from './design/load-view.tsx';
import { LoginPage } from './features/session/login-page.tsx';
import { NotFoundPage } from './features/shell/not-found-page.tsx';
import type { I18n } from './i18n/i18n.ts';
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
  useEffect(() => {
    void session.load();
    // Beside the question who it is, not after it.
    routes.preload(location.pathname);
  }, []);
  const userId = current?.user.id;
  useEffect(() => {
    if (userId === undefined) return undefined;
    void catalogue.load({ campaigns: session.can('campaign.list') });
    // Only of the session that ends: the next one's first page may be drawn before this is called.
    return keep.clear;
  }, [userId]);

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
  return (
    <Shell>
      <Wall>
        <ErrorBoundary>
          <Router>
            <Route path="/" component={HomePage} />
            <Route path="/autentificare" component={HomePage} />
            <Route path="/desk" component={routes.Desk} />
            <Route path="/campanii" component={routes.Campaigns} />
            <Route path="/campanii/:name" component={routes.Live} />
            <Route path="/apeluri" component={routes.Calls} />
            <Route path="/apeluri/:id" component={routes.Call} />
            <Route path="/rapoarte/zilnic" component={routes.Daily} />
            <Route default component={NotFoundPage} />
          </Router>
        </ErrorBoundary>
      </Wall>
    </Shell>
  );
}

interface Matched {
  params?: Record<string, string>;
}

interface Routes {
  Desk: (matched: Matched) => VNode;
  Campaigns: (matched: Matched) => VNode;
  Live: (matched: Matched) => VNode;
  Calls: (matched: Matched) => VNode;
  Call: (matched: Matched) => VNode;
  Daily: (matched: Matched) => VNode;
  /** Fetches the page of an address ahead. */
  preload: (path: string) => void;
}

/**
 * Made once: a component made anew at each render would be mounted anew at each change of the address. The pages
 * beyond the first come with their words.
 */
function createRoutes(i18n: I18n): Routes {
  const withWords = <T,>(load: () => Promise<T>): (() => Promise<T>) => {
    return async () => (await Promise.all([load(), i18n.loadPages()]))[0];
  };
  const load = {
    desk: async () =>
      (await Promise.all([import('./features/desk/desk-page.tsx'), i18n.loadDesk()]))[0].DeskPage,
    campaigns: () => import('./features/campaigns/campaigns-page.tsx').then((m) => m.CampaignsPage),
    live: withWords(() => import('./features/live/live-page.tsx').then((m) => m.LivePage)),
    calls: withWords(() => import('./features/calls/calls-page.tsx').then((m) => m.CallsPage)),
    call: withWords(() => import('./features/call/call-page.tsx').then((m) => m.CallPage)),
    daily: withWords(() => import('./features/daily-report/daily-page.tsx').then((m) => m.DailyPage)),
  };
  const ahead: readonly [RegExp, () => Promise<unknown>][] = [
    [/^\/desk$/, load.desk],
    [/^\/campanii$/, load.campaigns],
    [/^\/campanii\/./, load.live],
    [/^\/apeluri$/, load.calls],
    [/^\/apeluri\/./, load.call],
    [/^\/rapoarte\/zilnic$/, load.daily],
  ];
  const [DeskPage, CampaignsPage] = [lazy(load.desk), lazy(load.campaigns)];
  const [LivePage, CallsPage, CallPage] = [lazy(load.live), lazy(load.calls), lazy(load.call)];
  const DailyPage = lazy(load.daily);
  const permitted = (action: Action, page: (params: Record<string, string>) => VNode) => {
    return ({ params = {} }: Matched): VNode => <Permitted action={action}>{page(params)}</Permitted>;
  };
  return {
    Desk: permitted('desk.use', () => <DeskPage />),
    Campaigns: permitted('campaign.list', () => <CampaignsPage />),
    Live: permitted('live.read', (params) => <LivePage name={params['name'] ?? ''} />),
    Calls: permitted('call.list', () => <CallsPage />),
    Call: permitted('call.read', (params) => <CallPage id={params['id'] ?? ''} />),
    Daily: permitted('report.read', () => <DailyPage />),
    preload: (path) => {
      // What fails is told when the page is shown.
      const found = ahead.find(([pattern]) => pattern.test(path));
      found?.[1]().catch(() => undefined);
    },
  };
}

function Permitted({ action, children }: { action: Action; children: ComponentChildren }): VNode {
  const { i18n, session } = useApp();
  if (session.can(action)) return <>{children}</>;
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
  const home = session.can('campaign.list') ? '/campanii' : session.can('desk.use') ? '/desk' : undefined;
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
