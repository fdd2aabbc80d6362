/** The steps that put the extension where it is seen: the toolbar, and the chat page. */
import { say } from "../../../shared/words/say.ts";
import type { View } from "../../../shared/view.ts";
import { FIELD_TEXTS } from "../form/describe_fields.ts";
import { FieldRow } from "../form/FieldRow.tsx";
import { PagePreview } from "../form/PagePreview.tsx";
import { Problem } from "./ConnectionSteps.tsx";
import { CHAT, PIN } from "./describe_onboarding.ts";
import type { SetUp } from "./set_up.ts";
import { ToolbarPicture } from "./ToolbarPicture.tsx";

export function PinStep({ setUp, browser }: { setUp: SetUp; browser: "chromium" | "firefox" }) {
  return (
    <>
      <p>{say(PIN.why)}</p>
      <p role="status">{say(setUp.pinned ? PIN.pinned : PIN[browser])}</p>
      {!setUp.pinned && <ToolbarPicture browser={browser} />}
      <div class="buttons">
        <button type="button" class="button primary" onClick={() => setUp.leavePin()}>{say(PIN.next)}</button>
      </div>
    </>
  );
}

interface ChatStepProps {
  setUp: SetUp;
  view: View;
  managed: ReadonlySet<string>;
}

export function ChatStep({ setUp, view, managed }: ChatStepProps) {
  const submit = (event: Event) => {
    event.preventDefault();
    void setUp.showInChat();
  };
  return (
    <form noValidate onSubmit={submit}>
      <FieldRow
        fields={setUp.fields}
        field="chat_page"
        label={say(FIELD_TEXTS.chat_page)}
        hint={say(CHAT.page_hint)}
        managed={managed.has("chat_page")}
      />
      <PagePreview address={setUp.fields.typed.chat_page} view={view} />
      <div class="buttons">
        <button type="submit" class="button primary" aria-disabled={setUp.busy}>{say(CHAT.submit)}</button>
        <button type="button" class="button" onClick={() => setUp.skipChat()}>{say(CHAT.skip)}</button>
      </div>
      <Problem setUp={setUp} />
    </form>
  );
}
