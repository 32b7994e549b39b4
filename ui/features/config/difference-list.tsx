/**
 * What differs, field by field, in words.
 * @module
 */
import type { VNode } from 'preact';
import type { ConfigKind } from '../../../contracts/model/config.ts';
import type { ConfigDifference } from '../../../domain/config-diff.ts';
import { useApp } from '../../app-context.ts';
import type { I18n } from '../../i18n/i18n.ts';

/** More are counted. */
const SHOWN = 12;
const LONGEST = 160;

export function DifferenceList(props: { kind: ConfigKind; differences: readonly ConfigDifference[] }): VNode {
  const { i18n } = useApp();
  const { differences, kind } = props;
  return (
    <ul class="differences">
      {differences.slice(0, SHOWN).map((difference) => (
        <li key={difference.path}>
          <span class="diff-field">{fieldWords(i18n, kind, difference.path)}</span>
          {difference.before === undefined ? null : (
            <del>{valueWords(i18n, kind, difference.path, difference.before)}</del>
          )}
          {difference.after === undefined ? null : (
            <ins>{valueWords(i18n, kind, difference.path, difference.after)}</ins>
          )}
        </li>
      ))}
      {differences.length > SHOWN ? (
        <li class="muted">{i18n.t('config.moreChanges', { n: differences.length - SHOWN })}</li>
      ) : null}
    </ul>
  );
}

/** The label of the field, or of the nearest thing around it that has one. */
export function fieldWords(i18n: I18n, kind: ConfigKind, path: string): string {
  const parts = path.split('.');
  for (let n = parts.length; n > 0; n -= 1) {
    const words = i18n.tMaybe(`config.f.${kind}.${parts.slice(0, n).join('.')}`, '');
    if (words !== '') return n === parts.length ? words : `${words}: ${restWords(i18n, parts.slice(n))}`;
  }
  return path;
}

function restWords(i18n: I18n, rest: readonly string[]): string {
  return rest.map((part) => i18n.tMaybe(`config.day.${part}`, part)).join('.');
}

/** The value of a field; none: a dash. */
export function valueWords(i18n: I18n, kind: ConfigKind, path: string, value: unknown): string {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'boolean') return i18n.t(value ? 'config.yes' : 'config.no');
  if (typeof value === 'string')
    return i18n.tMaybe(`config.o.${kind}.${path}.${value}`, value === '' ? '–' : value);
  if (typeof value === 'number') return i18n.format().number(value);
  const text = isIntervals(value)
    ? value.map(({ from, to }) => `${from}–${to}`).join(', ')
    : Array.isArray(value)
      ? value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join(', ')
      : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function isIntervals(value: unknown): value is { from: string; to: string }[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(
      (item: unknown) => typeof item === 'object' && item !== null && 'from' in item && 'to' in item,
    )
  );
}
