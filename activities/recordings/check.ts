/**
 * The look at the folders: what rows name and is not there, what is there and no row names. Removes only what can be made
 * again or was to be gone; everything else is counted and told.
 * @module
 */
import type { StoredFile } from '../../contracts/model/recording.ts';
import type { CheckRecordingsResult } from '../../contracts/temporal/activities.ts';
import {
  readCheckedDays,
  readNamedRecordings,
  readRecordingFacts,
  saveDayFindings,
  type DayFindings,
  type RecordingFact,
} from '../../db/recording-checks.ts';
import { withUpkeepLock } from '../../db/recording-upkeep.ts';
import { RUN_MS, type RecordingUpkeepDeps } from './dependencies.ts';

const DAY_MS = 86_400_000;
/** Of the last days each is looked at daily, of older ones weekly: nothing is written there any more. */
const RECENT_MS = 8 * DAY_MS;
const RECENT_AGAIN_MS = 20 * 3_600_000;
const AGAIN_MS = 7 * DAY_MS;
/** In each run: somebody may have brought the files back, and waits for the alarm to end. */
const HURT_AGAIN_MS = 30 * 60_000;
/** Somebody may be writing it. */
const DRAFT_AGE_MS = DAY_MS;
const FACTS_BATCH = 1_000;

export async function checkRecordings(
  deps: RecordingUpkeepDeps,
  signal: AbortSignal,
): Promise<CheckRecordingsResult> {
  const result: CheckRecordingsResult = { days: 0, missing: 0, strangers: 0, more: false };
  const until = performance.now() + RUN_MS;
  // The upkeep stands still meanwhile: rows and files say the same, or something is wrong.
  const done = await withUpkeepLock(deps.db, async () => {
    for (const day of await dueDays(deps)) {
      if (signal.aborted || performance.now() > until) return false;
      const found = await checkDay(deps, day);
      result.days += 1;
      result.missing += found.missing;
      result.strangers += found.strangers;
    }
    return true;
  });
  return { ...result, more: done !== true };
}

/** `YYYY-MM-DD`, those that waited longest first; never today, which is being written. */
async function dueDays({ db, store, clock }: RecordingUpkeepDeps): Promise<string[]> {
  const now = clock.now().getTime();
  const today = new Date(now).toISOString().slice(0, 10);
  const known = await readCheckedDays(db.pool);
  const checked = new Map(known.map(({ day, checkedAt }) => [day, checkedAt.getTime()]));
  // The folder of a day may be gone, as when a disk is not mounted.
  const filled = known.filter((day) => day.filled).map(({ day }) => day);
  const days = new Set([...(await store.days()).map((day) => day.replaceAll('/', '-')), ...filled]);
  const hurt = new Set(known.filter((day) => day.missing).map(({ day }) => day));
  const againMs = (day: string): number => {
    if (hurt.has(day)) return HURT_AGAIN_MS;
    return Date.parse(day) > now - RECENT_MS ? RECENT_AGAIN_MS : AGAIN_MS;
  };
  const waits = [...days]
    .filter((day) => day < today)
    .map((day) => ({ day, at: checked.get(day) ?? -Infinity }))
    .filter(({ day, at }) => at < now - againMs(day));
  return waits.sort((a, b) => a.at - b.at).map(({ day }) => day);
}

async function checkDay(deps: RecordingUpkeepDeps, day: string): Promise<DayFindings> {
  const { db, store, clock, logger } = deps;
  const folder = day.replaceAll('-', '/');
  const named = new Set((await readNamedRecordings(db.pool, { day })).map(({ path }) => path));
  const files = await store.filesOf(folder);
  const found: DayFindings = { wavBytes: 0, archiveBytes: 0, missing: 0, strangers: 0 };
  const others: StoredFile[] = [];
  for (const file of files) {
    if (!named.delete(`${folder}/${file.name}`)) others.push(file);
    else if (file.name.endsWith('.ogg')) found.archiveBytes += file.bytes;
    else found.wavBytes += file.bytes;
  }
  // What is left of them has no file.
  found.missing = named.size;
  found.strangers = await settleOthers(deps, folder, { files, others });
  await saveDayFindings(db.pool, { day, now: clock.now(), found });
  if (found.missing > 0)
    logger.error({ day, missing: found.missing }, 'recordings that their calls name are not on the disk');
  return found;
}

/** @returns how many files nobody knows */
async function settleOthers(
  deps: RecordingUpkeepDeps,
  folder: string,
  { files, others }: { files: readonly StoredFile[]; others: readonly StoredFile[] },
): Promise<number> {
  const there = new Set(files.map(({ name }) => `${folder}/${name}`));
  const now = deps.clock.now().getTime();
  let strangers = 0;
  for (let at = 0; at < others.length; at += FACTS_BATCH) {
    const batch = others.slice(at, at + FACTS_BATCH);
    const ids = batch.flatMap(({ name }) => callIdOf(name) ?? []);
    const facts = new Map((await readRecordingFacts(deps.db.pool, ids)).map((fact) => [fact.callId, fact]));
    for (const file of batch) {
      const path = `${folder}/${file.name}`;
      switch (judge(file, { path, fact: facts.get(callIdOf(file.name) ?? ''), there, now })) {
        case 'wait':
          break;
        case 'remove':
          await deps.store.remove(path);
          break;
        case 'stranger':
          strangers += 1;
      }
    }
  }
  return strangers;
}

const NAME = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(wav|ogg)(\..*)?$/;

function callIdOf(name: string): string | undefined {
  return NAME.exec(name)?.[1];
}

function judge(
  file: StoredFile,
  seen: { path: string; fact: RecordingFact | undefined; there: ReadonlySet<string>; now: number },
): 'wait' | 'remove' | 'stranger' {
  const { path, fact, there, now } = seen;
  if (callIdOf(file.name) !== undefined && file.name.endsWith('.part'))
    return file.modifiedAt.getTime() < now - DRAFT_AGE_MS ? 'remove' : 'wait';
  if (fact === undefined) return 'stranger';
  // Its commit is under way, or its upkeep was killed and comes to it.
  if (!fact.committed || fact.leftover === path) return 'wait';
  if (fact.state === 'deleted') return 'remove';
  // An archive that was begun and is not wanted any more. A WAV beside its archive was put there by somebody.
  const beside = fact.path !== null && there.has(fact.path) && path === fact.path.replace(/\.wav$/, '.ogg');
  return fact.state === 'ready' && beside ? 'remove' : 'stranger';
}
