/**
 * LibreChat, `client/src/components/Chat/Input/ChatForm.tsx`: the field is `#prompt-textarea`, as on chatgpt.com, with
 * `data-testid="text-input"`. Its form is a flex row, so that the widget's row goes above the form.
 */
import type { Adapter } from "./adapter.ts";

export const libreChat: Adapter = {
  name: "LibreChat",
  field: ["#prompt-textarea[data-testid='text-input']", "[data-testid='composer-surface'] textarea"],
  anchor: ["form"],
  side: "beforebegin",
  buttons: "[data-testid='send-button'], .premium-scroll-button",
};
