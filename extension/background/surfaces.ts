/** The open surfaces, each connected by a port. */
import type { Browser } from "wxt/browser";
import type { NoticeMessage } from "../../shared/notice_message.ts";
import { type NoticeShown, type PortMessage, type SiteMessage, VIEW_PORT } from "../state/messages.ts";
import type { View } from "../../shared/view.ts";
import { spoken } from "../../shared/words/say.ts";

/** The part of a port that is used here. */
export type SurfacePort = Pick<
  Browser.runtime.Port,
  "name" | "sender" | "postMessage" | "disconnect" | "onDisconnect" | "onMessage"
>;

/** A surface answers an offered notice within this time, or it does not show it: its page may be frozen. */
const ANSWER_WITHIN_MS = 500;

/**
 * Whether a sender is one of the extension's own pages. Compared as text, since browsers disagree on the origin of an
 * extension's address.
 */
export function isOwn(url: string, own_origin: string): boolean {
  return url.startsWith(`${own_origin}/`);
}

/** Whether an address is on the chat page's origin, port included. */
export function isOn(url: string, chat_page: string): boolean {
  const page = URL.parse(chat_page);
  return page !== null && page.origin !== "null" && URL.parse(url)?.origin === page.origin;
}

export class Surfaces {
  readonly #ports = new Set<SurfacePort>();
  readonly #own_origin: string;
  /** By the id of an offered notice: called when a surface shows it. */
  readonly #offers = new Map<string, () => void>();

  /** @param own_origin the extension's origin. A port from another origin belongs to a content script. */
  constructor(own_origin: string) {
    this.#own_origin = own_origin;
  }

  /**
   * Adds a port and sends it language and view. A widget gets the reader's choices for its site as well; on a page that
   * is not the chat page it is asked to remove itself.
   *
   * @param chat_page address of the page whose origin may show the widget; empty for none.
   */
  add(port: SurfacePort, view: View, chat_page: string, site: SiteMessage): void {
    if (port.name !== VIEW_PORT) return port.disconnect();
    this.#ports.add(port);
    port.onDisconnect.addListener(() => void this.#ports.delete(port));
    port.onMessage.addListener((message: NoticeShown) => {
      if (message?.type === "notice_shown") this.#offers.get(message.id)?.();
    });
    if (!this.#admit(port, chat_page)) return;
    this.#post(port, { type: "language", spoken: spoken() });
    if (!this.#isOwn(port)) this.#post(port, site);
    this.#post(port, { type: "view", view });
  }

  /** The language has changed: shows the view in it. */
  speak(view: View): void {
    for (const port of this.#ports) this.#post(port, { type: "language", spoken: spoken() });
    this.show(view);
  }

  /** The reader's choices for the chat page have changed. */
  showSite(site: SiteMessage): void {
    for (const port of this.#ports) if (!this.#isOwn(port)) this.#post(port, site);
  }

  show(view: View): void {
    for (const port of this.#ports) this.#post(port, { type: "view", view });
  }

  /**
   * Offers a notice to every surface.
   *
   * @param toast whether the chat page may show it as a toast.
   * @returns whether the reader sees it on a surface.
   */
  offer(notice: NoticeMessage, toast: boolean): Promise<boolean> {
    if (this.#ports.size === 0) return Promise.resolve(false);
    return new Promise((resolve) => {
      setTimeout(() => resolve(false), ANSWER_WITHIN_MS);
      this.#offers.set(notice.id, () => resolve(true));
      for (const port of this.#ports) this.#post(port, { type: "notice", notice, toast });
    });
  }

  /** The chat page has changed: asks every widget on other pages to remove itself. */
  restrictTo(chat_page: string): void {
    for (const port of this.#ports) this.#admit(port, chat_page);
  }

  #admit(port: SurfacePort, chat_page: string): boolean {
    if (this.#isOwn(port) || isOn(port.sender?.url ?? "", chat_page)) return true;
    this.#post(port, { type: "leave" });
    this.#ports.delete(port);
    return false;
  }

  #isOwn(port: SurfacePort): boolean {
    return isOwn(port.sender?.url ?? "", this.#own_origin);
  }

  #post(port: SurfacePort, message: PortMessage): void {
    try {
      port.postMessage(message);
    } catch {
      this.#ports.delete(port); // Its page is in the back/forward cache or gone.
    }
  }
}
