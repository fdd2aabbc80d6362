/** Makes a key. */
import { useState } from "preact/hooks";
import type { Key, KeyRequest, NewKey } from "../../../shared/access.ts";
import { say } from "../../../shared/words/say.ts";
import { request } from "../data/api.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { Buttons, TextField, useSubmit } from "../parts/Form.tsx";
import { KIND_NAMES } from "./KeyTable.tsx";
import { Secret } from "./Secret.tsx";

const KINDS = ["ingest", "read", "admin"] as const;

export function MakeKey({ close }: { close: () => void }) {
  const [kind, setKind] = useState<Key["kind"]>("ingest");
  const [made, setMade] = useState<NewKey | null>(null);
  const { fault, isBusy, submit } = useSubmit(async (form) => {
    setMade(await request<NewKey>("api/quota/keys", { method: "POST", body: keyRequest(kind, form) }));
  });
  if (made) return <Secret title={say("The key is made")} text={made.key} close={close} />;
  return (
    <Dialog title={say("Make a key")} close={close}>
      <form class="stack" onSubmit={submit}>
        <label class="field">
          <span>{say("Kind")}</span>
          <select value={kind} onChange={(event) => setKind(event.currentTarget.value as Key["kind"])}>
            {KINDS.map((id) => <option key={id} value={id}>{say(KIND_NAMES[id])}</option>)}
          </select>
        </label>
        <p class="muted">{hintOf(kind)}</p>
        {kind !== "admin" && (
          <TextField
            name="workspaces"
            label={kind === "read" ? say("Workspaces, separated by commas; * for all") : say("Workspace")}
            required
          />
        )}
        {kind === "ingest" && <TextField name="app" label={say("App, if the key is for one alone")} />}
        {kind === "ingest" && <TextField name="models" label={say("Models that it may call, separated by commas")} />}
        <TextField name="note" label={say("Note, for the list of keys")} />
        <TextField name="expires" label={say("Last day")} type="date" />
        <Buttons action={say("Make the key")} fault={fault} isBusy={isBusy} close={close} />
      </form>
    </Dialog>
  );
}

function hintOf(kind: Key["kind"]): string {
  if (kind === "ingest") return say("For a program: sends calls for one workspace, and reads nothing.");
  if (kind === "read") return say("For a person: sees workspaces here and in the extension.");
  return say("For an admin: sees and changes everything.");
}

/** The request that a form makes. A field that is left empty is left out. */
export function keyRequest(kind: Key["kind"], form: FormData): KeyRequest {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const names = (name: string) => text(name).split(",").map((part) => part.trim()).filter(Boolean);
  return {
    kind,
    ...kind === "admin" ? {} : { workspaces: names("workspaces") },
    ...text("app") ? { app: text("app") } : {},
    ...names("models").length > 0 ? { models: names("models") } : {},
    ...text("note") ? { note: text("note") } : {},
    ...text("expires") ? { expires_at: endOfDay(text("expires")) } : {},
  };
}

/** The last instant of a day in the reader's zone. */
function endOfDay(day: string): string {
  return new Date(`${day}T23:59:59.999`).toISOString();
}
