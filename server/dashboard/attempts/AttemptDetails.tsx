/** Every field of an attempt, under its name in the API. */
import type { AttemptBody } from "../../../shared/attempts.ts";
import { say } from "../../../shared/words/say.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { Link } from "../parts/Link.tsx";

export function AttemptDetails({ of, close }: { of: AttemptBody; close: () => void }) {
  const fields = Object.entries(of).filter(([, value]) => value !== null);
  const call = { place: "attempts", range: "30d", filters: { call_id: [of.call_id] } } as const;
  return (
    <Dialog title={say("Attempt {id}", { id: of.id })} close={close}>
      <dl class="fields">
        {fields.map(([name, value]) => (
          <div key={name}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>
              <bdi>{typeof value === "object" ? JSON.stringify(value) : String(value)}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      <div class="buttons" onClick={(event) => (event.target as Element).closest("a") && close()}>
        <Link to={call} class="button">{say("All attempts of this call")}</Link>
        <button type="button" class="button primary" onClick={close}>{say("Done|dialog")}</button>
      </div>
    </Dialog>
  );
}
