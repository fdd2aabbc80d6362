/** Shows the notices that views give: on an open surface, else by the browser. */
import { browser } from "wxt/browser";
import type { NoticeMessage } from "../../shared/notice_message.ts";
import type { View } from "../../shared/view.ts";
import { storedNoticeSettings } from "../state/notice_settings.ts";
import { NOTICE_SETTINGS_KEY, type NoticeSettings } from "../state/settings.ts";
import { showNotification } from "./browser_notification.ts";
import { consider, type NoticeState } from "./consider.ts";
import { describeNotice } from "./describe_notice.ts";

/** Key of the {@link NoticeState} of each workspace in `storage.local`. It is renamed when their shape changes. */
const NOTICE_STATES_KEY = "notice_states_1";

/** States of workspaces that were shown longer ago than the latest few are dropped. */
const MAX_WORKSPACES = 8;

/** A state that differs only in its times may be this old in storage. */
const STORE_EVERY_MS = 10_000;

type States = Record<string, NoticeState>;

/** Offers a notice to the open surfaces. Resolves to whether the reader sees it there. */
type Offer = (notice: NoticeMessage, toast: boolean) => Promise<boolean>;

export class Notifier {
  #states: States;
  #settings: NoticeSettings;
  #stored_at = -Infinity;

  private constructor(states: States, settings: NoticeSettings) {
    [this.#states, this.#settings] = [states, settings];
  }

  /** Reads settings and states from storage, and follows the settings. */
  static async open(): Promise<Notifier> {
    const { local } = browser.storage;
    const kept = await local.get([NOTICE_SETTINGS_KEY, NOTICE_STATES_KEY]);
    const states = (kept[NOTICE_STATES_KEY] ?? {}) as States;
    const notifier = new Notifier(states, storedNoticeSettings(kept[NOTICE_SETTINGS_KEY]));
    local.onChanged.addListener(({ [NOTICE_SETTINGS_KEY]: changed }) => {
      if (changed) notifier.#settings = storedNoticeSettings(changed.newValue);
    });
    return notifier;
  }

  /** Shows the notice that a newer view gives, if it gives one. */
  async see(view: View, offer: Offer): Promise<void> {
    const now = Date.now();
    const workspace = `${view.server_url} ${view.workspace_id}`;
    const before = this.#states[workspace] ?? null;
    const { state, notice } = consider(before, view, this.#settings, now);
    // It is stored before the notice is shown: a background that ends between the two does not repeat it.
    if (state && state !== before) await this.#keep(workspace, before, state, now);
    if (!notice) return;
    const message = describeNotice(notice, view, now);
    const { page, browser: system } = this.#settings.notices;
    if (!await offer(message, page) && system) await showNotification(message);
  }

  async #keep(workspace: string, before: NoticeState | null, state: NoticeState, now: number): Promise<void> {
    const { [workspace]: _, ...others } = this.#states;
    this.#states = Object.fromEntries(Object.entries({ ...others, [workspace]: state }).slice(-MAX_WORKSPACES));
    if (before && told(before) === told(state) && Math.abs(now - this.#stored_at) < STORE_EVERY_MS) return;
    this.#stored_at = now;
    // Where the storage is full or gone, the state lasts as long as the background.
    await browser.storage.local.set({ [NOTICE_STATES_KEY]: this.#states }).catch(() => {});
  }
}

/** The part of a state that must not be lost: which levels were reached, and which were announced. */
function told({ missed, tracks }: NoticeState): string {
  return JSON.stringify([missed, tracks], (key, value) => key === "until" ? undefined : value);
}
