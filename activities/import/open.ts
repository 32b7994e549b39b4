/**
 * @module
 */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ImportListInput } from '../../contracts/model/import.ts';
import type { OpenImportInput, OpenImportResult } from '../../contracts/temporal/activities.ts';
import { readCampaign, type CampaignSetup } from '../../db/campaigns.ts';
import {
  campaignRetiredAt,
  closeImport,
  insertImport,
  lockCampaignImports,
  readOpenImport,
  readSameFile,
  someCampaignNames,
  type ImportRow,
} from '../../db/import-rows.ts';
import type { Queryable } from '../../db/queryable.ts';
import { inTransaction } from '../../db/transaction.ts';
import { toFailure } from '../failure.ts';
import type { ImportDependencies, Pulse } from './dependencies.ts';
import { checkInput } from './input.ts';
import { readLayout } from './layout.ts';
import { openSourceFile } from './source-file.ts';
import { keepSpoolCopy, removeSpoolCopy, writeSpoolCopy, type SpoolCopy } from './spool.ts';

/**
 * Checks the input, copies the file, reads its header, and opens the import. Run again (a retry, or a new run of the same
 * workflow id after a failed one) it goes on with the import that is open, if file and input are the same.
 */
export async function openImport(
  deps: ImportDependencies,
  { workflowId, input: raw }: OpenImportInput,
  pulse: Pulse,
): Promise<OpenImportResult> {
  const input = checkInput(raw);
  const campaign = await readCampaign(deps.db.pool, { name: input.campaign });
  if (campaign === undefined) throw await unknownCampaign(deps);
  await refuseRetired(deps, deps.db.pool, campaign);
  const source = await openSourceFile(deps.importFolder, input.file);
  let copy: SpoolCopy;
  try {
    copy = await writeSpoolCopy(deps.spoolFolder, source, () => pulse.beat());
  } finally {
    await source.close();
  }
  try {
    return await openWithCopy(deps, { workflowId, input, campaign, copy });
  } finally {
    // Kept copies have another name by now.
    await rm(copy.path, { force: true });
  }
}

const MAX_CAMPAIGNS_NAMED = 10;

async function unknownCampaign(deps: ImportDependencies) {
  return toFailure(
    'not-found',
    `campaign: nu există o campanie cu acest nume; ${await campaignsThere(deps)}`,
  );
}

/** @throws ApplicationFailure `campaign-unusable` */
async function refuseRetired(deps: ImportDependencies, on: Queryable, { id, name }: CampaignSetup) {
  if ((await campaignRetiredAt(on, id)) === undefined) return;
  throw toFailure(
    'campaign-unusable',
    `campaign: campania „${name}” este scoasă din uz; nimic nu a fost importat. Readuceți-o în uz (Configurare → Campanii) sau alegeți alta; ${await campaignsThere(deps)}`,
  );
}

async function campaignsThere(deps: ImportDependencies): Promise<string> {
  const names = await someCampaignNames(deps.db.pool, { limit: MAX_CAMPAIGNS_NAMED + 1 });
  const named = names.slice(0, MAX_CAMPAIGNS_NAMED).map((name) => `„${name}”`);
  const more = names.length > named.length ? ', …' : '';
  return named.length > 0 ? `există: ${named.join(', ')}${more}` : 'nu există încă niciuna';
}

interface Opening {
  workflowId: string;
  input: ImportListInput;
  campaign: CampaignSetup;
  copy: SpoolCopy;
}

async function openWithCopy(deps: ImportDependencies, opening: Opening): Promise<OpenImportResult> {
  const { input, campaign, copy, workflowId } = opening;
  const head = await readLayout(copy, input.columns);
  const importId = randomUUID();
  return inTransaction(deps.db, async (client): Promise<OpenImportResult> => {
    await lockCampaignImports(client, campaign.id);
    // It may have gone out of use while the file was copied.
    await refuseRetired(deps, client, campaign);
    const open = await readOpenImport(client, { workflowId });
    if (open !== undefined) {
      if (isSame(open, opening, head.bytesTotal)) {
        // The copy that was lost may be why it failed.
        await keepSpoolCopy(deps.spoolFolder, copy.path, open.id);
        return { state: 'opened', importId: open.id, bytesTotal: open.bytesTotal };
      }
      await closeImport(client, { id: open.id, state: 'cancelled', now: deps.clock.now() });
      await removeSpoolCopy(deps.spoolFolder, open.id);
    }
    const same = await readSameFile(client, { campaignId: campaign.id, fileSha256: copy.sha256 });
    if (same !== undefined && !input.force && !input.dryRun) return alreadyImported(same.id, same.list);
    // Named before the commit: an import row without its copy could never go on.
    await keepSpoolCopy(deps.spoolFolder, copy.path, importId);
    await insertImport(client, {
      id: importId,
      workflowId,
      campaignId: campaign.id,
      input,
      fileSha256: copy.sha256,
      layout: head.layout,
      bytesTotal: head.bytesTotal,
      ...(!input.dryRun && { listName: listName(workflowId, input.file) }),
      now: deps.clock.now(),
    });
    return { state: 'opened', importId, bytesTotal: head.bytesTotal };
  });
}

/** The same bytes give the same copy, except by another release: its positions would be others. */
function isSame(open: ImportRow, { input, copy }: Opening, bytesTotal: number): boolean {
  return (
    open.fileSha256 === copy.sha256 && open.bytesTotal === bytesTotal && isDeepStrictEqual(open.input, input)
  );
}

/** Nothing was read into the campaign, so this run counts nothing; the earlier import has the counts. */
function alreadyImported(previous: string, list: string | null): OpenImportResult {
  return {
    state: 'already-imported',
    result: {
      importId: previous,
      outcome: 'already-imported',
      previousImport: previous,
      ...(list !== null && { list }),
      rows: 0,
      accepted: 0,
      duplicate: 0,
      invalid: 0,
      suppressed: 0,
      unknownColumns: [],
      byReason: {},
    },
  };
}

/** `import:oradea-2026-11-21` → `oradea-2026-11-21`; an id that says nothing gives way to the file's name. */
function listName(workflowId: string, file: string): string {
  const name = /^import:(.+)$/.exec(workflowId)?.[1] ?? basename(file, extname(file));
  return name.slice(0, 100);
}
