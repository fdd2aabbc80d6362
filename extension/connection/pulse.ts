/**
 * The net under every timer: a worker's `setTimeout` dies with it, an alarm wakes it up. Chromium allows one each 30 s,
 * which is also how long a worker lives in silence. Firefox's event page is not kept by a socket and ends after 30 s,
 * so there the alarm comes sooner and keeps it.
 */
import { browser } from "wxt/browser";

const PULSE = "pulse";
const CHROMIUM_MINUTES = 0.5;
const FIREFOX_MINUTES = 1 / 3;

/** Starts the alarm unless it runs: starting it again at each wake-up would put it off for ever. */
export async function startPulse(): Promise<void> {
  if (await browser.alarms.get(PULSE)) return;
  const firefox = location.protocol === "moz-extension:";
  await browser.alarms.create(PULSE, { periodInMinutes: firefox ? FIREFOX_MINUTES : CHROMIUM_MINUTES });
}

/** Stops the alarm: with nothing to connect to, nothing is woken. */
export async function stopPulse(): Promise<void> {
  await browser.alarms.clear(PULSE);
}
