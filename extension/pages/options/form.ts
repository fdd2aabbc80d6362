/** The connection and the chat page on the options page, without their markup: texts, faults, and commands. */
import { signal } from "@preact/signals";
import { say } from "../../../shared/words/say.ts";
import type { CommandResult } from "../../state/messages.ts";
import type { Settings } from "../../state/settings.ts";
import { parseSettings } from "../../state/settings_check.ts";
import { type ConnectDeps, saveConnection } from "../form/connect.ts";
import type { Field } from "../form/describe_fields.ts";
import { Fields } from "../form/fields.ts";
import { parseSecret } from "../form/parse_secret.ts";
import { type CommandName, FAILURES } from "./describe_options.ts";

/** The parts of its page that the form uses. */
interface FormDeps extends ConnectDeps {
  /** Asks for the browser's permission. Called during the click, before any `await`. */
  ask(settings: Settings): Promise<boolean>;
}

/** The last click and its result; null while the command runs. */
export interface Outcome {
  of: CommandName;
  result: CommandResult | null;
}

const CONNECTION_FIELDS = ["server_url", "secret", "workspace_id"] as const;
const CHAT_FIELDS = ["chat_page", "chat_selector"] as const;

/** Its state is held in signals: a component that reads a part of it is rendered again when that part changes. */
export class OptionsForm {
  readonly fields: Fields;
  readonly #outcome = signal<Outcome | null>(null);
  /** The settings in force. A section saves its own fields and leaves the texts of the other unsaved. */
  #saved: Settings;

  constructor(stored: Settings, readonly deps: FormDeps) {
    this.#saved = stored;
    this.fields = new Fields({ chat_selector: "", ...stored, secret: "" });
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

  /** Tries the address and the workspace, and saves nothing. */
  test(): Promise<Field | null> {
    return this.#run("test", CONNECTION_FIELDS, async (settings) => {
      const secret = parseSecret(this.fields.typed.secret);
      if (secret?.kind === "code") return failure("code_untested");
      return await this.deps.test(settings, secret?.key ?? null);
    });
  }

  save(): Promise<Field | null> {
    return this.#run("save", CONNECTION_FIELDS, (settings) => this.#save(settings));
  }

  saveChat(): Promise<Field | null> {
    return this.#run("chat", CHAT_FIELDS, async (settings) => {
      this.#saved = settings;
      this.fields.set({ chat_page: settings.chat_page, chat_selector: settings.chat_selector ?? "" });
      return await this.deps.send({ type: "save", settings });
    });
  }

  /**
   * Does nothing while a command runs.
   *
   * @returns the first field with a fault, which should get the focus; then nothing was asked or sent.
   */
  async #run(
    of: Outcome["of"],
    fields: readonly Field[],
    command: (settings: Settings) => Promise<CommandResult>,
  ): Promise<Field | null> {
    if (this.busy) return null;
    const { typed } = this.fields;
    const own = Object.fromEntries(fields.map((field) => [field, typed[field]]));
    const invalid = this.fields.checkAll(fields);
    const settings = parseSettings({ ...this.#saved, ...own });
    if (!settings || invalid) {
      // The result of an earlier click would be read as that of this one.
      this.#outcome.value = null;
      return invalid;
    }
    const answer = this.deps.ask(settings);
    this.#outcome.value = { of, result: null };
    const allowed = await answer.catch(() => false);
    this.#outcome.value = { of, result: allowed ? await command(settings) : failure("denied") };
    return null;
  }

  async #save(typed: Settings): Promise<CommandResult> {
    const { result, settings } = await saveConnection(typed, this.fields.typed.secret, this.deps);
    if (settings) this.#saved = settings;
    const { server_url, workspace_id } = settings ?? typed;
    this.fields.set({ server_url, workspace_id, ...(settings && { secret: "" }) });
    return result;
  }
}

function failure(of: keyof typeof FAILURES): CommandResult {
  return { ok: false, sentence: say(FAILURES[of]) };
}
