/** Validates the content of the limits file. It loads only if there is such a file, because it loads zod. */
import { LimitsFile } from "../../shared/limits.ts";
import { faultsOf } from "../../shared/schema_faults.ts";

/** Characters before and after a fault in the text that are shown. */
const SHOWN = 20;

/** The limits that a text sets, or every fault in it. */
export function parseLimits(file: string): LimitsFile | { faults: string[] } {
  // Some editors write a byte order mark.
  const text = file.replace(/^\ufeff/, "");
  if (text.includes("\0")) return { faults: ["it is not text in UTF-8: save it in that encoding"] };
  if (text.trim() === "") return { faults: ["it is empty: write {} into it, or delete it"] };
  let value: unknown;
  try {
    value = JSON.parse(text, refusePrototype);
  } catch (error) {
    return { faults: [error instanceof PrototypeKeyError ? error.message : syntaxFault(text, error)] };
  }
  const checked = LimitsFile.safeParse(value);
  return checked.success ? checked.data : { faults: faultsOf(LimitsFile, value, "the whole file") };
}

class PrototypeKeyError extends Error {
  constructor() {
    super('it has a key "__proto__": remove it');
  }
}

/** Copying an object with such a key would set the prototype of the copy. */
function refusePrototype(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new PrototypeKeyError();
  return value;
}

/** The parser tells the place of a fault in its message alone: a position, or the text around it. */
function syntaxFault(text: string, error: unknown): string {
  const message = String(error);
  const at = /at position (\d+)/.exec(message)?.[1];
  const near = /Unexpected token .*?, (?:\.\.\.)?"([^]*)"(?:\.\.\.)? is not valid JSON/.exec(message)?.[1];
  return `it is not valid JSON${
    at ? placeIn(text, Number(at)) : near ? shown(near) : ": it ends too early"
  }; ${REMEDY}`;
}

const REMEDY = "names and texts stand in double quotes, commas between entries alone, and comments nowhere";

function placeIn(text: string, at: number): string {
  const lines = text.slice(0, at).split("\n");
  const part = text.slice(Math.max(0, at - SHOWN), at + SHOWN);
  return ` at line ${lines.length}, column ${lines.at(-1)!.length + 1}${shown(part)}`;
}

function shown(part: string): string {
  return `, in ${JSON.stringify(part.slice(0, 2 * SHOWN))}`;
}
