/**
 * A part of a file as a web stream that opens the file only when somebody reads: the answer to HEAD never does.
 * @module
 */
import { open, type FileHandle } from 'node:fs/promises';

const CHUNK_BYTES = 64 * 1024;

/** @param range both ends included */
export function streamFile(path: string, range: { first: number; last: number }): ReadableStream<Uint8Array> {
  let file: FileHandle | null = null;
  let cancelled = false;
  let position = range.first;
  const close = async (): Promise<void> => {
    const opened = file;
    file = null;
    await opened?.close();
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        file ??= await open(path, 'r');
        // A browser that went away while the file was being opened: nobody else would close it.
        if (cancelled) return close();
        const length = Math.min(CHUNK_BYTES, range.last - position + 1);
        const { bytesRead, buffer } = await file.read(new Uint8Array(length), 0, length, position);
        if (cancelled) return;
        position += bytesRead;
        if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead));
        if (bytesRead < length) {
          await close();
          controller.error(new Error('file is shorter than it was'));
        } else if (position > range.last) {
          await close();
          controller.close();
        }
      },
      cancel() {
        cancelled = true;
        return close();
      },
    },
    { highWaterMark: 0 },
  );
}
