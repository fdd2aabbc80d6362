/** A small drawing of the chat page, with the pill as it would show there now. */
import { Shape } from "../../../shared/ui/status/Shape.tsx";
import { say } from "../../../shared/words/say.ts";
import type { View } from "../../../shared/view.ts";
import { describePill } from "../../widget/describe_pill.ts";
import { PREVIEW, PREVIEW_ADDRESS } from "./describe_fields.ts";
import { describePlace } from "./describe_preview.ts";

interface PagePreviewProps {
  /** As typed so far. */
  address: string;
  /** The reader's own place, as typed so far. */
  selector?: string;
  view: View;
}

export function PagePreview({ address, selector = "", view }: PagePreviewProps) {
  const { state, now, word, was } = describePill(view, Date.now());
  return (
    <figure class="preview">
      <div class="window" role="img" aria-label={say(PREVIEW.label)}>
        <div class="window-bar">
          <i />
          <i />
          <i />
          <span dir="ltr">{address.trim() || PREVIEW_ADDRESS}</span>
        </div>
        <div class="thread">
          <b />
          <b class="own" />
          <b />
        </div>
        <div class="preview-pill">
          <Shape state={state} />
          <span class="number">{now || word || was}</span>
        </div>
        <div class="composer">
          <span>{say(PREVIEW.message)}</span>
          <i />
        </div>
      </div>
      <figcaption class="muted">{describePlace(address, selector)}</figcaption>
    </figure>
  );
}
