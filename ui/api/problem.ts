/**
 * What can go wrong with a request, and its words.
 * @module
 */
import type { Problem } from '../../contracts/http/problem.ts';
import type { Params } from '../i18n/entry.ts';
import type { I18n } from '../i18n/i18n.ts';

/** `network`: no answer at all · `timeout`: ours, or a silent server · `problem`: RFC 9457 · `unexpected`: anything else. */
export class ApiError extends Error {
  readonly kind: 'network' | 'timeout' | 'problem' | 'unexpected';
  readonly status: number;
  readonly problem: Problem | undefined;

  constructor(kind: ApiError['kind'], status = 0, problem?: Problem) {
    super(problem?.title ?? kind);
    this.kind = kind;
    this.status = status;
    this.problem = problem;
  }

  /** Whether the server answered with this problem code. */
  is(code: Problem['code']): boolean {
    return this.problem?.code === code;
  }
}

/** The sentence for a person; never a stack, never English from the server. */
export function errorWords(i18n: I18n, error: unknown): string {
  if (!(error instanceof ApiError)) return i18n.t('error.unexpected', { status: '–' });
  if (error.kind === 'network' || error.kind === 'timeout') return i18n.t(`error.${error.kind}`);
  const { problem } = error;
  const unexpected = i18n.t('error.unexpected', { status: String(error.status) });
  return problem ? i18n.tMaybe(`problem.${problem.code}`, unexpected, plain(problem)) : unexpected;
}

/** The number under which the cause is in the server's log. */
export function requestIdOf(error: unknown): string | undefined {
  return error instanceof ApiError && error.problem?.code === 'internal'
    ? error.problem.requestId
    : undefined;
}

function plain(problem: Problem): Params {
  const params: Record<string, string | number> = { fields: '', part: '' };
  for (const [name, value] of Object.entries(problem.params)) {
    if (typeof value === 'string' || typeof value === 'number') params[name] = value;
    else if (name === 'issues') {
      params['fields'] = value.map((item) => (typeof item === 'string' ? item : item.path)).join(', ');
    }
  }
  const wait = params['retryAfterSeconds'];
  return wait === undefined ? params : { ...params, n: wait };
}
