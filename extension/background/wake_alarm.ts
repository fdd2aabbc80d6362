/** The alarm that keeps the background awake while there is a service to connect to. */
import { browser } from "wxt/browser";

/**
 * Wakes the background. A worker's timers end with it; an alarm starts it again. Chromium allows one alarm every 30 s,
 * which is also how long an idle worker lives. Firefox ends an event page after 30 s even with an open socket, so
 * there the alarm fires sooner and keeps it running.
 */
const WAKE_ALARM = "wake";
const CHROMIUM_MINUTES = 0.5;
const FIREFOX_MINUTES = 1 / 3;

/** Starts the alarm unless it runs: restarting it at each wake-up would postpone it forever. */
export async function startWakeAlarm(): Promise<void> {
  if (await browser.alarms.get(WAKE_ALARM)) return;
  const firefox = location.protocol === "moz-extension:";
  await browser.alarms.create(WAKE_ALARM, { periodInMinutes: firefox ? FIREFOX_MINUTES : CHROMIUM_MINUTES });
}

/** Stops the alarm: without a service to connect to, the background need not wake. */
export async function stopWakeAlarm(): Promise<void> {
  await browser.alarms.clear(WAKE_ALARM);
}
