/** The service's time, for countdowns and ages: it changes on each full second while the page is visible. */
import { signal } from "@preact/signals";
import { createTicker } from "../../../shared/ui/time/ticker.ts";

/** A smaller difference may be the rounding of the header and the way of the answer. */
const TOLERANCE_MS = 2000;

/** The service's clock minus ours. */
let offset_ms = 0;

/** Epoch milliseconds of the service's clock. */
export const now = signal(Date.now());

/** Follows the time from now on. */
export function startClock(): void {
  createTicker(tick).start();
}

/** Reads the service's clock from an answer's `Date`: the reader's may be wrong. */
export function noteServiceTime(date: string | null): void {
  const difference = Date.parse(date ?? "") - Date.now();
  if (Number.isNaN(difference)) return;
  offset_ms = Math.abs(difference) > TOLERANCE_MS ? difference : 0;
}

function tick(): void {
  now.value = Date.now() + offset_ms;
}
