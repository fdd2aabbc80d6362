/** What the stops of several credentials mean for the workspace that uses them. */
import type { Latch } from "../../core/verdict.ts";

/** At most one of the two is set. */
interface CombinedStop {
  /** Every credential is stopped: the stop that ends first, because then calls pass again. */
  all: Latch | null;
  /** Some credentials are stopped and others are not: the stop that ends last, with how many are concerned. */
  some: Latch | null;
}

/** @param stops one for each credential in use; `null` for one that nothing stops. */
export function combined(stops: readonly (Latch | null)[]): CombinedStop {
  const met = stops.filter((stop) => stop !== null).sort((a, b) => endOf(a) - endOf(b));
  if (met.length === 0) return { all: null, some: null };
  if (met.length === stops.length) return { all: met[0], some: null };
  const last = met[met.length - 1];
  const message = `With ${met.length} of the ${stops.length} keys in use: ${last.message}`;
  return { all: null, some: { ...last, message } };
}

/** Later than all others where it does not end by itself. A number, so that two of those compare as equal. */
function endOf({ until_ms }: Latch): number {
  return until_ms ?? Number.MAX_SAFE_INTEGER;
}
