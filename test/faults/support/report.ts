/**
 * One line for each fault that was tried, for docs/reliability.md.
 * @module
 */
import { appendFileSync } from 'node:fs';

/** Appends to the file that `APEL_FAULT_REPORT` names, and tells the person who watches. */
export function report(line: Readonly<Record<string, unknown>>): void {
  const text = JSON.stringify({ at: new Date().toISOString(), ...line });
  process.stdout.write(`${text}\n`);
  const file = process.env['APEL_FAULT_REPORT'];
  if (file) appendFileSync(file, `${text}\n`);
}
