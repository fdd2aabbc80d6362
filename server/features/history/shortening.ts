/** Shortens old history once an hour: minutes go after 8 days, hours become days after 400. */
import { calendarDay } from "../../core/calendar_day.ts";
import type { Clock } from "../../core/clock.ts";
import type { HistoricLedger } from "../../ledger/history/port.ts";
import { KEPT_DAYS } from "./steps.ts";

const DAY_MS = 86_400_000;
const INTERVAL_MS = 3_600_000;

/** By then the service has answered its first calls. */
const FIRST_RUN_MS = 90_000;

interface ShorteningOptions {
  ledger: Pick<HistoricLedger, "history">;
  clock: Clock;
  zone: string;
  log: (event: string, fields: Record<string, unknown>) => void;
}

/** Returns a function that stops it. */
export function startShortening(options: ShorteningOptions): () => void {
  const { clock } = options;
  const stops = [clock.after(FIRST_RUN_MS, () => shorten(options)), clock.every(INTERVAL_MS, () => shorten(options))];
  return () => stops.forEach((stop) => stop());
}

function shorten({ ledger, clock, zone, log }: ShorteningOptions): void {
  const now = clock.now();
  // A day longer than what may be asked for, because a day of another zone may begin earlier.
  const minutes_from_ms = now - (KEPT_DAYS.minute + 1) * DAY_MS;
  const quarters_from_ms = calendarDay(now - (KEPT_DAYS.hour + 1) * DAY_MS, zone).start_ms;
  ledger.history.shorten({ minutes_from_ms, quarters_from_ms, zone })
    .catch((error) => log("history_not_shortened", { cause: String(error) }));
}
