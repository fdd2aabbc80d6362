/** The options form without its markup: what is typed, its faults, and its two commands. */
import type { Command, CommandResult } from "../../state/messages.ts";
import { DEFAULT_SERVER_URL, type Settings } from "../../state/settings.ts";
import { checkSettings } from "../../state/settings_check.ts";
import { type Faults, faultsOf, type Field, FIELDS } from "./describe_settings.ts";

/** What the form needs of its page. */
interface FormDeps {
  send(command: Command): Promise<CommandResult>;
  /** Asks for the browser's permission. Called during the click, before any `await`. */
  ask(settings: Settings): Promise<boolean>;
  /** The form has changed: draw it again. */
  onChange(): void;
}

/** The last click and its result; null while the command runs. */
export interface Outcome {
  of: "test" | "save";
  result: CommandResult | null;
}

const DENIED: CommandResult = {
  ok: false,
  sentence: "Cannot reach the address: the browser was not allowed to. Try again and allow it.",
};

export class OptionsForm {
  #typed: Settings;
  #faults: Faults = {};
  #outcome: Outcome | null = null;

  /** @param stored the saved settings; where they name no service, the address of one on this machine is suggested. */
  constructor(stored: Settings, readonly deps: FormDeps) {
    this.#typed = { ...stored, server_url: stored.server_url || DEFAULT_SERVER_URL };
  }

  get typed(): Settings {
    return this.#typed;
  }

  get faults(): Faults {
    return this.#faults;
  }

  get outcome(): Outcome | null {
    return this.#outcome;
  }

  /**
   * A command runs: a further click does nothing. The buttons say so by `aria-disabled`, because a disabled button would
   * lose the keyboard focus.
   */
  get busy(): boolean {
    return this.#outcome !== null && this.#outcome.result === null;
  }

  /** Takes what was typed. A known fault is checked with every key, a new one only when the field loses the focus. */
  type(field: Field, text: string): void {
    this.#typed = { ...this.#typed, [field]: text };
    if (this.#faults[field]) this.check(field);
    else this.deps.onChange();
  }

  check(field: Field): void {
    this.#faults = { ...this.#faults, [field]: faultsOf(this.#typed)[field] };
    this.deps.onChange();
  }

  /** Tries the server and workspace and saves nothing. The chat page is left out. */
  test(): Promise<Field | null> {
    return this.#run("test", { ...this.#typed, chat_page: "" });
  }

  save(): Promise<Field | null> {
    return this.#run("save", this.#typed);
  }

  /**
   * Does nothing while a command runs.
   *
   * @returns the first field with a fault, which should get the focus; then nothing was asked or sent.
   */
  async #run(of: Outcome["of"], typed: Settings): Promise<Field | null> {
    if (this.busy) return null;
    this.#faults = faultsOf(typed);
    const { settings } = checkSettings(typed);
    if (!settings) {
      this.deps.onChange();
      return FIELDS.find((field) => this.#faults[field]) ?? null;
    }
    const answer = this.deps.ask(settings);
    this.#setOutcome({ of, result: null });
    const allowed = await answer.catch(() => false);
    if (allowed && of === "save") this.#typed = settings;
    this.#setOutcome({ of, result: allowed ? await this.deps.send({ type: of, settings }) : DENIED });
    return null;
  }

  #setOutcome(outcome: Outcome): void {
    this.#outcome = outcome;
    this.deps.onChange();
  }
}
