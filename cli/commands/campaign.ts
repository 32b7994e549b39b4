/**
 * `apel campaign`: pause and resume dialing. The pause is a row in Postgres: obeyed within a second, still there tomorrow.
 * @module
 */
import type { Command } from 'commander';
import { pauseCampaign, resumeCampaign, type PauseResult } from '../../db/campaigns.ts';
import { cliActor, withDatabase } from '../shell/running-site.ts';
import { UserError } from '../shell/user-error.ts';

export function registerCampaign(program: Command): void {
  const campaign = program.command('campaign').description('pause and resume the dialing of a campaign');
  campaign
    .command('pause')
    .description('dial nobody new; calls in progress go on')
    .argument('<name>', 'campaign')
    .option('--reason <text>', 'shown on the page')
    .action(async (name: string, flags: { reason?: string }) => {
      const result = await withDatabase(process.env, (db) =>
        pauseCampaign(db, {
          campaign: name,
          by: cliActor(),
          now: new Date(),
          ...(flags.reason ? { reason: flags.reason } : {}),
        }),
      );
      print(name, result, 'paused');
    });
  campaign
    .command('resume')
    .description('dial again')
    .argument('<name>', 'campaign')
    .action(async (name: string) => {
      const result = await withDatabase(process.env, (db) =>
        resumeCampaign(db, { campaign: name, by: cliActor(), now: new Date() }),
      );
      print(name, result, 'resumed');
    });
}

function print(name: string, result: PauseResult, done: string): void {
  if (result === 'no-such-campaign') throw new UserError(`there is no campaign ${name}`);
  if (result === 'retired')
    throw new UserError(`${name} is out of use: take it back into use on its page first`);
  process.stdout.write(result === 'changed' ? `${name} is ${done}\n` : `${name} was ${done} already\n`);
}
