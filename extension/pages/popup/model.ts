/** The popup's state and its commands, without its markup. */
import type { Command, CommandResult } from "../../state/messages.ts";
import { say } from "../../../shared/words/say.ts";
import type { View } from "../../../shared/view.ts";
import { DEFAULT_PREFERENCES, type Preferences } from "../../state/settings.ts";
import type { PopupCommands } from "./commands.ts";
import { TEXTS } from "./describe_popup.ts";
import { diagnosticsText } from "./diagnostics.ts";
import type { PopupState } from "./Popup.tsx";

/** The parts of its page that the popup uses. */
interface PopupDeps {
  /** Local epoch milliseconds. */
  now(): number;
  send(command: Command): Promise<CommandResult>;
  /** Stores preferences. */
  prefer(changed: Partial<Preferences>): Promise<void>;
  readMutedUntil(): Promise<number | null>;
  /** The calls of each minute of the last hour; null where they are not known. */
  readLastHour(view: View): Promise<number[] | null>;
  /** Whether the reader has hidden the panel of the chat page. */
  readPanelHidden(): Promise<boolean>;
  /** Puts a text on the clipboard. */
  copy(text: string): Promise<void>;
  /** Closes the popup. */
  close(): void;
  /** Version of the extension. */
  version: string;
  user_agent: string;
}

export class PopupModel implements PopupCommands {
  #state: PopupState;
  /** Called after each change. */
  onChange = () => {};

  constructor(view: View, readonly deps: PopupDeps) {
    this.#state = {
      view,
      preferences: DEFAULT_PREFERENCES,
      workspaces: [],
      last_hour: null,
      muted_until: null,
      panel_hidden: false,
      said: "",
    };
  }

  get state(): PopupState {
    return this.#state;
  }

  set(changed: Partial<PopupState>): void {
    this.#state = { ...this.state, ...changed };
    this.onChange();
  }

  /** Reads what the first view does not need. */
  async load(): Promise<void> {
    const [{ workspaces = [] }, muted_until, panel_hidden] = await Promise.all([
      this.deps.send({ type: "list_workspaces" }),
      this.deps.readMutedUntil(),
      this.deps.readPanelHidden(),
    ]);
    this.set({ workspaces, muted_until, panel_hidden });
  }

  /** Reads the last hour anew. An answer for a workspace that is no longer shown is dropped. */
  async loadLastHour(): Promise<void> {
    const { view } = this.state;
    const last_hour = await this.deps.readLastHour(view);
    if (view.workspace_id === this.state.view.workspace_id) this.set({ last_hour });
  }

  /** What it changes is visible, so that only a failure is told. */
  readonly onRetry = async () => {
    this.#tellFailure(await this.deps.send({ type: "retry" }));
  };

  readonly onOpenOptions = async () => {
    await this.deps.send({ type: "open_options" });
    this.deps.close();
  };

  readonly onChooseWorkspace = async (workspace_id: string | null) => {
    this.set({ preferences: { ...this.state.preferences, workspace: workspace_id === null ? "tightest" : "chosen" } });
    this.#tellFailure(await this.deps.send({ type: "choose_workspace", workspace_id }));
  };

  readonly onPrefer = async (changed: Partial<Preferences>) => {
    this.set({ preferences: { ...this.state.preferences, ...changed }, said: "" });
    await this.deps.prefer(changed);
  };

  readonly onMute = async (muted: boolean) => {
    const { sentence } = await this.deps.send({ type: muted ? "mute" : "unmute" });
    this.set({ said: sentence, muted_until: await this.deps.readMutedUntil() });
  };

  readonly onShowPanel = async () => {
    this.#tellFailure(await this.deps.send({ type: "change_site", change: { hidden_until: null } }));
    this.set({ panel_hidden: await this.deps.readPanelHidden() });
  };

  readonly onCopy = async () => {
    const { copy, now, version, user_agent } = this.deps;
    const text = diagnosticsText({ ...this.state, now: now(), version, user_agent });
    this.set({ said: await copy(text).then(() => say(TEXTS.copied), () => say(TEXTS.not_copied)) });
  };

  #tellFailure({ ok, sentence }: CommandResult): void {
    this.set({ said: ok ? "" : sentence });
  }
}
