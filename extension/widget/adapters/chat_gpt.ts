/**
 * chatgpt.com: public user scripts find the composer as `form[data-type="unified-composer"]` and its editor as `#prompt-textarea`.
 * The form is a block in the column at the bottom of the thread.
 */
import type { Adapter } from "./adapter.ts";

export const chatGpt: Adapter = {
  name: "ChatGPT",
  address: /^(www\.)?(chatgpt\.com|chat\.openai\.com)\//,
  field: [
    "form[data-type='unified-composer'] #prompt-textarea",
    "form[data-type='unified-composer'] [contenteditable='true']",
  ],
  anchor: ["form[data-type='unified-composer']"],
  side: "beforebegin",
  buttons: "[data-testid='send-button'], #composer-submit-button, #thread-bottom-container > button",
};
