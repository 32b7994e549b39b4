/**
 * How states of imports and contacts look. Colour never speaks alone.
 * @module
 */
import type { ImportView } from '../../../contracts/http/lists.ts';
import type { ContactRow } from '../../../contracts/http/contacts.ts';
import type { Look } from '../../design/tone.ts';

export const IMPORT_LOOKS: Readonly<Record<ImportView['state'], Look>> = {
  open: { tone: 'info', icon: 'hourglass' },
  done: { tone: 'positive', icon: 'check' },
  cancelled: { tone: 'warning', icon: 'minus' },
  undone: { tone: 'neutral', icon: 'skipBack' },
};

export const CONTACT_LOOKS: Readonly<Record<ContactRow['state'], Look>> = {
  open: { tone: 'positive', icon: 'phone' },
  closed: { tone: 'neutral', icon: 'minus' },
  withdrawn: { tone: 'neutral', icon: 'skipBack' },
};
