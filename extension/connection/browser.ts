/** The clock, timer and network of a browser. */
import type { Environment } from "./connector.ts";
import { pollStatus } from "./rest.ts";
import { openSocket } from "./socket.ts";

export const BROWSER_CLOCK: Pick<Environment, "now" | "random" | "after"> = {
  now: Date.now,
  random: Math.random,
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

export const BROWSER: Environment = { ...BROWSER_CLOCK, openSocket, pollStatus };
