/** Connects the parts of the background: connection, surfaces, badge, stored view and settings. */
import { browser } from "wxt/browser";
import { BadgePainter } from "../badge/paint.ts";
import { Connector } from "../connection/connector.ts";
import { mayReach, originPattern } from "../state/origins.ts";
import { placeWidget } from "./widget_script.ts";
import { type CommandDeps, missingPermission } from "./commands.ts";
import { muteUntil } from "../state/mute.ts";
import { saveNoticeSettings } from "../state/notice_settings.ts";
import { type Settings, SETTINGS_KEY } from "../state/settings.ts";
import { KEY_KEY, keyAfter, keyFor } from "../state/stored_key.ts";
import { storedSettings } from "../state/settings_check.ts";
import { type SurfacePort, Surfaces } from "./surfaces.ts";
import type { View } from "../../shared/view.ts";
import { ViewStore } from "../state/view_store.ts";

/** A page may ask for a new connection only this often. */
const RECONNECT_EVERY_MS = 1_000;

/**
 * Wakes the background. A worker's timers end with it; an alarm starts it again. Chromium allows one alarm every 30 s,
 * which is also how long an idle worker lives. Firefox ends an event page after 30 s even with an open socket, so
 * there the alarm fires sooner and keeps it running.
 */
const WAKE_ALARM = "wake";
const CHROMIUM_MINUTES = 0.5;
const FIREFOX_MINUTES = 1 / 3;

export class Background implements CommandDeps {
  readonly mayReach = mayReach;
  readonly #surfaces = new Surfaces(location.origin);
  readonly #badge = new BadgePainter();
  readonly #store: ViewStore;
  readonly #connector: Connector;
  #settings: Settings;
  #key: unknown;
  #reconnected_at = -Infinity;

  private constructor(settings: Settings, key: unknown, stored: View | null, store: ViewStore) {
    this.#settings = settings;
    this.#key = key;
    this.#store = store;
    this.#connector = new Connector(stored, (view) => this.#publish(view));
  }

  /** Reads settings, key and view from storage, and connects. */
  static async open(): Promise<Background> {
    const store = new ViewStore(browser.storage.session, browser.storage.local);
    const [kept, stored] = await Promise.all([browser.storage.local.get([SETTINGS_KEY, KEY_KEY]), store.load()]);
    const background = new Background(storedSettings(kept[SETTINGS_KEY]), kept[KEY_KEY], stored, store);
    await background.#connect();
    return background;
  }

  get configured(): boolean {
    return this.#settings.server_url !== "";
  }

  /** An alarm has fired: time has passed. */
  tick(): void {
    this.#connector.dispatch({ type: "tick" });
  }

  addSurface(port: SurfacePort): void {
    this.#surfaces.add(port, this.#connector.view, this.#settings.chat_page);
  }

  async reconnect(): Promise<void> {
    const now = Date.now();
    if (Math.abs(now - this.#reconnected_at) < RECONNECT_EVERY_MS) return;
    this.#reconnected_at = now;
    await this.#connect();
  }

  async save(settings: Settings, new_key: string | null): Promise<void> {
    const key = keyAfter(this.#key, settings.server_url, new_key);
    await browser.storage.local.set({ [SETTINGS_KEY]: settings, [KEY_KEY]: key });
    this.#settings = settings;
    this.#key = key;
    this.#surfaces.restrictTo(settings.chat_page);
    await Promise.all([this.#connect(), this.placeWidget()]);
  }

  placeWidget(): Promise<void> {
    return placeWidget(this.#settings.chat_page);
  }

  mute(muted: boolean): Promise<void> {
    return saveNoticeSettings({ muted_until: muted ? muteUntil(this.#connector.view, Date.now()) : null });
  }

  openOptions(): Promise<void> {
    return browser.runtime.openOptionsPage();
  }

  async #connect(): Promise<void> {
    const { server_url, workspace_id } = this.#settings;
    const pattern = originPattern(server_url);
    if (!pattern) {
      this.#connector.dispatch({ type: "configure", target: null, refusal: null });
      return await stopWakeAlarm();
    }
    const refusal = await mayReach([pattern]) ? null : missingPermission(server_url);
    this.#connector.dispatch({
      type: "configure",
      target: { server_url, workspace_id, key: keyFor(this.#key, server_url) },
      refusal,
    });
    await startWakeAlarm();
  }

  #publish(view: View): void {
    this.#surfaces.show(view);
    this.#badge.show(view);
    void this.#store.save(view, Date.now());
  }
}

/** Starts the alarm unless it runs: restarting it at each wake-up would postpone it forever. */
async function startWakeAlarm(): Promise<void> {
  if (await browser.alarms.get(WAKE_ALARM)) return;
  const firefox = location.protocol === "moz-extension:";
  await browser.alarms.create(WAKE_ALARM, { periodInMinutes: firefox ? FIREFOX_MINUTES : CHROMIUM_MINUTES });
}

/** Stops the alarm: without a service to connect to, the background need not wake. */
async function stopWakeAlarm(): Promise<void> {
  await browser.alarms.clear(WAKE_ALARM);
}
