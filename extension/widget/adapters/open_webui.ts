/**
 * Open WebUI, `src/lib/components/chat/MessageInput.svelte`: in the form, `#message-input-container` is the box with the round
 * border, and `#chat-input-container` in it holds the editor `#chat-input`. The jump button floats 48 px above the form in
 * a box that lets clicks through.
 */
import type { Adapter } from "./adapter.ts";

export const openWebUi: Adapter = {
  name: "Open WebUI",
  field: ["#chat-input-container #chat-input", "#message-input-container #chat-input"],
  anchor: ["#message-input-container", "form"],
  side: "beforebegin",
  buttons: "#send-message-button, [class~='-top-12'] button",
};
