/**
 * Converted prompts on the disk: `<sha256>.wav`, shared with the edges.
 * @module
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

const SHA256 = /^[0-9a-f]{64}$/;

/** Undefined when there is no such sound. */
export async function findPromptFile(
  promptsDir: string,
  sha256: string,
): Promise<{ path: string; bytes: number } | undefined> {
  if (!SHA256.test(sha256)) return undefined;
  const path = join(promptsDir, `${sha256}.wav`);
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? { path, bytes: found.size } : undefined;
}
