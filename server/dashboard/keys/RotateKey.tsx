/** Gives a key a new secret. */
import { useState } from "preact/hooks";
import type { Key, NewKey } from "../../../shared/access.ts";
import { say } from "../../../shared/words/say.ts";
import { request } from "../data/api.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { Buttons, useSubmit } from "../parts/Form.tsx";
import { Secret } from "./Secret.tsx";

export function RotateKey({ of, close }: { of: Key; close: () => void }) {
  const [made, setMade] = useState<NewKey | null>(null);
  const { fault, isBusy, submit } = useSubmit(async (form) => {
    const body = { overlap_seconds: Number(form.get("overlap")) };
    setMade(await request<NewKey>(`api/quota/keys/${of.id}/rotate`, { method: "POST", body }));
  });
  if (made) return <Secret title={say("The key has a new secret")} text={made.key} close={close} />;
  return (
    <Dialog title={say("Rotate key {id}", { id: of.id })} close={close}>
      <form class="stack" onSubmit={submit}>
        <label class="field">
          <span>{say("The old secret works for")}</span>
          <select name="overlap">
            <option value="86400">{say("a day")}</option>
            <option value="604800">{say("a week")}</option>
            <option value="3600">{say("an hour")}</option>
            <option value="0">{say("no longer")}</option>
          </select>
        </label>
        <Buttons action={say("Rotate")} fault={fault} isBusy={isBusy} close={close} />
      </form>
    </Dialog>
  );
}
