/**
 * Small parts of the design system: badge, card, figure, notice, progress, swatch.
 * @module
 */
import type { ComponentChildren, VNode } from 'preact';
import { Icon, type IconName } from './icons.tsx';
import type { Look, Tone } from './tone.ts';

export function Badge(props: { look: Look; plain?: boolean; children: ComponentChildren }): VNode {
  return (
    <span class="badge" data-tone={props.look.tone} {...(props.plain ? { 'data-plain': '' } : {})}>
      <Icon name={props.look.icon} size={14} />
      {props.children}
    </span>
  );
}

/** A titled surface; `aside` stands at the right of the title. */
export function Card(props: {
  title: string;
  icon?: IconName;
  aside?: ComponentChildren;
  class?: string;
  children: ComponentChildren;
}): VNode {
  return (
    <section class={`card ${props.class ?? ''}`} aria-label={props.title}>
      <div class="card-head">
        <h2>{props.title}</h2>
        {props.aside === undefined ? null : <div class="aside">{props.aside}</div>}
      </div>
      {props.children}
    </section>
  );
}

/** One figure with its name and a line of context. */
export function Stat(props: {
  label: string;
  value: ComponentChildren;
  unit?: ComponentChildren;
  note?: ComponentChildren;
  swatch?: string;
}): VNode {
  return (
    <div class="stat">
      <span class="stat-label">
        {props.swatch ? <Swatch colour={props.swatch} /> : null}
        {props.label}
      </span>
      <span class="stat-value">
        {props.value}
        {props.unit === undefined ? null : <small>{props.unit}</small>}
      </span>
      <span class="stat-note">{props.note}</span>
    </div>
  );
}

export function Swatch({ colour }: { colour: string }): VNode {
  return <span class="swatch" style={{ '--swatch': colour }} aria-hidden="true" />;
}

export function Notice(props: {
  tone: Tone;
  icon: IconName;
  title: ComponentChildren;
  role?: 'alert' | 'status';
  actions?: ComponentChildren;
  children?: ComponentChildren;
}): VNode {
  return (
    <div class="notice" data-tone={props.tone} {...(props.role ? { role: props.role } : {})}>
      <Icon name={props.icon} size={20} />
      <div class="notice-text">
        <p>
          <strong>{props.title}</strong>
        </p>
        {props.children === undefined ? null : <div class="sub">{props.children}</div>}
      </div>
      {props.actions}
    </div>
  );
}

/** `part` of `whole`; the words stand beside it. */
export function Progress(props: { part: number; whole: number; label: string }): VNode {
  const percent = props.whole > 0 ? Math.min(100, (100 * props.part) / props.whole) : 0;
  return (
    <span
      class="progress"
      role="progressbar"
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(percent)}
    >
      <span style={{ width: `${percent}%` }} />
    </span>
  );
}
