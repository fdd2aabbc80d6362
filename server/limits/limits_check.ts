/** The limits file's content, checked. Loaded only where there is such a file. */
import * as z from "zod/mini";
import { LimitsFile } from "../../shared/limits.ts";

// Without a locale zod says no more than "Invalid input".
z.config(z.locales.en());

/** What a text sets, or every fault in it. */
export function parseLimits(text: string): LimitsFile | { faults: string[] } {
  let value: unknown;
  try {
    value = JSON.parse(text, refusePrototype);
  } catch (error) {
    return { faults: [`it is no JSON: ${error instanceof Error ? error.message : error}`] };
  }
  const checked = LimitsFile.safeParse(value);
  if (checked.success) return checked.data;
  return { faults: checked.error.issues.flatMap(sentences) };
}

/** No person means such a name, and whoever copies the object would set its prototype by it. */
function refusePrototype(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new SyntaxError('it has a key "__proto__"');
  return value;
}

function sentences({ path, message }: z.core.$ZodIssue): string[] {
  return [`${path.length === 0 ? "the whole" : path.map(String).join(".").slice(0, 200)}: ${message}`];
}
