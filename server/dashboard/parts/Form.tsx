/** Parts of forms. */
import { useId, useState } from "preact/hooks";
import { say } from "../../../shared/words/say.ts";
import type { ApiError } from "../data/api.ts";

interface TextFieldProps {
  name: string;
  label: string;
  value?: string;
  type?: "text" | "date";
  required?: boolean;
}

export function TextField({ name, label, value = "", type = "text", required = false }: TextFieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        name={name}
        {
          // The types of Preact know one type of field at a time.
          ...{ type } as { type: "text" }
        }
        defaultValue={value}
        required={required}
        dir="auto"
        autocomplete="off"
        spellcheck={false}
      />
    </label>
  );
}

interface ButtonsProps {
  /** The verb of the button that sends the form. */
  action: string;
  fault: string | null;
  isBusy: boolean;
  danger?: boolean;
  close: () => void;
}

/** The fault of the last try, and the buttons below a form in a dialog. */
export function Buttons({ action, fault, isBusy, danger = false, close }: ButtonsProps) {
  const id = useId();
  return (
    <>
      <p id={id} class="fault" role="alert" dir="auto">{fault}</p>
      <div class="buttons">
        <button type="button" class="button" onClick={close}>{say("Cancel|dialog")}</button>
        <button
          type="submit"
          class={`button ${danger ? "danger" : "primary"}`}
          aria-disabled={isBusy}
          aria-describedby={id}
        >
          {action}
        </button>
      </div>
    </>
  );
}

/** Sends a form with `send`, once at a time. `fault` says why the last try failed. */
export function useSubmit(send: (form: FormData) => Promise<void>) {
  const [fault, setFault] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setFault(null);
    send(new FormData(event.target as HTMLFormElement))
      .catch((error) => setFault(faultText(error)))
      .finally(() => setBusy(false));
  };
  return { fault, isBusy, submit };
}

function faultText(error: ApiError): string {
  return error.isOffline ? say("Cannot reach {host}", { host: location.host }) : error.message;
}
