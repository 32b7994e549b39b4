/**
 * The quick intervals above the filters of a list; each is applied at once.
 * @module
 */
import type { VNode } from 'preact';
import { presetRange, RANGE_PRESETS, type DateRange } from '../../../domain/report-periods.ts';
import { useApp } from '../../app-context.ts';
import { intoSight } from '../../lib/into-sight.ts';

export function RangePresets(props: {
  /** Local days; absent: of any time. */
  from: string | undefined;
  to: string | undefined;
  /** Local day. */
  today: string;
  onChoose: (range: Partial<DateRange>) => void;
}): VNode {
  const { t } = useApp().i18n;
  const choice = (key: string, words: string, range: Partial<DateRange>) => (
    <RangeChoice
      key={key}
      words={words}
      isChosen={range.from === props.from && range.to === props.to}
      onChoose={() => props.onChoose(range)}
    />
  );
  return (
    <div class="segmented filter-presets" role="group" aria-label={t('calls.presets')}>
      {choice('all', t('calls.preset.all'), {})}
      {RANGE_PRESETS.map((preset) =>
        choice(preset, t(`report.preset.${preset}`), presetRange(preset, props.today)),
      )}
    </div>
  );
}

/** One of a row of quick intervals. */
export function RangeChoice(props: { words: string; isChosen: boolean; onChoose: () => void }): VNode {
  return (
    <button
      type="button"
      class="btn"
      aria-pressed={props.isChosen}
      ref={props.isChosen ? intoSight : null}
      onClick={props.onChoose}
    >
      {props.words}
    </button>
  );
}
