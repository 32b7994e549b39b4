/**
 * Start, pause and stop of a campaign, each with a reason.
 * @module
 */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { CampaignRun } from '../../../contracts/http/config-admin.ts';
import { errorWords } from '../../api/problem.ts';
import { useApp } from '../../app-context.ts';
import { Dialog, DialogFoot } from '../../design/dialog.tsx';
import { TextAreaField } from '../../design/field.tsx';
import { Icon, type IconName } from '../../design/icons.tsx';
import { Badge, Card, Notice } from '../../design/parts.tsx';
import type { Look } from '../../design/tone.ts';
import type { ConfigApi } from './api.ts';

type Run = NonNullable<CampaignRun>;
type Verb = 'pause' | 'resume' | 'stop';

const LOOKS: Readonly<Record<Run['state'], Look>> = {
  running: { tone: 'positive', icon: 'check' },
  paused: { tone: 'warning', icon: 'pause' },
  stopped: { tone: 'neutral', icon: 'x' },
};
const VERBS: Readonly<Record<Run['state'], readonly Verb[]>> = {
  running: ['pause', 'stop'],
  paused: ['resume', 'stop'],
  stopped: ['resume'],
};
const ICONS: Readonly<Record<Verb, IconName>> = { pause: 'pause', resume: 'play', stop: 'x' };
const SHORTEST = 3;

export function RunCard(props: { api: ConfigApi; name: string; run: Run; onChanged: () => void }): VNode {
  const { i18n, session, clock } = useApp();
  const { t } = i18n;
  const { run, name } = props;
  const [verb, setVerb] = useState<Verb | undefined>(undefined);
  return (
    <Card
      class="run-card"
      title={t('config.run.title')}
      aside={<Badge look={LOOKS[run.state]}>{t(`config.run.${run.state}`)}</Badge>}
    >
      <div class="card-body run">
        <div>
          {run.at === null ? null : (
            <p class="muted">
              {i18n.format().moment(run.at, clock.now())}
              {run.by === null ? '' : ` · ${run.by}`}
              {run.reason === null ? null : <q>{run.reason}</q>}
            </p>
          )}
          <p>{t(`config.run.${run.state}.hint`)}</p>
          {run.callsInProgress > 0 ? <p>{t('config.count.inProgress', { n: run.callsInProgress })}</p> : null}
        </div>
        <div class="buttons">
          {session.can('campaign.pause')
            ? VERBS[run.state].map((one) => (
                <button
                  key={one}
                  type="button"
                  class="btn"
                  data-kind={one === 'resume' ? 'primary' : 'plain'}
                  onClick={() => setVerb(one)}
                >
                  <Icon name={ICONS[one]} />
                  {t(verbKey(one, run.state))}
                </button>
              ))
            : null}
          <a class="btn" data-kind="quiet" href={`/campanii/${name}`}>
            {t('live.title')}
          </a>
        </div>
      </div>
      {verb === undefined ? null : <RunDialog {...props} verb={verb} onClose={() => setVerb(undefined)} />}
    </Card>
  );
}

function verbKey(
  verb: Verb,
  state: Run['state'],
): 'config.run.pause' | 'config.run.resume' | 'config.run.start' | 'config.run.stop' {
  if (verb === 'resume') return state === 'stopped' ? 'config.run.start' : 'config.run.resume';
  return verb === 'pause' ? 'config.run.pause' : 'config.run.stop';
}

function RunDialog(props: {
  api: ConfigApi;
  name: string;
  run: Run;
  verb: Verb;
  onChanged: () => void;
  onClose: () => void;
}): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { verb, run } = props;
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const tooShort = reason.trim().length < SHORTEST;
  async function submit(): Promise<void> {
    setTried(true);
    if (tooShort || busy) return;
    setBusy(true);
    try {
      await props.api.run(props.name, verb, reason.trim());
      props.onChanged();
      props.onClose();
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  }
  return (
    <Dialog
      title={t(`config.run.title.${verb === 'resume' && run.state === 'stopped' ? 'start' : verb}` as const)}
      onClose={props.onClose}
      onSubmit={() => void submit()}
      foot={
        <DialogFoot
          onCancel={props.onClose}
          verb={t(verbKey(verb, run.state))}
          kind={verb === 'stop' ? 'danger' : 'primary'}
          busy={busy}
        />
      }
    >
      <p>{t(`config.run.ask.${verb}`)}</p>
      {error === undefined ? null : (
        <Notice tone="danger" icon="alert" role="alert" title={errorWords(i18n, error)} />
      )}
      <TextAreaField
        label={t('config.reason')}
        error={tried && tooShort ? t('config.reasonShort') : undefined}
        autoFocus
        maxLength={300}
        value={reason}
        onInput={setReason}
      />
    </Dialog>
  );
}
