import { buildResponse, echoedFields, listOf, type Field } from '../message/build.ts';
import { newId, newTag } from '../message/ids.ts';
import { tagOf } from '../message/name-addr.ts';
import { withLongNames } from '../message/parse.ts';
import type { SipResponse } from '../message/types.ts';
import { lastHeaderOf } from '../message/types.ts';
import type { PlainServerTransaction } from '../transaction/plain-server.ts';
import type { Scheduled } from '../transaction/scheduler.ts';
import type { Flow } from '../transport/flow.ts';
import type { AppConnection, Owned } from '../wire/app-connection.ts';
import { sipReport } from '../wire/reports.ts';
import { contactValue, contentTypeFields, otherFields } from './app-fields.ts';
import type { Answerable, Core, Received, SendOutcome } from './core.ts';
import { contactUri, type Dialog } from './dialog.ts';
import { rememberRegistration } from './registration.ts';
import { armSessionTimer } from './session-timer.ts';

export interface InboundRequestOptions {
  readonly core: Core;
  readonly received: Received;
  readonly transaction: PlainServerTransaction;
  readonly app: AppConnection;
  readonly flow: Flow;
  readonly dialog?: Dialog;
}

/** Answers to these carry our Contact (RFC 3261 §20 table 2, RFC 3311, RFC 6665). */
const CONTACT_METHODS = ['UPDATE', 'SUBSCRIBE', 'NOTIFY', 'REFER'];

/** Hands such a request to its application. */
export function offerRequest(options: InboundRequestOptions): InboundRequest {
  const request = new InboundRequest(options);
  options.core.inbound.set(request.txnId, request);
  options.app.owned.add(request);
  request.report();
  return request;
}

/** Any request of the network but INVITE, ACK and CANCEL, waiting for the application's answer. */
export class InboundRequest implements Owned, Answerable {
  readonly txnId = newId();
  readonly dialogId: string;
  readonly #options: InboundRequestOptions;
  readonly #silence: Scheduled;
  readonly #arrivedAt = performance.now();

  constructor(options: InboundRequestOptions) {
    const { core, dialog } = options;
    this.#options = options;
    this.dialogId = dialog?.id ?? '';
    // The peer has given up after 32 s; an answer later than this would reach nobody.
    this.#silence = core.scheduler.after(core.timers.appSilenceMs, () => {
      this.#release();
      options.transaction.terminate();
    });
  }

  /** Shows the request to its application. */
  report(): void {
    const { app, received, flow, dialog } = this.#options;
    const meta = { protocol: flow.protocol, address: received.address, port: received.port };
    app.send(
      sipReport({
        source: 'network',
        meta,
        txnId: this.txnId,
        dialogId: this.dialogId,
        ...(dialog ? {} : { local: flow.local }),
        raw: withLongNames(received.message),
      }),
    );
  }

  /** Sends the application's answer. */
  respond(answer: SipResponse, onSent: (outcome: SendOutcome) => void): void {
    onSent(this.#send(answer));
  }

  onAppGone(): void {
    this.#release();
    const { transaction, received } = this.#options;
    transaction.respond(buildResponse(503, undefined, echoedFields(received, newTag()), ''));
  }

  #send(answer: SipResponse): SendOutcome {
    const { transaction, flow } = this.#options;
    const contentType = contentTypeFields(answer);
    if (contentType === 'missing') return { problem: 'missing content-type' };
    const response = this.#build(answer, contentType);
    if (!transaction.respond(response)) return undefined;
    if (answer.status < 200) return { response, flow };
    this.#release();
    if (answer.status < 300) this.#succeeded(response);
    return { response, flow };
  }

  #succeeded(response: SipResponse): void {
    const { core, received, dialog } = this.#options;
    const { message, flow } = received;
    if (message.method === 'UPDATE' && dialog) {
      dialog.localSdp = response.body || dialog.localSdp;
      dialog.remoteTarget = contactUri(listOf(message, 'contact')) ?? dialog.remoteTarget;
      armSessionTimer(core, dialog, response, 'uas');
    }
    if (message.method === 'REGISTER' && flow.protocol === 'ws')
      rememberRegistration(core.flowMemory, {
        request: message,
        answer: response,
        flow,
        arrivedAt: this.#arrivedAt,
      });
  }

  #build(answer: SipResponse, contentType: readonly Field[]): SipResponse {
    const { received, flow, dialog } = this.#options;
    const tag = tagOf(lastHeaderOf(answer, 'to') ?? '') ?? dialog?.localTag ?? newTag();
    const given = lastHeaderOf(answer, 'contact') !== undefined;
    const due = answer.status < 300 && CONTACT_METHODS.includes(received.message.method);
    const contact = given || !dialog ? contactValue(answer, flow.local) : dialog.contact;
    const fields: Field[] = [
      ...echoedFields(received, answer.status === 100 ? undefined : tag),
      ...(given || due ? [['Contact', contact] as const] : []),
      ...otherFields(answer, flow.local),
      ...contentType,
    ];
    return buildResponse(answer.status, answer.reason, fields, answer.body);
  }

  #release(): void {
    this.#silence.cancel();
    const { received, dialog } = this.#options;
    if (received.message.method === 'UPDATE' && dialog?.updating === 'theirs') dialog.updating = undefined;
    this.#options.core.inbound.delete(this.txnId);
    this.#options.app.owned.delete(this);
  }
}
