/**
 * The parts of the report of a campaign, each a table; one that took too long to count says so.
 * @module
 */
import type { ComponentChildren, VNode } from 'preact';
import type { CampaignReportView, ListSumsView } from '../../../contracts/http/campaign-report.ts';
import { useApp } from '../../app-context.ts';
import { Progress } from '../../design/parts.tsx';
import type { Key } from '../../i18n/key.ts';
import { FigureLink } from '../reports/figure-link.tsx';
import { FigureTable, type FigureTableProps } from '../reports/figure-table.tsx';
import {
  answerCalls,
  attemptCalls,
  contactsOf,
  failedCalls,
  listCalls,
  openContacts,
  waitingContacts,
  type ListFigure,
} from './addresses.ts';

interface Props {
  report: CampaignReportView;
}

/** @param props.rows null: counting took too long */
function PartTable({
  rows,
  ...props
}: Omit<FigureTableProps, 'rows'> & { rows: FigureTableProps['rows'] | null }): VNode {
  const { t } = useApp().i18n;
  const instead = rows === null ? t('camp.tooSlow') : rows.length === 0 ? t('camp.nothing') : undefined;
  return <FigureTable {...props} rows={rows ?? []} instead={instead} />;
}

function Share({ part, whole }: { part: number; whole: number }): VNode {
  const { i18n } = useApp();
  const words = whole > 0 ? i18n.format().share(part / whole) : '–';
  return (
    <span class="share">
      <Progress part={part} whole={whole} label={words} />
      <span class="figure">{words}</span>
    </span>
  );
}

/** A word of a code; `other` for one that this page does not know yet. */
function useWord(): (group: 'camp.closed' | 'camp.wait', code: string) => string {
  const { i18n } = useApp();
  return (group, code) => i18n.tMaybe(`${group}.${code}`, `${i18n.t(`${group}.other`)} (${code})`);
}

function sum<T>(rows: readonly T[] | null, of: (row: T) => number): number {
  return (rows ?? []).reduce((total, row) => total + of(row), 0);
}

export function ListsCard({ report }: Props): VNode {
  const { i18n, session } = useApp();
  const { t } = i18n;
  const { number } = i18n.format();
  const cells = (row: ListSumsView, list: number | null | undefined, name: string): ComponentChildren[] => {
    const figure = (of: ListFigure): VNode => (
      <FigureLink value={row[of]} label={`${t(`camp.${of}`)}, ${name}`} href={listCalls(report, list, of)} />
    );
    return [
      number(row.contacts),
      row.open > 0 && list !== null && session.can('contact.read') ? (
        <a href={openContacts(report, list)}>{number(row.open)}</a>
      ) : (
        number(row.open)
      ),
      figure('calls'),
      figure('called'),
      figure('reached'),
      <Share part={row.reached} whole={row.called} />,
      figure('positive'),
      <Share part={row.positive} whole={row.called} />,
    ];
  };
  const { lists, listTotals } = report;
  const several = listTotals !== null && sum(lists, ({ called }) => called) > listTotals.called;
  return (
    <PartTable
      title={t('camp.lists')}
      head={[
        t('camp.list'),
        t('camp.count'),
        t('camp.open'),
        t('camp.calls'),
        t('camp.called'),
        t('camp.reached'),
        t('camp.reachedShare'),
        t('camp.positive'),
        t('camp.positiveShare'),
      ]}
      rows={
        lists?.map((row) => {
          const name = row.list ?? t('camp.handDialed');
          return {
            key: String(row.listId),
            name,
            ...(row.kind === 'priority' ? { note: t('camp.priority') } : {}),
            cells: cells(row, row.listId, name),
          };
        }) ?? null
      }
      totals={
        listTotals === null
          ? undefined
          : [t('report.total'), ...cells(listTotals, undefined, t('report.total'))]
      }
      note={several ? t('camp.severalLists') : undefined}
    />
  );
}

export function ContactsCard({ report }: Props): VNode {
  const { i18n, session } = useApp();
  const { t } = i18n;
  const word = useWord();
  const { number } = i18n.format();
  const whole = sum(report.contacts, ({ contacts }) => contacts);
  return (
    <PartTable
      title={t('camp.contacts')}
      head={[t('calls.state'), t('camp.count'), t('camp.share')]}
      rows={
        report.contacts?.map((of) => {
          const { state, reason, contacts } = of;
          return {
            key: `${state} ${reason}`,
            name: reason === null ? t(`camp.state.${state}`) : word('camp.closed', reason),
            cells: [
              session.can('contact.read') ? (
                <a href={contactsOf(report, of)}>{number(contacts)}</a>
              ) : (
                number(contacts)
              ),
              <Share part={contacts} whole={whole} />,
            ],
          };
        }) ?? null
      }
      totals={[t('report.total'), number(whole), <Share part={whole} whole={whole} />]}
    />
  );
}

