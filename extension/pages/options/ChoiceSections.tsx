/** The sections of preferences, which are saved as they are changed. */
import { Choice, Note, Switch } from "../form/Choice.tsx";
import { LANGUAGE_NAMES } from "../../../shared/words/language_names.ts";
import type { LanguageChoice } from "../../../shared/words/languages.ts";
import { say } from "../../../shared/words/say.ts";
import type { Choices } from "./choices.ts";
import type { Preferences } from "../../state/settings.ts";
import {
  BADGES,
  DISPLAY,
  DISPLAY_TEXTS,
  INTERVALS,
  labelled,
  SHARES,
  THEMES,
  TIMES,
  UPDATES,
} from "./describe_choices.ts";

export interface SectionProps {
  choices: Choices;
  /** Names of the settings that the organization has set. */
  managed: ReadonlySet<string>;
}

export function UpdatesSection({ choices, managed }: SectionProps) {
  const { live_updates } = choices.preferences;
  return (
    <section class="card">
      <h2>{say(UPDATES.heading)}</h2>
      <Switch
        name="live_updates"
        label={say(UPDATES.live)}
        hint={say(UPDATES.live_hint)}
        managed={managed.has("live_updates")}
        checked={live_updates}
        onChange={(live_updates) => void choices.prefer({ live_updates })}
      />
      <Preference
        name="refresh_seconds"
        options={INTERVALS.map((number) => [number, say("{number} s", { number })])}
        choices={choices}
        managed={managed}
      />
    </section>
  );
}

export function DisplaySection({ choices, managed }: SectionProps) {
  return (
    <section class="card">
      <h2>{say(DISPLAY.heading)}</h2>
      <LanguageField choices={choices} managed={managed} />
      <Preference name="theme" options={labelled(THEMES)} choices={choices} managed={managed} />
      <Preference name="share" options={labelled(SHARES)} choices={choices} managed={managed} />
      <Preference name="time" options={labelled(TIMES)} choices={choices} managed={managed} />
      <Preference
        name="badge_when_normal"
        options={labelled(BADGES)}
        choices={choices}
        managed={managed}
      />
    </section>
  );
}

function LanguageField({ choices, managed }: SectionProps) {
  const isManaged = managed.has("language");
  return (
    <div class="field">
      <label for="language">{say(DISPLAY.language)}</label>
      <select
        id="language"
        value={choices.preferences.language}
        disabled={isManaged}
        aria-describedby="language-note"
        onChange={({ currentTarget: { value } }) => void choices.prefer({ language: value as LanguageChoice })}
      >
        <option value="auto">{say(DISPLAY.auto)}</option>
        {Object.entries(LANGUAGE_NAMES).map(([language, name]) => (
          <option key={language} value={language} lang={language} dir="auto">{name}</option>
        ))}
      </select>
      <Note name="language" hint={say(DISPLAY.language_hint)} managed={isManaged} />
    </div>
  );
}

interface PreferenceProps<Name extends keyof typeof DISPLAY_TEXTS> extends SectionProps {
  name: Name;
  /** Each value with its label. */
  options: readonly (readonly [value: Preferences[Name], label: string])[];
}

function Preference<Name extends keyof typeof DISPLAY_TEXTS>(
  { name, options, choices, managed }: PreferenceProps<Name>,
) {
  return (
    <Choice
      name={name}
      label={say(DISPLAY_TEXTS[name].label)}
      hint={say(DISPLAY_TEXTS[name].hint)}
      managed={managed.has(name)}
      value={choices.preferences[name]}
      options={options}
      onChange={(value) => void choices.prefer({ [name]: value })}
    />
  );
}
