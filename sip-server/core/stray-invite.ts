import { buildRequest, listOf, MAX_FORWARDS } from '../message/build.ts';
import { dialogIdOf } from '../message/ids.ts';
import { parseNameAddr } from '../message/name-addr.ts';
import type { ReceivedResponse } from '../transaction/received.ts';
import type { Core } from './core.ts';
import { buildDialogRequest, contactUri } from './dialog.ts';
import { endDialog } from './end-dialog.ts';
import { reachPeer } from './reach-peer.ts';
import { uacDialog } from './uac-dialog.ts';

/**
 * A response to an INVITE that nobody here remembers: sent by this server before it was killed, or long answered by another fork. Somebody is being rung, or
 * has picked up and hears nothing. So what rings is cancelled (RFC 3261 §9.1), a failure gets its ACK (§17.1.1.3), an answer
 * gets its ACK (§13.2.2.4) and then a BYE. Only a branch that we have signed counts: nobody else can make the server send
 * anything by this.
 */
export function endStrayInvite(core: Core, response: ReceivedResponse): void {
  const { envelope, status } = response;
  if (envelope.method !== 'INVITE' || !core.branches.isOwn(envelope.via.branch)) return;
  if (status < 200) sendAlong(response, 'CANCEL', withoutParams(envelope.to));
  else if (status >= 300) sendAlong(response, 'ACK', envelope.to);
  else endStrayAnswer(core, response);
}

/** A request of the INVITE's own transaction, with its Via. The INVITE is gone; its To names whom it called. */
function sendAlong(response: ReceivedResponse, method: 'CANCEL' | 'ACK', to: string): void {
  const { envelope, flow } = response;
  const uri = parseNameAddr(envelope.to)?.uri;
  if (uri === undefined) return;
  const request = buildRequest(
    method,
    uri,
    [
      ['Via', envelope.via.value],
      ['Max-Forwards', String(MAX_FORWARDS)],
      ['From', envelope.from],
      ['To', to],
      ['Call-ID', envelope.callId],
      ['CSeq', `${envelope.seq} ${method}`],
    ],
    '',
  );
  flow.send(Buffer.from(request.raw, 'latin1'));
}

/** The To of the INVITE itself had no tag yet. */
function withoutParams(to: string): string {
  return `<${parseNameAddr(to)?.uri ?? ''}>`;
}

function endStrayAnswer(core: Core, response: ReceivedResponse): void {
  const { envelope } = response;
  const uri = contactUri(listOf(response, 'contact'));
  if (uri === undefined) return;
  const inDialog = core.dialogs.get('uac', dialogIdOf(envelope.callId, envelope.fromTag));
  const known = inDialog?.remoteTag === envelope.toTag ? inDialog : undefined;
  const dialog = known ?? uacDialog({ envelope, uri, contact: '' }, response, undefined);
  reachPeer(core, dialog, (way) => {
    const branch = core.branches.next();
    const shape = { method: 'ACK', seq: envelope.seq, branch, local: way.local, fields: [], body: '' };
    way.send(Buffer.from(buildDialogRequest(dialog, shape).raw, 'latin1'));
    // The same 2xx again: our ACK was lost, the BYE is on its way.
    if (known) return;
    dialog.state = 'confirmed';
    // Another fork's call goes on under the same id.
    if (!inDialog) core.dialogs.add(dialog);
    endDialog(core, dialog, 'answer to an INVITE that is over');
  });
}
