/** Controls that take effect as they are changed: one of a few values, and on or off. */
import { say } from "../../../shared/words/say.ts";
import { MANAGED } from "./describe_fields.ts";

interface ControlProps {
  /** Also the id of its hint. */
  name: string;
  label: string;
  hint?: string;
  /** The organization has set it: it is shown and cannot be changed. The hint says so. */
  managed: boolean;
}

interface ChoiceProps<Value extends string | number> extends ControlProps {
  value: Value;
  /** Each value with its label. */
  options: readonly (readonly [value: Value, label: string])[];
  onChange(value: Value): void;
}

export function Choice<Value extends string | number>(
  { name, label, hint, managed, value, options, onChange }: ChoiceProps<Value>,
) {
  return (
    <fieldset class="row choice" aria-describedby={`${name}-note`} disabled={managed}>
      <legend>{label}</legend>
      <div class="segments">
        {options.map(([of, text]) => (
          <label key={of}>
            <input type="radio" name={name} value={of} checked={of === value} onChange={() => onChange(of)} />
            <span>{text}</span>
          </label>
        ))}
      </div>
      <Note name={name} hint={hint} managed={managed} />
    </fieldset>
  );
}

interface SwitchProps extends ControlProps {
  checked: boolean;
  onChange(checked: boolean): void;
}

export function Switch({ name, label, hint, managed, checked, onChange }: SwitchProps) {
  return (
    <div class="row">
      <label class="switch">
        <span>{label}</span>
        <input
          id={name}
          type="checkbox"
          role="switch"
          checked={checked}
          disabled={managed}
          aria-describedby={`${name}-note`}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      </label>
      <Note name={name} hint={hint} managed={managed} />
    </div>
  );
}

/** The hint of a control. One without a hint is in a group that says for all of its controls whether they are managed. */
export function Note({ name, hint, managed }: Pick<ControlProps, "name" | "hint" | "managed">) {
  return <p id={`${name}-note`} class="muted">{managed && hint ? say(MANAGED) : hint}</p>;
}
