/**
 * `apel find-call NUMBER`: from a phone number to the workflows of its calls. The only way, because no number is ever in
 * a workflow id or a search attribute.
 * @module
 */
import type { Command } from 'commander';
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { callWorkflowId } from '../../contracts/temporal/ids.ts';
import type { Database } from '../../db/client.ts';
import { cliActor, liveSite, withDatabase } from '../shell/running-site.ts';
import { UserError } from '../shell/user-error.ts';

interface FoundCall {
  id: string;
  contactId: number;
  attempt: number;
  campaign: string;
  claimedAt: Date;
  status: string | null;
  stage: string | null;
}

const MAX_CALLS = 50;

export function registerFindCall(program: Command): void {
  program
    .command('find-call')
    .description('list the calls of a phone number with their workflow ids, newest first')
    .argument('<number>', 'as people write it: 0722 123 456, +40722123456')
    .option('--json', 'one JSON array')
    .action(findCall);
}

async function findCall(number: string, flags: { json?: boolean }): Promise<void> {
  const e164 = parsePhoneNumberFromString(number, 'RO')?.number;
  if (!e164) throw new UserError('this is not a phone number');
  const calls = await withDatabase(process.env, (db) => readCalls(db, e164));
  if (flags.json) {
    process.stdout.write(
      `${JSON.stringify(calls.map((call) => ({ ...call, workflowId: workflowId(call) })))}\n`,
    );
    return;
  }
  const page = liveSite(process.env)?.addresses.page;
  for (const call of calls) process.stdout.write(`${line(call, page)}\n`);
  if (calls.length === 0) process.stdout.write('no calls to this number\n');
}

/** Looking a person up is written down, with the number's id and not the number. */
async function readCalls(db: Database, e164: string): Promise<FoundCall[]> {
  const { rows } = await db.pool.query<FoundCall>(FIND, [e164, MAX_CALLS]);
  await db.pool.query(AUDIT, [e164, cliActor()]);
  return rows;
}

const FIND = `
  select c.id, c.contact_id as "contactId", c.attempt, p.name as campaign, c.claimed_at as "claimedAt",
    s.label_ro as status, l.stage
  from numbers n
  join calls c on c.number_id = n.id
  join campaigns p on p.id = c.campaign_id
  left join statuses s on s.id = c.status_id
  left join live_calls l on l.call_id = c.id
  where n.e164 = $1
  order by c.claimed_at desc limit $2`;
const AUDIT = `
  insert into audit_log (actor, action, object_kind, object_id)
  select $2::text, 'call.find', 'number', id::text from numbers where e164 = $1`;

function workflowId(call: FoundCall): string {
  return callWorkflowId({ contactId: call.contactId, attempt: call.attempt });
}

function line(call: FoundCall, page: string | undefined): string {
  const columns = [
    call.claimedAt.toISOString(),
    call.campaign,
    call.status ?? `in progress: ${call.stage ?? 'unknown'}`,
    workflowId(call),
    page ? `${page}/apeluri/${call.id}` : call.id,
  ];
  return columns.join('  ');
}
