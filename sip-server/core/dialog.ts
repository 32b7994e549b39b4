import { buildRequest, MAX_FORWARDS, type Field } from '../message/build.ts';
import { paramOf, parseNameAddr } from '../message/name-addr.ts';
import type { SipRequest } from '../message/types.ts';
import { parseSipUri } from '../message/uri.ts';
import type { Scheduled } from '../transaction/scheduler.ts';
import type { Contact, Flow } from '../transport/flow.ts';
import type { AppConnection } from '../wire/app-connection.ts';
import { hostText } from './app-fields.ts';

/** Our INVITE, as far as its dialog deals with it. */
export interface OutgoingOffer {
  /** The early dialog whose provisional response with this RSeq waits for PRACK; counts as acknowledged from then on. */
  takeReliable(rseq: number): Dialog | undefined;
  /** Acknowledges its 2xx; `done` gets the ACK as it left. */
  acknowledge(
    dialog: Dialog,
    fields: readonly Field[],
    body: string,
    done?: (ack: SipRequest, flow: Flow) => void,
  ): void;
}

/** The peer's INVITE, as far as its dialog deals with it. */
export interface IncomingOffer {
  readonly seq: number;
  /** True while the final answer, or the ACK of a 2xx, is still to come. */
  readonly waiting: boolean;
  /**
   * Undefined when no provisional response of ours waits for this PRACK (RFC 3262 §3); else `next` sends what has waited for
   * it, after the application was shown the PRACK: drachtio-srf takes one that comes after its own 2xx for a mistake.
   */
  receivePrack(prack: SipRequest): { readonly next: () => void } | undefined;
  receiveAck(ack: SipRequest): void;
  receiveEarlyBye(): void;
}

type DialogState = 'early' | 'confirmed' | 'terminating' | 'terminated';

export interface DialogStart {
  readonly id: string;
  readonly callId: string;
  readonly role: 'uac' | 'uas';
  readonly localTag: string;
  readonly localParty: string;
  readonly remoteTag: string;
  readonly remoteParty: string;
  readonly localSeq: number;
  readonly remoteSeq: number;
  readonly remoteTarget: string;
  readonly routeSet: readonly string[];
  readonly contact: string;
  readonly flow: Flow;
  readonly owner: AppConnection | undefined;
}

/** A dialog (RFC 3261 §12): what in-dialog requests are built from and matched by. */
export class Dialog {
  readonly id: string;
  readonly callId: string;
  readonly role: 'uac' | 'uas';
  readonly localTag: string;
  readonly localParty: string;
  remoteTag: string;
  remoteParty: string;
  localSeq: number;
  remoteSeq: number;
  remoteTarget: string;
  routeSet: readonly string[];
  /** Our Contact, offered again when an application gives none. */
  contact: string;
  /** The way the peer's last message came. */
  flow: Flow;
  readonly owner: AppConnection | undefined;
  state: DialogState = 'early';
  /** Our INVITE whose 2xx the application has not acknowledged. */
  unacked: OutgoingOffer | undefined;
  /** Our INVITE in progress. */
  inviteOut: OutgoingOffer | undefined;
  /** The peer's last INVITE. */
  inviteIn: IncomingOffer | undefined;
  /** An UPDATE with an offer that waits for its answer, and whose it is (RFC 3311 §5.2). */
  updating: 'ours' | 'theirs' | undefined;
  /** Our side's last SDP, repeated when the session timer asks for a refresh. */
  localSdp = '';
  sessionTimer: Scheduled | undefined;

  constructor(start: DialogStart) {
    this.id = start.id;
    this.callId = start.callId;
    this.role = start.role;
    this.localTag = start.localTag;
    this.localParty = start.localParty;
    this.remoteTag = start.remoteTag;
    this.remoteParty = start.remoteParty;
    this.localSeq = start.localSeq;
    this.remoteSeq = start.remoteSeq;
    this.remoteTarget = start.remoteTarget;
    this.routeSet = start.routeSet;
    this.contact = start.contact;
    this.flow = start.flow;
    this.owner = start.owner;
  }

  /** True when no application can be asked about this dialog. */
  get orphaned(): boolean {
    return this.owner === undefined || this.owner.closed;
  }
}

/** URI of the first Contact of a message, undefined when there is none that can be called. */
export function contactUri(contacts: readonly string[]): string | undefined {
  const uri = parseNameAddr(contacts[0] ?? '')?.uri;
  return uri !== undefined && parseSipUri(uri) ? uri : undefined;
}

/** Via of ours for a request that leaves by `local`. */
export function ownVia(local: Contact, branch: string): string {
  return `SIP/2.0/${local.protocol.toUpperCase()} ${hostText(local.address)}:${local.port};branch=${branch};rport`;
}

export interface DialogRequest {
  readonly method: string;
  readonly seq: number;
  readonly branch: string;
  /** Transport it leaves by. */
  readonly local: Contact;
  /** Request URI instead of the remote target. */
  readonly uri?: string;
  readonly fields: readonly Field[];
  readonly body: string;
}

/** Builds a request inside a dialog (RFC 3261 §12.2.1.1), with loose or strict routing. */
export function buildDialogRequest(dialog: Dialog, options: DialogRequest): SipRequest {
  const { method, seq, branch, local, fields, body } = options;
  const target = options.uri ?? dialog.remoteTarget;
  const first = parseNameAddr(dialog.routeSet[0] ?? '');
  const strict = first && paramOf(parseSipUri(first.uri)?.params ?? '', 'lr') === undefined;
  const routes = strict ? [...dialog.routeSet.slice(1), `<${target}>`] : dialog.routeSet;
  return buildRequest(
    method,
    strict ? first.uri : target,
    [
      ['Via', ownVia(local, branch)],
      ['Max-Forwards', String(MAX_FORWARDS)],
      ...routes.map((route): Field => ['Route', route]),
      ['From', dialog.localParty],
      ['To', dialog.remoteParty],
      ['Call-ID', dialog.callId],
      ['CSeq', `${seq} ${method}`],
      ...fields,
    ],
    body,
  );
}
