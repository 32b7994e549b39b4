/**
 * The first screens: where each is, what its main control is, and by what one sees that the page answers.
 * @module
 */

export const SCREENS = [
  {
    name: 'login',
    path: '/',
    role: null,
    control: 'form button[type=submit]',
    press: '.password-eye',
    answered: 'input[name=password][type=text]',
  },
  {
    name: 'campaigns',
    path: '/campanii',
    role: 'supervisor',
    control: '.campaign h2 a',
    press: '.side-tools .nav-tool',
    answered: 'html[data-theme]',
  },
  {
    name: 'report',
    path: '/rapoarte/zilnic',
    role: 'supervisor',
    control: '.report tbody a',
    press: '.side-tools .nav-tool',
    answered: 'html[data-theme]',
  },
  {
    name: 'desk',
    path: '/desk',
    role: 'agent',
    control: '.log-on-go',
    press: '.mode-card:last-child input',
    answered: '.mode-card:last-child[data-on=true]',
  },
  {
    // In the middle of a shift, as after F5: with microphone, sip.js, and the phone registered.
    name: 'deskOnShift',
    path: '/desk',
    role: 'agent-on-shift',
    control: '.idle[data-state=available] .idle-go',
    press: '#desk-tab-recent',
    answered: '#desk-tab-recent[aria-selected=true]',
  },
] as const satisfies readonly ScreenOf[];

interface ScreenOf {
  name: string;
  path: string;
  role: 'supervisor' | 'agent' | 'agent-on-shift' | null;
  /** What the person came for: rendered and not disabled. */
  control: string;
  /** Clicked as soon as the control is there; harmless. */
  press: string;
  /** There when the click was answered. */
  answered: string;
}

export type ScreenName = (typeof SCREENS)[number]['name'];
export interface Screen extends ScreenOf {
  name: ScreenName;
}
