/** The options page: from nothing to connected, in four steps. */
import type { View } from "../../../shared/view.ts";
import { gatewayOf } from "./describe_settings.ts";
import { Announcement } from "../../../shared/ui/status/StatusNotice.tsx";
import { ConnectionLine } from "./ConnectionLine.tsx";
import { FieldRow } from "./FieldRow.tsx";
import type { OptionsForm } from "./form.ts";
import { OutcomeLine } from "./OutcomeLine.tsx";

interface OptionsProps {
  view: View;
  form: OptionsForm;
}

export function Options({ view, form }: OptionsProps) {
  const submit = (event: Event) => {
    event.preventDefault();
    void form.save().then(focus);
  };
  return (
    <main class="options">
      <header>
        <h1>Quota Gauge</h1>
        <ConnectionLine view={view} />
        <Announcement view={view} />
      </header>
      <form noValidate onSubmit={submit}>
        <ol class="steps">
          <StartStep />
          <ConnectStep form={form} />
          <ChatStep form={form} view={view} />
          <SendStep view={view} />
        </ol>
      </form>
    </main>
  );
}

function StartStep() {
  return (
    <li>
      <h2>Start the service</h2>
      <p>
        On this machine, run <code>npm start</code>{" "}
        in the project's folder. Does your team run one? Then ask its admin for its address and a pairing code.
      </p>
    </li>
  );
}

function ConnectStep({ form }: { form: OptionsForm }) {
  return (
    <li>
      <h2>Say where it is</h2>
      <FieldRow
        form={form}
        field="server_url"
        label="Service address"
        hint="Printed when the service starts."
      />
      <FieldRow
        form={form}
        field="secret"
        label="Pairing code"
        hint="Only for a service with keys: its admin makes one. A read key works too."
      />
      <FieldRow
        form={form}
        field="workspace_id"
        label="Workspace"
        hint="Whose quota to show. Calls that name none count for “default”."
      />
      <div class="buttons">
        <button type="button" class="button" aria-disabled={form.busy} onClick={() => void form.test().then(focus)}>
          Test connection
        </button>
      </div>
      <OutcomeLine outcome={form.outcome} of="test" />
    </li>
  );
}

function ChatStep({ form, view }: { form: OptionsForm; view: View }) {
  return (
    <li>
      <h2>
        Show it in your team's chat page <small>optional</small>
      </h2>
      <FieldRow
        form={form}
        field="chat_page"
        label="Chat page address"
        hint="A small panel appears in the corner of this site and of no other."
      />
      <p class="muted">Saving asks your browser to allow these addresses, and nothing else.</p>
      <div class="buttons">
        <button type="submit" class="button primary" aria-disabled={form.busy}>Save &amp; connect</button>
      </div>
      <OutcomeLine outcome={form.outcome} of="save" view={view} />
    </li>
  );
}

function SendStep({ view }: { view: View }) {
  const known = view.connection !== "unconfigured" && view.server_url !== "";
  return (
    <li>
      <h2>Send calls through it</h2>
      <p>
        {known
          ? (
            <>
              Give any OpenAI SDK this base URL: <code class="address">{gatewayOf(view)}</code>
            </>
          )
          : "Once connected, the base URL for your SDK stands here."}
      </p>
    </li>
  );
}

function focus(field: string | null): void {
  if (field) document.getElementById(field)?.focus();
}
