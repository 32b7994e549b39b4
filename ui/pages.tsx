/**
 * Every page: its address, who may see it, its chunk and words, its place in the menu. The order is that of the menu.
 * @module
 */
import type { VNode } from 'preact';
import type { Action } from '../domain/permissions.ts';
import type { App } from './app-context.ts';
import type { IconName } from './design/icons.tsx';
import { askAtOnceForDesk, beginDesk } from './features/desk/ahead.ts';
import type { FirstKey, WordGroup } from './i18n/key.ts';

export interface MenuEntry {
  key: FirstKey;
  icon: IconName;
  group: FirstKey;
  /** Further pages, by their addresses, on which this entry is the current one. */
  also?: readonly string[];
}

/** @param params of the address: `:name` of `/campanii/:name` */
export type PageView = (props: { params: Readonly<Record<string, string>> }) => VNode;

export interface Page {
  /** As preact-iso matches it. */
  path: string;
  needs: Action;
  words: readonly WordGroup[];
  load: () => Promise<PageView>;
  menu?: MenuEntry;
  /** Before it is known who is here, for a page that can tell by itself that somebody is. */
  atOnce?: (app: App) => void;
  /** Asks what the page will ask first, as soon as it is known who is here. */
  ahead?: (app: App) => void;
}

const REPORTS_MENU: MenuEntry = {
  key: 'nav.daily',
  icon: 'bars',
  group: 'nav.reports',
  also: [
    '/rapoarte/saptamanal',
    '/rapoarte/lunar',
    '/rapoarte/anual',
    '/rapoarte/generic',
    '/rapoarte/apeluri',
  ],
};

export const PAGES: readonly Page[] = [
  {
    path: '/desk',
    needs: 'desk.use',
    words: ['pages', 'desk'],
    load: () => import('./features/desk/desk-page.tsx').then((m) => m.DeskPage),
    atOnce: askAtOnceForDesk,
    ahead: beginDesk,
    menu: { key: 'nav.desk', icon: 'headphones', group: 'nav.work' },
  },
  {
    path: '/panou',
    needs: 'report.read',
    words: ['pages', 'floor'],
    load: () => import('./features/wall/wall-page.tsx').then((m) => m.WallPage),
    menu: { key: 'nav.wall', icon: 'gauge', group: 'nav.watch' },
  },
  {
    path: '/campanii',
    needs: 'campaign.list',
    words: [],
    load: () => import('./features/campaigns/campaigns-page.tsx').then((m) => m.CampaignsPage),
    ahead: ({ api }) => api.ahead('/api/campaigns'),
    menu: { key: 'nav.campaigns', icon: 'megaphone', group: 'nav.watch' },
  },
  {
    path: '/campanii/:name',
    needs: 'live.read',
    words: ['pages'],
    load: async () => {
      const { LivePage } = await import('./features/live/live-page.tsx');
      return ({ params }) => <LivePage name={params['name'] ?? ''} />;
    },
  },
  {
    path: '/apeluri',
    needs: 'call.list',
    words: ['pages'],
    load: () => import('./features/calls/calls-page.tsx').then((m) => m.CallsPage),
    menu: { key: 'nav.calls', icon: 'phone', group: 'nav.watch' },
  },
  {
    path: '/apeluri/:id',
    needs: 'call.read',
    words: ['pages'],
    load: async () => {
      const { CallPage } = await import('./features/call/call-page.tsx');
      return ({ params }) => <CallPage id={params['id'] ?? ''} />;
    },
  },
  ...(
    [
      ['/rapoarte/zilnic', 'daily'],
      ['/rapoarte/saptamanal', 'weekly'],
      ['/rapoarte/lunar', 'monthly'],
      ['/rapoarte/anual', 'yearly'],
      ['/rapoarte/generic', 'interval'],
    ] as const
  ).map(([path, report]): Page => ({
    path,
    needs: 'report.read',
    words: ['pages', 'reports'],
    load: async () => {
      const { PeriodPage } = await import('./features/reports/period-page.tsx');
      return () => <PeriodPage report={report} />;
    },
    ...(report === 'daily' ? { menu: REPORTS_MENU } : {}),
  })),
  {
    path: '/rapoarte/apeluri',
    needs: 'report.read',
    words: ['pages', 'reports'],
    load: () => import('./features/reports/calls-report-page.tsx').then((m) => m.CallsReportPage),
  },
  {
    path: '/configurare',
    needs: 'config.read',
    words: ['pages', 'admin'],
    load: () => import('./features/config/overview-page.tsx').then((m) => m.OverviewPage),
    ahead: ({ api }) => api.ahead('/api/config'),
    menu: { key: 'nav.config', icon: 'file', group: 'nav.admin' },
  },
  {
    path: '/configurare/:kind',
    needs: 'config.read',
    words: ['pages', 'admin'],
    load: async () => {
      const { KindPage } = await import('./features/config/kind-page.tsx');
      return ({ params }) => <KindPage kind={params['kind'] ?? ''} />;
    },
  },
  {
    path: '/configurare/:kind/:name',
    needs: 'config.read',
    words: ['pages', 'admin', 'desk'],
    load: async () => {
      const { ObjectPage } = await import('./features/config/object-page.tsx');
      return ({ params }) => <ObjectPage kind={params['kind'] ?? ''} name={params['name'] ?? ''} />;
    },
  },
];

/** The page that an address leads to. */
export function pageAt(path: string): Page | undefined {
  return PAGES.find((page) => patternOf(page.path).test(path));
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}/?$`);
}
