/** Reads the rest of a stream whose caller has left at the end of the answer, because its usage comes some milliseconds later. */
import { USAGE_WAIT_MS } from "../../../attempts/answer/awaited_usage.ts";
import { afterUnref } from "../../unref_timer.ts";
import type { BodyObserver } from "./body_observer.ts";

/** The rest of a stream. */
interface Rest {
  /** The next bytes; `null` at the end. */
  next(): Promise<Uint8Array | null>;
  /** Closes the stream. Does not throw. */
  stop(): void;
}

const LATE = Symbol("late");
const drains = new Set<Promise<void>>();

/** Reads in the background for at most {@link USAGE_WAIT_MS}, then ends the attempt. */
export function drain(rest: Rest, observer: BodyObserver, after = afterUnref): void {
  const ended = readRest(rest, observer, after).finally(() => drains.delete(ended));
  drains.add(ended);
}

/** Resolves when the streams that are drained now have ended. */
export async function drained(): Promise<void> {
  await Promise.all(drains);
}

async function readRest(rest: Rest, observer: BodyObserver, after: typeof afterUnref): Promise<void> {
  let cancelTimer = () => {};
  const late = new Promise<typeof LATE>((resolve) => cancelTimer = after(USAGE_WAIT_MS, () => resolve(LATE)));
  try {
    for (;;) {
      const bytes = await Promise.race([late, rest.next()]);
      if (bytes === LATE) break;
      if (bytes === null) return void observer.end();
      observer.chunk(bytes);
    }
  } catch {
    // The connection is lost. The caller, who has left, is not told.
  } finally {
    cancelTimer();
  }
  observer.cancelled();
  rest.stop();
}
