/** Where the panel will sit in a chat page, in one sentence. */
import { say } from "../../../shared/words/say.ts";
import { ADAPTERS } from "../../widget/adapters/index.ts";

/**
 * @param address of the chat page, as typed so far.
 * @param selector the reader's own place; empty for none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { describePlace } from "./describe_preview.ts";
 *
 * const place = describePlace("https://chatgpt.com/c/1", "");
 * assert.equal(place, "It sits above the message box of ChatGPT. A click opens the panel.");
 * ```
 */
export function describePlace(address: string, selector: string): string {
  const element = selector.trim();
  if (element !== "") {
    return say("It sits above the element {selector}. A click opens the panel.", { selector: element });
  }
  const { host = "", pathname = "" } = URL.parse(address.trim()) ?? {};
  const known = ADAPTERS.find((adapter) => adapter.address?.test(host + pathname));
  if (known) return say("It sits above the message box of {app}. A click opens the panel.", { app: known.name });
  return say("It sits above the message box, or in a free corner where there is none. A click opens the panel.");
}
