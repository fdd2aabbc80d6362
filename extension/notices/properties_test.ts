/** Properties of notices over random histories of one workspace. */
import fc from "fast-check";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { Scene, type Use } from "../../tests/support/notice_scene.ts";

/** What happens after a wait of some seconds. */
interface Event {
  wait: number;
  use: Use;
  connection: "live" | "connecting" | "offline" | "stale";
}

const DAY_S = 86_400;

const event: fc.Arbitrary<Event> = fc.record({
  wait: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 44 }) }, fc.constantFrom(60, 3_600, 20_000)),
  use: fc.record({ minute: fc.integer({ min: 0, max: 100 }), day: fc.constantFrom(0, 500, 790, 800, 910, 950, 1000) }),
  connection: fc.oneof(
    { weight: 12, arbitrary: fc.constant("live" as const) },
    fc.constantFrom("connecting" as const, "offline" as const, "stale" as const),
  ),
});

const history = fc.array(event, { minLength: 2, maxLength: 80 });
const thresholds = fc.constantFrom<number[][]>([], [50, 80, 95], [1], [30, 40]);

/** A notice with its time, and all that was live up to it. */
interface Told {
  at: number;
  kind: string;
  key: string;
  level: number;
  live: { at: number; use: Use }[];
  /** Whether the event before it was missing, or too long ago. */
  gap: boolean;
}

function play(events: Event[], own: number[]): Told[] {
  const scene = new Scene();
  scene.set({ thresholds: own });
  const told: Told[] = [];
  const live: Told["live"] = [];
  let at = 0;
  let gap = true;
  for (const { wait, use, connection } of events) {
    at += wait;
    if (connection !== "live") {
      assertEquals(scene.without(at, connection), null);
      gap ||= connection !== "connecting";
      continue;
    }
    gap ||= at - live.at(-1)!.at >= 45;
    live.push({ at, use });
    const before = scene.notices.length;
    scene.at(at, use);
    for (const { kind, key, level } of scene.notices.slice(before)) {
      told.push({ at, kind, key, level, live: [...live], gap });
    }
    gap = false;
  }
  return told;
}

function property(name: string, check: (told: Told[]) => void): void {
  Deno.test(name, () => fc.assert(fc.property(history, thresholds, (events, own) => check(play(events, own)))));
}

/** The day of a time; midnight is twelve hours after the scene begins. */
function dayOf(at: number): number {
  return Math.floor((at + DAY_S / 2) / DAY_S);
}

/** Whether use was below a level by the margin through a whole minute between two times. */
function wasCalm({ live }: Told, level: number, from: number, to: number): boolean {
  const near = live.filter(({ at, use }) => at >= from && at < to && use.minute! >= level - Math.min(10, level / 2));
  const times = [...near.map(({ at }) => at), to];
  return times.some((at, i) => i > 0 && at - times[i - 1] >= 60);
}

property("no level of a day is told of twice in a day", (told) => {
  const daily = told.filter(({ key, kind }) => key === "requests_per_day" && kind === "limits");
  const windows = daily.map(({ at, level }) => `${dayOf(at)} ${level}`);
  assertEquals(windows.length, new Set(windows).size);
});

property("no level of a minute is told of twice without a calm minute between", (told) => {
  const minutes = told.filter(({ key, kind }) => key === "requests_per_minute" && kind === "limits");
  for (const [i, now] of minutes.entries()) {
    const before = minutes.slice(0, i).findLast(({ level }) => level === now.level);
    if (before) assert(wasCalm(now, now.level, before.at, now.at), `${now.level} at ${before.at} and ${now.at}`);
  }
});

property("within a window levels only rise", (told) => {
  const daily = told.filter(({ key, kind }) => key === "requests_per_day" && kind === "limits");
  for (const [i, { at, level }] of daily.entries()) {
    const before = daily[i - 1];
    if (before && dayOf(before.at) === dayOf(at)) assert(level > before.level);
  }
});

property("a full day does not recover before midnight, nor a full minute before a calm minute", (told) => {
  for (const [i, over] of told.entries()) {
    if (over.kind !== "recovery") continue;
    const full = told.slice(0, i).findLast(({ key, level, kind }) =>
      key === over.key && level === 100 && kind === "limits"
    );
    assert(full, "a recovery without a full limit");
    if (over.key === "requests_per_day") assert(dayOf(over.at) > dayOf(full.at));
    else assert(wasCalm(over, 100, full.at, over.at));
  }
});

property("a full limit recovers at most once", (told) => {
  const ends = told.filter(({ level }) => level === 100);
  for (const key of ["requests_per_minute", "requests_per_day"]) {
    const kinds = ends.filter((each) => each.key === key).map(({ kind }) => kind);
    assert(kinds.every((kind, i) => kind === "limits" || kinds[i - 1] === "limits"));
  }
});

property("the first reading after missing data gives no notice", (told) => {
  for (const { gap } of told) assert(!gap);
});

property("a notice of a limit tells of a level that the use has reached", (told) => {
  for (const { kind, key, level, live } of told.filter(({ kind }) => kind === "limits")) {
    const { minute, day } = live.at(-1)!.use;
    assert((key === "requests_per_minute" ? minute! : day! / 10) >= level, kind);
  }
});
