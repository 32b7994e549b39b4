/**
 * What the dialer does or waits for, in words.
 * @module
 */
import type { VNode } from 'preact';
import type { DialerView, LiveSnapshot } from '../../../contracts/http/live.ts';
import { useApp } from '../../app-context.ts';
import type { IconName } from '../../design/icons.tsx';
import { Notice } from '../../design/parts.tsx';
import type { Tone } from '../../design/tone.ts';
import type { I18n } from '../../i18n/i18n.ts';
import { withReasonWords } from './reason-words.ts';

type DialerState = LiveSnapshot['dialer']['state'];

const LOOKS: Readonly<Record<DialerState, { tone: Tone; icon: IconName }>> = {
  dialing: { tone: 'positive', icon: 'phone' },
  waiting: { tone: 'info', icon: 'hourglass' },
  paused: { tone: 'warning', icon: 'pause' },
  closed: { tone: 'neutral', icon: 'moon' },
  stopped: { tone: 'danger', icon: 'alert' },
  unknown: { tone: 'neutral', icon: 'help' },
};

/** Waits that need a person, not patience. */
const NEEDS_SOMEBODY = new Set(['no-edge', 'trunk-suspended']);

export function DialerNotice({ snapshot }: { snapshot: LiveSnapshot }): VNode {
  const { i18n, clock } = useApp();
  const { dialer } = snapshot;
  const over = dialer.state === 'paused' && snapshot.paused?.stopped === true;
  const look = NEEDS_SOMEBODY.has(dialer.reason?.code ?? '')
    ? ({ tone: 'danger', icon: 'alert' } as const)
    : over
      ? ({ tone: 'neutral', icon: 'x' } as const)
      : LOOKS[dialer.state];
  return (
    <Notice
      tone={look.tone}
      icon={look.icon}
      title={i18n.t(over ? 'dialer.over' : (`dialer.${dialer.state}` as const))}
    >
      {dialerSentences(i18n, snapshot, clock.now()).join(' ')}
    </Notice>
  );
}

/** The sentences under the title. */
export function dialerSentences(i18n: I18n, snapshot: LiveSnapshot, now: number): string[] {
  const { dialer, paused, calendar, campaign } = snapshot;
  const moment = (instant: string): string => i18n.format(campaign.zone).moment(instant, now);
  switch (dialer.state) {
    case 'paused': {
      if (!paused) return [i18n.t('wait.paused')];
      const at = moment(paused.at);
      const done = paused.stopped ? 'stopped' : 'paused';
      const who =
        paused.by === null
          ? i18n.t(`campaign.${done}At`, { at })
          : i18n.t(`campaign.${done}By`, { by: paused.by, at });
      return [
        `${who}.`,
        ...(paused.reason === null
          ? []
          : [i18n.t('dialer.pauseReason', { reason: sentence(paused.reason) })]),
        ...(paused.stopped ? [i18n.t('dialer.overText')] : []),
      ];
    }
    case 'closed':
      return [
        calendar.changesAt === null
          ? i18n.t('dialer.neverOpens')
          : i18n.t('dialer.opensAt', { at: moment(calendar.changesAt) }),
      ];
    case 'stopped':
      return [
        i18n.t('dialer.stoppedText'),
        ...(dialer.since === null ? [] : [i18n.t('dialer.lastSign', { at: moment(dialer.since) })]),
      ];
    case 'unknown':
      return [i18n.t('dialer.unknownText')];
    case 'dialing':
      return [i18n.t('dialer.dialingText'), ...closing(i18n, calendar.changesAt, moment)];
    case 'waiting':
      return waiting(i18n, dialer, moment);
    default:
      return dialer.state satisfies never;
  }
}

/** Somebody's own words, closed where more follows. */
function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

function waiting(i18n: I18n, dialer: DialerView, moment: (instant: string) => string): string[] {
  const { code = '', params = {} } = dialer.reason ?? {};
  // The plural follows the one number that these sentences count.
  const n = params['max'] ?? params['perSecond'] ?? 0;
  const why = i18n.tMaybe(`wait.${code}`, i18n.t('wait.other', { code }), {
    ...withReasonWords(i18n, params),
    n,
  });
  return dialer.until === null ? [why] : [why, i18n.t('dialer.until', { at: moment(dialer.until) })];
}

function closing(i18n: I18n, at: string | null, moment: (instant: string) => string): string[] {
  return at === null ? [] : [i18n.t('dialer.closesAt', { at: moment(at) })];
}

/** What the dialer says it waits for, and the flag that says the same. */
const SAID_BY_DIALER: Readonly<Record<string, LiveSnapshot['health'][number]['code']>> = {
  'trunk-backoff': 'trunk-backing-off',
  'no-edge': 'no-edge',
};

/** The flags that the dialer's notice does not say already. */
export function flagsBeside({ dialer, health }: LiveSnapshot): LiveSnapshot['health'] {
  const said = dialer.state === 'waiting' ? SAID_BY_DIALER[dialer.reason?.code ?? ''] : undefined;
  return health.filter((flag) => flag.code !== said);
}

/** One line for each thing that is wrong now. */
export function HealthNotices({ snapshot }: { snapshot: LiveSnapshot }): VNode | null {
  const { i18n } = useApp();
  const flags = flagsBeside(snapshot);
  if (flags.length === 0) return null;
  return (
    <div class="stack health" role="status">
      {flags.map((flag) => (
        <Notice
          key={JSON.stringify(flag)}
          tone={flag.code === 'trunk-backing-off' || flag.code === 'counts-late' ? 'warning' : 'danger'}
          icon="alert"
          title={i18n.t(`health.${flag.code}`, withReasonWords(i18n, flag.params))}
        />
      ))}
    </div>
  );
}
