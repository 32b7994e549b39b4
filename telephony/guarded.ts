/**
 * Waiting with an end.
 * @module
 */

/** The promise's value, or undefined when it takes longer than the guard. Rejects as the promise does. */
export async function guarded<T>(promise: Promise<T>, guardMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const guard = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), guardMs);
  });
  try {
    return await Promise.race([promise, guard]);
  } finally {
    clearTimeout(timer);
  }
}
