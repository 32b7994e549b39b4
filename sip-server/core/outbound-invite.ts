import { cancelOf, listOf, syntheticResponse, type Field } from '../message/build.ts';
import { readEnvelope } from '../message/envelope.ts';
import { dialogIdOf, newId } from '../message/ids.ts';
import { withLongNames } from '../message/parse.ts';
import type { SipRequest } from '../message/types.ts';
import { headerOf } from '../message/types.ts';
import type { ClientTransaction } from '../transaction/layer.ts';
import type { ReceivedResponse } from '../transaction/received.ts';
import { unreachable, type Contact, type Flow, type Unreachable } from '../transport/flow.ts';
import type { AppConnection, Owned } from '../wire/app-connection.ts';
import { sipReport, type Meta } from '../wire/reports.ts';
import type { Cancellable, Core } from './core.ts';
import { buildDialogRequest, contactUri, type Dialog, type OutgoingOffer } from './dialog.ts';
import { EarlyLegs } from './early-legs.ts';
import { reachPeer } from './reach-peer.ts';
import { endDialog } from './end-dialog.ts';
import { armSessionTimer } from './session-timer.ts';
import { learnFrom, uacDialog, type SentInvite } from './uac-dialog.ts';

export interface OutboundInviteOptions {
  readonly core: Core;
  readonly request: SipRequest;
  readonly branch: string;
  /** Transport it leaves by. */
  readonly local: Contact;
  /** Undefined for a refresh of the server's own. */
  readonly app?: AppConnection;
  /** For a re-INVITE. */
  readonly dialog?: Dialog;
  /** Hears the final answer of a refresh of the server's own. */
  readonly onFinal?: (response: ReceivedResponse) => void;
}

/**
 * An INVITE of ours, from its sending until its last 2xx has been acknowledged (RFC 3261 §13.2, §9.1).
 *
 * - CANCEL waits for the first provisional response; a 2xx that crosses it goes to the application.
 * - When the application goes away: pending is cancelled; a 2xx, then or later, gets ACK and BYE from here.
 * - A repeated 2xx is acknowledged again; a 2xx of another fork gets ACK and BYE.
 */
export class OutboundInvite implements Owned, Cancellable, OutgoingOffer {
  readonly txnId = newId();
  readonly dialogId: string;
  readonly seq: number;
  readonly #options: Omit<OutboundInviteOptions, 'request'>;
  readonly #sent: SentInvite;
  readonly #legs = new EarlyLegs();
  #flow: Flow | undefined;
  #transaction: ClientTransaction | undefined;
  #proceeding = false;
  #cancel: 'no' | 'held' | 'sent' = 'no';
  #final = false;
  #orphaned = false;
  /** False when the 2xx had no usable Contact: such a dialog cannot live. */
  #callable = true;
  #dialog: Dialog | undefined;
  /** Undefined once it was answered: whoever waits for further answers must not hold the whole message. */
  #request: SipRequest | undefined;
  /** By remote tag, as text: a Buffer would hold its whole slab. */
  readonly #acks = new Map<string, { raw: string; flow: Flow }>();

  constructor({ request, ...options }: OutboundInviteOptions) {
    const read = readEnvelope(request);
    if (!read.ok) throw new Error(`own INVITE is malformed: ${read.problem}`);
    this.#options = options;
    this.#request = request;
    const contact = headerOf(request, 'contact') ?? '';
    this.#sent = { envelope: read.envelope, uri: request.uri, contact };
    this.#dialog = options.dialog;
    this.seq = read.envelope.seq;
    this.dialogId = options.dialog?.id ?? dialogIdOf(read.envelope.callId, read.envelope.fromTag);
    options.core.outbound.set(this.txnId, this);
    options.app?.owned.add(this);
    if (options.dialog) options.dialog.inviteOut = this;
  }

  /** Our own end of it. */
  get meta(): Meta {
    return this.#options.local;
  }

