/** The shape and sign of each state, as SVG paths on a square of 20. */
import type { DisplayState } from "./tone.ts";

const CIRCLE = "M10 1a9 9 0 1 1 0 18 9 9 0 0 1 0-18z";
const TRIANGLE = "M8.5 2.2a1.7 1.7 0 0 1 3 0l7.6 13.9a1.7 1.7 0 0 1-1.5 2.5H2.4a1.7 1.7 0 0 1-1.5-2.5z";
const OCTAGON = "M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3z";
const SQUARE = "M4 1.5h12A2.5 2.5 0 0 1 18.5 4v12a2.5 2.5 0 0 1-2.5 2.5H4A2.5 2.5 0 0 1 1.5 16V4A2.5 2.5 0 0 1 4 1.5z";
const DIAMOND =
  "M8.8.9a1.7 1.7 0 0 1 2.4 0l7.9 7.9a1.7 1.7 0 0 1 0 2.4l-7.9 7.9a1.7 1.7 0 0 1-2.4 0L.9 11.2a1.7 1.7 0 0 1 0-2.4z";

/** The filled body and the line drawn on it. */
export const SHAPES: Record<DisplayState, readonly [body: string, sign: string]> = {
  normal: [CIRCLE, "M6 10.4l2.8 2.8L14 7.4"],
  warning: [TRIANGLE, "M10 7.4v4.2M10 15v.1"],
  rate_limited: [SQUARE, "M7.6 6.6v6.8M12.4 6.6v6.8"],
  quota_exceeded: [OCTAGON, "M7 7l6 6M13 7l-6 6"],
  degraded: [DIAMOND, "M5.8 11c1.4-2.6 2.8-2.6 4.2-1s2.8 1.6 4.2-1"],
  unconfigured: [CIRCLE, "M10 6v8M6 10h8"],
  connecting: [CIRCLE, "M5.8 10v.1M10 10v.1M14.2 10v.1"],
  stale: [CIRCLE, "M10 5.4V10l3 2"],
  offline: [CIRCLE, "M6 6l8 8"],
  not_permitted: [SQUARE, "M6 10h8"],
  key_refused: [SQUARE, "M6 10h8"],
  outdated: [CIRCLE, "M10 14.5V6M6.5 9.5L10 6l3.5 3.5"],
  refused: [SQUARE, "M6 10h8"],
};
