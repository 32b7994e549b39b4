/**
 * A text field with suggestions, found without diacritics (ARIA combobox, list). Arrows choose, Enter takes, Escape closes.
 * @module
 */
import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { foldName } from '../../../domain/counties.ro.ts';

const MOST = 8;

export function Suggest(props: {
  id: string;
  value: string;
  options: readonly string[];
  invalid: boolean;
  describedBy: string | undefined;
  disabled: boolean;
  onInput: (value: string) => void;
  /** When the field is left: a chance to complete what was typed. */
  onLeave?: () => void;
}): VNode {
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const box = useRef<HTMLDivElement>(null);
  const found = open ? suggestions(props.options, props.value) : [];
  const listId = `${props.id}-list`;

  const take = (option: string): void => {
    props.onInput(option);
    setOpen(false);
    setActive(-1);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive((now) => Math.max(0, Math.min(now + step, found.length - 1)));
      return;
    }
    const chosen = found[active];
    if (event.key === 'Enter' && !event.ctrlKey && chosen !== undefined) {
      event.preventDefault();
      take(chosen);
    } else if (event.key === 'Escape' && open) {
      event.stopPropagation();
      setOpen(false);
    }
  };
  return (
    <div class="suggest" ref={box}>
      <input
        id={props.id}
        class="input"
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        {...(found[active] === undefined ? {} : { 'aria-activedescendant': `${listId}-${active}` })}
        aria-invalid={props.invalid}
        aria-describedby={props.describedBy}
        autocomplete="off"
        value={props.value}
        disabled={props.disabled}
        onKeyDown={onKeyDown}
        onInput={(event) => {
          setOpen(true);
          setActive(-1);
          props.onInput(event.currentTarget.value);
        }}
        onBlur={() => {
          setOpen(false);
          props.onLeave?.();
        }}
      />
      <ul id={listId} role="listbox" class="suggest-list" hidden={found.length === 0}>
        {found.map((option, index) => (
          <li
            key={option}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === active}
            // Before the field loses its focus, which would close the list.
            onPointerDown={(event) => {
              event.preventDefault();
              take(option);
            }}
          >
            {option}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Beginnings first, then beginnings of later words; nothing for an empty text or for an option typed in full. */
export function suggestions(options: readonly string[], typed: string): string[] {
  const text = foldName(typed);
  if (text === '' || options.includes(typed)) return [];
  const starts = options.filter((option) => foldName(option).startsWith(text));
  const later = options.filter((option) => foldName(option).includes(` ${text}`));
  return [...new Set([...starts, ...later])].slice(0, MOST);
}