  /** Sends it. A problem instead of a flow (unknown host, browser gone) ends it with that one's status. */
  start(target: Flow | Unreachable): void {
    if (this.#final) return;
    if ('problem' in target) return this.#failLocally(target.status, target.problem);
    if (this.#cancel !== 'no') return this.#failLocally(487, 'cancelled before it was sent');
    const { core, branch } = this.#options;
    this.#flow = target;
    this.#transaction = core.transactions.startClient(this.#unanswered(), branch, target, {
      onResponse: (response) => this.#receive(response),
      onTimeout: () => this.#failLocally(408, 'no answer'),
      onTransportError: () => {
        const { status, problem } = unreachable(target);
        this.#failLocally(status, problem);
      },
    });
  }

  /** Asks the peer to give up; returns the CANCEL, sent now or after the first provisional response. */
  cancel(): SipRequest {
    const cancel = cancelOf(this.#unanswered());
    if (this.#cancel === 'no') this.#cancel = 'held';
    if (this.#proceeding) this.#sendCancel();
    return cancel;
  }

  takeReliable(rseq: number): Dialog | undefined {
    return this.#legs.takeReliable(rseq);
  }

  onAppGone(): void {
    this.#orphaned = true;
    if (!this.#final) this.cancel();
    else if (this.#dialog?.unacked === this) this.#acknowledgeForApp(this.#dialog);
  }

  /** Acknowledges the 2xx of this INVITE; `done` gets the ACK as it left. */
  acknowledge(
    dialog: Dialog,
    fields: readonly Field[],
    body: string,
    done?: (ack: SipRequest, flow: Flow) => void,
  ) {
    const { core, app } = this.#options;
    const tag = dialog.remoteTag;
    if (dialog.unacked === this) dialog.unacked = undefined;
    app?.owned.delete(this);
    reachPeer(core, dialog, (flow) => {
      const branch = core.branches.next();
      const shape = { method: 'ACK', seq: this.seq, branch, local: flow.local };
      const ack = buildDialogRequest(dialog, { ...shape, fields, body });
      this.#acks.set(tag, { raw: ack.raw, flow });
      flow.send(Buffer.from(ack.raw, 'latin1'));
      done?.(ack, flow);
      if (!this.#callable) endDialog(core, dialog, 'no Contact in the 2xx');
    });
  }

  #receive(response: ReceivedResponse): void {
    if (response.status < 200) this.#receiveProvisional(response);
    else if (response.status < 300) this.#receiveSuccess(response);
    else this.#receiveFailure(response);
  }

  #receiveProvisional(response: ReceivedResponse): void {
    this.#proceeding = true;
    if (this.#cancel === 'held') this.#sendCancel();
    if (response.status > 100 && this.#isRepeated(response)) return;
    this.#deliver(response);
  }

  /** Joins its fork's early dialog; true for a reliable response that the application has been shown (RFC 3262 §4). */
  #isRepeated(response: ReceivedResponse): boolean {
    const { core, app, dialog } = this.#options;
    const tag = response.envelope.toTag;
    const leg = tag && this.#legs.add(tag, () => dialog ?? uacDialog(this.#sent, response, app));
    if (!tag || !leg) return false;
    if (this.#legs.isRepeated(tag, response)) return true;
    if (dialog) return false;
    learnFrom(leg, response, { isNew: true });
    leg.inviteOut = this;
    this.#dialog = leg;
    if (!this.#orphaned) core.dialogs.add(leg);
    return false;
  }

  #receiveSuccess(response: ReceivedResponse): void {
    const tag = response.envelope.toTag ?? '';
    if (this.#final) return this.#receiveFurtherSuccess(response, tag);
    const sent = this.#request?.body;
    this.#settle();
    const { core, app } = this.#options;
    const answered = this.#options.dialog ?? this.#legs.get(tag);
    const dialog = (this.#dialog = answered ?? uacDialog(this.#sent, response, app));
    learnFrom(dialog, response, { isNew: !this.#options.dialog });
    this.#callable =
      contactUri(listOf(response, 'contact')) !== undefined || this.#options.dialog !== undefined;
    dialog.unacked = this;
    dialog.localSdp = sent || dialog.localSdp;
    if (dialog.state === 'early') dialog.state = 'confirmed';
    if (!this.#options.dialog) core.dialogs.add(dialog);
    armSessionTimer(core, dialog, response, 'uac');
    if (this.#options.onFinal) {
      this.acknowledge(dialog, [], '');
      return this.#options.onFinal(response);
    }
    if (this.#orphaned) return this.#acknowledgeForApp(dialog);
    // A BYE has overtaken this re-INVITE; soon there will be no dialog to acknowledge it in.
    if (dialog.state === 'terminating' || dialog.state === 'terminated') this.acknowledge(dialog, [], '');
    this.#deliver(response);
  }

  /** The 2xx again (our ACK was lost, or is still to come), or that of another fork (§13.2.2.4). */
  #receiveFurtherSuccess(response: ReceivedResponse, tag: string): void {
    const known = this.#acks.get(tag);
    // The ACK may have been lost with its connection.
    if (known) return (known.flow.alive ? known.flow : response.flow).send(Buffer.from(known.raw, 'latin1'));
    if (tag === this.#dialog?.remoteTag || this.#options.dialog) return;
    const loser = uacDialog(this.#sent, response, undefined);
    // It has counted our PRACKs.
    loser.localSeq = this.#legs.get(tag)?.localSeq ?? loser.localSeq;
    loser.state = 'confirmed';
    this.acknowledge(loser, [], '');
    endDialog(this.#options.core, loser, 'another fork answered first');
  }

  #receiveFailure(response: ReceivedResponse): void {
    if (this.#final) return;
    this.#settle();
    const { core, app, dialog, onFinal } = this.#options;
    app?.owned.delete(this);
    if (!dialog && this.#dialog) core.dialogs.remove(this.#dialog);
    if (onFinal) onFinal(response);
    else this.#deliver(response);
  }

  #failLocally(status: number, why: string): void {
    if (this.#final) return;
    const response = syntheticResponse(this.#unanswered(), status, why);
    const flow = this.#flow ?? UNREACHED;
    this.#transaction?.terminate();
    this.#receiveFailure({ ...response, envelope: this.#sent.envelope, flow });
  }

  #unanswered(): SipRequest {
    if (!this.#request) throw new Error('the INVITE was answered and let go of');
    return this.#request;
  }

  #settle(): void {
    this.#final = true;
    this.#request = undefined;
    this.#options.core.outbound.delete(this.txnId);
    const { dialog } = this.#options;
    for (const one of dialog ? [dialog] : this.#legs.dialogs())
      if (one.inviteOut === this) one.inviteOut = undefined;
  }

  #sendCancel(): void {
    if (this.#cancel === 'sent' || !this.#transaction || !this.#flow || this.#final) return;
    this.#cancel = 'sent';
    const { core, branch } = this.#options;
    core.transactions.startClient(cancelOf(this.#unanswered()), branch, this.#flow, {
      onResponse: () => {},
      onTimeout: () => {},
      onTransportError: () => {},
    });
    // §9.1: no final answer 64·T1 after the CANCEL, and the INVITE counts as cancelled.
    core.scheduler.after(core.timers.giveUpMs, () =>
      this.#failLocally(487, 'no final answer to a cancelled INVITE'),
    );
  }

  /** Nobody is there to talk: a new call is ended, an established one goes on for another application to end. */
  #acknowledgeForApp(dialog: Dialog): void {
    this.acknowledge(dialog, [], '');
    if (!this.#options.dialog) endDialog(this.#options.core, dialog, 'application gone');
  }

  #deliver(response: ReceivedResponse): void {
    if (this.#orphaned) return;
    const { flow } = response;
    const meta = { protocol: flow.protocol, address: flow.remoteAddress, port: flow.remotePort };
    const { txnId, dialogId } = this;
    this.#options.app?.send(
      sipReport({ source: 'network', meta, txnId, dialogId, raw: withLongNames(response) }),
    );
  }
}

/** Stands for the way to a peer that was never found. */
const UNREACHED: Flow = {
  protocol: 'udp',
  remoteAddress: '0.0.0.0',
  remotePort: 0,
  local: { protocol: 'udp', address: '0.0.0.0', port: 0 },
  alive: false,
  send() {},
};
