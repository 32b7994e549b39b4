/**
 * The desk: which of its faces is shown, and what lives beside it (keys, title, sounds).
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { createDeskApi } from '../../api/desk.ts';
import { errorWords } from '../../api/problem.ts';
import { useApp, type App } from '../../app-context.ts';
import { Icon } from '../../design/icons.tsx';
import { Skeleton, Void } from '../../design/load-view.tsx';
import { useFirstFocus } from '../../lib/use-focus.ts';
import { useTitle } from '../../lib/use-title.ts';
import { ON_SHIFT_KEY } from './ahead.ts';
import { DeskContext, useDesk } from './desk-context.ts';
import { deskErrorWords } from './error-words.ts';
import { LogOn } from './log-on.tsx';
import { createPhoneStore } from './phone-store.ts';
import { createDeskStore, type DeskStore, type DeskView } from './store.ts';
import { part } from '../../lib/part.tsx';
import './desk.css';
import './call.css';
import './script.css';

/** A phone that does not come, as without a microphone, keeps nobody from their desk. */
const SOUND_FIRST_MS = 400;
const NOT_ON_SHIFT: ReadonlySet<DeskView> = new Set(['log-on', 'elsewhere', 'taken-over']);
const loadPhone = () => import('./phone/softphone.ts');

/** Beside the first question to the server: whoever is on shift needs it at once. */
const Workplace = part(
  () => import('./workplace.tsx').then((module) => module.Workplace),
  () => <Skeleton rows={8} />,
);

export function DeskPage(): VNode {
  const app = useApp();
  const store = openDesk(app);
  const stopped = store.socket.stopped.value;
  useEffect(() => {
    if (stopped === 'session') app.session.ended();
  }, [stopped]);
  return (
    <DeskContext.Provider value={store}>
      <Face />
    </DeskContext.Provider>
  );
}

/** The one desk of this page. Kept beyond it: whoever looks at a report during a call must not lose the phone. */
export function openDesk(app: App): DeskStore {
  return app.keep.take('desk', () => createStore(app, app.session.session.peek()?.user.id ?? 0));
}

function Face(): VNode {
  const { i18n, storage } = useApp();
  const { t } = i18n;
  const store = useDesk();
  const view = store.view.value;
  const isFree = useSoundFirst(store);
  useEffect(() => {
    if (view === 'working') storage.set(ON_SHIFT_KEY, '1');
    else if (NOT_ON_SHIFT.has(view)) storage.set(ON_SHIFT_KEY, null);
  }, [view]);
  switch (view) {
    case 'working':
      return isFree ? <Workplace /> : <Skeleton rows={8} />;
    case 'log-on':
    case 'elsewhere':
      return <LogOn takeOver={view === 'elsewhere'} />;
    case 'other-tab':
      return <OtherTab />;
    case 'taken-over':
      return (
        <Gate
          icon="headphones"
          title={t('desk.takenOver.title')}
          text={t('desk.takenOver.text')}
          button={t('desk.takeBack')}
          onClick={() => void takeBack(store)}
        />
      );
    case 'failed':
      return (
        <Gate
          icon="alert"
          title={t('state.failed')}
          text={errorWords(i18n, store.error.value)}
          button={t('action.retry')}
          onClick={() => void store.reload()}
        />
      );
    default:
      return <Skeleton rows={8} />;
  }
}

/** After F5 in a talk the customer waits: to draw the workplace keeps the page from its telephone for as long as an answer takes. */
function useSoundFirst({ desk, phone }: DeskStore): boolean {
  const [isOver, setOver] = useState(false);
  const wasFree = useRef(false);
  useEffect(() => {
    const timer = setTimeout(() => setOver(true), SOUND_FIRST_MS);
    return () => clearTimeout(timer);
  }, []);
  wasFree.current ||=
    isOver || phone.connected.value || (desk.value !== undefined && desk.value.call?.stage !== 'talking');
  return wasFree.current;
}

function OtherTab(): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { tab } = useDesk();
  const since = tab.otherSince();
  return (
    <Gate
      icon="system"
      title={t(tab.state.value === 'lost' ? 'desk.tab.lost' : 'desk.tab.other')}
      text={
        since === undefined
          ? t('desk.tab.text')
          : t('desk.tab.since', { time: i18n.format().timeSeconds(since) })
      }
      button={t('desk.tab.takeOver')}
      onClick={tab.takeOver}
    />
  );
}

function Gate(props: {
  icon: 'headphones' | 'alert' | 'system';
  title: string;
  text: string;
  button: string;
  onClick: () => void;
}): VNode {
  useTitle(props.title);
  const button = useFirstFocus<HTMLButtonElement>();
  return (
    <Void
      page
      icon={props.icon}
      role="alert"
      title={props.title}
      action={
        <button ref={button} type="button" class="btn" data-kind="primary" onClick={props.onClick}>
          <Icon name="headphones" />
          {props.button}
        </button>
      }
    >
      <p>{props.text}</p>
    </Void>
  );
}

/** The shift goes on here, as it was set up there. */
async function takeBack(store: DeskStore): Promise<void> {
  await store.reload();
  const agent = store.desk.peek()?.agent;
  await store.logOn({
    worksOn: agent?.worksOn ?? 'outbound',
    campaigns: agent?.campaigns.map(({ name }) => name) ?? [],
    takeOver: true,
  });
}

function createStore(app: App, userId: number): DeskStore {
  Workplace.fetch();
  const onShift = app.storage.get(ON_SHIFT_KEY) !== null;
  if (onShift) loadPhone().catch(() => undefined);
  const api = createDeskApi(app.api.request);
  const phone = createPhoneStore({
    storage: app.storage,
    access: () => api.sip(store.deskId),
    origin: `${location.protocol.replace('http', 'ws')}//${location.host}`,
    load: loadPhone,
  });
  const store: DeskStore = createDeskStore({
    api,
    userId,
    phone,
    onShift,
    storage: app.storage,
    clock: app.clock,
    locks: navigator.locks,
    open: app.openSocket,
    statusOf: (code) => app.catalogue.statuses.peek().find((status) => status.code === code),
    onError: (error) => {
      app.toasts.show('danger', app.i18n.t('state.toastFailed', { reason: deskErrorWords(app.i18n, error) }));
    },
    onLate: ({ label, outcome, counts }) => {
      const words = { name: label, status: app.catalogue.statusLabel(counts) };
      const key = outcome === counts ? 'desk.late.saved' : 'desk.late.decided';
      app.toasts.show('positive', app.i18n.t(key, words));
    },
    onGivenUp: () => app.toasts.show('danger', app.i18n.t('desk.phone.unreachable')),
  });
  return store;
}
