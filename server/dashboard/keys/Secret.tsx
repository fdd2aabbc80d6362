/** A secret that the service tells once. */
import { say } from "../../../shared/words/say.ts";
import { Copied } from "../parts/Copied.tsx";
import { Dialog } from "../parts/Dialog.tsx";

export function Secret({ title, text, close }: { title: string; text: string; close: () => void }) {
  return (
    <Dialog title={title} close={close}>
      <p>{say("Copy it now: the service keeps only its hash, and cannot show it again.")}</p>
      <Copied text={text} label={say("Copy the key")} />
      <div class="buttons">
        <button type="button" class="button primary" onClick={close}>{say("Done|dialog")}</button>
      </div>
    </Dialog>
  );
}
