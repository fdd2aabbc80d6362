/** Where the panel will sit in a chat page, in one sentence. */
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
 * assert.equal(describePlace("https://chatgpt.com/c/1", ""), "It sits above the message box of ChatGPT.");
 * assert.equal(describePlace("", "#composer"), "It sits above the element #composer.");
 * ```
 */
export function describePlace(address: string, selector: string): string {
  if (selector.trim() !== "") return `It sits above the element ${selector.trim()}.`;
  const { host = "", pathname = "" } = URL.parse(address.trim()) ?? {};
  const known = ADAPTERS.find((adapter) => adapter.address?.test(host + pathname));
  if (known) return `It sits above the message box of ${known.name}.`;
  return "It sits above the message box, or in a free corner where there is none.";
}
