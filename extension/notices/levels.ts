/**
 * The levels that one limit or problem has reached in its window. A level that was reached is not reached again before
 * its window is over: a calendar window at its reset, a rolling one when the use has stayed clearly below the level for a
 * minute.
 */
import { FULL, type Reading } from "./readings.ts";

/** A level counts as left only this many points below it, so that a use that hovers around it reaches it once. */
const MARGIN = 10;

/** How long a use must stay below a level of a rolling window: the length of the window. */
const CALM_MS = 60_000;

/** A level that was reached in the present window. */
interface Reached {
  /** In percent. */
  level: number;
  /** Service's epoch milliseconds before which its window is not over. */
  until: number;
  /** Whether a notice was shown for it. */
  announced: boolean;
}

/** What is known of one limit or problem. */
export interface Track {
  limit: number | string;
  /** Ascending by level. */
  reached: Reached[];
}

/** The change of a track by one reading. */
export interface TrackStep {
  track: Track;
  /** The highest level that was reached just now; null for none. */
  crossed: number | null;
  /** An announced full limit or problem has ended. */
  recovered: boolean;
}

/**
 * Follows one limit or problem.
 *
 * @param reading null where the status no longer has it.
 * @param levels in percent, ascending, {@link FULL} included.
 * @param now service's epoch milliseconds.
 */
export function follow(before: Track | undefined, reading: Reading | null, levels: number[], now: number): TrackStep {
  const same = reading === null || before?.limit === reading.limit;
  const known = same ? before?.reached ?? [] : [];
  const kept = known.filter((each) => !isOver(each, reading, now)).map((each) => extended(each, reading, now));
  const highest = Math.max(0, ...kept.map(({ level }) => level));
  const fresh = reading ? levels.filter((level) => level > highest && reading.used >= level) : [];
  const opened = fresh.map((level) => ({
    level,
    until: reading!.resets_at ?? calmAt(reading!, now),
    announced: false,
  }));
  const crossed = fresh.at(-1) ?? null;
  return {
    track: { limit: reading?.limit ?? before?.limit ?? 0, reached: [...kept, ...opened] },
    crossed,
    recovered: isAnnouncedFull(known) && highest < FULL && crossed !== FULL,
  };
}

function isAnnouncedFull(reached: Reached[]): boolean {
  return reached.some(({ level, announced }) => level === FULL && announced);
}

/** Whether the window in which a level was reached is over. */
function isOver({ level, until }: Reached, reading: Reading | null, now: number): boolean {
  if (now < until) return false;
  if (reading === null) return true;
  return reading.resets_at === null ? !isNear(level, reading) : reading.resets_at > until;
}

/** A rolling window lasts longer with each reading near the level; a calendar one ends at its reset. */
function extended(reached: Reached, reading: Reading | null, now: number): Reached {
  if (!reading || reading.resets_at !== null || !isNear(reached.level, reading)) return reached;
  return { ...reached, until: Math.max(reached.until, calmAt(reading, now)) };
}

/** The earliest end of a rolling window. */
function calmAt({ until }: Reading, now: number): number {
  return Math.max(until ?? 0, now + CALM_MS);
}

function isNear(level: number, { used }: Reading): boolean {
  return used >= level - Math.min(MARGIN, level / 2);
}
