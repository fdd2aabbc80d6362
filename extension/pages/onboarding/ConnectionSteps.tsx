/** The steps from an address to a connection that works. */
import { Shape } from "../../../shared/ui/status/Shape.tsx";
import { say } from "../../../shared/words/say.ts";
import { DEFAULT_WORKSPACE } from "../../../shared/workspace.ts";
import { FIELD_TEXTS } from "../form/describe_fields.ts";
import { FieldRow } from "../form/FieldRow.tsx";
import { Starts } from "../form/Starts.tsx";
import { ALLOW, allowText, CONNECT, TEST } from "./describe_onboarding.ts";
import type { SetUp } from "./set_up.ts";

interface StepProps {
  setUp: SetUp;
}

export function ConnectStep({ setUp, managed }: StepProps & { managed: ReadonlySet<string> }) {
  const submit = (event: Event) => {
    event.preventDefault();
    void setUp.connect();
  };
  return (
    <form noValidate onSubmit={submit}>
      <FieldRow
        fields={setUp.fields}
        field="server_url"
        label={say(FIELD_TEXTS.address)}
        hint={say(CONNECT.address_hint)}
        managed={managed.has("server_url")}
      />
      <FieldRow fields={setUp.fields} field="secret" label={say(FIELD_TEXTS.secret)} hint={say(CONNECT.secret_hint)} />
      <details open={Boolean(setUp.fields.faults.workspace_id)}>
        <summary>{say(CONNECT.other_workspace)}</summary>
        <FieldRow
          fields={setUp.fields}
          field="workspace_id"
          label={say(FIELD_TEXTS.workspace)}
          hint={say(CONNECT.workspace_hint, { workspace: DEFAULT_WORKSPACE })}
          managed={managed.has("workspace_id")}
        />
      </details>
      <div class="buttons">
        <button type="submit" class="button primary" aria-disabled={setUp.busy}>{say(CONNECT.submit)}</button>
      </div>
      <aside class="aside">
        <h3>{say(CONNECT.no_service)}</h3>
        <p class="muted">{say(CONNECT.start_here)}</p>
        <Starts />
      </aside>
    </form>
  );
}

/** The browser's own question follows the click, so that it does not come unexpected. */
export function AllowStep({ setUp }: StepProps) {
  return (
    <>
      <p>{allowText(setUp.host)}</p>
      <div class="buttons">
        <button type="button" class="button primary" aria-disabled={setUp.busy} onClick={() => void setUp.allow()}>
          {say(ALLOW.submit)}
        </button>
        <ChangeButton setUp={setUp} />
      </div>
      <Problem setUp={setUp} />
    </>
  );
}

export function TestStep({ setUp }: StepProps) {
  return (
    <>
      <Problem setUp={setUp} />
      {setUp.problem && (
        <div class="buttons">
          <button type="button" class="button primary" onClick={() => void setUp.test()}>{say(TEST.again)}</button>
          <ChangeButton setUp={setUp} />
        </div>
      )}
    </>
  );
}

function ChangeButton({ setUp }: StepProps) {
  return (
    <button type="button" class="button" onClick={() => setUp.open("connect", "server_url")}>{say(TEST.change)}</button>
  );
}

/** Progress, then the reason of a failure. */
export function Problem({ setUp }: StepProps) {
  return (
    <div class="outcome" role="status">
      {setUp.busy && <p class="muted">{say(TEST.running)}</p>}
      {setUp.problem && (
        <>
          <Shape state="refused" />
          <p>{setUp.problem}</p>
        </>
      )}
    </div>
  );
}
