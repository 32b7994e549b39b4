/**
 * `apel user`: people who may log in.
 * @module
 */
import { createInterface } from 'node:readline';
import { Argument, Option, type Command } from 'commander';
import { GRANTS, ROLES, type Grant, type Role } from '../../contracts/model/role.ts';
import type { DeskEnd } from '../../contracts/model/user.ts';
import { listUsers } from '../../db/users-list.ts';
import {
  addUser,
  disableUser,
  editUser,
  enableUser,
  logOutUser,
  randomPassword,
  setPassword,
} from '../parts/users.ts';
import { cliActor, withDatabase } from '../shell/running-site.ts';

const PASSWORD_HELP = 'read the password from standard input instead of making one';

export function registerUser(program: Command): void {
  const user = program.command('user').description('add, change and disable people, set passwords');
  const name = (): Argument => new Argument('<name>', 'user name, upper and lower case are the same');
  user
    .command('add')
    .description('add a person; prints the password once')
    .addArgument(name())
    .addOption(new Option('--role <role>', 'what the person may do').choices(ROLES).makeOptionMandatory())
    .option('--display-name <text>', 'name as shown on the pages')
    .addOption(grants())
    .option('--password-stdin', PASSWORD_HELP)
    .action(add);
  user
    .command('edit')
    .description('change role, grants or shown name of a person; what is left out stays')
    .addArgument(name())
    .addOption(new Option('--role <role>', 'what the person may do').choices(ROLES))
    .option('--display-name <text>', 'name as shown on the pages')
    .addOption(grants())
    .option('--no-grants', 'take all grants away')
    .action(edit);
  user.command('list').description('who may log in').action(list);
  user
    .command('disable')
    .description('end the log-ins of a person and allow no new one')
    .addArgument(name())
    .action(async (who: string) => {
      const desk = await withDatabase(process.env, (db) => disableUser(db, { name: who, actor: cliActor() }));
      process.stdout.write(`${who} is disabled${DESK_WORDS[desk]}\n`);
    });
  user
    .command('enable')
    .description('allow a disabled person to log in again, with the password as it was')
    .addArgument(name())
    .action(async (who: string) => {
      await withDatabase(process.env, (db) => enableUser(db, { name: who, actor: cliActor() }));
      process.stdout.write(`${who} is enabled\n`);
    });
  user
    .command('log-out')
    .description('end all log-ins of a person; the password stays')
    .addArgument(name())
    .action(async (who: string) => {
      const desk = await withDatabase(process.env, (db) => logOutUser(db, { name: who, actor: cliActor() }));
      process.stdout.write(`${who} is logged out${DESK_WORDS[desk]}\n`);
    });
  user
    .command('password')
    .description('set a new password (and enable the person again); prints it once')
    .addArgument(name())
    .option('--password-stdin', PASSWORD_HELP)
    .action(async (who: string, flags: { passwordStdin?: boolean }) => {
      const password = flags.passwordStdin ? await firstLine() : randomPassword();
      await withDatabase(process.env, (db) => setPassword(db, { name: who, password, actor: cliActor() }));
      process.stdout.write(flags.passwordStdin ? `password of ${who} is set\n` : `${who} ${password}\n`);
    });
}

function grants(): Option {
  return new Option('--grant <actions...>', 'single actions beyond the role').choices(GRANTS);
}

const DESK_WORDS: Readonly<Record<DeskEnd, string>> = {
  none: '',
  'logged-off': '; the shift has ended',
  'after-call': '; a call goes on without its agent and ends with an apology',
};

async function add(
  name: string,
  flags: { role: Role; displayName?: string; grant?: Grant[]; passwordStdin?: boolean },
): Promise<void> {
  const password = flags.passwordStdin ? await firstLine() : randomPassword();
  const { role, displayName = name, grant = [] } = flags;
  await withDatabase(process.env, (db) =>
    addUser(db, { name, displayName, role, grants: grant, password, actor: cliActor() }),
  );
  process.stdout.write(flags.passwordStdin ? `${name} is added\n` : `${name} ${password}\n`);
}

async function edit(
  name: string,
  flags: { role?: Role; displayName?: string; grant?: Grant[]; grants: boolean },
): Promise<void> {
  const grants = flags.grants ? flags.grant : [];
  const desk = await withDatabase(process.env, (db) =>
    editUser(db, {
      name,
      actor: cliActor(),
      ...(flags.role !== undefined && { role: flags.role }),
      ...(flags.displayName !== undefined && { displayName: flags.displayName }),
      ...(grants !== undefined && { grants }),
    }),
  );
  process.stdout.write(`${name} is as asked${DESK_WORDS[desk]}\n`);
}

async function list(): Promise<void> {
  const people = await withDatabase(process.env, (db) => listUsers(db.pool, { now: new Date() }));
  const width = Math.max(0, ...people.map(({ name }) => name.length));
  for (const { name, role, grants: more, disabledAt } of people) {
    const rights = [role, ...more.map((grant) => `+${grant}`)].join(' ');
    process.stdout.write(`${name.padEnd(width)}  ${rights}${disabledAt === null ? '' : '  (disabled)'}\n`);
  }
}

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) return line;
  return '';
}
