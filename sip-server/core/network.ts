import { createHash } from 'node:crypto';
import { listOf, plainResponse, type Field } from '../message/build.ts';
import { readEnvelope } from '../message/envelope.ts';
import { dialogIdOf } from '../message/ids.ts';
import { parseMessage } from '../message/parse.ts';
import { headerOf, type SipRequest } from '../message/types.ts';
import { InviteServerTransaction } from '../transaction/invite-server.ts';
import type { Flow } from '../transport/flow.ts';
import { DEFAULT_SIP_PORT } from '../transport/transports.ts';
import { MAX_IN_PROGRESS, type Core, type Received } from './core.ts';
import { contactUri, type Dialog } from './dialog.ts';
import { InboundInvite } from './inbound-invite.ts';
import { offerRequest } from './inbound-request.ts';
import { rejectMalformed } from './reject-malformed.ts';
import { endStrayInvite } from './stray-invite.ts';

/** IANA's registry of SIP methods: what is none of these nobody understands (RFC 3261 §21.5.2). */
const METHODS = new Set(
  'BYE INFO INVITE MESSAGE NOTIFY OPTIONS PRACK PUBLISH REFER REGISTER SUBSCRIBE UPDATE'.split(' '),
);

/** Which INVITE of the network a server transaction belongs to, for its CANCEL. */
const invites = new WeakMap<InviteServerTransaction, InboundInvite>();

/** Takes in one message of the network. */
export function receiveFromNetwork(core: Core, text: string, flow: Flow): void {
  const trimmed = text.startsWith('\r\n') ? text.replace(/^(?:\r\n)+/, '') : text;
  if (trimmed === '' || trimmed === '\0') return;
  const parsed = parseMessage(trimmed, 'content-length');
  if (!parsed.ok) {
    if (parsed.answerable) reject(core, parsed.answerable, parsed.status, flow);
    return;
  }
  const { message } = parsed;
  const read = readEnvelope(message);
  if (!read.ok) {
    if (message.kind === 'request') reject(core, message, 400, flow);
    return;
  }
  const { envelope } = read;
  if (message.kind === 'response') {
    const response = { ...message, envelope, flow };
    if (!core.transactions.receiveResponse(response)) endStrayInvite(core, response);
    return;
  }
  receiveRequest(core, { message, envelope, address: flow.remoteAddress, port: flow.remotePort, flow });
}

/** A stranger's mistakes are not worth an answer. */
function reject(core: Core, request: SipRequest, status: number, flow: Flow): void {
  if (isWelcome(core, flow)) rejectMalformed(request, status, flow);
}

/** Peers are whom trunks belong to. Who may open a WebSocket is the business of whoever stands before it. */
function isWelcome(core: Core, flow: Flow): boolean {
  return flow.protocol === 'ws' || core.isPeer(flow.remoteAddress);
}

function receiveRequest(core: Core, received: Received): void {
  const { message, envelope } = received;
  if (message.method === 'ACK') return receiveAck(core, received);
  const repeated = core.transactions.findServer(envelope);
  if (repeated) return repeated.receiveRepeat();
  if (message.method === 'CANCEL') return receiveCancel(core, received);
  const dialog = core.dialogs.match(envelope);
  // Whoever knows a dialog's three random names is its peer, wherever it sends from.
  if (!dialog && !isWelcome(core, received.flow)) return;
  if (headerOf(message, 'max-forwards')?.trim() === '0') return refuse(received, 483);
  if (dialog) return receiveInDialog(core, dialog, received);
  if (envelope.toTag !== undefined) return refuse(received, 481);
  receiveNew(core, received);
}

/** ACK of a failure ends its transaction; ACK of a 2xx belongs to the dialog. Neither is ever answered. */
function receiveAck(core: Core, { message, envelope }: Received): void {
  const transaction = core.transactions.findServer(envelope, 'INVITE');
  if (transaction instanceof InviteServerTransaction && transaction.state !== 'accepted')
    return transaction.receiveAck();
  const invite = core.dialogs.match(envelope)?.inviteIn;
  if (invite?.seq === envelope.seq) invite.receiveAck(message);
}

function receiveCancel(core: Core, received: Received): void {
  const transaction = core.transactions.findServer(received.envelope, 'INVITE');
  const invite = transaction instanceof InviteServerTransaction ? invites.get(transaction) : undefined;
  if (!invite) return isWelcome(core, received.flow) ? refuse(received, 481) : undefined;
  const cancel = core.transactions.startPlainServer(received.envelope, answerFlow(core, received));
  invite.receiveCancel(received, (response) => void cancel.respond(response));
}

