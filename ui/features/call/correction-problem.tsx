/**
 * Why a correction was not saved.
 * @module
 */
import type { VNode } from 'preact';
import { ApiError, errorWords } from '../../api/problem.ts';
import { useApp } from '../../app-context.ts';
import { Notice } from '../../design/parts.tsx';

/** @param props.changed in words, that somebody else was faster */
export function CorrectionProblem({ error, changed }: { error: unknown; changed: string }): VNode | null {
  const { i18n } = useApp();
  if (error === undefined) return null;
  const title = error instanceof ApiError && error.is('conflict') ? changed : errorWords(i18n, error);
  return <Notice tone="danger" icon="alert" role="alert" title={title} />;
}
