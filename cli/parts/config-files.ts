/**
 * Configuration files as they are on disk: read, checked as a whole, every mistake told with file and path.
 * @module
 */
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { parseConfigFile } from '../../contracts/http/config-file.ts';
import { configName, type ConfigBody } from '../../contracts/model/config.ts';
import { UserError } from '../shell/user-error.ts';

export interface SourcedObject {
  object: ConfigBody;
  /** Absolute path of the file. */
  file: string;
  /** Place in a file that is a list: `[2]`; empty when the file is one object. */
  at: string;
}

/** @throws UserError with one line per mistake: file, JSON path, reason */
export function readConfigFiles(files: readonly string[]): SourcedObject[] {
  const mistakes: string[] = [];
  const objects: SourcedObject[] = [];
  for (const given of files) {
    const file = resolve(given);
    const shown = shortPath(file);
    const json = readJson(file, shown, mistakes);
    if (json === undefined) continue;
    const parsed = parseConfigFile(json);
    if (parsed.ok)
      objects.push(...parsed.objects.map((object, index) => ({ object, file, at: placeOf(json, index) })));
    else mistakes.push(...parsed.issues.map(({ path, message }) => `${shown}: ${path}: ${message}`));
  }
  mistakes.push(...givenTwice(objects));
  if (mistakes.length > 0) throw new UserError(`nothing was applied\n${mistakes.join('\n')}`);
  return objects;
}

function placeOf(json: unknown, index: number): string {
  return Array.isArray(json) ? `[${index}]` : '';
}

/** One mistake, as `apply` tells it. @param field of the object, such as `menu.keys.1` */
export function mistakeLine(
  { file, at }: Pick<SourcedObject, 'file' | 'at'>,
  field: string,
  reason: string,
): string {
  const path = [at, field].filter(Boolean).join('.');
  return `${shortPath(file)}: ${path ? `${path}: ` : ''}${reason}`;
}

/** As a person in this folder would type it. */
function shortPath(file: string): string {
  const below = relative(process.cwd(), file);
  return below.startsWith('..') ? file : below;
}

/** File that a prompt's `file` names. */
export function promptSource(configFile: string, file: string): string {
  return resolve(dirname(configFile), file);
}

function readJson(file: string, shown: string, mistakes: string[]): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    mistakes.push(`${shown}: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
    return undefined;
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch (error) {
    mistakes.push(`${shown}: not JSON: ${(error as Error).message}`);
    return undefined;
  }
}

function givenTwice(objects: readonly SourcedObject[]): string[] {
  const seen = new Map<string, string>();
  return objects.flatMap(({ object, file }) => {
    const key = `${object.kind} ${configName(object)}`;
    const first = seen.get(key);
    seen.set(key, first ?? file);
    return first === undefined ? [] : [`${shortPath(file)}: ${key} is also in ${shortPath(first)}`];
  });
}
