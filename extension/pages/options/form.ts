/** The options form without its looks: what is typed, what is wrong with it, and the two things it can do. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Command, CommandResult } from "../../state/messages.ts";
import { DEFAULT_SERVER_URL, type Settings } from "../../state/settings.ts";
import { checkSettings } from "../../state/settings_check.ts";
import { type Faults, faultsOf, type Field, FIELDS } from "./describe_settings.ts";

/** What the form does to the world. */
export interface FormDeps {
  send(command: Command): Promise<CommandResult>;
  /** Asks for the browser's permission. Called inside the click, before any `await`. */
  ask(settings: Settings): Promise<boolean>;
}

/** What the last click was, and what it came to; null while it is under way. */
export interface Outcome {
  of: "test" | "save";
  result: CommandResult | null;
}

const DENIED: CommandResult = {
  ok: false,
  sentence: "Cannot reach the address: the browser was not allowed to. Try again and allow it.",
};

export class OptionsForm {
  readonly #typed;
  readonly #faults = signal<Faults>({});
  readonly #outcome = signal<Outcome | null>(null);
  readonly typed: ReadonlySignal<Settings>;
  readonly faults: ReadonlySignal<Faults> = this.#faults;
  readonly outcome: ReadonlySignal<Outcome | null> = this.#outcome;

  /** @param stored what was saved before; the address of a service on this machine is suggested where there is none. */
  constructor(stored: Settings, readonly deps: FormDeps) {
    this.#typed = signal({ ...stored, server_url: stored.server_url || DEFAULT_SERVER_URL });
    this.typed = this.#typed;
  }

  /** A field is told to be wrong when it is left, and right again while it is typed in. */
  type(field: Field, text: string): void {
    this.#typed.value = { ...this.#typed.value, [field]: text };
    if (this.#faults.value[field]) this.check(field);
  }

  check(field: Field): void {
    this.#faults.value = { ...this.#faults.value, [field]: faultsOf(this.#typed.value)[field] };
  }

  /** Tries the server and workspace; keeps nothing. The chat page takes no part. */
  test(): Promise<Field | null> {
    return this.#run("test", { ...this.#typed.value, chat_page: "" });
  }

  save(): Promise<Field | null> {
    return this.#run("save", this.#typed.value);
  }

  /**
   * Does nothing while the last click is still under way.
   *
   * @returns the first field with a fault, to be given the focus; then nothing was asked or sent.
   */
  async #run(of: Outcome["of"], typed: Settings): Promise<Field | null> {
    if (this.#outcome.value?.result === null) return null;
    this.#faults.value = faultsOf(typed);
    const { settings } = checkSettings(typed);
    if (!settings) return FIELDS.find((field) => this.#faults.value[field]) ?? null;
    const answer = this.deps.ask(settings);
    this.#outcome.value = { of, result: null };
    const allowed = await answer.catch(() => false);
    if (allowed && of === "save") this.#typed.value = settings;
    this.#outcome.value = { of, result: allowed ? await this.deps.send({ type: of, settings }) : DENIED };
    return null;
  }
}
