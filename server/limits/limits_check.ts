/** Validates the content of the limits file. It loads only if there is such a file, because it loads zod. */
import * as z from "zod/mini";
import { LimitsFile } from "../../shared/limits.ts";

// Without a locale, zod's message is always "Invalid input".
z.config(z.locales.en());

/** Longer parts of a fault's sentence are cut. */
const MAX_TEXT = 200;

/** The limits that a text sets, or every fault in it. */
export function parseLimits(text: string): LimitsFile | { faults: string[] } {
  let value: unknown;
  try {
    value = JSON.parse(text, refusePrototype);
  } catch (error) {
    return { faults: [`it is not valid JSON: ${error instanceof Error ? error.message : error}`] };
  }
  const checked = LimitsFile.safeParse(value);
  if (checked.success) return checked.data;
  return { faults: checked.error.issues.map(describe) };
}

/** Copying an object with such a key would set the prototype of the copy. */
function refusePrototype(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new SyntaxError('it has a key "__proto__"');
  return value;
}

function describe({ path, message }: z.core.$ZodIssue): string {
  return `${path.length === 0 ? "the whole file" : short(path.map(String).join("."))}: ${short(message)}`;
}

/** A name in the file may have any length. */
function short(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
}
