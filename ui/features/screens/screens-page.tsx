/**
 * Screens on walls: made with a link that is told once, revoked.
 * @module
 */
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { NewScreen, Screen, ScreenAdded, ScreenList } from '../../../contracts/http/screens.ts';
import { errorWords } from '../../api/problem.ts';
import { useApp } from '../../app-context.ts';
import { Dialog, DialogFoot } from '../../design/dialog.tsx';
import { TextField } from '../../design/field.tsx';
import { Icon, type IconName } from '../../design/icons.tsx';
import { LoadView, Void } from '../../design/load-view.tsx';
import { Badge, Notice } from '../../design/parts.tsx';
import type { Tone } from '../../design/tone.ts';
import { createResource } from '../../lib/resource.ts';
import { useStore } from '../../lib/use-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { ShownOnce } from '../users/password-choice.tsx';
import '../users/users.css';
import './screens.css';

const LOOKS: Readonly<Record<Screen['state'], { tone: Tone; icon: IconName }>> = {
  waiting: { tone: 'info', icon: 'hourglass' },
  open: { tone: 'positive', icon: 'check' },
  over: { tone: 'neutral', icon: 'clock' },
  revoked: { tone: 'neutral', icon: 'ban' },
};

export function ScreensPage(): VNode {
  const { api, i18n, toasts } = useApp();
  const { t } = i18n;
  const list = useStore(
    () => createResource((abort) => api.request<ScreenList>('/api/screens', {}, abort)),
    '',
  );
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<ScreenAdded | undefined>(undefined);
  const [revoking, setRevoking] = useState<Screen | undefined>(undefined);
  useTitle(t('screens.title'));
  useEffect(() => void list.reload(), [list]);

  const send = <T,>(path: string, body: object): Promise<T> =>
    api.request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  async function add(screen: NewScreen): Promise<void> {
    setMade(await send<ScreenAdded>('/api/screens', screen));
    setAdding(false);
    void list.reload();
  }

  async function revoke({ id, label }: Screen): Promise<void> {
    await send<Screen>(`/api/screens/${id}/revoke`, {});
    setRevoking(undefined);
    toasts.show('positive', t('screens.revoked', { label }));
    void list.reload();
  }

  return (
    <>
      <div class="page-head">
        <div>
          <h1>{t('screens.title')}</h1>
          <p class="lead">{t('screens.lead')}</p>
        </div>
        <div class="page-actions">
          <button type="button" class="btn" data-kind="primary" onClick={() => setAdding(true)}>
            <Icon name="system" />
            {t('screens.add')}
          </button>
        </div>
      </div>
      <section class="card" aria-label={t('screens.title')}>
        <LoadView resource={list} rows={4}>
          {({ screens }) => <Results screens={screens} onRevoke={setRevoking} />}
        </LoadView>
      </section>
      {adding ? <AddDialog add={add} onClose={() => setAdding(false)} /> : null}
      {made === undefined ? null : (
        <ShownOnce
          title={t('screens.once.title', { label: made.screen.label })}
          text={t('screens.once.text')}
          value={`${location.origin}/panou?mod=tv#ecran=${made.code}`}
          copied={t('screens.once.copied')}
          done={t('screens.once.done')}
          onClose={() => setMade(undefined)}
        />
      )}
      {revoking === undefined ? null : (
        <RevokeDialog screen={revoking} revoke={revoke} onClose={() => setRevoking(undefined)} />
      )}
    </>
  );
}

function Results(props: { screens: readonly Screen[]; onRevoke: (screen: Screen) => void }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const format = i18n.format();
  if (props.screens.length === 0) {
    return (
      <Void icon="system" title={t('screens.empty.title')}>
        <p>{t('screens.empty.text')}</p>
      </Void>
    );
  }
  return (
    <div class="table-wrap">
      <table class="table screens">
        <caption class="sr">{t('screens.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('screens.col.screen')}</th>
            <th scope="col">{t('screens.col.state')}</th>
            <th scope="col" class="c-seen">
              {t('screens.col.seen')}
            </th>
            <th scope="col" class="c-made">
              {t('screens.col.made')}
            </th>
            <th scope="col">
              <span class="sr">{t('screens.revoke')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {props.screens.map((screen) => (
            <tr key={screen.id}>
              <td>
                <strong>{screen.label}</strong>
                <span class="sub">{t(screen.agents ? 'screens.withAgents' : 'screens.totals')}</span>
              </td>
              <td>
                <Badge look={LOOKS[screen.state]}>{t(`screens.state.${screen.state}`)}</Badge>
              </td>
              <td class="c-seen">
                {screen.seenAt === null ? t('screens.never') : format.dateTime(screen.seenAt)}
              </td>
              <td class="c-made">
                {screen.createdBy}
                <span class="sub">{format.dateTime(screen.createdAt)}</span>
              </td>
              <td class="c-act">
                {screen.state === 'revoked' || screen.state === 'over' ? null : (
                  <button
                    type="button"
                    class="btn"
                    aria-label={`${t('screens.revoke')}: ${screen.label}`}
                    onClick={() => props.onRevoke(screen)}
                  >
                    {t('screens.revoke')}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function AddDialog(props: { add: (screen: NewScreen) => Promise<void>; onClose: () => void }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const [label, setLabel] = useState('');
  const [agents, setAgents] = useState(false);
  const [tried, setTried] = useState(false);
  const sending = useSending(() => props.add({ label: label.trim(), agents }));
  const missing = label.trim() === '';
  return (
    <Dialog
      title={t('screens.add')}
      onClose={props.onClose}
      onSubmit={() => {
        setTried(true);
        if (!missing) void sending.send();
      }}
      foot={<DialogFoot onCancel={props.onClose} verb={t('screens.add')} busy={sending.busy} />}
    >
      {sending.refusal}
      <TextField
        label={t('screens.label')}
        hint={t('screens.label.hint')}
        name="screen-label"
        value={label}
        autoFocus
        error={tried && missing ? t('screens.label.missing') : undefined}
        onInput={setLabel}
      />
      <div class="field">
        <label class="check">
          <input
            type="checkbox"
            checked={agents}
            onChange={(event) => setAgents(event.currentTarget.checked)}
          />
          {t('screens.agents')}
        </label>
        <span class="hint">{t('screens.agents.hint')}</span>
      </div>
    </Dialog>
  );
}

function RevokeDialog(props: {
  screen: Screen;
  revoke: (screen: Screen) => Promise<void>;
  onClose: () => void;
}): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { label } = props.screen;
  const sending = useSending(() => props.revoke(props.screen));
  return (
    <Dialog
      title={t('screens.revoke.title', { label })}
      onClose={props.onClose}
      onSubmit={() => void sending.send()}
      foot={
        <DialogFoot onCancel={props.onClose} verb={t('screens.revoke')} kind="danger" busy={sending.busy} />
      }
    >
      {sending.refusal}
      <p>{t('screens.revoke.text')}</p>
    </Dialog>
  );
}

/** One request of a dialog: at once only one, and what is wrong in words. */
function useSending(request: () => Promise<void>) {
  const { i18n } = useApp();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  return {
    busy,
    refusal:
      error === undefined ? null : (
        <Notice tone="danger" icon="alert" role="alert" title={errorWords(i18n, error)} />
      ),
    send: async (): Promise<void> => {
      if (busy) return;
      setBusy(true);
      try {
        await request();
      } catch (cause) {
        setError(cause);
        setBusy(false);
      }
    },
  };
}
