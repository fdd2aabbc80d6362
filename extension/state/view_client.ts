/** The background's view, as a signal, for the popup, the options page and the widget. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { browser } from "wxt/browser";
import { type Command, type CommandResult, type PortMessage, VIEW_PORT } from "./messages.ts";
import { EMPTY_VIEW, staleIn, type View, withStaleness } from "../../shared/view.ts";

/** How long to wait before opening the port again: the background may be starting. */
const REOPEN_MS = 500;

const current = signal<View>({ ...EMPTY_VIEW, connection: "connecting" });

/**
 * What to show. Until the first snapshot arrives it is `connecting` with no status, which is the loading state. It
 * turns `stale` by itself when nothing was confirmed for 45 s, also when the background is dead.
 */
export const viewSignal: ReadonlySignal<View> = current;

/** What a surface may want to know besides the view. */
export interface ViewHooks {
  /** The stored snapshot, to show before the background has spoken; for surfaces that may read it. */
  readStored?(): Promise<View | undefined>;
  /** The first view has arrived. */
  onFirstView?(): void;
  /** The widget is not wanted on this page, or its extension was updated or removed. No view will come any more. */
  onLeave?(): void;
}

/**
 * Keeps {@link viewSignal} up to date until the returned function is called: the stored snapshot first where this
 * surface gives it, then the background's messages. The port is opened again when the background dies, and when the
 * page comes back from the back/forward cache, which closes ports.
 */
export function connectView(hooks: ViewHooks = {}): () => void {
  const client = new ViewClient(hooks);
  client.start();
  return () => client.stop();
}

/** Sends a command to the background; its sentence is for the person, also when the background cannot be reached. */
export async function send(command: Command): Promise<CommandResult> {
  try {
    const result: CommandResult | undefined = await browser.runtime.sendMessage(command);
    return result ?? { ok: false, sentence: "The extension did not answer; reload it and try again." };
  } catch {
    return { ok: false, sentence: "The extension was updated or switched off; reload this page." };
  }
}

/** Sends a command whose answer nobody waits for. */
export async function tell(command: Command): Promise<void> {
  try {
    await browser.runtime.sendMessage(command);
  } catch {
    // The extension was updated or switched off: its next view, or its leave, is the answer.
  }
}

class ViewClient {
  readonly #end = new AbortController();
  #port: ReturnType<typeof browser.runtime.connect> | null = null;
  #heard = false;
  #staleTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly hooks: ViewHooks) {}

  start(): void {
    const { signal } = this.#end;
    this.#open();
    void this.hooks.readStored?.().then((view) => view && !this.#heard && !signal.aborted && this.#show(view));
    globalThis.addEventListener("pageshow", (event) => (event as PageTransitionEvent).persisted && this.#open(), {
      signal,
    });
    document.addEventListener("visibilitychange", () => this.#open(), { signal });
  }

  stop(): void {
    this.#end.abort();
    clearTimeout(this.#staleTimer);
    this.#port?.disconnect();
    this.#port = null;
  }

  /** A hidden page opens no port: a killed background is not woken for what nobody sees. */
  #open(): void {
    if (this.#port || this.#end.signal.aborted || document.visibilityState === "hidden") return;
    try {
      this.#port = browser.runtime.connect({ name: VIEW_PORT });
    } catch {
      return this.#leave(); // The extension was reloaded: this script is an orphan, its replacement takes over.
    }
    this.#port.onMessage.addListener((message: PortMessage) => this.#hear(message));
    this.#port.onDisconnect.addListener(() => {
      this.#port = null;
      if (browser.runtime?.id) setTimeout(() => this.#open(), REOPEN_MS);
      else this.#leave();
    });
  }

  #hear(message: PortMessage): void {
    if (message.type === "leave") return this.#leave();
    const first = !this.#heard;
    this.#heard = true;
    this.#show(message.view);
    if (first) this.hooks.onFirstView?.();
  }

  #leave(): void {
    this.stop();
    this.hooks.onLeave?.();
  }

  #show(view: View): void {
    current.value = withStaleness(view, Date.now());
    clearTimeout(this.#staleTimer);
    const wait = staleIn(view, Date.now());
    if (wait !== null) this.#staleTimer = setTimeout(() => this.#show(view), wait);
  }
}
