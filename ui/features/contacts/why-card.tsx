/**
 * Why a contact is (not) called: the verdict, then each gate with what it sees.
 * @module
 */
import type { VNode } from 'preact';
import type { WhyDialed } from '../../../contracts/http/contacts.ts';
import { useApp, type App } from '../../app-context.ts';
import { Icon, type IconName } from '../../design/icons.tsx';
import { Notice } from '../../design/parts.tsx';
import type { Tone } from '../../design/tone.ts';
import { phoneText } from '../../i18n/format.ts';

type Gate = WhyDialed['gates'][number];

const LOOKS: Readonly<Record<WhyDialed['verdict'], [Tone, IconName]>> = {
  call: ['positive', 'check'],
  wait: ['warning', 'clock'],
  close: ['danger', 'ban'],
  'on-call': ['info', 'phone'],
  closed: ['neutral', 'minus'],
};
const MARKS: Readonly<Record<Gate['state'], IconName>> = { passes: 'check', waits: 'clock', ends: 'ban' };

export function WhyCard({ why }: { why: WhyDialed }): VNode {
  const app = useApp();
  const { t } = app.i18n;
  const [tone, icon] = LOOKS[why.verdict];
  return (
    <div class="stack">
      <Notice tone={tone} icon={icon} title={t(`why.verdict.${why.verdict}`)}>
        {verdictWords(app, why)}
      </Notice>
      <ol class="why-gates" aria-label={t('why.gates')}>
        {why.gates.map((gate) => (
          <li key={gate.gate} data-state={gate.state}>
            <Icon name={MARKS[gate.state]} />
            <strong>{app.i18n.tMaybe(`why.gate.${gate.gate}`, gate.gate)}</strong>
            <div>
              <span class="sr">{t(`why.state.${gate.state}`)}: </span>
              {gateWords(app, gate, why)}
              {gate.until === undefined ? null : (
                <span class="until">{t('why.until', { at: moment(app, gate.until, why.zone) })}</span>
              )}
            </div>
          </li>
        ))}
      </ol>
      {why.numbers.length === 0 ? null : <NumbersTable why={why} />}
    </div>
  );
}

function verdictWords(app: App, why: WhyDialed): string {
  const { t, tMaybe } = app.i18n;
  const isOver = why.gates.some(({ gate, seen }) => gate === 'pause' && seen['stopped'] === 1);
  const reason =
    why.reason === null
      ? ''
      : why.reason === 'paused' && isOver
        ? t('why.over')
        : tMaybe(`why.reason.${why.reason}`, tMaybe(`closed.${why.reason}`, why.reason));
  switch (why.verdict) {
    case 'call':
      return why.ahead === 0 ? t('why.first') : t('why.ahead', { n: why.ahead });
    case 'wait':
      return why.until === null
        ? `${reason}. ${t('why.openEnd')}`
        : `${reason}. ${t('why.earliest', { at: moment(app, why.until, why.zone) })}`;
    case 'on-call':
      return t('why.onCall');
    case 'close':
      return `${reason}. ${t('why.willClose')}`;
    default:
      return reason === '' ? '' : `${reason}.`;
  }
}

function moment(app: App, at: string, zone: string): string {
  return app.i18n.format(zone).moment(at, app.clock.now());
}

/** What the gate sees, in words; where it holds back, why. */
function gateWords(app: App, { gate, state, reason, seen }: Gate, why: WhyDialed): string {
  const { t, tMaybe } = app.i18n;
  const at = (value: string | number | undefined): string =>
    typeof value === 'string' ? moment(app, value, why.zone) : '';
  const text = (value: string | number | undefined): string => (value === undefined ? '' : String(value));
  const held =
    state === 'passes' || reason === undefined
      ? ''
      : gate === 'pause' && seen['stopped'] === 1
        ? t('why.over')
        : tMaybe(`why.reason.${reason}`, tMaybe(`closed.${reason}`, reason));
  const facts: Partial<Record<string, string>> = {
    state: state === 'passes' ? t('contact.open') : '',
    lease: state === 'passes' ? t('why.seen.free') : '',
    calendar: state === 'passes' ? t('why.seen.calendar', { at: at(seen['closesAt']) }) : '',
    pause:
      state === 'passes'
        ? t('why.seen.running')
        : [text(seen['by']), text(seen['why'])].filter(Boolean).join(': '),
    trunk: t('why.seen.trunk', { trunk: text(seen['trunk']) }),
    edge: state === 'passes' ? t('why.seen.edge', { node: text(seen['node']) }) : '',
    places: t('why.seen.places', {
      calls: Number(seen['calls'] ?? 0),
      concurrency: Number(seen['concurrency'] ?? 0),
      channels: Number(seen['channels'] ?? 0),
      maxChannels: Number(seen['maxChannels'] ?? 0),
    }),
    agents: t('why.seen.agents', { n: Number(seen['agents'] ?? 0) }),
    due: t('why.seen.due', { at: at(seen['at']), n: Number(seen['attempts'] ?? 0) }),
    owner:
      seen['agent'] === undefined
        ? state === 'passes'
          ? t('why.seen.anyone')
          : ''
        : t('why.seen.agent', { name: text(seen['agent']) }),
    'do-not-call': state === 'passes' ? t('why.seen.notOpposed') : '',
    consent: consentWords(app, seen),
    numbers: state === 'passes' ? t('why.seen.numbers') : '',
  };
  return [held, facts[gate] ?? ''].filter((words) => words !== '').join(' · ');
}

function consentWords({ i18n }: App, seen: Gate['seen']): string {
  const { at, source, needed } = seen;
  if (typeof at === 'string') {
    return i18n.t('why.seen.consent', { at: i18n.format().shortDate(at), source: String(source ?? '–') });
  }
  return i18n.t(needed === 1 ? 'why.seen.noConsent' : 'why.seen.consentNotNeeded');
}

function NumbersTable({ why }: { why: WhyDialed }): VNode {
  const { i18n } = useApp();
  const { t, tMaybe } = i18n;
  return (
    <div class="table-wrap" tabIndex={0} role="group" aria-label={t('contacts.numbers')}>
      <table class="table admin-table">
        <thead>
          <tr>
            <th scope="col">{t('calls.number')}</th>
            <th scope="col">{t('why.number')}</th>
            <th scope="col" class="num">
              {t('why.today')}
            </th>
            <th scope="col" class="num">
              {t('why.total')}
            </th>
            <th scope="col" class="num hide-narrow">
              {t('why.unanswered')}
            </th>
          </tr>
        </thead>
        <tbody>
          {why.numbers.map((one) => (
            <tr key={one.position}>
              <td class="nowrap">
                {phoneText(one.e164)}
                {one.chosen && why.verdict === 'call' ? <span class="sub">{t('why.next')}</span> : null}
              </td>
              <td>
                {one.verdict === 'ok'
                  ? t('why.ok')
                  : tMaybe(`why.reason.${one.verdict}`, tMaybe(`closed.${one.verdict}`, one.verdict))}
              </td>
              <td class="num">{t('why.of', { n: one.callsToday, most: why.caps.perDay })}</td>
              <td class="num">{t('why.of', { n: one.callsTotal, most: why.caps.perTotal })}</td>
              <td class="num hide-narrow">{one.unanswered}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
