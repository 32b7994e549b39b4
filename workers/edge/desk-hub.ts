/**
 * Desks of this edge: REGISTERs are checked and written down, and the calls that wait for a desk are told at once.
 * @module
 */
import { createHmac } from 'node:crypto';
import type { EdgeRef } from '../../contracts/model/call.ts';
import type { Logger } from '../../platform/logger.ts';
import { decryptSecret } from '../../platform/secrets.ts';
import type { DeskContact, DeskDirectory } from '../../telephony/desk-leg.ts';
import { createDeskRegister } from '../../telephony/desk-register.ts';
import type { RegisterReply, RegisterRequest } from '../../telephony/sip-link.ts';
import type { EdgeStore } from './edge-store.ts';

export interface DeskHub extends DeskDirectory {
  onRegister(request: RegisterRequest): Promise<RegisterReply>;
}

export interface DeskHubDeps {
  store: Pick<EdgeStore, 'deskCredential' | 'bindDesk' | 'unbindDesk' | 'findDesk'>;
  edge: EdgeRef;
  /** Encrypts HA1s at rest; nonces are signed with a key made of it. */
  secretKey: Buffer;
  logger: Logger;
}

export function createDeskHub({ store, edge, secretKey, logger }: DeskHubDeps): DeskHub {
  const listeners = new Map<number, Set<(contact: DeskContact) => void>>();
  const onRegister = createDeskRegister({
    key: createHmac('sha256', secretKey).update('nonces of desks').digest(),
    now: () => Date.now(),
    logger,
    account: async (username) => {
      const found = await store.deskCredential(username);
      return found && { ...found, ha1: decryptSecret(found.ha1, secretKey) };
    },
    bind: async ({ userId, contact, expiresSeconds }) => {
      await store.bindDesk(edge, { userId, deskId: contact.deskId, contact: contact.uri, expiresSeconds });
      for (const listener of listeners.get(userId) ?? []) listener(contact);
    },
    unbind: ({ userId, deskId, uri }) =>
      store.unbindDesk({ userId, deskId, ...(uri === undefined ? {} : { contact: uri }) }),
  });
  return {
    onRegister,
    find: async (userId) => {
      const found = await store.findDesk(edge, userId);
      return found && { deskId: found.deskId, uri: found.contact };
    },
    onRegistered: (userId, listener) => {
      const own = listeners.get(userId) ?? new Set();
      listeners.set(userId, own.add(listener));
      return () => {
        own.delete(listener);
        if (own.size === 0 && listeners.get(userId) === own) listeners.delete(userId);
      };
    },
  };
}
