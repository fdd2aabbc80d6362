/** Connects the parts of the background: connection, surfaces, badge, stored view and settings. */
import { browser } from "wxt/browser";
import { BadgePainter } from "../badge/paint.ts";
import { BROWSER } from "../connection/browser.ts";
import { Connector } from "../connection/connector.ts";
import type { NotificationCommands } from "../notices/browser_notification.ts";
import { Notifier } from "../notices/notifier.ts";
import { mayReach, originPattern } from "../state/origins.ts";
import { startWakeAlarm, stopWakeAlarm } from "./wake_alarm.ts";
import { placeWidget } from "./widget_script.ts";
import { type CommandDeps, missingPermission } from "./commands.ts";
import { muteUntil } from "../state/mute.ts";
import { saveNoticeSettings } from "../state/notice_settings.ts";
import { type Preferences, type Settings, SETTINGS_KEY, type WidgetSite } from "../state/settings.ts";
import { KEY_KEY, keyAfter, keyFor } from "../state/stored_key.ts";
import { withManaged } from "../state/settings_check.ts";
import { type Kept, readKept } from "./kept.ts";
import { readManaged } from "../state/managed.ts";
import { type SurfacePort, Surfaces } from "./surfaces.ts";
import { isCurrent, type View } from "../../shared/view.ts";
import { ViewStore } from "../state/view_store.ts";
import type { Target } from "../connection/target.ts";
import type { LanguageChoice } from "../../shared/words/languages.ts";
import { speakChosen } from "../state/language.ts";
import type { ListedWorkspace } from "../../shared/workspace.ts";
import { readPreferences } from "../state/preferences.ts";
import { WorkspaceChoice } from "./workspace_choice.ts";
import { openOptions, openPage, openPopup } from "./open_pages.ts";
import { SiteChoices } from "./site_choices.ts";

/** A page may ask for a new connection only this often. */
const RECONNECT_EVERY_MS = 1_000;

export class Background implements CommandDeps, NotificationCommands {
  readonly mayReach = mayReach;
  readonly openPopup = openPopup;
  readonly openPage = openPage;
  readonly openOptions = openOptions;
  readonly #surfaces = new Surfaces(location.origin);
  readonly #badge = new BadgePainter();
  readonly #store: ViewStore;
  readonly #connector: Connector;
  readonly #choice: WorkspaceChoice;
  readonly #notifier: Notifier;
  readonly #sites: SiteChoices;
  #settings: Settings;
  #key: unknown;
  #preferences: Preferences;
  #reconnected_at = -Infinity;

