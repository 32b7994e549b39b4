import type { Field } from '../message/build.ts';
import type { Core } from './core.ts';
import { buildDialogRequest, type Dialog } from './dialog.ts';
import { endDialog } from './end-dialog.ts';
import { OutboundInvite } from './outbound-invite.ts';
import { reachPeer } from './reach-peer.ts';

/** A refused refresh (491, 500) is tried again after this (RFC 3261 §14.1). */
const RETRY_MS = 3_000;

/** A dialog without an application is not kept alive: its timer runs out. */
export function refreshSession(core: Core, dialog: Dialog, seconds: number): void {
  if (dialog.state !== 'confirmed' || dialog.orphaned) return;
  const retry = () => core.scheduler.after(RETRY_MS, () => refreshSession(core, dialog, seconds));
  if (dialog.inviteOut || dialog.unacked || dialog.inviteIn?.waiting) {
    retry();
    return;
  }
  const fields: Field[] = [
    ['Contact', dialog.contact],
    ['Supported', 'timer'],
    ['Session-Expires', `${seconds};refresher=uac`],
    ...(dialog.localSdp === '' ? [] : [['Content-Type', 'application/sdp'] as const]),
  ];
  reachPeer(core, dialog, (flow) => {
    const branch = core.branches.next();
    const shape = { method: 'INVITE', seq: ++dialog.localSeq, branch, local: flow.local };
    const request = buildDialogRequest(dialog, { ...shape, fields, body: dialog.localSdp });
    const onFinal = ({ status }: { status: number }) => {
      if (status === 481 || status === 408) endDialog(core, dialog, 'session expired');
      else if (status === 491 || status === 500) retry();
    };
    new OutboundInvite({ core, request, branch, local: flow.local, dialog, onFinal }).start(flow);
  });
}
