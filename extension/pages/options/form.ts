/** The options form without its markup: the typed text, its faults, and its two commands. */
import { type Signal, signal } from "@preact/signals";
import type { Command, CommandResult } from "../../state/messages.ts";
import { DEFAULT_SERVER_URL, type Settings } from "../../state/settings.ts";
import type { Redeemed } from "../../../shared/access.ts";
import { parseSettings } from "../../state/settings_check.ts";
import { type Faults, faultsOf, type Field, FIELDS, type Typed } from "./describe_settings.ts";
import { parseSecret } from "./parse_secret.ts";

/** The parts of its page that the form uses. */
interface FormDeps {
  send(command: Command): Promise<CommandResult>;
  /** Asks for the browser's permission. Called during the click, before any `await`. */
  ask(settings: Settings): Promise<boolean>;
  /** Asks the service once, with this key or else the stored one. */
  test(settings: Settings, key: string | null): Promise<CommandResult>;
  /** Trades a pairing code for a key, or says why it cannot. */
  redeem(server_url: string, code: string): Promise<Redeemed | { sentence: string }>;
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

const CODE_UNTESTED: CommandResult = {
  ok: false,
  sentence: "Cannot test a pairing code, because it works only once: save to use it.",
};

/** Its state is held in signals: a component that reads a part of it is rendered again when that part changes. */
export class OptionsForm {
  readonly #typed: Signal<Typed>;
  readonly #faults = signal<Faults>({});
  readonly #outcome = signal<Outcome | null>(null);

  /** @param stored the saved settings; where they name no service, the address of one on this machine is suggested. */
  constructor(stored: Settings, readonly deps: FormDeps) {
    this.#typed = signal({ ...stored, server_url: stored.server_url || DEFAULT_SERVER_URL, secret: "" });
  }

  get typed(): Typed {
    return this.#typed.value;
  }

  get faults(): Faults {
    return this.#faults.value;
  }

  get outcome(): Outcome | null {
    return this.#outcome.value;
  }

  /**
   * A command runs: a further click does nothing. The buttons say so by `aria-disabled`, because a disabled button would
   * lose the keyboard focus.
   */
  get busy(): boolean {
    return this.outcome !== null && this.outcome.result === null;
  }

  /** Takes what was typed. A known fault is checked with every key, a new one only when the field loses the focus. */
  type(field: Field, text: string): void {
    this.#typed.value = { ...this.typed, [field]: text };
    if (this.faults[field]) this.check(field);
  }

  check(field: Field): void {
    this.#faults.value = { ...this.faults, [field]: faultsOf(this.typed)[field] };
  }

  /** Tries the server and workspace and saves nothing. The chat page is left out. */
  test(): Promise<Field | null> {
    return this.#run("test", { ...this.typed, chat_page: "" });
  }

  save(): Promise<Field | null> {
    return this.#run("save", this.typed);
  }

  /**
   * Does nothing while a command runs.
   *
   * @returns the first field with a fault, which should get the focus; then nothing was asked or sent.
   */
  async #run(of: Outcome["of"], typed: Typed): Promise<Field | null> {
    if (this.busy) return null;
    this.#faults.value = faultsOf(typed);
    const settings = parseSettings(typed);
    const invalid = FIELDS.find((field) => this.faults[field]);
    if (!settings || invalid) {
      // The result of an earlier click would be read as that of this one.
      this.#outcome.value = null;
      return invalid ?? null;
    }
    const answer = this.deps.ask(settings);
    this.#outcome.value = { of, result: null };
    const allowed = await answer.catch(() => false);
    const result = allowed ? await (of === "test" ? this.#test(settings) : this.#save(settings)) : DENIED;
    this.#outcome.value = { of, result };
    return null;
  }

  async #test(settings: Settings): Promise<CommandResult> {
    const secret = parseSecret(this.typed.secret);
    if (secret?.kind === "code") return CODE_UNTESTED;
    return await this.deps.test(settings, secret?.key ?? null);
  }

  async #save(settings: Settings): Promise<CommandResult> {
    const secret = parseSecret(this.typed.secret);
    this.#typed.value = { ...this.typed, ...settings };
    if (secret?.kind === "code") return await this.#pair(settings, secret.code);
    if (secret) return await this.#paste(settings, secret.key);
    return await this.deps.send({ type: "save", settings });
  }

  /** Saves a key only once the service has accepted it. */
  async #paste(settings: Settings, key: string): Promise<CommandResult> {
    const tested = await this.deps.test(settings, key);
    if (!tested.ok) return tested;
    this.#typed.value = { ...this.typed, secret: "" };
    return await this.deps.send({ type: "save", settings, key });
  }

  /** Saves the key that the code is worth, with its workspace. A code that was redeemed is of no further use. */
  async #pair(typed: Settings, code: string): Promise<CommandResult> {
    const redeemed = await this.deps.redeem(typed.server_url, code);
    if ("sentence" in redeemed) return { ok: false, sentence: redeemed.sentence };
    const settings = { ...typed, workspace_id: redeemed.workspace_id };
    this.#typed.value = { ...settings, secret: "" };
    return await this.deps.send({ type: "save", settings, key: redeemed.key });
  }
}