  private constructor(kept: Kept, stored: View | null, store: ViewStore, of: [WorkspaceChoice, Notifier, SiteChoices]) {
    [this.#settings, this.#key, this.#preferences] = [kept.settings, kept.key, kept.preferences];
    this.#badge.blankWhenNormal = kept.preferences.badge_when_normal === "blank";
    [this.#store, [this.#choice, this.#notifier, this.#sites]] = [store, of];
    this.#connector = new Connector(stored, (view) => this.#publish(view), BROWSER);
  }

  /** Reads settings, key and view from storage, and connects. */
  static async open(): Promise<Background> {
    const store = new ViewStore(browser.storage.session, browser.storage.local);
    const [kept, stored, notifier, sites] = await Promise.all([
      readKept(),
      store.load(),
      Notifier.open(),
      SiteChoices.open(),
    ]);
    await speakChosen(kept.preferences.language);
    const choice = new WorkspaceChoice(kept.preferences.workspace, stored?.workspace_id ?? null);
    const background = new Background(kept, stored, store, [choice, notifier, sites]);
    await background.#connect();
    void background.#followTightest();
    return background;
  }

  get configured(): boolean {
    return this.#settings.server_url !== "";
  }

  /** An alarm has fired: time has passed. */
  tick(): void {
    this.#connector.dispatch({ type: "tick" });
    void this.#followTightest();
  }

  addSurface(port: SurfacePort): void {
    this.#surfaces.add(port, this.#connector.view, this.#settings.chat_page, this.#sites.message(this.#settings));
  }

  async reconnect(): Promise<void> {
    const now = Date.now();
    if (Math.abs(now - this.#reconnected_at) < RECONNECT_EVERY_MS) return;
    this.#reconnected_at = now;
    if (isCurrent(this.#connector.view)) this.#connector.dispatch({ type: "refresh" });
    else await this.#connect();
  }

  async save(typed: Settings, new_key: string | null): Promise<void> {
    const settings = withManaged(typed, await readManaged());
    const { server_url, workspace_id } = this.#settings;
    const isOther = settings.server_url !== server_url || settings.workspace_id !== workspace_id;
    if (isOther) await this.#choice.set("chosen");
    const key = keyAfter(this.#key, settings.server_url, new_key);
    await browser.storage.local.set({ [SETTINGS_KEY]: settings, [KEY_KEY]: key });
    this.#settings = settings;
    this.#key = key;
    this.#surfaces.restrictTo(settings.chat_page);
    this.#surfaces.showSite(this.#sites.message(this.#settings));
    await Promise.all([this.#connect(), this.placeWidget()]);
  }

  /** Applies preferences that a page has changed, here or in another browser of the person. */
  async followPreferences(): Promise<void> {
    const before = this.#preferences;
    const now = this.#preferences = await readPreferences();
    this.#badge.blankWhenNormal = now.badge_when_normal === "blank";
    if (now.language !== before.language) await this.#speak(now.language);
    this.#badge.show(this.#connector.view);
    const isSame = before.live_updates === now.live_updates && before.refresh_seconds === now.refresh_seconds;
    const isOtherWorkspace = this.#choice.adopt(now.workspace);
    if (!isSame || isOtherWorkspace) await this.#connect();
    await this.#followTightest();
  }

  /** The problem of a connection is a sentence: connecting again tells it in the new language. */
  async #speak(language: LanguageChoice): Promise<void> {
    await speakChosen(language);
    this.#surfaces.speak(this.#connector.view);
    if (this.#connector.view.problem !== null) await this.#connect();
  }

  /** Applies a policy that the organization has changed. */
  async followPolicy(): Promise<void> {
    await this.followPreferences();
    await this.save((await readKept()).settings, null);
  }

  placeWidget(): Promise<void> {
    return placeWidget(this.#settings.chat_page);
  }

  changeSite(change: Partial<WidgetSite>): Promise<void> {
    return this.#sites.change(this.#settings, change, this.#surfaces);
  }

  mute(muted: boolean): Promise<void> {
    return saveNoticeSettings({ muted_until: muted ? muteUntil(this.#connector.view, Date.now()) : null });
  }

  async chooseWorkspace(workspace_id: string | null): Promise<void> {
    await this.#choice.set(workspace_id === null ? "tightest" : "chosen");
    if (workspace_id === null) await this.#followTightest();
    else await this.save({ ...this.#settings, workspace_id }, null);
  }

  /** Empty where there is nothing to choose: before the set-up, and where a policy names the workspace. */
  async listWorkspaces(): Promise<ListedWorkspace[]> {
    const { workspace_id } = await readManaged();
    return this.configured && workspace_id === undefined ? await this.#choice.list(this.#target) : [];
  }

  /** The service, and the workspace to show. */
  get #target(): Target {
    const { server_url, workspace_id } = this.#settings;
    const { live_updates, refresh_seconds } = this.#preferences;
    return {
      server_url,
      workspace_id: this.#choice.shown(workspace_id),
      key: keyFor(this.#key, server_url),
      live: live_updates,
      poll_every_ms: refresh_seconds * 1000,
    };
  }

  async #followTightest(): Promise<void> {
    if (this.configured && await this.#choice.follow(this.#target)) await this.#connect();
  }

  async #connect(): Promise<void> {
    const { server_url } = this.#settings;
    const pattern = originPattern(server_url);
    if (!pattern) {
      this.#connector.dispatch({ type: "configure", target: null, refusal: null });
      return await stopWakeAlarm();
    }
    const refusal = await mayReach([pattern]) ? null : missingPermission(server_url);
    this.#connector.dispatch({ type: "configure", target: this.#target, refusal });
    await startWakeAlarm();
  }

  #publish(view: View): void {
    this.#surfaces.show(view);
    this.#badge.show(view);
    void this.#notifier.see(view, (notice, toast) => this.#surfaces.offer(notice, toast));
    void this.#store.save(view, Date.now());
  }
}
