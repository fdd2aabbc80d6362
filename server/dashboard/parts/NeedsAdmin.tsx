/** In place of a page for admins, for other readers. */
import { say } from "../../../shared/words/say.ts";
import { session } from "../data/session.ts";
import { SignInForm } from "../SignIn.tsx";
import { Copied } from "./Copied.tsx";

export function NeedsAdmin() {
  const isPersonal = session.value.state === "in" && session.value.session.kind === "personal";
  return (
    <div class="empty">
      <h2>{say("Only admins see this")}</h2>
      {isPersonal && (
        <>
          <p>
            {say("This service runs without keys. With the first key, every program and every browser needs one.")}
          </p>
          <Copied text="npm run keys -- create --kind admin" label={say("Copy the command")} />
        </>
      )}
      <SignInForm />
    </div>
  );
}
