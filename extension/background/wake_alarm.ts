/**
 * Wakes the background. A worker's timers end with it; an alarm starts it again. Chromium allows one alarm every 30 s,
 * which is also how long an idle worker lives. Firefox ends an event page after 30 s even with an open socket, so
 * there the alarm fires sooner and keeps it running.
 */
import { browser } from "wxt/browser";

const NAME = "wake";
const CHROMIUM_MINUTES = 0.5;
const FIREFOX_MINUTES = 1 / 3;

/** Starts the alarm unless it runs: restarting it at each wake-up would postpone it for ever. */
export async function startWakeAlarm(): Promise<void> {
  if (await browser.alarms.get(NAME)) return;
  const firefox = location.protocol === "moz-extension:";
  await browser.alarms.create(NAME, { periodInMinutes: firefox ? FIREFOX_MINUTES : CHROMIUM_MINUTES });
}

/** Stops the alarm: without a service to connect to, the background need not wake. */
export async function stopWakeAlarm(): Promise<void> {
  await browser.alarms.clear(NAME);
}
