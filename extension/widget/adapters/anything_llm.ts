/**
 * AnythingLLM, `frontend/src/components/WorkspaceChat/ChatContainer/PromptInput/index.jsx`: `PROMPT_INPUT_ID` names the field. The
 * form is a column in a centred row, so that the widget's row goes inside the form. The jump button floats in the history.
 */
import type { Adapter } from "./adapter.ts";

export const anythingLlm: Adapter = {
  name: "AnythingLLM",
  field: ["#primary-prompt-input"],
  anchor: ["form"],
  side: "afterbegin",
  buttons: "button[type='submit'], [class~='bottom-40'][class~='right-10']",
};
