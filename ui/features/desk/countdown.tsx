/**
 * Time that runs out: a bar and the seconds in words; the clock is the server's.
 * @module
 */
import type { VNode } from 'preact';
import { useApp } from '../../app-context.ts';

const URGENT_SECONDS = 10;

export function Countdown(props: { from: number; until: number; label: (seconds: number) => string }): VNode {
  const { clock } = useApp();
  const left = Math.max(0, props.until - clock.tick.value);
  const whole = Math.max(1, props.until - props.from);
  const seconds = Math.ceil(left / 1000);
  return (
    <div class="countdown" data-urgent={seconds <= URGENT_SECONDS}>
      <span class="countdown-bar" aria-hidden="true">
        <span style={{ width: `${Math.min(100, (100 * left) / whole)}%` }} />
      </span>
      <span class="countdown-text">{props.label(seconds)}</span>
    </div>
  );
}
