/** A share in words, as a person wants to read it. */
import { percentText } from "../../format.ts";
import { say } from "../../words/say.ts";

/** The share of a limit that is shown. */
export type ShareForm = "used" | "left";

/**
 * @param used used share in whole percent, rounded up; so what is left is rounded down.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { shareText } from "./describe_share.ts";
 *
 * assert.deepEqual(shareText(74, "left"), { number: "26 %", word: "left" });
 * ```
 */
export function shareText(used: number, share: ShareForm): { number: string; word: string } {
  return { number: percentText(share === "used" ? used : 100 - used), word: say(share) };
}
