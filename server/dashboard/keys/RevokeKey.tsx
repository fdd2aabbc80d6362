/** Revokes a key, after a question. */
import type { Key } from "../../../shared/access.ts";
import { say } from "../../../shared/words/say.ts";
import { request } from "../data/api.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { Buttons, useSubmit } from "../parts/Form.tsx";
import { notify } from "../parts/Toasts.tsx";
import { scopeOf } from "./key_text.ts";

export function RevokeKey({ of, close }: { of: Key; close: () => void }) {
  const { fault, isBusy, submit } = useSubmit(async () => {
    await request(`api/quota/keys/${of.id}`, { method: "DELETE" });
    notify(say("Key {id} is revoked.", { id: of.id }));
    close();
  });
  return (
    <Dialog title={say("Revoke key {id}?", { id: of.id })} close={close}>
      <p dir="auto">{[scopeOf(of), of.note].filter(Boolean).join(" · ")}</p>
      <p>{say("Programs and browsers with this key are refused from now on. This cannot be undone.")}</p>
      <form onSubmit={submit}>
        <Buttons action={say("Revoke")} danger fault={fault} isBusy={isBusy} close={close} />
      </form>
    </Dialog>
  );
}
