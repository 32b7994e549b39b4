/**
 * What a CSS colour is now, for canvas. Custom properties with `light-dark()` only become a colour when used.
 * @module
 */

export function cssColour(css: string): string {
  const probe = document.createElement('span');
  probe.style.color = css;
  probe.hidden = true;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
