/**
 * The figures on top of a report.
 * @module
 */
import type { VNode } from 'preact';
import type { PeriodReport, ReportStatus, ReportSumsView } from '../../../contracts/http/reports.ts';
import { rowWords } from '../../../domain/report-words.ts';
import { useApp } from '../../app-context.ts';
import { Stat } from '../../design/parts.tsx';
import { FigureLink } from './figure-link.tsx';
import { cellAddress, type FigureOf } from './filter.ts';
import { peakRow } from './stack.ts';

export function PeriodCards({ report }: { report: PeriodReport }): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const table = report.tables[0];
  // A day or a week by its date: the name of a week is long.
  const named = table?.by === 'slot' || table?.by === 'weekday' || table?.by === 'month';
  const peak = peakRow(table?.rows.filter((row) => row.slot !== 'outside') ?? []);
  const words = peak && table && rowWords(i18n.lang.value, { report: report.report, by: table.by }, peak);
  return (
    <div class="cards">
      <SumsCards
        sums={report.totals}
        statuses={report.statuses}
        addressOf={(of) => cellAddress(report.filters, report, of)}
      />
      <Stat
        label={t(`report.peak.${table?.by === 'day-slot' ? 'day' : (table?.by ?? 'day')}`)}
        value={words === undefined ? '–' : named ? words.name : words.short}
        note={peak ? t('count.calls', { n: peak.total }) : undefined}
      />
    </div>
  );
}

/** Calls, answered, positive, talk: of any report's totals. */
export function SumsCards(props: {
  sums: ReportSumsView;
  statuses: readonly ReportStatus[];
  addressOf: (of: FigureOf) => string;
}): VNode {
  const { i18n } = useApp();
  const { t } = i18n;
  const { percent } = i18n.format();
  const { total, answered, counts } = props.sums;
  const positive = props.statuses
    .filter((status) => status.positive)
    .reduce((calls, { code }) => calls + (counts[code] ?? 0), 0);
  const share = (part: number): string | undefined =>
    total > 0 ? t('report.of', { part: percent(part / total) }) : undefined;
  const figure = (value: number, label: string, of: FigureOf) => (
    <FigureLink value={value} label={label} href={props.addressOf(of)} />
  );
  return (
    <>
      <Stat label={t('report.calls')} value={figure(total, t('report.calls'), {})} />
      <Stat
        label={t('report.answered')}
        value={figure(answered, t('report.answered'), { answered: 'answered' })}
        note={share(answered)}
      />
      <Stat
        label={t('report.positive')}
        value={figure(positive, t('report.positive'), { flag: 'positive' })}
        note={share(positive)}
      />
      <TalkStat sums={props.sums} />
    </>
  );
}

const HOUR_MS = 3_600_000;
const MANY_HOURS = 100;

export function TalkStat({ sums: { answered, talkMs } }: { sums: ReportSumsView }): VNode {
  const { i18n } = useApp();
  const { duration, number } = i18n.format();
  const hours = Math.round(talkMs / HOUR_MS);
  return (
    <Stat
      label={i18n.t('report.talk')}
      // Of weeks of talk nobody reads the minutes, and they have no room.
      value={hours < MANY_HOURS ? duration(talkMs) : `${number(hours)} h`}
      note={answered > 0 ? i18n.t('report.talkMean', { duration: duration(talkMs / answered) }) : undefined}
    />
  );
}