function receiveNew(core: Core, received: Received): void {
  const { message, envelope } = received;
  const isInvite = message.method === 'INVITE';
  if (isInvite && contactUri(listOf(message, 'contact')) === undefined) return refuse(received, 400);
  // The same call by another way round (RFC 3261 §8.2.2.2).
  const dialogId = dialogIdOf(envelope.callId, envelope.fromTag);
  if (isInvite && core.dialogs.get('uas', dialogId)) return refuse(received, 482);
  const app = core.apps.pick(message.method.toLowerCase());
  // Calls in progress are not new: a flood does not keep them from being ended.
  if (core.inbound.size > MAX_IN_PROGRESS || core.transactions.servers > MAX_IN_PROGRESS)
    return refuse(received, 503);
  if (!app) return refuse(received, METHODS.has(message.method) ? 503 : 501);
  const flow = answerFlow(core, received);
  if (isInvite) offer(core, { ...received, flow }, app);
  else {
    const transaction = core.transactions.startPlainServer(envelope, flow);
    offerRequest({ core, received, transaction, app, flow });
  }
}

function receiveInDialog(core: Core, dialog: Dialog, received: Received): void {
  const { message, envelope } = received;
  const { owner } = dialog;
  const isBye = message.method === 'BYE';
  if (!owner || dialog.orphaned) {
    if (isBye) core.dialogs.remove(dialog);
    return refuse(received, 481);
  }
  // Our own BYE is on its way; the two have crossed.
  if (dialog.state === 'terminating') return refuse(received, isBye ? 200 : 481);
  if (envelope.seq < dialog.remoteSeq) return refuse(received, 500);
  dialog.remoteSeq = envelope.seq;
  const flow = answerFlow(core, received);
  dialog.flow = flow;
  if (message.method === 'INVITE') {
    if (dialog.inviteOut) return refuse(received, 491);
    if (dialog.inviteIn?.waiting) return refuse(received, 500, [['Retry-After', '3']]);
    return offer(core, { ...received, flow }, owner, dialog);
  }
  const acknowledged = message.method === 'PRACK' ? dialog.inviteIn?.receivePrack(message) : undefined;
  if (message.method === 'PRACK' && !acknowledged) return refuse(received, 481);
  if (message.method === 'UPDATE' && message.body !== '') {
    if (dialog.updating === 'ours' || isReInviting(dialog)) return refuse(received, 491);
    if (dialog.updating === 'theirs') return refuse(received, 500, [['Retry-After', '3']]);
    dialog.updating = 'theirs';
  }
  if (isBye && dialog.state === 'early' && dialog.role === 'uas') {
    dialog.inviteIn?.receiveEarlyBye();
    return refuse(received, 200);
  }
  if (isBye) {
    // It has overtaken the application's ACK, which finds no dialog now; without one the peer repeats its 2xx for 32 s.
    dialog.unacked?.acknowledge(dialog, [], '');
    core.dialogs.remove(dialog);
  }
  const transaction = core.transactions.startPlainServer(envelope, flow);
  offerRequest({ core, received, transaction, app: owner, flow, dialog });
  acknowledged?.next();
}

/** Our offer in it has no answer yet. While a call is set up, the application knows what has been answered (RFC 3311 §5.1). */
function isReInviting(dialog: Dialog): boolean {
  return dialog.state === 'confirmed' && dialog.inviteOut !== undefined;
}

function offer(core: Core, received: Received, app: InboundApp, dialog?: Dialog): void {
  const { flow } = received;
  const transaction = core.transactions.startInviteServer(received.envelope, flow);
  transaction.respond(plainResponse(received, 100));
  const options = { core, received, transaction, app, flow };
  invites.set(transaction, new InboundInvite(dialog ? { ...options, dialog } : options));
}

type InboundApp = ConstructorParameters<typeof InboundInvite>[0]['app'];

/** Answers without keeping any state (RFC 3261 §8.2.7); a repeated request gets the same tag again. */
function refuse(received: Received, status: number, extra: readonly Field[] = []): void {
  const { envelope, flow } = received;
  const tag = createHash('sha1')
    .update(`${envelope.via.branch} ${envelope.callId}`)
    .digest('hex')
    .slice(0, 16);
  flow.send(Buffer.from(plainResponse(received, status, tag, extra).raw, 'latin1'));
}

/** Where answers go: the source when `rport` was asked, else the port of the Via (RFC 3261 §18.2.2, RFC 3581). */
function answerFlow(core: Core, { envelope, flow }: Received): Flow {
  if (flow.protocol !== 'udp' || envelope.via.rport) return flow;
  const port = envelope.via.port ?? DEFAULT_SIP_PORT;
  return port === flow.remotePort
    ? flow
    : (core.transports.flowTo('udp', flow.remoteAddress, port, flow.remoteAddress) ?? flow);
}
