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
  /** It also serves who may only see their own. */
  own?: true;
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
    own: true,
    words: ['pages'],
    load: () => import('./features/calls/calls-page.tsx').then((m) => m.CallsPage),
    menu: { key: 'nav.calls', icon: 'phone', group: 'nav.watch' },
  },
  {
    path: '/apeluri/:id',
    needs: 'call.read',
    own: true,
    words: ['pages'],
    load: async () => {
      const { CallPage } = await import('./features/call/call-page.tsx');
      return ({ params }) => <CallPage id={params['id'] ?? ''} />;
    },
  },
  {
    path: '/inregistrari',
    needs: 'recording.play',
    own: true,
    words: ['pages', 'reports', 'floor'],
    load: () => import('./features/recordings/recordings-page.tsx').then((m) => m.RecordingsPage),
    menu: { key: 'nav.recordings', icon: 'wave', group: 'nav.watch' },
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
    path: '/rapoarte/agenti',
    needs: 'agent.read',
    words: ['pages', 'reports'],
    load: () => import('./features/agent-report/agent-report-page.tsx').then((m) => m.AgentReportPage),
    menu: { key: 'nav.agents', icon: 'users', group: 'nav.reports' },
  },
  {
    path: '/rapoarte/campanie',
    needs: 'report.read',
    words: ['pages', 'reports'],
    load: () =>
      import('./features/campaign-report/campaign-report-page.tsx').then((m) => m.CampaignReportPage),
    menu: { key: 'nav.campaignReport', icon: 'pie', group: 'nav.reports' },
  },
  {
    path: '/istoric',
    needs: 'history.read',
    words: ['pages', 'reports'],
    load: () => import('./features/history/history-page.tsx').then((m) => m.HistoryPage),
    menu: { key: 'nav.history', icon: 'history', group: 'nav.reports' },
  },
  {
    path: '/liste',
    needs: 'list.read',
    words: ['pages', 'admin'],
    load: () => import('./features/lists/lists-page.tsx').then((m) => m.ListsPage),
    menu: { key: 'nav.lists', icon: 'list', group: 'nav.admin' },
  },
  {
    path: '/liste/noua',
    needs: 'list.import',
    words: ['pages', 'admin'],
    load: () => import('./features/lists/upload-page.tsx').then((m) => m.UploadPage),
  },
  {
    path: '/liste/:id',
    needs: 'list.read',
    words: ['pages', 'admin'],
    load: async () => {
      const { ListPage } = await import('./features/lists/list-page.tsx');
      return ({ params }) => <ListPage id={Number(params['id'])} />;
    },
  },
  {
    path: '/contacte',
    needs: 'contact.read',
    words: ['pages', 'admin'],
    load: () => import('./features/contacts/contacts-page.tsx').then((m) => m.ContactsPage),
    menu: { key: 'nav.contacts', icon: 'contactCard', group: 'nav.admin' },
  },
  {
    path: '/contacte/:id',
    needs: 'contact.read',
    words: ['pages', 'admin'],
    load: async () => {
      const { ContactPage } = await import('./features/contacts/contact-page.tsx');
      return ({ params }) => <ContactPage id={Number(params['id'])} />;
    },
  },
  {
    path: '/cozi',
    needs: 'config.edit',
    words: ['pages', 'admin'],
    load: () => import('./features/daily-queues/queues-page.tsx').then((m) => m.QueuesPage),
    menu: { key: 'nav.queues', icon: 'queue', group: 'nav.admin' },
  },
  {
    path: '/nu-suna',
    needs: 'do-not-call.read',
    words: ['pages', 'admin'],
    load: () => import('./features/do-not-call/do-not-call-page.tsx').then((m) => m.DoNotCallPage),
    menu: { key: 'nav.doNotCall', icon: 'ban', group: 'nav.admin' },
  },
  {
    path: '/configurare',
    needs: 'config.read',
    words: ['pages', 'admin'],
    load: () => import('./features/config/overview-page.tsx').then((m) => m.OverviewPage),
    ahead: ({ api }) => api.ahead('/api/config'),
    menu: { key: 'nav.config', icon: 'sliders', group: 'nav.admin' },
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
  {
    path: '/utilizatori',
    needs: 'user.manage',
    words: ['pages', 'admin'],
    load: () => import('./features/users/users-page.tsx').then((m) => m.UsersPage),
    menu: { key: 'nav.users', icon: 'userShield', group: 'nav.admin' },
  },
  {
    path: '/utilizatori/:id',
    needs: 'user.manage',
    words: ['pages', 'admin'],
    load: async () => {
      const { UserPage } = await import('./features/users/user-page.tsx');
      return ({ params }) => <UserPage id={Number(params['id'])} />;
    },
  },
  {
    path: '/ecrane',
    needs: 'user.manage',
    words: ['pages', 'admin'],
    load: () => import('./features/screens/screens-page.tsx').then((m) => m.ScreensPage),
    menu: { key: 'nav.screens', icon: 'tv', group: 'nav.admin' },
  },
  {
    path: '/jurnal',
    needs: 'audit.read',
    words: ['pages', 'admin'],
    load: () => import('./features/audit/audit-page.tsx').then((m) => m.AuditPage),
    menu: { key: 'nav.audit', icon: 'book', group: 'nav.admin' },
  },
  {
    path: '/cont',
    needs: 'account.edit',
    words: ['pages', 'admin'],
    load: () => import('./features/account/account-page.tsx').then((m) => m.AccountPage),
  },
];

/** Whether the page answers who is logged in; the API refuses the same. */
export function mayOpen({ session }: Pick<App, 'session'>, page: Page): boolean {
  return page.own === true ? session.canOwn(page.needs) : session.can(page.needs);
}

/** The page that an address leads to. */
export function pageAt(path: string): Page | undefined {
  return PAGES.find((page) => patternOf(page.path).test(path));
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}/?$`);
}
