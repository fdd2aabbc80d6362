/** One field of the form: label, input, and its fault or else its hint. */
import type { Field } from "./describe_settings.ts";
import type { OptionsForm } from "./form.ts";

interface FieldRowProps {
  form: OptionsForm;
  field: Field;
  label: string;
  hint: string;
}

export function FieldRow({ form, field, label, hint }: FieldRowProps) {
  const fault = form.faults[field];
  return (
    <div class="field">
      <label for={field}>{label}</label>
      <input
        id={field}
        name={field}
        type="text"
        inputMode={field === "server_url" || field === "chat_page" ? "url" : "text"}
        autocomplete="off"
        spellcheck={false}
        value={form.typed[field]}
        aria-invalid={Boolean(fault)}
        aria-describedby={`${field}-note`}
        onInput={(event) => form.type(field, event.currentTarget.value)}
        onBlur={() => form.check(field)}
      />
      <p id={`${field}-note`} class={fault ? "fault" : "muted"}>{fault ?? hint}</p>
    </div>
  );
}
