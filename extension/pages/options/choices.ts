/** The preferences and the settings of notices on the options page, saved as they are changed. */
import { type Signal, signal } from "@preact/signals";
import { say } from "../../../shared/words/say.ts";
import { parseThresholds } from "../../state/notice_settings.ts";
import type { NoticeSettings, Preferences } from "../../state/settings.ts";
import { NOTICES, SAVED, THRESHOLDS_EXAMPLE } from "./describe_choices.ts";

/** The parts of its page that the choices use. */
export interface ChoicesDeps {
  savePreferences(changed: Partial<Preferences>): Promise<void>;
  saveNotices(changed: Partial<NoticeSettings>): Promise<void>;
  /** Asks for the browser's permission to show notifications. Called during the click, before any `await`. */
  askNotifications(): Promise<boolean>;
}

type NoticeKind = keyof NoticeSettings["notices"];

/** The result of a change in words. `id` differs for each. */
interface Said {
  ok: boolean;
  text: string;
  id: number;
}

/** Its state is held in signals: a component that reads a part of it is rendered again when that part changes. */
export class Choices {
  readonly #preferences: Signal<Preferences>;
  readonly #notices: Signal<NoticeSettings>;
  readonly #thresholds: Signal<string>;
  readonly #fault = signal<string | null>(null);
  readonly #said = signal<Said | null>(null);

  constructor(preferences: Preferences, notices: NoticeSettings, readonly deps: ChoicesDeps) {
    this.#preferences = signal(preferences);
    this.#notices = signal(notices);
    this.#thresholds = signal(notices.thresholds.join(", "));
  }

  get preferences(): Preferences {
    return this.#preferences.value;
  }

  get notices(): NoticeSettings {
    return this.#notices.value;
  }

  /** The thresholds as they are typed. */
  get thresholds(): string {
    return this.#thresholds.value;
  }

  get fault(): string | null {
    return this.#fault.value;
  }

  /** What came of the last change; null before the first one. */
  get said(): Said | null {
    return this.#said.value;
  }

  async prefer(changed: Partial<Preferences>): Promise<void> {
    this.#preferences.value = { ...this.preferences, ...changed };
    await this.#save(() => this.deps.savePreferences(changed));
  }

  /** Switches a kind or a place of notices. Notifications of the browser need its permission. */
  async switchNotice(kind: NoticeKind, on: boolean): Promise<void> {
    const asked = kind === "browser" && on ? this.deps.askNotifications() : Promise.resolve(true);
    this.#notices.value = { ...this.notices, notices: { ...this.notices.notices, [kind]: on } };
    if (await asked.catch(() => false)) return await this.#saveNotices({ notices: this.notices.notices });
    this.#notices.value = { ...this.notices, notices: { ...this.notices.notices, [kind]: false } };
    this.#say(false, say(NOTICES.denied));
  }

  /** Takes what was typed; a known fault disappears as soon as it is corrected. */
  typeThresholds(text: string): void {
    this.#thresholds.value = text;
    if (this.fault && parseThresholds(text)) this.#fault.value = null;
  }

  /** Saves the thresholds as typed, unless they have a fault. */
  async saveThresholds(): Promise<void> {
    const thresholds = parseThresholds(this.thresholds);
    this.#fault.value = thresholds ? null : say(NOTICES.thresholds_fault, { example: THRESHOLDS_EXAMPLE });
    if (!thresholds || `${thresholds}` === `${this.notices.thresholds}`) return;
    this.#thresholds.value = thresholds.join(", ");
    await this.#saveNotices({ thresholds });
  }

  /** @param hours null for none. A time that is not complete changes nothing. */
  async setQuietHours(hours: NoticeSettings["quiet_hours"]): Promise<void> {
    if (hours && (!hours.from || !hours.to)) return;
    await this.#saveNotices({ quiet_hours: hours });
  }

  async #saveNotices(changed: Partial<NoticeSettings>): Promise<void> {
    this.#notices.value = { ...this.notices, ...changed };
    await this.#save(() => this.deps.saveNotices(changed));
  }

  async #save(save: () => Promise<void>): Promise<void> {
    await save().then(() => this.#say(true, SAVED.ok()), (error) => this.#say(false, SAVED.failed(error)));
  }

  #say(ok: boolean, text: string): void {
    this.#said.value = { ok, text, id: (this.said?.id ?? 0) + 1 };
  }
}
