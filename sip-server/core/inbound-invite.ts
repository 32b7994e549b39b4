import { buildResponse, echoedFields, listOf, plainResponse, type Field } from '../message/build.ts';
import { dialogIdOf, newId, newTag } from '../message/ids.ts';
import { tagOf } from '../message/name-addr.ts';
import { withLongNames } from '../message/parse.ts';
import type { SipRequest, SipResponse } from '../message/types.ts';
import { lastHeaderOf } from '../message/types.ts';
import type { InviteServerTransaction } from '../transaction/invite-server.ts';
import { repeatWithBackoff, type Scheduled } from '../transaction/scheduler.ts';
import type { Flow } from '../transport/flow.ts';
import type { AppConnection, Owned } from '../wire/app-connection.ts';
import { sipReport } from '../wire/reports.ts';
import { contactValue, contentTypeFields, otherFields } from './app-fields.ts';
import type { Answerable, Core, Received, SendOutcome } from './core.ts';
import { contactUri, Dialog, type IncomingOffer } from './dialog.ts';
import { endDialog } from './end-dialog.ts';
import { hasOption, rackOf, withoutReliable } from './rack.ts';
import { ReliableProvisionals } from './reliable-provisionals.ts';
import { armSessionTimer } from './session-timer.ts';

export interface InboundInviteOptions {
  readonly core: Core;
  readonly received: Received;
  readonly transaction: InviteServerTransaction;
  readonly app: AppConnection;
  /** Way our answers go; also that of the dialog. */
  readonly flow: Flow;
  /** For a re-INVITE. */
  readonly dialog?: Dialog;
}

/**
 * An INVITE of the network, from its arrival until its 2xx is acknowledged (RFC 3261 §13.3, §9.2).
 *
 *     offered ──1xx──> ringing ──2xx──> answered (2xx repeated) ──ACK──> done
 *        │                └──300+, CANCEL (487)──> done     └──64·T1──> BYE, done
 */
export class InboundInvite implements Owned, Answerable, IncomingOffer {
  readonly txnId = newId();
  readonly dialogId: string;
  readonly #options: InboundInviteOptions;
  #localTag: string;
  #dialog: Dialog | undefined;
  #repeating: Scheduled | undefined;
  #ackDeadline: Scheduled | undefined;
  #silence: Scheduled | undefined;
  readonly #provisionals: ReliableProvisionals;

