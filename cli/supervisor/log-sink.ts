/**
 * Log lines of all parts on one screen: prefixed by the part, coloured on a terminal; our own JSON lines become short
 * text. Every line also goes unchanged into `logs/<part>.log` of the state folder.
 * @module
 */
import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

export interface LogSink {
  /** One line of a part. */
  line(part: string, text: string): void;
  /** The last lines of a part, for an error message. */
  tail(part: string, count: number): string[];
  close(): void;
}

export interface LogSinkOptions {
  /** Where the screen is; nothing is shown when it is absent (`--quiet`). */
  screen?: { write(text: string): unknown; isTTY?: boolean };
  folder: string;
}

const COLOURS = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];
const NAME_WIDTH = 15;
const KEPT_LINES = 40;
/** A log that is larger at start is set aside as `.1`; a site that keeps more sends logs to its own collector. */
const MAX_LOG_BYTES = 20_000_000;

export function createLogSink(options: LogSinkOptions): LogSink {
  const files = new Map<string, WriteStream>();
  const recent = new Map<string, string[]>();
  mkdirSync(options.folder, { recursive: true });

  const fileOf = (part: string): WriteStream => {
    const known = files.get(part);
    if (known) return known;
    const path = join(options.folder, `${part}.log`);
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MAX_LOG_BYTES) renameSync(path, `${path}.1`);
    const opened = createWriteStream(path, { flags: 'a', mode: 0o600 });
    // A full disk must not end the launcher: the screen still shows the line.
    opened.on('error', () => undefined);
    files.set(part, opened);
    return opened;
  };
  return {
    line: (part, text) => {
      const lines = recent.get(part) ?? [];
      lines.push(text);
      if (lines.length > KEPT_LINES) lines.shift();
      recent.set(part, lines);
      fileOf(part).write(`${text}\n`);
      options.screen?.write(`${prefix(part, [...recent.keys()], options.screen.isTTY)}${readable(text)}\n`);
    },
    tail: (part, count) => (recent.get(part) ?? []).slice(-count).map(readable),
    close: () => {
      for (const file of files.values()) file.end();
    },
  };
}

function prefix(part: string, parts: readonly string[], colour = false): string {
  const name = `${part.padEnd(NAME_WIDTH)}│ `;
  return colour ? `\u001B[${COLOURS[parts.indexOf(part) % COLOURS.length]}m${name}\u001B[0m` : name;
}

const HIDDEN_FIELDS = new Set(['level', 'time', 'service', 'msg', 'err', 'pid', 'hostname']);

/** A pino line as `12:30:01 warn message key=value`; any other line as it is. */
export function readable(text: string): string {
  if (!text.startsWith('{"level":')) return text;
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return text;
  }
  const rest = Object.entries(fields)
    .filter(([key]) => !HIDDEN_FIELDS.has(key))
    .map(([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const error = fields['err'] as { message?: string } | undefined;
  const cause = error?.message ? ` · ${error.message}` : '';
  const { time, level, msg } = fields as { time?: string; level?: string; msg?: string };
  return `${time?.slice(11, 19) ?? ''} ${level ?? ''} ${msg ?? ''}${rest.join('')}${cause}`;
}
