/** The first set-up without its markup: which step is open, what came of the others, and the commands of the buttons. */
import { signal } from "@preact/signals";
import { DEFAULT_SERVER_URL, type Settings } from "../../state/settings.ts";
import { parseSettings } from "../../state/settings_check.ts";
import { say } from "../../../shared/words/say.ts";
import type { CommandResult } from "../../state/messages.ts";
import { type ConnectDeps, saveConnection } from "../form/connect.ts";
import type { Field } from "../form/describe_fields.ts";
import { Fields } from "../form/fields.ts";
import { ALLOW, CHAT, chatNote, hostOf, NOTES } from "./describe_onboarding.ts";
import type { Note, Notes, Step } from "./steps.ts";

/** The parts of its page that the set-up uses. */
export interface SetUpDeps extends ConnectDeps {
  /** Whether the browser already lets the extension reach these addresses. */
  allowed(settings: Settings): Promise<boolean>;
  /** Asks for the browser's permission. Called during the click, before any `await`. */
  ask(settings: Settings): Promise<boolean>;
  /** Whether the extension is on the toolbar; null where the browser does not say. */
  isPinned(): Promise<boolean | null>;
  /** Moves the focus to the element with this id, once it is drawn. */
  focus(id: string): void;
  /** Shows the settings page. */
  finish(): void;
}

const CONNECT_FIELDS = ["server_url", "secret", "workspace_id"] as const;

/** Its state is held in signals: a component that reads a part of it is rendered again when that part changes. */
export class SetUp {
  readonly fields: Fields;
  readonly #step = signal<Step | "ready">("connect");
  readonly #notes = signal<Notes>({});
  readonly #busy = signal(false);
  readonly #problem = signal<string | null>(null);
  readonly #pinned = signal<boolean | null>(null);
  /** The last settings that were checked or saved. */
  #settings: Settings;

  /** @param stored settings with a service continue after the test: the page was loaded again in the middle. */
  constructor(stored: Settings, readonly deps: SetUpDeps) {
    this.#settings = stored;
    const server_url = stored.server_url || DEFAULT_SERVER_URL;
    this.fields = new Fields({ chat_selector: "", ...stored, server_url, secret: "" });
    if (stored.server_url !== "") this.#resume(stored);
    void this.lookAtToolbar();
  }

  get step(): Step | "ready" {
    return this.#step.value;
  }

  get notes(): Notes {
    return this.#notes.value;
  }

  /** A command runs: a further click does nothing. */
  get busy(): boolean {
    return this.#busy.value;
  }

  /** Why the open step's last attempt failed. */
  get problem(): string | null {
    return this.#problem.value;
  }

  get pinned(): boolean | null {
    return this.#pinned.value;
  }

  /** Host of the service that was checked last. */
  get host(): string {
    return hostOf(this.#settings.server_url);
  }

  /** Checks what was typed, and skips the permission where none is needed. Saves nothing. */
  async connect(): Promise<void> {
    if (this.busy) return;
    const fault = this.fields.checkAll(CONNECT_FIELDS);
    const { server_url, workspace_id } = this.fields.typed;
    const settings = parseSettings({ ...this.#settings, server_url, workspace_id });
    if (fault || !settings) return fault ? this.deps.focus(fault) : undefined;
    this.#settings = settings;
    this.fields.set({ server_url: settings.server_url, workspace_id: settings.workspace_id });
    this.#note("connect", { text: settings.server_url });
    if (!await this.deps.allowed({ ...settings, chat_page: "" })) return this.open("allow");
    this.#note("allow", { text: say(isLoopback(settings.server_url) ? NOTES.no_permission : NOTES.allowed) });
    await this.test();
  }

  async allow(): Promise<void> {
    const granted = await this.#ask({ ...this.#settings, chat_page: "" });
    if (granted === null) return;
    if (!granted) return this.#fail(say(ALLOW.denied));
    this.#note("allow", { text: say(NOTES.allowed) });
    await this.test();
  }

  /** Saves the connection if the service answers as it should. */
  async test(): Promise<void> {
    this.open("test");
    const result = await this.#run(() => this.#save());
    if (!result) return;
    if (!result.ok) return this.#fail(result.sentence);
    this.#note("test", { text: result.sentence });
    this.open("pin");
  }

  /** Looks whether the extension is on the toolbar by now. */
  async lookAtToolbar(): Promise<void> {
    this.#pinned.value = await this.deps.isPinned();
  }

  leavePin(): void {
    this.#note(
      "pin",
      this.pinned === false ? { text: say(NOTES.not_pinned), skipped: true } : { text: say(NOTES.pinned) },
    );
    this.open("chat");
  }

  /** Shows the widget on the typed page, after the browser's permission. */
  async showInChat(): Promise<void> {
    const fault = this.fields.checkAll(["chat_page"]);
    const settings = parseSettings({ ...this.#settings, chat_page: this.fields.typed.chat_page });
    if (fault || !settings) return this.deps.focus("chat_page");
    if (settings.chat_page === "") return this.skipChat();
    const granted = await this.#ask({ ...settings, server_url: "" });
    if (granted === null) return;
    if (!granted) return this.#fail(say(CHAT.denied));
    const saved = await this.#run(() => this.deps.send({ type: "save", settings }));
    if (!saved?.ok) return saved ? this.#fail(saved.sentence) : undefined;
    this.#settings = settings;
    this.#note("chat", { text: chatNote(settings.chat_page) });
    this.open("ready");
  }

  skipChat(): void {
    this.#note("chat", { text: say(NOTES.no_chat), skipped: true });
    this.open("ready");
  }

  /** Opens a step, with the focus on one of its fields or else on its heading. */
  open(step: Step | "ready", field?: Field): void {
    this.#step.value = step;
    this.#problem.value = null;
    this.deps.focus(field ?? `step-${step}`);
  }

  async #save(): Promise<CommandResult> {
    const { secret } = this.fields.typed;
    if (secret.trim() === "") {
      const tested = await this.deps.test(this.#settings, null);
      if (!tested.ok) return tested;
    }
    const { result, settings } = await saveConnection(this.#settings, secret, this.deps);
    if (!settings) return result;
    this.#settings = settings;
    this.fields.set({ secret: "", workspace_id: settings.workspace_id });
    return result.ok ? await this.deps.test(settings, null) : result;
  }

  /** Runs one command at a time; null while another one runs. The command starts synchronously, within the click. */
  async #run<T>(command: () => Promise<T>): Promise<T | null> {
    if (this.busy) return null;
    this.#busy.value = true;
    this.#problem.value = null;
    try {
      return await command();
    } finally {
      this.#busy.value = false;
    }
  }

  /** A request that the browser cannot show is a denied one. */
  #ask(settings: Settings): Promise<boolean | null> {
    return this.#run(() => this.deps.ask(settings).catch(() => false));
  }

  #fail(sentence: string): void {
    this.#problem.value = sentence;
  }

  #note(step: Step, note: Note): void {
    this.#notes.value = { ...this.notes, [step]: note };
  }

  #resume({ server_url, chat_page }: Settings): void {
    this.#note("connect", { text: server_url });
    this.#note("allow", { text: say(isLoopback(server_url) ? NOTES.no_permission : NOTES.allowed) });
    this.#note("test", { text: say(NOTES.connected) });
    if (chat_page) this.#note("chat", { text: chatNote(chat_page) });
    this.#step.value = "pin";
  }
}

/** The manifest itself lets the extension reach these hosts. */
function isLoopback(server_url: string): boolean {
  return ["127.0.0.1", "localhost"].includes(URL.parse(server_url)?.hostname ?? "");
}
