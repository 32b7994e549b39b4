/**
 * All parts together: started in the given order, each when the one before is ready; ended in reverse order.
 * @module
 */
import { UserError } from '../shell/user-error.ts';
import type { LogSink } from './log-sink.ts';
import { createManagedPart, type ManagedPart } from './managed-part.ts';
import type { PartSpec, PartStatus, ReadyDetails } from './part-spec.ts';
import type { Reaper } from './reaper.ts';

export interface Supervisor {
  /** Resolves when the part is ready. @throws UserError with the part's last lines when it does not get ready */
  start(spec: PartSpec): Promise<ReadyDetails>;
  /** Starts parts that do not need each other at the same time. */
  startTogether(specs: readonly PartSpec[]): Promise<ReadyDetails[]>;
  stop(name: string): Promise<void>;
  /** Ends every part, the last started first. A second call kills at once. */
  stopAll(): Promise<void>;
  parts(): PartStatus[];
}

export interface SupervisorDeps {
  log: LogSink;
  reaper: Reaper;
  onChange(parts: PartStatus[]): void;
}

/** Lines of a part that failed which the person sees beside the reason. */
const SHOWN_LINES = 4;
const SEARCHED_LINES = 30;
/** Stack frames, carets, brackets. */
const NOISE = /^\s*(at |\^|[{}()]|Node\.js v|node:internal|triggerUncaught|throw )/;

export function createSupervisor(deps: SupervisorDeps): Supervisor {
  const parts: { name: string; part: ManagedPart }[] = [];
  let stopping = false;

  const statuses = (): PartStatus[] => parts.map(({ part }) => part.status());
  const start = async (spec: PartSpec): Promise<ReadyDetails> => {
    if (stopping) throw new UserError('ended while starting');
    const part = createManagedPart(spec, { ...deps, onChange: () => deps.onChange(statuses()) });
    parts.push({ name: spec.name, part });
    try {
      return await part.start();
    } catch (cause) {
      if (stopping) throw new UserError('ended while starting');
      throw new UserError(failureText(spec.name, cause, deps.log.tail(spec.name, SEARCHED_LINES)));
    }
  };
  return {
    start,
    startTogether: (specs) => Promise.all(specs.map(start)),
    stop: async (name) => {
      await parts.find((entry) => entry.name === name)?.part.stop();
    },
    stopAll: async () => {
      if (stopping) {
        for (const { part } of parts) part.kill();
        return;
      }
      stopping = true;
      for (const { part } of parts.toReversed()) await part.stop();
    },
    parts: statuses,
  };
}

function failureText(name: string, cause: unknown, lines: readonly string[]): string {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const shown = lines
    .filter((line) => !NOISE.test(line))
    .slice(-SHOWN_LINES)
    .map((line) => `\n  ${line}`)
    .join('');
  return `${name} did not start: ${reason}${shown ? `; it said:${shown}` : ''}`;
}
