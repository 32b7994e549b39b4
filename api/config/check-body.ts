/**
 * A body that a page sends becomes a config object, or a list of what is wrong with it: the schemas and rules of `apply`,
 * and what only a page can get wrong.
 * @module
 */
import { CONFIG_SCHEMAS } from '../../contracts/http/config.ts';
import { configIssueOf, type ConfigIssue, type IssueCode } from '../../contracts/http/config-issues.ts';
import {
  configName,
  type ConfigBody,
  type ConfigKind,
  type PromptDef,
  type TrunkDef,
} from '../../contracts/model/config.ts';
import { missingReferences } from '../../db/config-references.ts';
import { encryptSecret } from '../../platform/secrets.ts';
import { withEncryptedPassword } from '../../platform/trunk-password.ts';
import type { ApiDeps } from '../deps.ts';
import { findPromptFile } from './prompt-files.ts';

export type CheckDeps = Pick<ApiDeps, 'db' | 'secretKey' | 'promptsDir'>;

export interface BodyToCheck {
  kind: ConfigKind;
  /** As in the address. */
  name: string;
  body: Record<string, unknown>;
  /** What is in the database now, with its secrets. */
  stored: ConfigBody['body'] | undefined;
}

export type CheckedBody = { ok: true; object: ConfigBody } | { ok: false; issues: ConfigIssue[] };

export async function checkBody(deps: CheckDeps, input: BodyToCheck): Promise<CheckedBody> {
  const { kind, name } = input;
  const filled = kind === 'trunk' ? withStoredPassword(input) : { body: input.body, issues: [] };
  const parsed = CONFIG_SCHEMAS[kind].safeParse(filled.body);
  if (!parsed.success) {
    const told = new Set(filled.issues.map(({ path }) => path));
    const others = parsed.error.issues.map(configIssueOf).filter(({ path }) => !told.has(path));
    return { ok: false, issues: [...filled.issues, ...others] };
  }
  // The schema was chosen by `kind`, which the type system cannot follow through an index.
  const object = { kind, body: parsed.data } as ConfigBody;
  const issues = [...filled.issues];
  if (configName(object) !== name) {
    const path = kind === 'status' ? 'code' : 'name';
    issues.push(issue(path, 'name-differs', `must be "${name}", as in the address`, { name }));
  }
  for (const missing of await missingReferences(deps.db.pool, [object])) {
    issues.push(issue(missing.path, 'reference', missing.detail));
  }
  if (object.kind === 'prompt') issues.push(...(await soundIssues(deps, object.body)));
  if (issues.length > 0) return { ok: false, issues };
  if (object.kind !== 'trunk') return { ok: true, object };
  const stored = input.stored as TrunkDef | undefined;
  return { ok: true, object: { kind, body: encrypted(object.body, stored, deps.secretKey) } as ConfigBody };
}

/** What a page types is never taken for an encrypted form. */
function encrypted(trunk: TrunkDef, stored: TrunkDef | undefined, key: Buffer): TrunkDef {
  const { credentials } = trunk;
  if (!credentials || credentials.password === stored?.credentials?.password) return trunk;
  if (!credentials.password.startsWith('enc:')) return withEncryptedPassword(trunk, stored, key);
  return { ...trunk, credentials: { ...credentials, password: encryptSecret(credentials.password, key) } };
}

/** A password left out stays. To another host it is not sent: whoever may edit a trunk could read it there. */
function withStoredPassword({ body, stored }: BodyToCheck): {
  body: Record<string, unknown>;
  issues: ConfigIssue[];
} {
  const credentials = body['credentials'];
  if (typeof credentials !== 'object' || credentials === null || hasPassword(credentials)) {
    return { body, issues: [] };
  }
  const before = stored as TrunkDef | undefined;
  const password = before?.credentials?.password;
  if (password === undefined) {
    return { body, issues: [issue('credentials.password', 'password', 'is needed')] };
  }
  const issues =
    before?.host === body['host']
      ? []
      : [issue('credentials.password', 'password', 'must be typed again for another host')];
  return { body: { ...body, credentials: { ...credentials, password } }, issues };
}

function hasPassword(credentials: object): boolean {
  const { password } = credentials as { password?: unknown };
  return password !== undefined && password !== '' && password !== '***';
}

async function soundIssues(deps: CheckDeps, prompt: PromptDef): Promise<ConfigIssue[]> {
  const found =
    prompt.sha256 === undefined ? undefined : await findPromptFile(deps.promptsDir, prompt.sha256);
  return found === undefined ? [issue('sha256', 'sound', 'upload a sound first')] : [];
}

function issue(
  path: string,
  code: IssueCode,
  message: string,
  params: ConfigIssue['params'] = {},
): ConfigIssue {
  return { path, code, message, params };
}
