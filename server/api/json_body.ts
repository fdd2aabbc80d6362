/** The JSON that a caller sent, or why it is not taken. */
import type { Context } from "hono";
import * as z from "zod/mini";
import { bodyText } from "./body_text.ts";
import { ProblemError } from "../core/problem_error.ts";

// The sentences for whoever reads a refusal; without them zod says no more than "Invalid input".
z.config(z.locales.en());

/** Faults named in one refusal. */
const MOST_FAULTS = 5;

/** @throws {ProblemError} `unsupported_media_type`, `body_too_large`, `malformed_json` or `invalid_request`. */
export async function jsonBody<Body>(c: Context, schema: z.ZodMiniType<Body>): Promise<Body> {
  const { path } = c.req;
  if (!isJson(c.req.header("content-type"))) {
    throw new ProblemError("unsupported_media_type", `Cannot read the body of ${path}: send it as application/json`);
  }
  const checked = schema.safeParse(parse(await bodyText(c.req.raw), path));
  if (checked.success) return checked.data;
  const faults = checked.error.issues.slice(0, MOST_FAULTS).map(sentence).join("; ");
  throw new ProblemError("invalid_request", `Cannot take the body of ${path}: ${faults}`);
}

function isJson(type: string | undefined): boolean {
  return /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type ?? "");
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text, refusePrototype);
  } catch (error) {
    // Nesting past the stack is a RangeError: no JSON that anyone means.
    const why = error instanceof PrototypeKey ? 'it has a key "__proto__"' : "it is no JSON";
    throw new ProblemError("malformed_json", `Cannot read the body of ${path}: ${why}`);
  }
}

class PrototypeKey extends Error {}

/** No caller means such a key, and whoever copies the object would set its prototype by it. */
function refusePrototype(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new PrototypeKey();
  return value;
}

function sentence({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join(".").slice(0, 100)}: ${message}`;
}
