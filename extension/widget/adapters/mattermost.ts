/**
 * Mattermost, `webapp/channels/src/components/advanced_text_editor/advanced_text_editor.tsx`: `.AdvancedTextEditor` contains
 * field and toolbar. The field of a thread is `#reply_textbox`.
 */
import type { Adapter } from "./adapter.ts";

export const mattermost: Adapter = {
  name: "Mattermost",
  field: ["#post_textbox", "[data-testid='post_textbox']"],
  anchor: [".AdvancedTextEditor", "form"],
  side: "beforebegin",
  buttons: "[data-testid='SendMessageButton'], .toast__visible, .scroll-to-bottom-toast",
};
