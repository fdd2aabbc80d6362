/** A live store that computes its answers from a list of all attempts: slow, but simple enough to be the reference. */
import { calendarDay } from "../../server/core/calendar_day.ts";
import { exceeds, isFull, type Limits } from "../../server/core/limits.ts";
import { isLimited, limitsOfNames, type WorkspaceLimits } from "../../server/core/workspace_limits.ts";
import type {
  Count,
  Ending,
  KeptCounts,
  Reading,
  Readings,
  Reservation,
  Snapshot,
} from "../../server/live/live_store.ts";
import { METER_NAMES, type MeterName } from "../../shared/meters.ts";

interface Entry {
  at_ms: number;
  model: string | null;
  answered: string | null;
  requests: number;
  tokens: number;
  under_way: boolean;
  in_minute: boolean;
  in_day: boolean;
}

/** One workspace. Its days are UTC's. */
export class NaiveWorkspace {
  #entries: Entry[] = [];

  reserve(reservation: Reservation): Entry | { full: MeterName; model: string | null } {
    const { model, answered, tokens, now_ms, limits, enforce } = reservation;
    if (enforce) {
      const full = this.#full(limits.limits, tokens, now_ms, () => true);
      if (full) return { full, model: null };
      for (const limit of limitsOfNames(limits.models, model, answered)) {
        const full = this.#full(limits.models.get(limit)!, tokens, now_ms, covered(limit, limits.models));
        if (full) return { full, model: limit };
      }
    }
    return this.#add({ at_ms: now_ms, model, answered, requests: 1, tokens, under_way: true });
  }

  settle(entry: Entry, { model, answered, tokens }: Ending): void {
    if (entry.under_way) Object.assign(entry, { model, answered, tokens, under_way: false });
  }

  release(entry: Entry): void {
    if (entry.under_way) this.#entries = this.#entries.filter((each) => each !== entry);
    entry.under_way = false;
  }

  count({ model, answered, tokens, at_ms, now_ms, requests = 1 }: Count): void {
    this.#add({ at_ms: Math.min(at_ms, now_ms), model, answered, requests, tokens, under_way: false });
  }

  reset(window: "minute" | "day"): void {
    for (const entry of this.#entries) if (!entry.under_way) entry[`in_${window}`] = false;
  }

  rebuild({ seconds, day, now_ms }: KeptCounts): void {
    for (const { second, ...count } of seconds) {
      this.#add({ ...count, at_ms: second * 1000, under_way: false }).in_day = false;
    }
    for (const count of day) this.#add({ ...count, at_ms: now_ms, under_way: false }).in_minute = false;
  }

  snapshot(now_ms: number, { limits, models }: WorkspaceLimits): Snapshot {
    const oldest = Math.min(...this.#minute(now_ms).map(({ at_ms }) => second(at_ms)));
    return {
      workspace: this.#readings(limits, now_ms, () => true),
      models: [...models].filter(([, limits]) => isLimited(limits)).map(([model, limits]) => ({
        model,
        readings: this.#readings(limits, now_ms, covered(model, models)),
      })),
      changes_at_ms: (oldest + 61) * 1000,
    };
  }

  #add(entry: Omit<Entry, "in_minute" | "in_day">): Entry {
    const added = { ...entry, in_minute: true, in_day: true };
    this.#entries.push(added);
    return added;
  }

  #minute(now_ms: number): Entry[] {
    return this.#entries.filter(({ in_minute, at_ms }) => in_minute && second(at_ms) > second(now_ms) - 61);
  }

  #window(name: MeterName, now_ms: number): Entry[] {
    if (name.endsWith("_minute")) return this.#minute(now_ms);
    const { start_ms } = calendarDay(now_ms, "UTC");
    return this.#entries.filter(({ in_day, at_ms }) => in_day && at_ms >= start_ms);
  }

  #full(limits: Limits, tokens: number, now_ms: number, of: (entry: Entry) => boolean): MeterName | null {
    const lasting = ["requests_per_day", "tokens_per_day", "requests_per_minute", "tokens_per_minute"] as const;
    return lasting.find((name) => {
      const taken = sum(this.#window(name, now_ms).filter(of), unitOf(name));
      return unitOf(name) === "requests" ? isFull(limits[name], taken) : exceeds(limits[name], taken, tokens);
    }) ?? null;
  }

  #readings(limits: Limits, now_ms: number, of: (entry: Entry) => boolean): Readings {
    const reading = (name: MeterName): Reading | null => {
      const limit = limits[name];
      if (limit === null) return null;
      const entries = this.#window(name, now_ms).filter(of);
      const held = entries.filter(({ under_way }) => under_way);
      const unit = unitOf(name);
      const reserved = sum(held, unit);
      const used = sum(entries, unit) - reserved;
      const { end_ms } = calendarDay(now_ms, "UTC");
      if (name.endsWith("_day")) return { used, reserved, resets_at_ms: end_ms, available_at_ms: end_ms };
      const falls = (most: number) => fallsTo(entries, unit, most, now_ms);
      return { used, reserved, resets_at_ms: falls(0), available_at_ms: falls(Math.max(0, limit - 1)) };
    };
    return Object.fromEntries(METER_NAMES.map((name) => [name, reading(name)])) as Readings;
  }
}

/** Whether a limit covers an entry, by either of its names. */
function covered(limit: string, models: WorkspaceLimits["models"]): (entry: Entry) => boolean {
  return ({ model, answered }) => limitsOfNames(models, model, answered).includes(limit);
}

/** The time from which the minute has at most `most`; now, if it already has. */
function fallsTo(entries: Entry[], unit: "requests" | "tokens", most: number, now_ms: number): number {
  const instants = [now_ms, ...entries.map(({ at_ms }) => (second(at_ms) + 61) * 1000).sort((a, b) => a - b)];
  return instants.find((at) => sum(entries.filter(({ at_ms }) => (second(at_ms) + 61) * 1000 > at), unit) <= most)!;
}

function unitOf(name: MeterName): "requests" | "tokens" {
  return name.startsWith("requests") ? "requests" : "tokens";
}

function sum(entries: Entry[], unit: "requests" | "tokens"): number {
  return entries.reduce((total, entry) => total + entry[unit], 0);
}

function second(ms: number): number {
  return Math.floor(ms / 1000);
}