export function WaitsCard({ report }: Props): VNode {
  const { i18n, clock, session } = useApp();
  const { t } = i18n;
  const word = useWord();
  const format = i18n.format(report.zone);
  const figure = (value: number, href?: string) =>
    value === 0 ? (
      <span class="zero">0</span>
    ) : href !== undefined && session.can('contact.read') ? (
      <a href={href}>{format.number(value)}</a>
    ) : (
      format.number(value)
    );
  return (
    <PartTable
      title={t('camp.waits')}
      head={[t('camp.reason'), t('camp.due'), t('camp.later'), t('camp.next')]}
      rows={
        report.waits?.map((of) => {
          const { reason, due, contacts, nextDueAt } = of;
          const href = waitingContacts(report, of);
          return {
            key: `${reason} ${due}`,
            name: reason === null ? t('camp.wait.none') : word('camp.wait', reason),
            cells: [
              figure(due ? contacts : 0, href),
              figure(due ? 0 : contacts, href),
              due || nextDueAt === null ? '–' : format.moment(nextDueAt, clock.now()),
            ],
          };
        }) ?? null
      }
      totals={[
        t('report.total'),
        figure(sum(report.waits, ({ due, contacts }) => (due ? contacts : 0))),
        figure(sum(report.waits, ({ due, contacts }) => (due ? 0 : contacts))),
        '',
      ]}
    />
  );
}

export function AttemptsCard({ report }: Props): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const whole = sum(report.attempts, ({ contacts }) => contacts);
  const cells = (contacts: number, times: number | undefined, name: string) => [
    <FigureLink value={contacts} label={`${t('camp.count')}, ${name}`} href={attemptCalls(report, times)} />,
    <Share part={contacts} whole={whole} />,
  ];
  return (
    <PartTable
      title={t('camp.attempts')}
      head={[t('camp.calls'), t('camp.count'), t('camp.share')]}
      rows={
        report.attempts?.map(({ attempts, contacts }) => {
          const name = t('camp.attempt', { n: attempts });
          return { key: String(attempts), name, cells: cells(contacts, attempts, name) };
        }) ?? null
      }
      totals={[t('report.total'), ...cells(whole, undefined, t('report.total'))]}
    />
  );
}

export function FailuresCard({ report }: Props): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const figure = (calls: number, name: string, href: string) => (
    <FigureLink value={calls} label={`${t('camp.calls')}, ${name}`} href={href} />
  );
  const whole = sum(report.failures, ({ calls }) => calls);
  return (
    <PartTable
      title={t('camp.failures')}
      head={[t('camp.reason'), t('camp.trunk'), t('camp.code'), t('camp.calls')]}
      rows={
        report.failures?.map((failure) => {
          const { trunk, result, reason, sipStatus, calls } = failure;
          const name = t(`reason.${reason}` as Key);
          return {
            key: `${trunk} ${result} ${reason} ${sipStatus}`,
            name,
            cells: [trunk ?? '–', sipStatus ?? '–', figure(calls, name, failedCalls(report, failure))],
          };
        }) ?? null
      }
      totals={[t('report.total'), '', '', figure(whole, t('report.total'), failedCalls(report, undefined))]}
    />
  );
}

export function AnswersCard({ report }: Props): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const lang = i18n.lang.value;
  const { answers } = report;
  if (answers === null || answers.length === 0) {
    return <PartTable title={t('camp.answers')} head={[]} rows={answers === null ? null : []} />;
  }
  return (
    <div class="grid-2 campaign-grid">
      {answers.map((field) => {
        const name = field.labels?.[lang] ?? field.field;
        const whole = sum(field.values, ({ calls }) => calls);
        return (
          <PartTable
            key={field.field}
            title={name}
            head={[t('camp.answer'), t('camp.calls'), t('camp.share')]}
            rows={field.values.map(({ value, labels, calls }) => {
              const words = labels?.[lang] ?? value;
              const href = answerCalls(report, field, value);
              return {
                key: value,
                name: words,
                cells: [
                  <FigureLink value={calls} label={`${name}, ${words}`} href={href} />,
                  <Share part={calls} whole={whole} />,
                ],
              };
            })}
            totals={[t('report.total'), i18n.format().number(whole), <Share part={whole} whole={whole} />]}
          />
        );
      })}
    </div>
  );
}
