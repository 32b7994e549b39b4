/**
 * What the launcher itself says: on standard error, apart from what commands print.
 * @module
 */
export function say(text: string): void {
  process.stderr.write(`apel: ${text}\n`);
}
