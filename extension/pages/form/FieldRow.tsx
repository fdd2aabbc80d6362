/** One text field: label, input, and its fault or else its hint. */
import { say } from "../../../shared/words/say.ts";
import type { Field } from "./describe_fields.ts";
import type { Fields } from "./fields.ts";
import { MANAGED } from "./describe_fields.ts";

interface FieldRowProps {
  fields: Fields;
  field: Field;
  label: string;
  hint: string;
  /** The organization has set this field: it is shown, and cannot be changed. */
  managed?: boolean;
}

export function FieldRow({ fields, field, label, hint, managed = false }: FieldRowProps) {
  const fault = fields.faults[field];
  return (
    <div class="field">
      <label for={field}>{label}</label>
      <input
        id={field}
        name={field}
        type="text"
        inputMode={field === "server_url" || field === "chat_page" ? "url" : "text"}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        dir="ltr"
        value={fields.typed[field]}
        readOnly={managed}
        aria-invalid={Boolean(fault)}
        aria-describedby={`${field}-note`}
        onInput={(event) => fields.type(field, event.currentTarget.value)}
        onBlur={() => fields.check(field)}
      />
      <p id={`${field}-note`} class={fault ? "fault" : "muted"}>{fault ?? (managed ? say(MANAGED) : hint)}</p>
    </div>
  );
}
