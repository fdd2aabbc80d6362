/** Export and import of the settings, without their markup. */
import { signal } from "@preact/signals";
import { say } from "../../../shared/words/say.ts";
import type { Settings } from "../../state/settings.ts";
import { describeContent, FILE, FILE_NAME, type FileContent } from "./describe_file.ts";
import { readFile } from "./settings_file.ts";

/** The parts of its page that the transfer uses. */
interface TransferDeps {
  /** The text of the file, with the settings in force. */
  write(): Promise<string>;
  /** Saves a file in the folder for downloads. */
  download(name: string, text: string): void;
  /** Asks for the browser's permission. Called during the click, before any `await`. */
  ask(settings: Partial<Settings>): Promise<boolean>;
  /** Stores what the file sets, and shows it. */
  apply(content: FileContent): Promise<void>;
}

/** Its state is held in signals: a component that reads a part of it is rendered again when that part changes. */
export class Transfer {
  readonly #pending = signal<{ name: string; content: FileContent } | null>(null);
  readonly #faults = signal<string[]>([]);

  constructor(readonly deps: TransferDeps) {}

  /** What the chosen file would change; null where there is none. */
  get pending(): string | null {
    const pending = this.#pending.value;
    return pending && describeContent(pending.name, pending.content);
  }

  get faults(): string[] {
    return this.#faults.value;
  }

  async export(): Promise<void> {
    this.deps.download(FILE_NAME, await this.deps.write());
  }

  /** Reads a chosen file. It is applied by its own click, because only a click may ask for a permission. */
  async choose(file: { name: string; text(): Promise<string> }): Promise<void> {
    const read = readFile(await file.text());
    const isFaulty = Array.isArray(read);
    this.#faults.value = isFaulty ? read : [];
    this.#pending.value = isFaulty ? null : { name: file.name, content: read };
  }

  cancel(): void {
    this.#pending.value = null;
  }

  async apply(): Promise<void> {
    const pending = this.#pending.value;
    if (!pending) return;
    const allowed = await this.deps.ask(pending.content.settings).catch(() => false);
    this.#pending.value = null;
    if (allowed) await this.deps.apply(pending.content);
    else this.#faults.value = [say(FILE.denied)];
  }
}
