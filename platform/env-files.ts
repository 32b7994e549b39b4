/**
 * Secrets as files: where `NAME_FILE` is set, the value of `NAME` is what that file holds. Containers get secrets as
 * mounted files; a value in the environment can be read by everybody who may inspect the container.
 * @module
 */
import { readFileSync } from 'node:fs';

/** `NAME_FILE` cannot be used; `variable` is its name. */
export class EnvFileError extends Error {
  override readonly name = 'EnvFileError';
  readonly variable: string;

  constructor(variable: string, reason: string) {
    super(reason);
    this.variable = variable;
  }
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The value of one variable, from the environment or from the file that `<name>_FILE` names. The newline that editors
 * leave at the end of a file is no part of it; an empty variable counts as not set.
 * @throws EnvFileError when both are set, or the file cannot be read or is empty
 */
export function readEnv(env: Env, name: string): string | undefined {
  const file = env[`${name}_FILE`];
  const value = env[name] || undefined;
  if (!file) return value;
  const variable = `${name}_FILE`;
  if (value !== undefined) throw new EnvFileError(variable, `is set, and so is ${name}; unset one of them`);
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new EnvFileError(variable, `${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  if (text === '') throw new EnvFileError(variable, `${file} is empty`);
  return text;
}

/**
 * A copy of the environment in which the named variables have the values of their files, and `NAME_FILE` is gone.
 * @throws EnvFileError
 */
export function withEnvFiles<E extends Env>(env: E, names: readonly string[]): E {
  const copy: Record<string, string | undefined> = { ...env };
  for (const name of names) {
    const value = readEnv(env, name);
    if (value !== undefined) copy[name] = value;
    delete copy[`${name}_FILE`];
  }
  return copy as E;
}
