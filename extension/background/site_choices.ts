/** The reader's choices for the widgets of all sites, stored as they change. */
import { browser } from "wxt/browser";
import type { SiteMessage } from "../state/messages.ts";
import type { Settings, WidgetSite } from "../state/settings.ts";
import type { Surfaces } from "./surfaces.ts";
import { siteOf, SITES_KEY, withSite } from "../state/widget_site.ts";

export class SiteChoices {
  #stored: unknown;

  private constructor(stored: unknown) {
    this.#stored = stored;
  }

  static async open(): Promise<SiteChoices> {
    return new SiteChoices((await browser.storage.local.get(SITES_KEY))[SITES_KEY]);
  }

  /** What the widget of the chat page needs to know. */
  message({ chat_page, chat_selector }: Settings): SiteMessage {
    return { type: "site", site: siteOf(this.#stored, chat_page), selector: chat_selector };
  }

  /** Stores a change for the chat page and shows it in open ones. */
  change(settings: Settings, change: Partial<WidgetSite>, surfaces: Surfaces): Promise<void> {
    this.#stored = withSite(this.#stored, settings.chat_page, change);
    surfaces.showSite(this.message(settings));
    return browser.storage.local.set({ [SITES_KEY]: this.#stored });
  }
}
