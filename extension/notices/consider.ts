/**
 * Decides which changes are worth a notice. A notice tells of a crossing: a limit or problem reaches a level that it had not
 * reached in its window. Every reading is followed, shown or not, so that nothing is told later than it happened.
 */
import type { StatusBody } from "../../shared/quota.ts";
import { METER_LABELS } from "../../shared/format.ts";
import { isCurrent, STALE_AFTER_MS, type View, withStaleness } from "../../shared/view.ts";
import type { NoticeSettings } from "../state/settings.ts";
import { follow, type Track, type TrackStep } from "./levels.ts";
import { FULL, type Reading, readingsOf } from "./readings.ts";
import { isSilent } from "./silence.ts";

/** The part of a workspace's past that its next reading is compared with. Storage keeps it while the background is stopped. */
export interface NoticeState {
  /** The levels of the last reading. */
  levels: number[];
  /** Local epoch milliseconds at which the last reading was confirmed. */
  read_at: number;
  /** Whether the numbers were unknown since the last reading. */
  missed: boolean;
  /** By the key of a reading. */
  tracks: Record<string, Track>;
}

/** A change to tell of. */
export interface Notice {
  kind: "limits" | "problems" | "recovery";
  key: string;
  /** In percent. */
  level: number;
  /** Null for a problem that is over. */
  reading: Reading | null;
}

/** One limit or problem in a status, and what the reading changed. */
interface Followed extends TrackStep {
  key: string;
  reading: Reading | null;
}

/**
 * Compares a view with earlier ones of its workspace.
 *
 * A first reading after missing data is a baseline: the levels that it has reached are taken as known. It gives no notice,
 * and so does none while notices are muted. Several crossings in one view are one notice, of the highest level.
 *
 * @param before null before the first view.
 * @param now local epoch milliseconds.
 */
export function consider(
  before: NoticeState | null,
  known: View,
  settings: NoticeSettings,
  now: number,
): { state: NoticeState | null; notice: Notice | null } {
  const view = withStaleness(known, now);
  const { status } = view;
  if (!status || !isCurrent(view)) return { state: before && missing(before, view), notice: null };
  const levels = levelsOf(status, settings);
  const followed = followAll(before?.tracks ?? {}, status, levels, now + view.clock_offset_ms);
  const isBaseline = !before || isGap(before, now) || `${before.levels}` !== `${levels}`;
  const notice = isBaseline || isSilent(settings, now) ? null : choose(followed, status, settings);
  const tracks = Object.fromEntries(
    followed.filter(({ track }) => track.reached.length > 0).map(({ key, track }) => [
      key,
      key === notice?.key ? announced(track) : track,
    ]),
  );
  return { state: { levels, read_at: view.confirmed_at ?? now, missed: false, tracks }, notice };
}

/** A new attempt to connect is no gap by itself: the background starts again every few minutes. */
function missing(state: NoticeState, { connection }: View): NoticeState {
  return connection === "connecting" || state.missed ? state : { ...state, missed: true };
}

/** Whether a crossing may have been missed since the last reading. A reading from the future proves nothing. */
function isGap({ missed, read_at }: NoticeState, now: number): boolean {
  return missed || Math.abs(now - read_at) >= STALE_AFTER_MS;
}

function levelsOf({ warning_ratio }: StatusBody, { thresholds }: NoticeSettings): number[] {
  const own = thresholds.length > 0 ? thresholds : [Math.round(warning_ratio * 1000) / 10];
  return [...own.filter((level) => level < FULL), FULL];
}

function followAll(tracks: Record<string, Track>, status: StatusBody, levels: number[], now: number): Followed[] {
  const readings = new Map(readingsOf(status).map((reading) => [reading.key, reading]));
  const keys = new Set([...readings.keys(), ...Object.keys(tracks)]);
  return [...keys].map((key) => {
    const reading = readings.get(key) ?? null;
    return { key, reading, ...follow(tracks[key], reading, reading?.kind === "problems" ? [FULL] : levels, now) };
  });
}

/** The highest crossing, else the first recovery once no call is refused any more. */
function choose(followed: Followed[], status: StatusBody, { notices }: NoticeSettings): Notice | null {
  if (!notices.page && !notices.browser) return null;
  const crossings = followed.flatMap(({ key, reading, crossed }) =>
    reading && crossed !== null && notices[reading.kind] ? [{ kind: reading.kind, key, level: crossed, reading }] : []
  );
  const [highest] = crossings.sort((a, b) => b.level - a.level || b.reading.used - a.reading.used);
  if (highest || !notices.recovery || !isOpen(status)) return highest ?? null;
  const over = followed.find(({ recovered, key, reading }) => recovered && (reading || !isMeter(key)));
  return over ? { kind: "recovery", key: over.key, level: FULL, reading: over.reading } : null;
}

/** Whether calls are accepted and the numbers are reliable. */
function isOpen({ status }: StatusBody): boolean {
  return status === "normal" || status === "warning";
}

/** Whether a key is a limit or budget of the service: one that is gone was removed, it did not recover. */
function isMeter(key: string): boolean {
  return key.split(" ")[0] in METER_LABELS || key.startsWith("budget_");
}

function announced(track: Track): Track {
  return { ...track, reached: track.reached.map((each) => ({ ...each, announced: true })) };
}
