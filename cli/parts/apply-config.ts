/**
 * Applies configuration files: prompts converted, trunk passwords encrypted, then one transaction for all.
 * @module
 */
import { configName, type ConfigBody, type PromptDef, type TrunkDef } from '../../contracts/model/config.ts';
import { listConfig } from '../../db/config-read.ts';
import { applyConfig, type AppliedObject, type ConfigProblem } from '../../db/config.ts';
import type { Database } from '../../db/client.ts';
import { convertPrompt } from '../../platform/prompt-converter.ts';
import { withEncryptedPassword } from '../../platform/trunk-password.ts';
import { UserError } from '../shell/user-error.ts';
import { mistakeLine, promptSource, type SourcedObject } from './config-files.ts';
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
  const mistakes: string[] = [];
  for (const one of sourced) {
    const { object } = one;
    if (object.kind === 'prompt') {
      const made = await converted(deps, object.body, one);
      if ('sha256' in made) objects.push({ kind: 'prompt', body: { ...object.body, ...made } });
      else mistakes.push(mistakeLine(one, 'file', `${object.body.file}: ${made.problem}`));
    } else if (object.kind === 'trunk') {
      const body = withEncryptedPassword(object.body, stored.get(object.body.name), deps.trunkSecret);
      objects.push({ kind: 'trunk', body });
    } else objects.push(object);
  }
  if (mistakes.length > 0) throw new UserError(`nothing was applied\n${mistakes.join('\n')}`);
  const { db, actor, now, force } = deps;
  const result = await applyConfig(db, { objects, origin: 'file', actor, now, force });
  if (result.state === 'applied') return result.objects;
  const lines = result.problems.map((problem) => problemLine(problem, sourced));
  throw new UserError(`nothing was applied\n${lines.join('\n')}`);
}

function problemLine(
  { kind, name, problem, path, detail }: ConfigProblem,
  sourced: readonly SourcedObject[],
): string {
  const from = sourced.find(({ object }) => object.kind === kind && configName(object) === name);
  const force = { 'changed-on-page': 'overwrites it', 'removed-on-page': 'brings it back' };
  const reason = problem in force ? `${detail}; --force ${force[problem as keyof typeof force]}` : detail;
  return from ? mistakeLine(from, path ?? '', reason) : reason;
}

/** All mistakes are told at once: a prompt that cannot be converted is one of them. */
async function converted(
  deps: ApplyDeps,
  prompt: PromptDef,
  { file }: SourcedObject,
): Promise<{ sha256: string; durationMs: number } | { problem: string }> {
  const source = promptSource(file, prompt.file);
  try {
    const { sha256, durationMs } = await convertPrompt({ source, promptsDir: deps.promptsDir });
    return { sha256, durationMs };
  } catch (cause) {
    return { problem: cause instanceof Error ? cause.message : String(cause) };
  }
}

async function storedTrunks(db: Database): Promise<Map<string, TrunkDef>> {
  const rows = await listConfig(db.pool, { kind: 'trunk' });
  return new Map(rows.map((row) => [row.name, row.body as TrunkDef]));
}
