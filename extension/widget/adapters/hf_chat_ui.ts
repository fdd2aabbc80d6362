/**
 * Hugging Face chat-ui, `src/lib/components/chat/ChatWindow.svelte`: the form is a block above the line with the model's name.
 * Its only stable name is the label of the button that sends. The jump buttons are fixed above the composer's end.
 */
import type { Adapter } from "./adapter.ts";

export const hfChatUi: Adapter = {
  name: "HF chat-ui",
  address: /^huggingface\.co\/chat\//,
  field: ["form:has([aria-label='Send message'][name='submit']) textarea", "form[aria-label='file dropzone'] textarea"],
  anchor: ["form"],
  side: "beforebegin",
  buttons: "[aria-label='Send message'], .fixed.right-4",
};
