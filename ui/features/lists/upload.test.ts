import { describe, expect, it } from 'vitest';
import type { ProblemCode } from '../../../contracts/http/problem.ts';
import { ApiError } from '../../api/problem.ts';
import { createUpload } from './upload.ts';

const MIB = 1024 * 1024;

function problem(code: ProblemCode, params: Record<string, number> = {}): ApiError {
  return new ApiError('problem', 409, { type: '', title: code, status: 409, code, params, requestId: '' });
}

/** A server that keeps sizes; `fail` decides of each request before it is taken. */
function server(fail: (n: number) => ApiError | 'after' | undefined = () => undefined) {
  const state = { size: 0, asked: 0 };
  return {
    state,
    uploadPart: async (_id: string, offset: number, part: Blob) => {
      state.asked += 1;
      const failure = fail(state.asked);
      if (failure instanceof ApiError) throw failure;
      if (offset !== state.size) throw problem('conflict', { bytes: state.size });
      state.size += part.size;
      // Taken, but the answer was lost.
      if (failure === 'after') throw new ApiError('network');
      return { bytes: state.size };
    },
  };
}

describe('an upload', () => {
  const file = new Blob([new Uint8Array(1.2 * MIB)]);
  const never = new AbortController().signal;

  it('arrives whole in parts, telling how far it is', async () => {
    const api = server();
    const seen: number[] = [];
    await createUpload(api, file).run(never, (bytes) => seen.push(bytes));
    expect(api.state).toEqual({ size: file.size, asked: 3 });
    expect(seen.at(-1)).toBe(file.size);
  });

  it('goes on where the server stands when a part or its answer was lost', async () => {
    const api = server((n) => (n === 1 ? 'after' : n === 3 ? new ApiError('timeout') : undefined));
    await createUpload(api, file).run(never, () => undefined);
    expect(api.state.size).toBe(file.size);
  });

  it('stops at what does not pass by itself, and goes on when it is asked again', async () => {
    const api = server((n) => (n === 2 ? problem('forbidden') : undefined));
    const job = createUpload(api, file);
    await expect(job.run(never, () => undefined)).rejects.toMatchObject({ problem: { code: 'forbidden' } });
    await job.run(never, () => undefined);
    expect(api.state.size).toBe(file.size);
  });

  it('gives up after some failures, and at once when it is cancelled', async () => {
    const api = server(() => new ApiError('network'));
    await expect(createUpload(api, file).run(never, () => undefined)).rejects.toMatchObject({
      kind: 'network',
    });
    expect(api.state.asked).toBe(6);
    const cancel = new AbortController();
    cancel.abort(new Error('cancelled'));
    await expect(createUpload(api, file).run(cancel.signal, () => undefined)).rejects.toThrow('cancelled');
    expect(api.state.asked).toBe(6);
  });
});
