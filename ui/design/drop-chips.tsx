/**
 * What is asked for without a field of its own: each can be let go.
 * @module
 */
import type { VNode } from 'preact';
import { Icon } from './icons.tsx';
import './drop-chips.css';

export function DropChips(props: {
  label: string;
  chips: readonly { words: string; dropLabel: string; onDrop: () => void }[];
}): VNode | null {
  if (props.chips.length === 0) return null;
  return (
    <ul class="chips drop-chips" aria-label={props.label}>
      {props.chips.map(({ words, dropLabel, onDrop }) => (
        <li class="badge" key={words}>
          {words}
          <button type="button" class="no-print" aria-label={dropLabel} onClick={onDrop}>
            <Icon name="close" size={12} />
          </button>
        </li>
      ))}
    </ul>
  );
}
