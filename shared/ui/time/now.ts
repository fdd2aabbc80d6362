/** The clock of this page's surfaces. */
import { createTicker } from "./ticker.ts";

/** The present in local epoch milliseconds; what renders with it renders again each second, while it is seen. */
export const now: () => number = createTicker({
  now: () => Date.now(),
  visible: () => document.visibilityState === "visible",
  onVisibility(changed) {
    document.addEventListener("visibilitychange", changed);
    return () => document.removeEventListener("visibilitychange", changed);
  },
  after(ms, then) {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
});
