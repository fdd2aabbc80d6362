/** Text about time. It is right for the `now` that is passed in: render it again each second. */
import { countdown } from "../../format.ts";
import { shownConnection, type View } from "../../view.ts";
import { freshnessText, waitUntil } from "./time_text.ts";

interface CountdownProps {
  /** An instant on the service's clock. */
  until: string;
  /** The service's clock minus ours, in milliseconds. */
  offset_ms: number;
  /** Local epoch milliseconds. */
  now: number;
  /** The sentence around the wait. */
  sentence: (time: string) => string;
}

/** For example `next try in 45 s`; nothing in the last second and after it. */
export function Countdown({ until, offset_ms, now, sentence }: CountdownProps) {
  const wait = waitUntil(until, offset_ms, now);
  return wait >= 1_000 ? <span class="number">{sentence(countdown(wait))}</span> : null;
}

/** How old the numbers are, in words and with a dot. */
export function Freshness({ view, now }: { view: View; now: number }) {
  return <span class={`freshness ${shownConnection(view)}`}>{freshnessText(view, now)}</span>;
}
