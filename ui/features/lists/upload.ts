/**
 * A file to the server in parts; a part that did not arrive is sent again from where the server stands.
 * @module
 */
import { ApiError } from '../../api/problem.ts';
import type { AdminListsApi } from '../../api/admin-lists.ts';

/** Some four seconds on a line of 1 Mbit/s; the server takes four times as much. */
const PART_BYTES = 512 * 1024;
const MOST_FAILURES = 5;

export interface UploadJob {
  id: string;
  /** Resolves when the whole file is there. @throws ApiError, or what `signal` was aborted with */
  run: (signal: AbortSignal, onBytes: (bytes: number) => void) => Promise<void>;
}

/** Run again after a failure it goes on. */
export function createUpload(
  api: Pick<AdminListsApi, 'uploadPart'>,
  file: Blob,
  id: string = crypto.randomUUID(),
): UploadJob {
  let done = 0;
  return {
    id,
    run: async (signal, onBytes) => {
      for (let failures = 0; done < file.size;) {
        signal.throwIfAborted();
        try {
          done = (await api.uploadPart(id, done, file.slice(done, done + PART_BYTES))).bytes;
          failures = 0;
        } catch (error) {
          const there = bytesThere(error);
          failures += 1;
          if (failures > MOST_FAILURES || (there === undefined && !mayPass(error))) throw error;
          if (there !== undefined) done = there;
        }
        onBytes(done);
      }
    },
  };
}

/** What the server has, when the part did not begin there. */
function bytesThere(error: unknown): number | undefined {
  const bytes =
    error instanceof ApiError && error.is('conflict') ? error.problem?.params['bytes'] : undefined;
  return typeof bytes === 'number' ? bytes : undefined;
}

function mayPass(error: unknown): boolean {
  return error instanceof ApiError && (error.kind === 'network' || error.kind === 'timeout');
}
