import { listOf } from '../message/build.ts';
import type { Envelope } from '../message/envelope.ts';
import { dialogIdOf } from '../message/ids.ts';
import type { ReceivedResponse } from '../transaction/received.ts';
import type { AppConnection } from '../wire/app-connection.ts';
import { contactUri, Dialog } from './dialog.ts';

/** Our INVITE, as far as its dialogs are made of it. */
export interface SentInvite {
  readonly envelope: Envelope;
  readonly uri: string;
  readonly contact: string;
}

/** The dialog that an answer to our INVITE begins (RFC 3261 §12.1.2). */
export function uacDialog(
  { envelope, uri, contact }: SentInvite,
  response: ReceivedResponse,
  owner: AppConnection | undefined,
): Dialog {
  const { callId, from, fromTag, seq } = envelope;
  const dialog = new Dialog({
    id: dialogIdOf(callId, fromTag),
    callId,
    role: 'uac',
    localTag: fromTag,
    localParty: from,
    remoteTag: response.envelope.toTag ?? '',
    remoteParty: response.envelope.to,
    localSeq: seq,
    remoteSeq: 0,
    remoteTarget: uri,
    routeSet: [],
    contact,
    flow: response.flow,
    owner,
  });
  learnFrom(dialog, response, { isNew: true });
  return dialog;
}

/** Remote target and, while the dialog is new, remote tag and route set (§12.2.1.2, §13.2.2.4). */
export function learnFrom(dialog: Dialog, response: ReceivedResponse, { isNew }: { isNew: boolean }): void {
  const target = contactUri(listOf(response, 'contact'));
  if (target !== undefined) dialog.remoteTarget = target;
  dialog.flow = response.flow;
  if (!isNew) return;
  dialog.remoteTag = response.envelope.toTag ?? '';
  dialog.remoteParty = response.envelope.to;
  dialog.routeSet = listOf(response, 'record-route').toReversed();
}
