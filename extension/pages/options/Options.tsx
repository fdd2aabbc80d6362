/** The settings, once the extension is set up. */
import { Announcement } from "../../../shared/ui/status/StatusNotice.tsx";
import { say } from "../../../shared/words/say.ts";
import type { View } from "../../../shared/view.ts";
import { DEFAULT_WORKSPACE } from "../../../shared/workspace.ts";
import { Copied } from "../form/Copied.tsx";
import { FIELD_TEXTS, gatewayOf } from "../form/describe_fields.ts";
import { FieldRow } from "../form/FieldRow.tsx";
import { Starts } from "../form/Starts.tsx";
import { PagePreview } from "../form/PagePreview.tsx";
import type { Choices } from "./choices.ts";
import { DisplaySection, UpdatesSection } from "./ChoiceSections.tsx";
import { NoticesSection } from "./NoticesSection.tsx";
import { ConnectionLine } from "./ConnectionLine.tsx";
import { CHAT, CONNECTION, SEND, TITLE } from "./describe_options.ts";
import { FileSection } from "./FileSection.tsx";
import type { OptionsForm } from "./form.ts";
import { OutcomeLine } from "./OutcomeLine.tsx";
import type { Transfer } from "./transfer.ts";

interface SectionProps {
  view: View;
  form: OptionsForm;
  /** Names of the settings that the organization has set. */
  managed: ReadonlySet<string>;
}

interface OptionsProps extends SectionProps {
  choices: Choices;
  transfer: Transfer;
}

export function Options({ view, form, choices, transfer, managed }: OptionsProps) {
  return (
    <main class="page options">
      <header>
        <h1>{say(TITLE)}</h1>
        <ConnectionLine view={view} />
        <Announcement view={view} />
      </header>
      <ConnectionSection form={form} view={view} managed={managed} />
      <SendSection view={view} />
      <ChatSection form={form} view={view} managed={managed} />
      <NoticesSection choices={choices} managed={managed} />
      <DisplaySection choices={choices} managed={managed} />
      <UpdatesSection choices={choices} managed={managed} />
      <FileSection transfer={transfer} />
      <Toast choices={choices} />
    </main>
  );
}

/** Drawn anew after each change, so that the style sheet takes it away again. */
function Toast({ choices: { said } }: { choices: Choices }) {
  return (
    <div class="toasts" role="status">
      {said && <p key={said.id} class={said.ok ? "toast" : "toast failed"}>{said.text}</p>}
    </div>
  );
}

function ConnectionSection({ form, view, managed }: SectionProps) {
  return (
    <form class="card" noValidate onSubmit={submits(() => form.save())}>
      <h2>{say(CONNECTION.heading)}</h2>
      <FieldRow
        fields={form.fields}
        field="server_url"
        label={say(FIELD_TEXTS.address)}
        hint={say(CONNECTION.address_hint)}
        managed={managed.has("server_url")}
      />
      <FieldRow
        fields={form.fields}
        field="secret"
        label={say(FIELD_TEXTS.secret)}
        hint={say(CONNECTION.secret_hint)}
      />
      <FieldRow
        fields={form.fields}
        field="workspace_id"
        label={say(FIELD_TEXTS.workspace)}
        hint={say(CONNECTION.workspace_hint, { workspace: DEFAULT_WORKSPACE })}
        managed={managed.has("workspace_id")}
      />
      <div class="buttons">
        <button type="submit" class="button primary" aria-disabled={form.busy}>{say(CONNECTION.save)}</button>
        <button type="button" class="button" aria-disabled={form.busy} onClick={() => void form.test().then(focus)}>
          {say(CONNECTION.test)}
        </button>
      </div>
      <OutcomeLine outcome={form.outcome} of="test" />
      <OutcomeLine outcome={form.outcome} of="save" view={view} />
      <details open={view.connection === "offline"}>
        <summary>{say(CONNECTION.start)}</summary>
        <Starts />
      </details>
    </form>
  );
}

function ChatSection({ form, view, managed }: SectionProps) {
  return (
    <form class="card" noValidate onSubmit={submits(() => form.saveChat())}>
      <h2>{say(CHAT.heading)}</h2>
      <FieldRow
        fields={form.fields}
        field="chat_page"
        label={say(FIELD_TEXTS.chat_page)}
        hint={say(CHAT.page_hint)}
        managed={managed.has("chat_page")}
      />
      <FieldRow
        fields={form.fields}
        field="chat_selector"
        label={say(CHAT.selector)}
        hint={say(CHAT.selector_hint, { example: "#composer" })}
        managed={managed.has("chat_selector")}
      />
      <PagePreview address={form.fields.typed.chat_page} selector={form.fields.typed.chat_selector} view={view} />
      <div class="buttons">
        <button type="submit" class="button primary" aria-disabled={form.busy}>{say(CHAT.save)}</button>
      </div>
      <p class="muted">{say(CHAT.permission)}</p>
      <OutcomeLine outcome={form.outcome} of="chat" />
    </form>
  );
}

function SendSection({ view }: { view: View }) {
  const isKnown = view.connection !== "unconfigured" && view.server_url !== "";
  return (
    <section class="card">
      <h2>{say(SEND.heading)}</h2>
      <p>{say(isKnown ? SEND.known : SEND.unknown)}</p>
      {isKnown && <Copied text={gatewayOf(view)} label={say("Copy the base URL")} />}
    </section>
  );
}

function submits(save: () => Promise<string | null>): (event: Event) => void {
  return (event) => {
    event.preventDefault();
    void save().then(focus);
  };
}

function focus(field: string | null): void {
  if (field) document.getElementById(field)?.focus();
}
