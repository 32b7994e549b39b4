/**
 * A figure of a report that leads to the calls it counts.
 * @module
 */
import type { VNode } from 'preact';
import { useApp } from '../../app-context.ts';

/** @param props.href undefined: it leads nowhere; also for who may not read the calls */
export function FigureLink(props: {
  value: number;
  /** What it counts, in words: `Succes, luni, 16.11.2026`. */
  label: string;
  href: string | undefined;
}): VNode | string {
  const { i18n, session } = useApp();
  if (props.value === 0) return <span class="zero">0</span>;
  const text = i18n.format().number(props.value);
  if (props.href === undefined || !session.can('call.list')) return text;
  return (
    <a href={props.href} aria-label={`${props.label}: ${text}`}>
      {text}
    </a>
  );
}
