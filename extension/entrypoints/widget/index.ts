/**
 * The widget's script. The background registers it for the chat page of the settings; it runs in the top frame only. It is
 * an unlisted script, not a WXT content script, whose wrapper is a twelfth of the size budget and shows the page that the
 * extension exists.
 */
import { defineUnlistedScript } from "wxt/utils/define-unlisted-script";
import type { NoticeMessage } from "../../../shared/notice_message.ts";
import type { View } from "../../../shared/view.ts";
import { speak, type Spoken, spoken } from "../../../shared/words/say.ts";
import type { SiteMessage } from "../../state/messages.ts";
import { isHidden } from "../../state/settings.ts";
import { connectView, send, tell } from "../../state/view_client.ts";
import { createHost } from "../../widget/host.ts";
import type { OpenPanel, PanelFrame } from "../../widget/open_panel.tsx";
import { Widget, type WidgetCommands } from "../../widget/widget.ts";

declare global {
  interface ImportMeta {
    /** Vite's. An `import "….css?inline"` would do the same, but only Vite could resolve it. */
    glob(pattern: string, options: { query: string; import: string; eager: true }): Record<string, string>;
  }
}

/** The style sheet as text, packed into the script: a page's CSP may forbid to fetch one. */
const [styles] = Object.values(
  import.meta.glob("../../widget/widget.css", { query: "?inline", import: "default", eager: true }),
);

/** Shared by all instances of this script in a page. The page's own scripts have other globals. */
const shared = globalThis as {
  quotaGaugeLeave?: () => void;
  /** Set by the panel's script. */
  quotaGaugePanel?: (frame: PanelFrame) => OpenPanel;
};

export default defineUnlistedScript(() => {
  if (globalThis.top !== globalThis.self) return;
  shared.quotaGaugeLeave?.();
  delete shared.quotaGaugePanel; // It may be that of an older version.
  const page = new ChatPage();
  // Nothing shows before the first view: the background may answer that this page is not the chat page.
  const disconnect = connectView({
    onLanguage: (spoken) => page.speak(spoken),
    onSite: (message) => page.apply(message),
    onView: (view) => page.update(view),
    onNotice: (notice, toast) => page.notify(notice, toast),
    onLeave: () => page.leave(),
  });
  shared.quotaGaugeLeave = () => {
    disconnect();
    page.leave();
  };
});

/** The page with its widget, unless the reader has hidden it. */
class ChatPage {
  #widget: Widget | null = null;
  #view: View | null = null;
  #message: SiteMessage | null = null;

  update(view: View): void {
    this.#view = view;
    this.#show();
  }

  /** The texts of a widget stay as they are made, so it is made again. */
  speak(next: Spoken): void {
    if (next.locale.tag !== spoken().locale.tag) this.leave();
    speak(next);
  }

  apply(message: SiteMessage): void {
    if (message.selector !== this.#message?.selector) this.leave();
    this.#message = message;
    this.#widget?.apply(message.site);
    this.#show();
  }

  /** @returns whether the reader sees the notice. */
  notify(notice: NoticeMessage, toast: boolean): boolean {
    return this.#widget?.notify(notice, toast) ?? false;
  }

  leave(): void {
    this.#widget?.unmount();
    this.#widget = null;
  }

  /** The end of an hour of hiding is noticed by the next view: a timer would run in a page that shows nothing. */
  #show(): void {
    if (!this.#view || !this.#message) return;
    const { site, selector } = this.#message;
    if (isHidden(site, Date.now())) return this.leave();
    if (this.#widget) return this.#widget.update(this.#view);
    this.#widget = new Widget(createHost(styles), { view: this.#view, site, selector, commands });
  }
}

const commands: WidgetCommands = {
  onOpenOptions: () => void tell({ type: "open_options" }),
  onRetry: () => void tell({ type: "retry" }),
  onChange: (change) => void tell({ type: "change_site", change }),
  onMute: () => void tell({ type: "mute" }),
  async loadPanel() {
    if (!shared.quotaGaugePanel) await send({ type: "load_panel" });
    return shared.quotaGaugePanel ?? null;
  },
};
