/**
 * The parts of the report of a campaign, each a table; one that took too long to count says so.
 * @module
 */
import type { ComponentChildren, VNode } from 'preact';
import type { CampaignReportView } from '../../../contracts/http/campaign-report.ts';
import { useApp } from '../../app-context.ts';
import { Card, Progress } from '../../design/parts.tsx';
import type { Key } from '../../i18n/key.ts';
import { callsAddress, withoutEmpty } from '../calls/filters.ts';

type Cell = ComponentChildren;

interface Part {
  title: string;
  head: readonly string[];
  /** Null: counting took too long. */
  rows: readonly (readonly Cell[])[] | null;
}

/** The first cell of a row is its name; the others are figures. */
function PartCard({ title, head, rows }: Part): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  return (
    <Card class="report-card" title={title}>
      {rows === null ? (
        <p class="table-note">{t('camp.tooSlow')}</p>
      ) : rows.length === 0 ? (
        <p class="table-note">{t('camp.nothing')}</p>
      ) : (
        <div class="table-wrap report-wrap" tabIndex={0} role="group" aria-label={title}>
          <table class="table report">
            <caption class="sr">{title}</caption>
            <thead>
              <tr>
                {head.map((name, at) => (
                  <th scope="col" class={at === 0 ? '' : 'num'} key={name}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(([name, ...cells], row) => (
                <tr key={row}>
                  <th scope="row">{name}</th>
                  {cells.map((cell, at) => (
                    <td class="num" key={at}>
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

function Share({ part, whole }: { part: number; whole: number }): VNode {
  const { i18n } = useApp();
  const words = whole > 0 ? i18n.format().share(part / whole) : '–';
  return (
    <span class="share">
      <Progress part={part} whole={whole} label={words} />
      {words}
    </span>
  );
}

/** A word of a code; `other` for one that this page does not know yet. */
function useWord(): (group: 'camp.closed' | 'camp.wait', code: string) => string {
  const { i18n } = useApp();
  return (group, code) => {
    const key = `${group}.${code}`;
    return KNOWN.has(key) ? i18n.t(key as Key) : `${i18n.t(`${group}.other`)} (${code})`;
  };
}

const KNOWN = new Set([
  ...[
    'do-not-call',
    'no-consent',
    'stopped',
    'nonexistent',
    'cap-total',
    'final-status',
    'exhausted',
    'import-undone',
  ].map((code) => `camp.closed.${code}`),
  ...['on-call', 'cap-day', 'number-busy', 'trunk-bound', 'prefix-not-permitted', 'retry', 'not-placed'].map(
    (code) => `camp.wait.${code}`,
  ),
]);

interface Props {
  report: CampaignReportView;
}

export function ContactsCard({ report: { contacts } }: Props): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const word = useWord();
  const { number } = i18n.format();
  const whole = (contacts ?? []).reduce((sum, row) => sum + row.contacts, 0);
  return (
    <PartCard
      title={t('camp.contacts')}
      head={[t('calls.state'), t('camp.count'), t('camp.share')]}
      rows={
        contacts?.map(({ state, reason, contacts: count }) => [
          reason === null ? t(`camp.state.${state}`) : word('camp.closed', reason),
          number(count),
          <Share part={count} whole={whole} />,
        ]) ?? null
      }
    />
  );
}

export function WaitsCard({ report }: Props): VNode {
  const { i18n, clock } = useApp();
  const { t } = i18n;
  const word = useWord();
  const format = i18n.format(report.zone);
  return (
    <PartCard
      title={t('camp.waits')}
      head={[t('camp.reason'), t('camp.due'), t('camp.later'), t('camp.next')]}
      rows={
        report.waits?.map(({ reason, due, contacts, nextDueAt }) => [
          reason === null ? t('camp.wait.none') : word('camp.wait', reason),
          due ? format.number(contacts) : <span class="zero">0</span>,
          due ? <span class="zero">0</span> : format.number(contacts),
          due || nextDueAt === null ? '–' : format.moment(nextDueAt, clock.now()),
        ]) ?? null
      }
    />
  );
}

export function AttemptsCard({ report: { attempts } }: Props): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { number } = i18n.format();
  const whole = (attempts ?? []).reduce((sum, row) => sum + row.contacts, 0);
  return (
    <PartCard
      title={t('camp.attempts')}
      head={[t('camp.calls'), t('camp.count'), t('camp.share')]}
      rows={
        attempts?.map(({ attempts: n, contacts }) => [
          t('camp.attempt', { n }),
          number(contacts),
          <Share part={contacts} whole={whole} />,
        ]) ?? null
      }
    />
  );
}

export function FailuresCard({ report: { failures } }: Props): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { number } = i18n.format();
  return (
    <PartCard
      title={t('camp.failures')}
      head={[t('camp.reason'), t('camp.trunk'), t('camp.code'), t('camp.calls')]}
      rows={
        failures?.map(({ trunk, reason, sipStatus, calls }) => [
          t(`reason.${reason}` as Key),
          trunk ?? '–',
          sipStatus ?? '–',
          number(calls),
        ]) ?? null
      }
    />
  );
}

export function ListsCard({ report }: Props): VNode {
  const { i18n, session } = useApp();
  const { t } = i18n;
  const { number } = i18n.format();
  const { from, to, campaign } = report;
  const calls = (list: number | null, n: number): Cell => {
    if (n === 0) return <span class="zero">0</span>;
    if (list === null || !session.can('call.list')) return number(n);
    const address = callsAddress(withoutEmpty({ from, to, campaign: campaign.name, list, state: 'counted' }));
    return <a href={address}>{number(n)}</a>;
  };
  return (
    <PartCard
      title={t('camp.lists')}
      head={[
        t('camp.list'),
        t('camp.count'),
        t('camp.open'),
        t('camp.calls'),
        t('camp.called'),
        t('camp.reached'),
        t('camp.positive'),
      ]}
      rows={
        report.lists?.map((row) => [
          <>
            {row.list ?? t('camp.handDialed')}
            {row.kind === 'priority' ? <small>{t('camp.priority')}</small> : null}
          </>,
          number(row.contacts),
          number(row.open),
          calls(row.listId, row.calls),
          number(row.called),
          <Share part={row.reached} whole={row.called} />,
          <Share part={row.positive} whole={row.called} />,
        ]) ?? null
      }
    />
  );
}

export function AnswersCard({ report: { answers } }: Props): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const lang = i18n.lang.value;
  const { number } = i18n.format();
  if (answers === null || answers.length === 0) {
    return <PartCard title={t('camp.answers')} head={[]} rows={answers === null ? null : []} />;
  }
  return (
    <div class="grid-2 campaign-grid">
      {answers.map(({ field, labels, values }) => {
        const whole = values.reduce((sum, { calls }) => sum + calls, 0);
        return (
          <PartCard
            key={field}
            title={labels?.[lang] ?? field}
            head={[t('camp.answer'), t('camp.calls'), t('camp.share')]}
            rows={values.map((one) => [
              one.labels?.[lang] ?? one.value,
              number(one.calls),
              <Share part={one.calls} whole={whole} />,
            ])}
          />
        );
      })}
    </div>
  );
}
