/** Whose limits and budgets these are, in words. */
import { say } from "../../../shared/words/say.ts";
import type { Scope } from "./draft.ts";

/** The name of a budget for each app, or each run, that has none of its own. */
const EACH = "*";

/** `The whole workspace`, `gpt-5.4`, `App nightly`, `Each app that is not named`. */
export function scopeTitle(scope: Scope): string {
  if (scope.part === null) return say("The whole workspace");
  const { part, name } = scope;
  if (part === "models") return name;
  if (name === EACH) return part === "apps" ? say("Each app that is not named") : say("Each run that is not named");
  return part === "apps" ? say("App {name}", { name }) : say("Run {name}", { name });
}
