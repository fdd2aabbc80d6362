/** The background's view, for the popup, the options page and the widget; and their commands to the background. */
import { browser } from "wxt/browser";
import type { NoticeMessage } from "../../shared/notice_message.ts";
import { EMPTY_VIEW, isCurrent, staleIn, type View, withStaleness } from "../../shared/view.ts";
import { say, type Spoken } from "../../shared/words/say.ts";
import {
  type Command,
  type CommandResult,
  type NoticeShown,
  type PortMessage,
  type SiteMessage,
  VIEW_PORT,
} from "./messages.ts";

/** How long to wait before opening the port again: the background may be starting. */
const REOPEN_MS = 500;

/** The view that a page shows before it has received one. */
export const LOADING_VIEW: View = { ...EMPTY_VIEW, connection: "connecting" };

interface ViewHooks {
  /** A newer view. It turns `stale` when nothing confirmed it for 45 s, even if the background has stopped. */
  onView(view: View): void;
  /** The reader's choices for the widget on this site, before the first view and on each change. */
  onSite?(message: SiteMessage): void;
  /** Speak this language, which may be spoken already. A view follows. */
  onLanguage?(spoken: Spoken): void;
  /** Reads the stored snapshot, to show before the background's first message; for surfaces that may read it. */
  readStored?(): Promise<View | undefined>;
  /** The widget must leave this page, or its extension was updated or removed. No view follows. */
  onLeave?(): void;
  /**
   * The background offers a notice while this page is visible.
   *
   * @param toast whether it may be shown as a toast.
   * @returns whether the reader sees it here; otherwise the browser may notify.
   */
  onNotice?(notice: NoticeMessage, toast: boolean): boolean;
}

/**
 * Delivers views until the returned function is called: the stored snapshot first where this surface reads it, then the
 * background's messages. The port is opened again when the background dies. It is closed while the page is frozen or in the
 * back/forward cache: the browser would close it without an event, and the page would wait for messages forever.
 */
export function connectView(hooks: ViewHooks): () => void {
  const client = new ViewClient(hooks);
  client.start();
  return () => client.stop();
}

/** Sends a command to the background. The answer's sentence is for the person, also when the background is gone. */
export async function send(command: Command): Promise<CommandResult> {
  try {
    const result: CommandResult | undefined = await browser.runtime.sendMessage(command);
    return result ?? { ok: false, sentence: say("The extension did not answer; reload it and try again.") };
  } catch {
    return { ok: false, sentence: say("The extension was updated or switched off; reload this page.") };
  }
}

/** Sends a command without waiting for its answer. */
export async function tell(command: Command): Promise<void> {
  try {
    await browser.runtime.sendMessage(command);
  } catch {
    // The extension was updated or switched off: onLeave follows.
  }
}

class ViewClient {
  readonly #end = new AbortController();
  #port: ReturnType<typeof browser.runtime.connect> | null = null;
  #received = false;
  #view: View | null = null;
  #staleTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly hooks: ViewHooks) {}

  start(): void {
    const { signal } = this.#end;
    this.#open();
    void this.hooks.readStored?.().then((view) => view && !this.#received && !signal.aborted && this.#show(view));
    const suspend = () => this.#suspend();
    const resume = () => this.#onVisibility();
    globalThis.addEventListener("pagehide", suspend, { signal });
    globalThis.addEventListener("pageshow", (event) => (event as PageTransitionEvent).persisted && resume(), {
      signal,
    });
    document.addEventListener("freeze", suspend, { signal });
    document.addEventListener("resume", resume, { signal });
    document.addEventListener("visibilitychange", resume, { signal });
  }

  stop(): void {
    this.#end.abort();
    this.#suspend();
  }

  #suspend(): void {
    clearTimeout(this.#staleTimer);
    const port = this.#port;
    this.#port = null;
    port?.disconnect();
  }

  /** A hidden page holds no timer. When it is shown again, its view may be stale. */
  #onVisibility(): void {
    clearTimeout(this.#staleTimer);
    if (isHidden()) return;
    if (this.#view) this.#show(this.#view);
    this.#open();
  }

  /** A hidden page opens no port, so that it does not wake a stopped background. */
  #open(): void {
    if (this.#port || this.#end.signal.aborted) return;
    // The extension was reloaded: the new one injects its own script, into hidden pages too.
    if (!browser.runtime?.id) return this.#leave();
    if (isHidden()) return;
    try {
      this.#port = browser.runtime.connect({ name: VIEW_PORT });
    } catch {
      return this.#leave();
    }
    const port = this.#port;
    port.onMessage.addListener((message: PortMessage) => this.#receive(message));
    port.onDisconnect.addListener(() => {
      if (this.#port !== port) return; // It was closed here, and another one may be open.
      this.#port = null;
      if (browser.runtime?.id) setTimeout(() => this.#open(), REOPEN_MS);
      else this.#leave();
    });
  }

  #receive(message: PortMessage): void {
    if (message.type === "leave") return this.#leave();
    if (message.type === "notice") return this.#showNotice(message.notice, message.toast);
    if (message.type === "site") return this.hooks.onSite?.(message);
    if (message.type === "language") return this.hooks.onLanguage?.(message.spoken);
    this.#received = true;
    this.#show(withLatestStatus(message.view, this.#view));
  }

  #showNotice(notice: NoticeMessage, toast: boolean): void {
    if (document.visibilityState === "hidden" || !this.hooks.onNotice?.(notice, toast)) return;
    this.#port?.postMessage({ type: "notice_shown", id: notice.id } satisfies NoticeShown);
  }

  #leave(): void {
    this.stop();
    this.hooks.onLeave?.();
  }

  #show(view: View): void {
    this.#view = view;
    this.hooks.onView(withStaleness(view, Date.now()));
    clearTimeout(this.#staleTimer);
    const wait = staleIn(view, Date.now());
    if (wait !== null && !isHidden()) this.#staleTimer = setTimeout(() => this.#show(view), wait);
  }
}

/** A killed background starts with the view that it had stored, which may be older than the one that is shown here. */
function withLatestStatus(view: View, shown: View | null): View {
  const isSame = shown?.server_url === view.server_url && shown.workspace_id === view.workspace_id;
  if (!isSame || isCurrent(view) || (view.confirmed_at ?? -Infinity) >= (shown.confirmed_at ?? -Infinity)) return view;
  const { status, confirmed_at, clock_offset_ms } = shown;
  return { ...view, status, confirmed_at, clock_offset_ms };
}

function isHidden(): boolean {
  return document.visibilityState === "hidden";
}
