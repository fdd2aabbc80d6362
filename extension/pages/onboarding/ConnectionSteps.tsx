/** The steps from an address to a connection that works. */
import { Shape } from "../../../shared/ui/status/Shape.tsx";
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
        label={CONNECT.address}
        hint={CONNECT.address_hint}
        managed={managed.has("server_url")}
      />
      <FieldRow fields={setUp.fields} field="secret" label={CONNECT.secret} hint={CONNECT.secret_hint} />
      <details open={Boolean(setUp.fields.faults.workspace_id)}>
        <summary>{CONNECT.other_workspace}</summary>
        <FieldRow
          fields={setUp.fields}
          field="workspace_id"
          label={CONNECT.workspace}
          hint={CONNECT.workspace_hint}
          managed={managed.has("workspace_id")}
        />
      </details>
      <div class="buttons">
        <button type="submit" class="button primary" aria-disabled={setUp.busy}>{CONNECT.submit}</button>
      </div>
      <aside class="aside">
        <h3>{CONNECT.no_service}</h3>
        <p class="muted">{CONNECT.start_here}</p>
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
          {ALLOW.submit}
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
          <button type="button" class="button primary" onClick={() => void setUp.test()}>{TEST.again}</button>
          <ChangeButton setUp={setUp} />
        </div>
      )}
    </>
  );
}

function ChangeButton({ setUp }: StepProps) {
  return <button type="button" class="button" onClick={() => setUp.open("connect", "server_url")}>{TEST.change}
  </button>;
}

/** Progress, then the reason of a failure. */
export function Problem({ setUp }: StepProps) {
  return (
    <div class="outcome" role="status">
      {setUp.busy && <p class="muted">{TEST.running}</p>}
      {setUp.problem && (
        <>
          <Shape state="refused" />
          <p>{setUp.problem}</p>
        </>
      )}
    </div>
  );
}
