/** Makes a pairing code, to type into the extension or to scan with a phone. */
import { useState } from "preact/hooks";
import { countdown } from "../../../shared/format.ts";
import { say } from "../../../shared/words/say.ts";
import { addressOf, request } from "../data/api.ts";
import { now } from "../data/now.ts";
import { Copied } from "../parts/Copied.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { Buttons, TextField, useSubmit } from "../parts/Form.tsx";
import { route } from "../router.ts";
import { QrCode } from "./QrCode.tsx";

interface Made {
  code: string;
  expires_at: string;
  workspace_id: string;
}

export function PairBrowser({ close }: { close: () => void }) {
  const [made, setMade] = useState<Made | null>(null);
  const { fault, isBusy, submit } = useSubmit(async (form) => {
    const body = { workspace_id: String(form.get("workspace")).trim() };
    const answer = await request<Omit<Made, "workspace_id">>("api/quota/pairing", { method: "POST", body });
    setMade({ ...body, ...answer });
  });
  if (made) return <Code of={made} close={close} />;
  return (
    <Dialog title={say("Pair a browser")} close={close}>
      <p class="muted">
        {say("A code gives one browser a read key for one workspace. It works once, for ten minutes.")}
      </p>
      <form class="stack" onSubmit={submit}>
        <TextField name="workspace" label={say("Workspace")} value={route.value.workspace ?? ""} required />
        <Buttons action={say("Make a code")} fault={fault} isBusy={isBusy} close={close} />
      </form>
    </Dialog>
  );
}

function Code({ of: { code, expires_at, workspace_id }, close }: { of: Made; close: () => void }) {
  const ms = Date.parse(expires_at) - now.value;
  return (
    <Dialog title={say("Pair a browser with {workspace}", { workspace: workspace_id })} close={close}>
      <p class="code number" dir="ltr">{code}</p>
      <p class="muted">
        {ms > 0 ? say("Works once, for {time}", { time: countdown(ms) }) : say("This code has ended. Make a new one.")}
      </p>
      <p>{say("Type the code into the extension's settings, together with this address:")}</p>
      <Copied text={addressOf(".").replace(/\/$/, "")} label={say("Copy the address")} />
      <p>{say("Or scan it with a phone to open this dashboard there:")}</p>
      <QrCode text={addressOf(`./#pair=${code}`)} label={say("QR code of this address and the code")} />
      <div class="buttons">
        <button type="button" class="button primary" onClick={close}>{say("Done|dialog")}</button>
      </div>
    </Dialog>
  );
}
