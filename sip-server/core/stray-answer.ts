import { listOf } from '../message/build.ts';
import { dialogIdOf } from '../message/ids.ts';
import type { ReceivedResponse } from '../transaction/received.ts';
import type { Core } from './core.ts';
import { buildDialogRequest, contactUri, Dialog } from './dialog.ts';
import { endDialog } from './end-dialog.ts';
import { reachPeer } from './reach-peer.ts';

/**
 * A 2xx to an INVITE that nobody here remembers: sent by this server before it was killed. Somebody has picked up and
 * hears nothing, so the answer gets its ACK (RFC 3261 §13.2.2.4) and then a BYE. Only a branch that we have signed counts:
 * nobody else can make the server send anything by this.
 */
export function endStrayAnswer(core: Core, response: ReceivedResponse): void {
  const { envelope, flow, status } = response;
  if (status < 200 || status > 299 || envelope.method !== 'INVITE') return;
  if (!core.branches.isOwn(envelope.via.branch)) return;
  const remoteTarget = contactUri(listOf(response, 'contact'));
  if (remoteTarget === undefined) return;
  const id = dialogIdOf(envelope.callId, envelope.fromTag);
  const known = core.dialogs.get('uac', id);
  const dialog =
    known ??
    new Dialog({
      id,
      callId: envelope.callId,
      role: 'uac',
      localTag: envelope.fromTag,
      localParty: envelope.from,
      remoteTag: envelope.toTag ?? '',
      remoteParty: envelope.to,
      localSeq: envelope.seq,
      remoteSeq: 0,
      remoteTarget,
      routeSet: listOf(response, 'record-route').toReversed(),
      contact: '',
      flow,
      owner: undefined,
    });
  reachPeer(core, dialog, (way) => {
    const branch = core.branches.next();
    const shape = { method: 'ACK', seq: envelope.seq, branch, local: way.local, fields: [], body: '' };
    way.send(Buffer.from(buildDialogRequest(dialog, shape).raw, 'latin1'));
    // The same 2xx again: our ACK was lost, the BYE is on its way.
    if (known) return;
    dialog.state = 'confirmed';
    core.dialogs.add(dialog);
    endDialog(core, dialog, 'answer to an INVITE of an earlier run');
  });
}
