import type { Field } from '../message/build.ts';
import { sipReport } from '../wire/reports.ts';
import type { Core } from './core.ts';
import { buildDialogRequest, type Dialog } from './dialog.ts';
import { reachPeer } from './reach-peer.ts';

/** Ends a dialog on the server's own account with a BYE, and tells its application (`unsolicited`) if it is there. */
export function endDialog(core: Core, dialog: Dialog, why: string): void {
  if (dialog.state === 'terminating' || dialog.state === 'terminated') return;
  dialog.state = 'terminating';
  dialog.sessionTimer?.cancel();
  reachPeer(core, dialog, (flow) => {
    const branch = core.branches.next();
    const reason: Field = ['Reason', `SIP;cause=408;text="${why}"`];
    const options = { method: 'BYE', seq: ++dialog.localSeq, branch, local: flow.local, body: '' };
    const bye = buildDialogRequest(dialog, { ...options, fields: [reason] });
    const gone = () => core.dialogs.remove(dialog);
    core.transactions.startClient(bye, branch, flow, {
      onResponse: (response) => {
        if (response.status >= 200) gone();
      },
      onTimeout: gone,
      onTransportError: gone,
      onTerminated: gone,
    });
    const meta = { protocol: flow.protocol, address: flow.remoteAddress, port: flow.remotePort };
    const { id: dialogId, owner } = dialog;
    owner?.send(sipReport({ source: 'application', meta, txnId: 'unsolicited', dialogId, raw: bye.raw }));
  });
}
