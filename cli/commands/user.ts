/**
 * `apel user`: people who may log in.
 * @module
 */
import { createInterface } from 'node:readline';
import { Argument, Option, type Command } from 'commander';
import { ROLES, type Role } from '../../contracts/model/role.ts';
import { addUser, disableUser, randomPassword, setPassword } from '../parts/users.ts';
import { cliActor, withDatabase } from '../shell/running-site.ts';

const PASSWORD_HELP = 'read the password from standard input instead of making one';

export function registerUser(program: Command): void {
  const user = program.command('user').description('add and disable people, set passwords');
  const name = (): Argument => new Argument('<name>', 'user name, upper and lower case are the same');
  user
    .command('add')
    .description('add a person; prints the password once')
    .addArgument(name())
    .addOption(new Option('--role <role>', 'what the person may do').choices(ROLES).makeOptionMandatory())
    .option('--display-name <text>', 'name as shown on the pages')
    .option('--password-stdin', PASSWORD_HELP)
    .action(add);
  user
    .command('disable')
    .description('end the log-ins of a person and allow no new one')
    .addArgument(name())
    .action(async (who: string) => {
      await withDatabase(process.env, (db) => disableUser(db, { name: who, actor: cliActor() }));
      process.stdout.write(`${who} is disabled\n`);
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

async function add(
  name: string,
  flags: { role: Role; displayName?: string; passwordStdin?: boolean },
): Promise<void> {
  const password = flags.passwordStdin ? await firstLine() : randomPassword();
  const { role, displayName = name } = flags;
  await withDatabase(process.env, (db) =>
    addUser(db, { name, displayName, role, password, actor: cliActor() }),
  );
  process.stdout.write(flags.passwordStdin ? `${name} is added\n` : `${name} ${password}\n`);
}

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) return line;
  return '';
}
