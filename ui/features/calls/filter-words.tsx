/**
 * The filters of the calls list in words; those that only a figure of a report asks for have no field, and can be let go.
 * @module
 */
import type { VNode } from 'preact';
import { OUTSIDE_SLOT } from '../../../domain/report-slots.ts';
import { useApp, type App } from '../../app-context.ts';
import { DropChips } from '../../design/drop-chips.tsx';
import { NONE, type CallsFilter } from './filters.ts';

/** For the empty state. */
export function filterWords(app: App, filter: CallsFilter, number: string): string[] {
  const { i18n, catalogue } = app;
  const { t } = i18n;
  const { shortDate } = i18n.format();
  const { from, to, slot, campaign, list, agent, status, kind, result, state } = filter;
  const words = [
    from && `${t('calls.from')} ${shortDate(from)}`,
    to && `${t('calls.to')} ${shortDate(to)}`,
    slot && `${t('calls.hour')}: ${slotWords(app, slot)}`,
    campaign && `${t('calls.campaign')}: ${catalogue.campaignLabel(campaign)}`,
    typeof list === 'number' && `${t('calls.list')}: #${list}`,
    typeof agent === 'number' && `${t('calls.agent')}: #${agent}`,
    status && `${t('calls.status')}: ${catalogue.statusLabel(status)}`,
    kind && `${t('calls.kind')}: ${t(`kind.${kind}`)}`,
    result && `${t('calls.result')}: ${t(`result.${result}`)}`,
    state && `${t('calls.state')}: ${t(`calls.state.${state}`)}`,
    number !== '' && `${t('calls.number')}: ${number}`,
    ...drillsOf(app, filter).map((drill) => drill.words),
  ];
  return words.filter((one): one is string => typeof one === 'string' && one !== '');
}

export function slotWords(app: App, slot: string): string {
  return slot === OUTSIDE_SLOT ? app.i18n.t('calls.hour.outside') : slot.replace('-', '–');
}

interface Drill {
  /** What goes when it is let go. */
  keys: readonly (keyof CallsFilter)[];
  words: string;
}

function drillsOf({ i18n }: App, filter: CallsFilter): Drill[] {
  const { t } = i18n;
  const { list, agent, answered, flag, reason, trunk, sip, field, value, each, times } = filter;
  const drills: (Drill | false | undefined)[] = [
    list === NONE && { keys: ['list'], words: t('calls.drill.noList') },
    agent === 'any' && { keys: ['agent'], words: t('calls.drill.anyAgent') },
    answered && { keys: ['answered'], words: t(`calls.drill.${answered}`) },
    flag && { keys: ['flag'], words: t(`calls.drill.${flag}`) },
    reason && { keys: ['reason'], words: i18n.tMaybe(`reason.${reason}`, reason) },
    trunk !== undefined && {
      keys: ['trunk'],
      words: trunk === NONE ? t('calls.drill.noTrunk') : t('calls.drill.trunk', { name: trunk }),
    },
    sip !== undefined && { keys: ['sip'], words: sip === NONE ? t('calls.drill.noSip') : `SIP ${sip}` },
    field !== undefined && {
      keys: ['field', 'value'],
      words: value === undefined ? field : `${field}: ${value}`,
    },
    each && {
      keys: ['each', 'times'],
      words: times === undefined ? t('calls.drill.each') : t('calls.drill.times', { n: times }),
    },
  ];
  return drills.filter((drill) => typeof drill === 'object');
}

export function DrillChips(props: {
  filter: CallsFilter;
  onChange: (filter: CallsFilter) => void;
}): VNode | null {
  const app = useApp();
  const { t } = app.i18n;
  const drills = drillsOf(app, props.filter);
  return (
    <DropChips
      label={t('calls.drill')}
      chips={drills.map(({ keys, words }) => ({
        words,
        dropLabel: t('calls.drill.drop', { words }),
        onDrop: () => {
          const kept = Object.entries(props.filter).filter(([key]) => !keys.some((one) => one === key));
          props.onChange(Object.fromEntries(kept));
        },
      }))}
    />
  );
}
