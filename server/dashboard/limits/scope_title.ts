/** Whose limits and budgets these are, in words. */
import { say } from "../../../shared/words/say.ts";
import type { Scope } from "./draft.ts";

/** `The whole workspace`, `gpt-5.4`, `App nightly`. */
export function scopeTitle(scope: Scope): string {
  if (scope.part === null) return say("The whole workspace");
  const { part, name } = scope;
  if (part === "models") return name;
  return part === "apps" ? say("App {name}", { name }) : say("Run {name}", { name });
}
