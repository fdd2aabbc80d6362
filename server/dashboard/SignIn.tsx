/** Asks for a key, in team mode and for the places of admins. */
import { signal } from "@preact/signals";
import { waitAtLeast } from "../../shared/format.ts";
import { say } from "../../shared/words/say.ts";
import type { ApiError } from "./data/api.ts";
import { codeOfAddress, isCode, signIn, signInByCode } from "./data/sign_in.ts";

/** The whole page, for a reader who is not signed in. */
export function SignIn() {
  return (
    <main class="sign-in">
      <div class="card">
        <p class="brand">
          <svg viewBox="0 0 20 20" aria-hidden="true">
            <path d="M3 14a7 7 0 1 1 14 0M10 14l4-5" />
          </svg>
          Quota Gauge
        </p>
        <h1>{say("Sign in")}</h1>
        <p class="muted">
          {say(
            "Give a read key or a pairing code to see its workspaces, or an admin key to see and change everything.",
          )}
        </p>
        <SignInForm />
      </div>
    </main>
  );
}

const failed = signal<ApiError | null>(null);
const isBusy = signal(false);

/** The field and its button. */
export function SignInForm() {
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const field = (event.target as HTMLFormElement).elements.namedItem("key") as HTMLInputElement;
    if (isBusy.value) return;
    if (field.value.trim() === "") return field.focus();
    isBusy.value = true;
    failed.value = null;
    try {
      await (isCode(field.value) ? signInByCode : signIn)(field.value.trim());
    } catch (error) {
      failed.value = error as ApiError;
      field.select();
    }
    isBusy.value = false;
  };
  // A code of an address waits for a click: a link alone does not sign in.
  const code = codeOfAddress();
  return (
    <form class="stack" onSubmit={(event) => void submit(event)}>
      <label class="field">
        <span>{say("Key or pairing code")}</span>
        <input
          name="key"
          {...{ type: code === "" ? "password" : "text" } as { type: "password" }}
          defaultValue={code}
          autocomplete="current-password"
          spellcheck={false}
          dir="ltr"
          aria-invalid={failed.value !== null}
          aria-describedby="sign-in-fault"
        />
      </label>
      <p id="sign-in-fault" class="fault" role="alert">{failed.value && faultText(failed.value)}</p>
      <button type="submit" class="button primary" aria-disabled={isBusy.value}>{say("Sign in")}</button>
    </form>
  );
}

function faultText({ code, isOffline, message, retry_after_ms }: ApiError): string {
  if (isOffline) return say("Cannot reach {host}", { host: location.host });
  switch (code) {
    case "too_many_tries":
      return say("Too many wrong keys. Try again in {time}.", { time: waitAtLeast(retry_after_ms ?? 1000) });
    case "pairing_code_invalid":
      return say("Cannot pair: the code is wrong, used or expired. Ask for a new one.");
    case "key_invalid":
      return say("This key is unknown or revoked. Ask an admin for a new one.");
    case "key_expired":
      return say("This key has expired. Ask an admin for a new one.");
    case "not_allowed":
      return say("An ingest key cannot sign in, because it only sends calls. Use a read key.");
    default:
      return message;
  }
}
