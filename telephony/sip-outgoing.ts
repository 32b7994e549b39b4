/**
 * What goes into an INVITE of ours, and how its digest challenge is answered.
 * @module
 */
import type { DialogIdentity } from './journal.ts';
import type { DigestAuth } from './srf-types.ts';

export interface DigestCredentials {
  username: string;
  password: string;
  /** Answers only challenges of this realm, where set. */
  realm?: string;
}

export interface Provisional {
  /** 100-199. */
  status: number;
  /** To tag: tells forks apart. Empty where there is none yet. */
  tag: string;
  sdp?: string;
}

export interface OutgoingInvite {
  uri: string;
  callId: string;
  /** Header names in lower case where srf rewrites them for a digest answer (`call-id`, `from`). */
  headers: Record<string, string>;
  sdp: string;
  credentials?: DigestCredentials;
  /** Every provisional response, 100 included. */
  onProvisional?(response: Provisional): void;
  /** A dialog that a response made or a re-INVITE changed; told before `onProvisional` and before the outcome. */
  onDialog?(dialog: DialogIdentity, confirmed: boolean): void;
}

/** What an INVITE and its dialog need of the connection that carries them. */
export interface DialogLink {
  bye(dialogId: string): Promise<number | 'gone'>;
  /** @returns a function that stops listening */
  onLost(listener: () => void): () => void;
}

/** Dialog id of a call we place: Call-ID and From tag are both the call id. */
export function dialogIdOfCall(callId: string): string {
  return `${callId};from-tag=${callId}`;
}

/** Answers a digest challenge (RFC 7616) unless it is of another realm than the trunk's. */
export function digestAuth(credentials: DigestCredentials): DigestAuth {
  return (_request, response, callback) => {
    const challenge = response.get('www-authenticate') ?? response.get('proxy-authenticate') ?? '';
    const realm = /realm="([^"]*)"/i.exec(challenge)?.[1];
    if (credentials.realm !== undefined && realm !== credentials.realm) {
      callback(new Error('challenge of another realm'));
      return;
    }
    callback(null, credentials.username, credentials.password);
  };
}
