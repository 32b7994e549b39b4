/**
 * Customers for agents: each number does what the test says, talks a tone and keeps what it hears. The carrier's record is
 * the auditor's witness.
 * @module
 */
import { createPhone, type TestPhone } from '../../telephony/testing/phone.ts';
import { audioTarget } from '../../telephony/sdp.ts';
import { startRawCarrier, type CarrierLeg } from '../../telephony/testing/raw-carrier.ts';
import { phoneSdp } from '../../telephony/testing/sipp.ts';

/** 486 and the like; `rings`: until it is cancelled or told to answer; else talks after so long. */
export type CustomerDoes =
  { answersAfterMs: number; hangsUpAfterMs?: number } | { refuses: number } | 'rings';

export interface Customer {
  phone: TestPhone;
  leg: CarrierLeg;
  /** `Date.now()` of what happened. */
  ringingAt: number;
  answeredAt?: number;
  endedAt?: number;
  /** Of one that rings. */
  answer(): void;
  hangUp(): void;
}

export interface Customers {
  port: number;
  /** By the last digits of the number; the first that fits. Others answer at once and stay. */
  behave(ending: string, does: CustomerDoes): void;
  /** Calls to a number, oldest first; undefined: all. */
  calls(e164?: string): readonly Customer[];
  writeRecord(file: string): Promise<string>;
  close(): Promise<void>;
}

const PATIENCE_MS = 600_000;

/** @param hertz their tone */
export async function startCustomers(hertz: number): Promise<Customers> {
  const rules: { ending: string; does: CustomerDoes }[] = [];
  const customers: Customer[] = [];

  async function answer(leg: CarrierLeg, does: CustomerDoes): Promise<void> {
    leg.answer(180);
    const ringingAt = Date.now();
    const phone = await createPhone({ frequency: hertz });
    const pickUp = (): void => {
      if (leg.count('CANCEL') > 0) return;
      phone.talkTo(audioTarget(leg.invite.body)?.port ?? 0);
      leg.answer(200, { sdp: phoneSdp(phone.port) });
      customer.answeredAt = Date.now();
    };
    const customer: Customer = { phone, leg, ringingAt, answer: pickUp, hangUp: () => void leg.ask('BYE') };
    customers.push(customer);
    if (does === 'rings' || 'refuses' in does) return;
    await new Promise((resolve) => setTimeout(resolve, does.answersAfterMs));
    pickUp();
    if (does.hangsUpAfterMs !== undefined && customer.answeredAt !== undefined)
      setTimeout(() => leg.ask('BYE'), does.hangsUpAfterMs);
  }

  const carrier = await startRawCarrier(async (leg) => {
    const does = rules.find(({ ending }) => leg.dialed.endsWith(ending))?.does ?? { answersAfterMs: 0 };
    leg.answer(100, { contact: false });
    if (typeof does === 'object' && 'refuses' in does) return leg.answer(does.refuses);
    const cancelled = async (): Promise<void> => {
      leg.reply(await leg.take('CANCEL', PATIENCE_MS), 200);
      leg.answer(487);
    };
    const hungUp = async (): Promise<void> => leg.reply(await leg.take('BYE', PATIENCE_MS), 200);
    const over = Promise.race([cancelled(), hungUp(), leg.take('200 BYE', PATIENCE_MS)]);
    await answer(leg, does);
    await over.catch(() => undefined);
    const customer = customers.find((one) => one.leg === leg);
    if (!customer) return;
    customer.phone.fallSilent();
    customer.endedAt = Date.now();
  });
  return {
    port: carrier.port,
    behave: (ending, does) => void rules.unshift({ ending, does }),
    calls: (e164) => customers.filter(({ leg }) => e164 === undefined || leg.dialed === e164),
    writeRecord: (file) => carrier.writeRecord(file),
    close: async () => {
      await Promise.all(customers.map(({ phone }) => phone.close()));
      await carrier.close();
    },
  };
}
