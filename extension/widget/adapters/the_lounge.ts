/**
 * The Lounge 4.5.2, `client/components/ChatInput.vue`: `#form` is the last row of the column `#chat-container`, with the
 * field `#input`. The jump button is `.scroll-down` in the list of messages.
 */
import type { Adapter } from "./adapter.ts";

export const theLounge: Adapter = {
  name: "The Lounge",
  field: ["#chat-container #form #input", "#form #input"],
  anchor: ["#form"],
  side: "beforebegin",
  buttons: "#submit, .scroll-down-shown",
};
