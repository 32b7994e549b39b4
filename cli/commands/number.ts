/**
 * `apel number`: what a person may decide about one number. Each change has a reason and is in the audit log, with the
 * number's id and not the number.
 * @module
 */
import type { Command } from 'commander';
import { writeAudit } from '../../db/audit.ts';
import { readCampaign } from '../../db/campaigns.ts';
import type { Database } from '../../db/client.ts';
import { liftDoNotCall, setDoNotCall } from '../../db/do-not-call.ts';
import { readNumber } from '../../db/numbers.ts';
import { liftStoppedNumber, stopNumber } from '../../db/stopped-numbers.ts';
import { normalisePhone } from '../../domain/phone.ts';
import { numberText } from '../shell/number-text.ts';
import { cliActor, withDatabase } from '../shell/running-site.ts';
import { UserError } from '../shell/user-error.ts';

interface Flags {
  reason: string;
  campaign: string;
}

const NUMBER = 'as people write it: 0722 123 456, +40722123456';

export function registerNumber(program: Command): void {
  const number = program.command('number').description('look a number up, stop calling it, call it again');
  number
    .command('show')
    .description('do-not-call, Nu mai suna and contacts of a number; the look-up is audited')
    .argument('<number>', NUMBER)
    .option('--json', 'one JSON object')
    .action(show);
  const change = (name: string, description: string): Command =>
    number
      .command(name)
      .description(description)
      .argument('<number>', NUMBER)
      .requiredOption('--reason <text>', 'why; kept in the audit log');
  change('do-not-call', 'no call from any campaign, until allowed again').action(doNotCall);
  change('allow', 'lift do-not-call; contacts closed for it are called again').action(allow);
  change('stop', '`Nu mai suna`: no call from this campaign, until resumed')
    .requiredOption('--campaign <name>', 'campaign')
    .action(stop);
  change('resume', 'lift `Nu mai suna`; the contact closed for it is called again')
    .requiredOption('--campaign <name>', 'campaign')
    .action(resume);
}

async function show(text: string, flags: { json?: boolean }): Promise<void> {
  const e164 = phone(text);
  const facts = await withDatabase(process.env, async (db) => {
    const found = await readNumber(db.pool, { e164 });
    if (found) {
      const who = { actor: cliActor(), objectKind: 'number', objectId: String(found.id), at: new Date() };
      await writeAudit(db.pool, { ...who, action: 'number.show' });
    }
    return found;
  });
  if (flags.json) print(JSON.stringify(facts ?? null));
  else print(facts ? numberText(facts) : 'this number is not known here');
}

async function doNotCall(text: string, { reason }: Flags): Promise<void> {
  const done = await withDatabase(process.env, (db) => setDoNotCall(db, { ...change(text, reason) }));
  print(done ? 'on do-not-call: no campaign calls this number' : 'on do-not-call already; nothing changed');
}

async function allow(text: string, { reason }: Flags): Promise<void> {
  const lifted = await withDatabase(process.env, (db) => liftDoNotCall(db, change(text, reason)));
  print(lifted ? `off do-not-call; ${again(lifted)}` : 'not on do-not-call; nothing changed');
}

async function stop(text: string, { reason, campaign }: Flags): Promise<void> {
  const params = change(text, reason);
  const done = await withDatabase(process.env, async (db) => {
    const campaignId = await campaignIdOf(db, campaign);
    if (!(await readNumber(db.pool, params))) {
      throw new UserError('this number is not known here; to block it in advance use: number do-not-call');
    }
    return stopNumber(db, { ...params, campaignId });
  });
  print(done ? `${campaign} calls this number no more` : 'stopped already; nothing changed');
}

async function resume(text: string, { reason, campaign }: Flags): Promise<void> {
  const params = change(text, reason);
  const lifted = await withDatabase(process.env, async (db) =>
    liftStoppedNumber(db, { ...params, campaignId: await campaignIdOf(db, campaign) }),
  );
  print(
    lifted
      ? `${campaign} may call this number; ${again(lifted)}`
      : `not stopped in ${campaign}; nothing changed`,
  );
}

function again({ reopened }: { reopened: number }): string {
  return reopened === 1 ? '1 contact is called again' : `${reopened} contacts are called again`;
}

function change(text: string, reason: string): { e164: string; reason: string; by: string; now: Date } {
  if (reason.trim() === '') throw new UserError('--reason: must not be empty');
  return { e164: phone(text), reason: reason.trim(), by: cliActor(), now: new Date() };
}

/** Never with the text in the message: what was typed may be a person's number with one digit too many. */
function phone(text: string): string {
  const parsed = normalisePhone(text);
  if (parsed.ok) return parsed.e164;
  throw new UserError(`this is no phone number that is ever called (${parsed.problem})`);
}

async function campaignIdOf(db: Database, name: string): Promise<number> {
  const campaign = await readCampaign(db.pool, { name });
  if (!campaign) throw new UserError(`there is no campaign ${name}`);
  return campaign.id;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
