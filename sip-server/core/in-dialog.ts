import { listOf, type Field } from '../message/build.ts';
import { newId } from '../message/ids.ts';
import type { SipRequest, SipResponse } from '../message/types.ts';
import { lastHeaderOf } from '../message/types.ts';
import type { Contact, Flow } from '../transport/flow.ts';
import type { AppConnection } from '../wire/app-connection.ts';
import type { SipCommand } from '../wire/commands.ts';
import { refusal, requestSent } from '../wire/reports.ts';
import { contactValue, contentTypeFields, otherFields } from './app-fields.ts';
import type { Core } from './core.ts';
import { buildDialogRequest, contactUri, type Dialog } from './dialog.ts';
import { OutboundInvite } from './outbound-invite.ts';
import { rackOf } from './rack.ts';
import { reachPeer } from './reach-peer.ts';
import { sendPlain } from './send-plain.ts';
import { armSessionTimer } from './session-timer.ts';

/** drachtio-srf's request URI when it leaves the target to the server. */
const PLACEHOLDER = 'sip:placeholder';
/** Requests that carry a Contact inside a dialog (RFC 3261 §12.2, RFC 3311, RFC 6665). */
const CONTACT_METHODS = ['INVITE', 'UPDATE', 'SUBSCRIBE', 'NOTIFY', 'REFER'];

/** Sends an application's request inside a dialog; any application may name any dialog. */
export function sendInDialog(
  core: Core,
  app: AppConnection,
  command: SipCommand,
  message: SipRequest,
  dialog: Dialog,
): void {
  const nok = (text: string) => app.send(refusal(command.id, 'NOK', text));
  const contentType = contentTypeFields(message);
  if (contentType === 'missing') return nok('missing content-type');
  const { method } = message;
  if (method === 'ACK') return acknowledge(app, command, message, dialog, contentType);
  const reInvites = method === 'INVITE';
  if (reInvites && (dialog.inviteOut || dialog.unacked || dialog.inviteIn?.waiting))
    return nok('Server error: another INVITE of this dialog is in progress');
  const offersUpdate = method === 'UPDATE' && message.body !== '';
  if (offersUpdate && (dialog.updating || (dialog.state === 'confirmed' && dialog.inviteOut)))
    return nok('Server error: another offer of this dialog is in progress');
  if (offersUpdate) dialog.updating = 'ours';
  if (method === 'BYE' && dialog.state === 'terminating')
    return nok('Server error: unable to find dialog for dialog id provided');
  // A peer that never got its ACK would go on repeating its 2xx: acknowledge before leaving (RFC 3261 §15).
  if (method === 'BYE') dialog.unacked?.acknowledge(dialog, [], '');
  if (method === 'BYE') dialog.state = 'terminating';
  const leg = (method === 'PRACK' && dialog.inviteOut?.takeReliable(rackOf(message)?.rseq ?? 0)) || dialog;
  // drachtio-srf writes the URI of the INVITE into its PRACK; the Contact of the response is where it belongs.
  const isTarget = message.uri === PLACEHOLDER || method === 'PRACK';
  reachPeer(core, leg, (flow) => {
    const branch = core.branches.next();
    const { local } = flow;
    const request = buildDialogRequest(leg, {
      method,
      seq: ++leg.localSeq,
      branch,
      local,
      ...(isTarget ? {} : { uri: message.uri }),
      fields: [...contactFields(message, dialog, local), ...otherFields(message, local), ...contentType],
      body: message.body,
    });
    const invite = reInvites ? new OutboundInvite({ core, request, branch, local, app, dialog }) : undefined;
    const txnId = invite?.txnId ?? newId();
    app.send(requestSent(command.id, local, txnId, request.raw));
    if (invite) return invite.start(flow);
    const onFinal = (response: SipResponse) => {
      if (offersUpdate) dialog.updating = undefined;
      if (offersUpdate && response.status < 300) dialog.localSdp = message.body;
      settle(core, dialog, method, response);
    };
    sendPlain(core, app, { request, branch, txnId, dialogId: dialog.id }, flow, onFinal);
  });
}

function acknowledge(
  app: AppConnection,
  command: SipCommand,
  message: SipRequest,
  dialog: Dialog,
  contentType: readonly Field[],
): void {
  if (!dialog.unacked)
    return app.send(refusal(command.id, 'NOK', 'Server error: no 2xx is waiting for an ACK'));
  const fields = [...otherFields(message, dialog.flow.local), ...contentType];
  dialog.unacked.acknowledge(dialog, fields, message.body, (ack: SipRequest, flow: Flow) => {
    app.send(requestSent(command.id, flow.local, newId(), ack.raw));
  });
}

function contactFields(message: SipRequest, dialog: Dialog, local: Contact): Field[] {
  const given = lastHeaderOf(message, 'contact') !== undefined;
  if (given) return [['Contact', contactValue(message, local)]];
  return CONTACT_METHODS.includes(message.method) ? [['Contact', dialog.contact]] : [];
}

/** What the final answer means for the dialog. */
function settle(core: Core, dialog: Dialog, method: string, response: SipResponse): void {
  if (method === 'UPDATE' && response.status < 300) {
    dialog.remoteTarget = contactUri(listOf(response, 'contact')) ?? dialog.remoteTarget;
    armSessionTimer(core, dialog, response, 'uac');
  }
  if (method !== 'BYE') return;
  if (response.status !== 401 && response.status !== 407) return core.dialogs.remove(dialog);
  // Challenged: the application may try again with credentials, for as long as a transaction lasts.
  dialog.state = 'confirmed';
  core.scheduler.after(core.timers.giveUpMs, () => core.dialogs.remove(dialog));
}