  constructor(options: InboundInviteOptions) {
    const { core, received, app, dialog } = options;
    this.#options = options;
    this.#dialog = dialog;
    this.#localTag = dialog?.localTag ?? newTag();
    this.dialogId = dialog?.id ?? dialogIdOf(received.envelope.callId, received.envelope.fromTag);
    core.inbound.set(this.txnId, this);
    app.owned.add(this);
    if (dialog) dialog.inviteIn = this;
    this.#silence = core.scheduler.after(core.timers.appSilenceMs, () => this.#refuse(504));
    this.#provisionals = new ReliableProvisionals({
      ...core,
      send: (response) => void options.transaction.respond(response),
      repeat: (response) => options.flow.send(Buffer.from(response.raw, 'latin1')),
      onGiveUp: () => this.#giveUp(504),
    });
    this.#report(received.message, dialog === undefined);
  }

  /** True while the final answer, or the ACK of a 2xx, is still to come. */
  get waiting(): boolean {
    return this.#options.transaction.state === 'proceeding' || this.#repeating !== undefined;
  }

  get seq(): number {
    return this.#options.received.envelope.seq;
  }

  /** Sends the application's answer; a 2xx only after what was described before it has been acknowledged. */
  respond(answer: SipResponse, onSent: (outcome: SendOutcome) => void): void {
    const { transaction, flow, dialog } = this.#options;
    const contentType = contentTypeFields(answer);
    if (contentType === 'missing') return onSent({ problem: 'missing content-type' });
    if (transaction.state !== 'proceeding' || this.#provisionals.holdsSuccess) return onSent(undefined);
    if (!dialog && !this.#dialog) this.#localTag = tagOf(lastHeaderOf(answer, 'to') ?? '') ?? this.#localTag;
    const rseq = this.#isReliable(answer) ? this.#provisionals.number() : undefined;
    const response = this.#build(answer, contentType, rseq);
    this.#silence?.cancel();
    if (answer.status > 100 && answer.status < 300) this.#openDialog(response);
    if (answer.status >= 200 && answer.status < 300) return this.#succeed(response, onSent);
    if (rseq === undefined) transaction.respond(response);
    else this.#provisionals.push(rseq, response);
    if (answer.status >= 300) this.#release();
    onSent({ response, flow });
  }

  receivePrack(prack: SipRequest): { readonly next: () => void } | undefined {
    const rack = rackOf(prack);
    if (rack?.method !== 'INVITE' || rack.seq !== this.seq) return undefined;
    return this.#provisionals.acknowledge(rack.rseq);
  }

  /** CANCEL of the network; the server answers it, then the INVITE, and tells the application. */
  receiveCancel(received: Received, reply: (response: SipResponse) => void): void {
    const { core, transaction } = this.#options;
    const tooLate = transaction.state === 'accepted';
    reply(plainResponse(received, tooLate ? 481 : 200, this.#localTag));
    if (transaction.state === 'proceeding') {
      this.#refuse(487);
      this.#report(received.message, false);
    } else if (tooLate && this.#repeating && this.#dialog) {
      // The 2xx is on its way, but the caller wants out.
      this.#stopRepeating();
      endDialog(core, this.#dialog, 'cancelled after answer');
    }
  }

  /** ACK of the 2xx; told to the application once. */
  receiveAck(ack: SipRequest): void {
    if (!this.#repeating) return;
    this.#stopRepeating();
    this.#report(ack, false);
  }

  /** The caller ended an unanswered call with BYE instead of CANCEL (RFC 3261 §15.1.2). */
  receiveEarlyBye(): void {
    this.#giveUp(487);
  }

  onAppGone(): void {
    if (this.#options.transaction.state === 'proceeding') this.#refuse(503);
  }

  /** Asked for by the application, or by a caller who wants it of every one; never of a caller who does not know it. */
  #isReliable(answer: SipResponse): boolean {
    const { message } = this.#options.received;
    const required = hasOption(message, 'require');
    if (answer.status <= 100 || answer.status >= 200) return false;
    return required || (hasOption(answer, 'require') && hasOption(message, 'supported'));
  }

  #build(answer: SipResponse, contentType: readonly Field[], rseq: number | undefined): SipResponse {
    const { received, flow, dialog } = this.#options;
    const tag = answer.status === 100 ? undefined : this.#localTag;
    const formsDialog = answer.status > 100 && answer.status < 300;
    const given = lastHeaderOf(answer, 'contact') !== undefined;
    const contact = given || !dialog ? contactValue(answer, flow.local) : dialog.contact;
    const fields: Field[] = [
      ...echoedFields(received, tag),
      ...(formsDialog ? listOf(received.message, 'record-route').map((r): Field => ['Record-Route', r]) : []),
      ...(formsDialog || given ? [['Contact', contact] as const] : []),
      ...otherFields(answer, flow.local).flatMap(requireField),
      ...(rseq === undefined ? [] : [['Require', '100rel'] as const, ['RSeq', String(rseq)] as const]),
      ...contentType,
    ];
    return buildResponse(answer.status, answer.reason, fields, answer.body);
  }

  #openDialog(response: SipResponse): void {
    if (this.#dialog) return;
    const { core, received, app, flow } = this.#options;
    const { envelope, message } = received;
    this.#dialog = new Dialog({
      id: this.dialogId,
      callId: envelope.callId,
      role: 'uas',
      localTag: this.#localTag,
      localParty: lastHeaderOf(response, 'to') ?? '',
      remoteTag: envelope.fromTag,
      remoteParty: envelope.from,
      localSeq: 0,
      remoteSeq: envelope.seq,
      remoteTarget: contactUri(listOf(message, 'contact')) ?? message.uri,
      routeSet: listOf(message, 'record-route'),
      contact: lastHeaderOf(response, 'contact') ?? '',
      flow,
      owner: app,
    });
    this.#dialog.inviteIn = this;
    core.dialogs.add(this.#dialog);
  }

  #succeed(response: SipResponse, onSent: (outcome: SendOutcome) => void): void {
    const { transaction, flow } = this.#options;
    this.#provisionals.succeed({
      run: () => {
        transaction.respond(response);
        this.#answered(response);
        onSent({ response, flow });
      },
      onDropped: () => onSent(undefined),
    });
  }

  #answered(response: SipResponse): void {
    const { core, flow, dialog, received } = this.#options;
    const { timers, scheduler } = core;
    const bytes = Buffer.from(response.raw, 'latin1');
    const pace = { firstMs: timers.t1Ms, capMs: timers.t2Ms };
    this.#repeating = repeatWithBackoff(scheduler, pace, () => flow.send(bytes));
    this.#ackDeadline = scheduler.after(timers.giveUpMs, () => this.#ackTimedOut());
    core.inbound.delete(this.txnId);
    if (!this.#dialog) return;
    if (dialog) dialog.remoteTarget = contactUri(listOf(received.message, 'contact')) ?? dialog.remoteTarget;
    if (this.#dialog.state === 'early') this.#dialog.state = 'confirmed';
    this.#dialog.localSdp = response.body || this.#dialog.localSdp;
    armSessionTimer(core, this.#dialog, response, 'uas');
  }

  #ackTimedOut(): void {
    this.#stopRepeating();
    if (this.#dialog) endDialog(this.#options.core, this.#dialog, 'ACK timeout');
  }

  #stopRepeating(): void {
    this.#repeating?.cancel();
    this.#repeating = undefined;
    this.#ackDeadline?.cancel();
    this.#options.app.owned.delete(this);
  }

  /** An unanswered call is over for another reason than a CANCEL; the application hears of one all the same. */
  #giveUp(status: number): void {
    if (this.#options.transaction.state !== 'proceeding') return;
    const { message } = this.#options.received;
    const cancel = message.raw
      .replace(/^INVITE /, 'CANCEL ')
      .replace(/^(CSeq\s*:\s*\d+\s+)INVITE/im, '$1CANCEL');
    const head = cancel
      .slice(0, cancel.indexOf('\r\n\r\n') + 4)
      .replace(/^(Content-Length\s*:\s*)\d+/im, '$10');
    this.#refuse(status);
    this.#report({ ...message, method: 'CANCEL', raw: head, body: '' }, false);
  }

  /** Final answer of the server's own to an INVITE that the application has not answered. */
  #refuse(status: number): void {
    this.#options.transaction.respond(plainResponse(this.#options.received, status, this.#localTag));
    this.#release();
  }

  #release(): void {
    const { core, app, dialog } = this.#options;
    this.#silence?.cancel();
    this.#provisionals.stop();
    core.inbound.delete(this.txnId);
    app.owned.delete(this);
    if (!dialog && this.#dialog) core.dialogs.remove(this.#dialog);
  }

  #report(message: SipRequest, fresh: boolean): void {
    const { app, received, flow } = this.#options;
    const meta = { protocol: flow.protocol, address: received.address, port: received.port };
    app.send(
      sipReport({
        source: 'network',
        meta,
        txnId: this.txnId,
        dialogId: fresh ? '' : this.dialogId,
        ...(fresh ? { local: flow.local } : {}),
        raw: withLongNames(message),
      }),
    );
  }
}

/** `100rel` is written where it holds, and nowhere else. */
function requireField(field: Field): Field[] {
  const [name, value] = field;
  if (name.toLowerCase() !== 'require') return [field];
  const others = withoutReliable(value);
  return others === '' ? [] : [[name, others]];
}
