/**
 * Applies configuration files: prompts converted, trunk passwords encrypted, then one transaction for all.
 * @module
 */
import type { ConfigBody, PromptDef, TrunkDef } from '../../contracts/model/config.ts';
import { applyConfig, configName, listConfig, type AppliedObject } from '../../db/config.ts';
import type { Database } from '../../db/client.ts';
import { decryptSecret, encryptSecret, isEncrypted } from '../../platform/secrets.ts';
import { convertPrompt } from '../../telephony/prompt-converter.ts';
import { UserError } from '../shell/user-error.ts';
import { promptSource, shortPath, type SourcedObject } from './config-files.ts';
import { getFfmpeg } from './ffmpeg.ts';
import type { Progress } from './tool-report.ts';

export interface ApplyDeps {
  db: Database;
  /** Folder of converted prompts. */
  promptsDir: string;
  trunkSecret: Buffer;
  actor: string;
  now: Date;
  /** Overwrite what a person changed on a page. */
  force: boolean;
  progress: Progress;
}

/** @throws UserError naming file, object and reason; nothing was changed in the database then */
export async function applyObjects(
  deps: ApplyDeps,
  sourced: readonly SourcedObject[],
): Promise<AppliedObject[]> {
  if (sourced.some(({ object }) => object.kind === 'prompt')) await getFfmpeg(deps.progress);
  const stored = await storedTrunks(deps.db);
  const objects: ConfigBody[] = [];
  for (const { object, file } of sourced) {
    if (object.kind === 'prompt')
      objects.push({ kind: 'prompt', body: await converted(deps, object.body, file) });
    else if (object.kind === 'trunk') {
      const body = withoutPlainPassword(object.body, stored.get(object.body.name), deps.trunkSecret);
      objects.push({ kind: 'trunk', body });
    } else objects.push(object);
  }
  const { db, actor, now, force } = deps;
  const result = await applyConfig(db, { objects, origin: 'file', actor, now, force });
  if (result.state === 'applied') return result.objects;
  const lines = result.problems.map(({ kind, name, problem, detail }) => {
    const file = sourced.find(({ object }) => object.kind === kind && configName(object) === name)?.file;
    const hint = problem === 'changed-on-page' ? '; --force overwrites it' : '';
    return `${file ? `${shortPath(file)}: ` : ''}${detail}${hint}`;
  });
  throw new UserError(`nothing was applied\n${lines.join('\n')}`);
}

async function converted(deps: ApplyDeps, prompt: PromptDef, configFile: string): Promise<PromptDef> {
  const source = promptSource(configFile, prompt.file);
  try {
    const { sha256, durationMs } = await convertPrompt({ source, promptsDir: deps.promptsDir });
    return { ...prompt, sha256, durationMs };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(
      `nothing was applied\n${shortPath(configFile)}: prompt ${prompt.name}: file ${prompt.file}: ${reason}`,
    );
  }
}

async function storedTrunks(db: Database): Promise<Map<string, TrunkDef>> {
  const rows = await listConfig(db.pool, { kind: 'trunk' });
  return new Map(rows.map((row) => [row.name, row.body as TrunkDef]));
}

/** Every encryption gives another text: an unchanged password keeps its stored form, or each apply were a change. */
function withoutPlainPassword(trunk: TrunkDef, stored: TrunkDef | undefined, key: Buffer): TrunkDef {
  const { credentials } = trunk;
  if (!credentials || isEncrypted(credentials.password)) return trunk;
  const before = stored?.credentials?.password;
  const password =
    before !== undefined && samePassword(before, credentials.password, key)
      ? before
      : encryptSecret(credentials.password, key);
  return { ...trunk, credentials: { ...credentials, password } };
}

function samePassword(encrypted: string, plain: string, key: Buffer): boolean {
  try {
    return decryptSecret(encrypted, key) === plain;
  } catch {
    return false;
  }
}
