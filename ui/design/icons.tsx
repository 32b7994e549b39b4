/**
 * The page's own icons: 20 × 20, strokes of 1.6, round ends. Decorative; the word stands beside them.
 * @module
 */
import type { VNode } from 'preact';

const PATHS = {
  alert: 'M10 3.2 18 16.8H2z M10 8v4 M10 14.4v.1',
  arrowLeft: 'M12.5 4.5 7 10l5.5 5.5',
  arrowRight: 'M7.5 4.5 13 10l-5.5 5.5',
  ban: 'M10 17.2a7.2 7.2 0 1 0 0-14.4 7.2 7.2 0 0 0 0 14.4z M5 5l10 10',
  bars: 'M3 17h14 M5.5 14V9.5 M10 14V4 M14.5 14V7',
  calendar: 'M3.5 5.5h13v11h-13z M3.5 9h13 M7 3v3.5 M13 3v3.5',
  check: 'M10 17.2a7.2 7.2 0 1 0 0-14.4 7.2 7.2 0 0 0 0 14.4z M6.8 10.2l2.2 2.3 4.3-4.8',
  clock: 'M10 17.2a7.2 7.2 0 1 0 0-14.4 7.2 7.2 0 0 0 0 14.4z M10 6v4.2l2.8 1.7',
  close: 'M5 5l10 10 M15 5 5 15',
  download: 'M10 3v9 M6.2 8.6 10 12.4l3.8-3.8 M3.5 16.5h13',
  file: 'M5 2.8h6.5L15.5 7v10.2H5z M11.2 3v4.2h4.2',
  gauge: 'M3.6 14.5a7.2 7.2 0 1 1 12.8 0 M10 11.5l3-4',
  hangUp: 'M2.8 12.2c4.2-4.2 10.2-4.2 14.4 0l-1.9 2.2-3-1.4v-2.1a8 8 0 0 0-4.6 0V13l-3 1.4z',
  headphones: 'M3.5 14v-3.5a6.5 6.5 0 0 1 13 0V14 M3.5 11.5h2.7v5H4.6l-1.1-1z M16.5 11.5h-2.7v5h1.6l1.1-1z',
  help: 'M10 17.2a7.2 7.2 0 1 0 0-14.4 7.2 7.2 0 0 0 0 14.4z M7.9 8a2.1 2.1 0 1 1 3.1 1.9c-.7.4-1 .8-1 1.6 M10 14v.1',
  hourglass: 'M5.5 3h9 M5.5 17h9 M6.5 3v3L10 10l3.5-4V3 M6.5 17v-3l3.5-4 3.5 4v3',
  key: 'M8 3.5 6.5 16.5 M13.5 3.5 12 16.5 M4 7.5h12.5 M3.5 12.5H16',
  list: 'M7 5h10 M7 10h10 M7 15h10 M3.2 5v.1 M3.2 10v.1 M3.2 15v.1',
  logOut: 'M8 3.5H3.5v13H8 M12.5 6l4 4-4 4 M16.2 10H7.5',
  megaphone: 'M3 8v4h2.5L14 16V4L5.5 8z M6.5 12.4l1 4.1h2 M16.8 8.4v3.2',
  minus: 'M10 17.2a7.2 7.2 0 1 0 0-14.4 7.2 7.2 0 0 0 0 14.4z M6.8 10h6.4',
  moon: 'M16.6 11.8A7 7 0 1 1 8.2 3.4a5.6 5.6 0 0 0 8.4 8.4z',
  pause: 'M6.5 4.5v11 M13.5 4.5v11',
  phone:
    'M4.2 3h3.2l1.5 3.8-1.9 1.3a9.6 9.6 0 0 0 4.9 4.9l1.3-1.9L17 12.6v3.2c0 .7-.6 1.2-1.2 1.2A12.8 12.8 0 0 1 3 4.2C3 3.6 3.5 3 4.2 3z',
  phoneOff:
    'M13 3.5 17 7.5 M17 3.5 13 7.5 M4.2 3h3.2l1.5 3.8-1.9 1.3a9.6 9.6 0 0 0 4.9 4.9l1.3-1.9L17 12.6v3.2c0 .7-.6 1.2-1.2 1.2A12.8 12.8 0 0 1 3 4.2C3 3.6 3.5 3 4.2 3z',
  play: 'M6 3.8 15.5 10 6 16.2z',
  printer: 'M6 7V3h8v4 M6 14H3.5V7h13v7H14 M6 11.5h8V17H6z',
  refresh: 'M16 6.5A7 7 0 1 0 17 10.5 M16.5 3v4h-4',
  ring: 'M5 13.5c1-1 1-2.5 1-4.5a4 4 0 0 1 8 0c0 2 0 3.5 1 4.5z M8.5 16.5h3',
  robot: 'M4 7.5h12v8.5H4z M10 4v3.5 M10 3.6v.1 M7.5 11v.6 M12.5 11v.6 M8 14h4 M2.2 10.5v2.5 M17.8 10.5v2.5',
  search: 'M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11z M13.2 13.2 17 17',
  skipBack: 'M4 10a6 6 0 1 0 2-4.5 M5.7 2.6v3.2h3.2',
  skipForward: 'M16 10a6 6 0 1 1-2-4.5 M14.3 2.6v3.2h-3.2',
  sun: 'M10 13.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z M10 2.5v1.6 M10 15.9v1.6 M2.5 10h1.6 M15.9 10h1.6 M4.7 4.7l1.1 1.1 M14.2 14.2l1.1 1.1 M15.3 4.7l-1.1 1.1 M5.8 14.2l-1.1 1.1',
  system: 'M3 4h14v9.5H3z M7.5 17h5 M10 13.5V17',
  trunk: 'M3 6.5h14v7H3z M6 10v.1 M9 10v.1 M12.5 10h2 M6 13.5V16 M14 13.5V16 M10 3.5v3',
  users:
    'M8 9.8a3 3 0 1 0 0-6 3 3 0 0 0 0 6z M2.5 16.5c.4-3 2.7-4.5 5.5-4.5s5.1 1.5 5.5 4.5 M13 4.2a3 3 0 0 1 0 5.3 M15 12.3c1.5.7 2.3 2.2 2.5 4.2',
  voicemail: 'M6 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6z M14 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6z M6 13h8',
  volume: 'M3.5 8v4h2.7L10 15V5L6.2 8z M13 7.5a3.6 3.6 0 0 1 0 5 M15.2 5.3a6.7 6.7 0 0 1 0 9.4',
  wave: 'M3 10v.1 M6 7v6 M9 4v12 M12 7.5v5 M15 5.5v9 M17.8 9.5v1',
  x: 'M10 17.2a7.2 7.2 0 1 0 0-14.4 7.2 7.2 0 0 0 0 14.4z M7.3 7.3l5.4 5.4 M12.7 7.3l-5.4 5.4',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }): VNode {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
