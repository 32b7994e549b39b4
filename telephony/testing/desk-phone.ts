/**
 * An agent's desk for tests: a telephone that answers by itself, talks a tone, and can vanish, come back elsewhere and be
 * asked whether it is there. And the directory in which it registers.
 * @module
 */
import type { DeskContact, DeskDirectory } from '../desk-leg.ts';
import { audioTarget } from '../sdp.ts';
import { createPhone, type TestPhone } from './phone.ts';
import { startRawCarrier, type CarrierLeg, type RawCarrier } from './raw-carrier.ts';
import { phoneSdp } from './sipp.ts';

export interface DeskPhone {
  contact: DeskContact;
  phone: TestPhone;
  /** Calls that it has taken, oldest first. */
  legs: readonly CarrierLeg[];
  /** Calls that ended by a BYE of the other side. */
  ended(): number;
  /** What it answers to INVITE and OPTIONS; undefined: nothing. */
  status: number | undefined;
  close(): Promise<void>;
}

export async function startDeskPhone(
  frequency: number,
  status: number | undefined = 200,
): Promise<DeskPhone> {
  const phone = await createPhone({ frequency });
  const legs: CarrierLeg[] = [];
  let ended = 0;
  const carrier: RawCarrier = await startRawCarrier(
    async (leg) => {
      if (desk.status === undefined) return;
      if (desk.status !== 200) return leg.answer(desk.status);
      phone.talkTo(audioTarget(leg.invite.body)?.port ?? 0);
      leg.answer(200, { sdp: phoneSdp(phone.port) });
      legs.push(leg);
      const bye = await leg.take('BYE', 60_000).catch(() => undefined);
      if (!bye) return;
      // Not when it was called into its next call meanwhile.
      if (legs.at(-1) === leg) phone.fallSilent();
      leg.reply(bye, 200);
      ended += 1;
    },
    { onOptions: () => desk.status },
  );
  const desk: DeskPhone = {
    contact: { deskId: `desk-${frequency}`, uri: `sip:desk@127.0.0.1:${carrier.port}` },
    phone,
    legs,
    ended: () => ended,
    status,
    close: async () => {
      await phone.close();
      await carrier.close();
    },
  };
  return desk;
}

export interface TestDirectory extends DeskDirectory {
  register(userId: number, contact: DeskContact): void;
  forget(userId: number): void;
}

export function createTestDirectory(): TestDirectory {
  const contacts = new Map<number, DeskContact>();
  const listeners = new Map<number, Set<(contact: DeskContact) => void>>();
  return {
    find: (userId) => Promise.resolve(contacts.get(userId)),
    onRegistered: (userId, listener) => {
      const own = listeners.get(userId) ?? new Set();
      listeners.set(userId, own.add(listener));
      return () => own.delete(listener);
    },
    register: (userId, contact) => {
      contacts.set(userId, contact);
      for (const listener of listeners.get(userId) ?? []) listener(contact);
    },
    forget: (userId) => void contacts.delete(userId),
  };
}
