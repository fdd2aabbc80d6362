/** Text that counts down by itself while it is seen. */
import { countdown } from "../../format.ts";
import { now } from "./now.ts";
import { waitUntil } from "./time_text.ts";

interface CountdownProps {
  /** An instant on the service's clock. */
  until: string;
  /** The service's clock minus ours, in milliseconds. */
  offset_ms: number;
  /** What to say around the wait. */
  before?: string;
  after?: string;
}

/** `in 45s`, and nothing at all once it is past. */
export function Countdown({ until, offset_ms, before = "", after = "" }: CountdownProps) {
  const wait = waitUntil(until, offset_ms, now());
  return wait > 0 ? <span class="number">{`${before}${countdown(wait)}${after}`}</span> : null;
}
