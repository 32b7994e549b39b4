/**
 * @module
 */

/**
 * A `ref` for what is chosen in a row that scrolls sideways: on a phone it may be beyond the edge. The page itself does not move.
 */
export function intoSight(chosen: HTMLElement | null): void {
  const row = chosen?.parentElement;
  if (chosen && row)
    row.scrollLeft = chosen.offsetLeft - row.offsetLeft - (row.clientWidth - chosen.offsetWidth) / 2;
}
