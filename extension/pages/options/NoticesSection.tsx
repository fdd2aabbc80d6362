/** The settings of notices, which are saved as they are changed. */
import { say } from "../../../shared/words/say.ts";
import { Note, Switch } from "../form/Choice.tsx";
import { MANAGED } from "../form/describe_fields.ts";
import type { SectionProps } from "./ChoiceSections.tsx";
import { NOTICE_KINDS, NOTICE_PLACES, NOTICES, QUIET_HOURS, THRESHOLDS_EXAMPLE } from "./describe_choices.ts";

export function NoticesSection({ choices, managed }: SectionProps) {
  const switches = (kinds: typeof NOTICE_KINDS | typeof NOTICE_PLACES) =>
    kinds.map(([kind, label]) => (
      <Switch
        key={kind}
        name={`notice_${kind}`}
        label={say(label)}
        managed={managed.has("notices")}
        checked={choices.notices.notices[kind]}
        onChange={(on) => void choices.switchNotice(kind, on)}
      />
    ));
  return (
    <section class="card">
      <h2>{say(NOTICES.heading)}</h2>
      <fieldset class="group">
        <legend>{say(NOTICES.what)}</legend>
        {switches(NOTICE_KINDS)}
      </fieldset>
      <fieldset class="group">
        <legend>{say(NOTICES.where)}</legend>
        {switches(NOTICE_PLACES)}
      </fieldset>
      {managed.has("notices") && <p class="muted">{say(MANAGED)}</p>}
      <Thresholds choices={choices} managed={managed} />
      <QuietHours choices={choices} managed={managed} />
    </section>
  );
}

function Thresholds({ choices, managed }: SectionProps) {
  const isManaged = managed.has("thresholds");
  return (
    <div class="field">
      <label for="thresholds">{say(NOTICES.thresholds)}</label>
      <input
        id="thresholds"
        dir="ltr"
        type="text"
        inputMode="numeric"
        autocomplete="off"
        placeholder={THRESHOLDS_EXAMPLE}
        value={choices.thresholds}
        readOnly={isManaged}
        aria-invalid={choices.fault !== null}
        aria-describedby="thresholds-note"
        onInput={(event) => choices.typeThresholds(event.currentTarget.value)}
        onChange={() => void choices.saveThresholds()}
      />
      {choices.fault
        ? <p id="thresholds-note" class="fault">{choices.fault}</p>
        : <Note name="thresholds" hint={say(NOTICES.thresholds_hint)} managed={isManaged} />}
    </div>
  );
}

function QuietHours({ choices, managed }: SectionProps) {
  const hours = choices.notices.quiet_hours;
  const isManaged = managed.has("quiet_hours");
  return (
    <>
      <Switch
        name="quiet_hours"
        label={say(NOTICES.quiet)}
        hint={say(NOTICES.quiet_hint)}
        managed={isManaged}
        checked={hours !== null}
        onChange={(on) => void choices.setQuietHours(on ? QUIET_HOURS : null)}
      />
      {hours && (
        <div class="hours">
          {(["from", "to"] as const).map((end) => (
            <label key={end}>
              {say(NOTICES[end])}
              <input
                type="time"
                value={hours[end]}
                disabled={isManaged}
                onChange={(event) => void choices.setQuietHours({ ...hours, [end]: event.currentTarget.value })}
              />
            </label>
          ))}
        </div>
      )}
    </>
  );
}
