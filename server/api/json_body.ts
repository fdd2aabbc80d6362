/** Reads and validates the JSON body of a request. */
import type { Context } from "hono";
import * as z from "zod/mini";
import { ProblemError } from "../core/problem_error.ts";

// Without a locale, zod's message is always "Invalid input".
z.config(z.locales.en());

/** The issues named in one refusal. */
const MAX_ISSUES = 5;

/** Four times the size of a batch of 500 reports. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Of a body without `content-length`, this much is read and dropped, so that a sender that reads nothing while it writes
 * still receives the refusal.
 */
const MAX_DROPPED_BYTES = 64 * MAX_BODY_BYTES;

/** @throws {ProblemError} `unsupported_media_type`, `body_too_large`, `malformed_json` or `invalid_request`. */
export async function jsonBody<Body>(c: Context, schema: z.ZodMiniType<Body>): Promise<Body> {
  const { path } = c.req;
  if (!isJson(c.req.header("content-type"))) {
    throw new ProblemError("unsupported_media_type", `Cannot read the body of ${path}: send it as application/json`);
  }
  const checked = schema.safeParse(parse(await bodyText(c.req.raw), path));
  if (checked.success) return checked.data;
  const issues = checked.error.issues.slice(0, MAX_ISSUES).map(describe).join("; ");
  throw new ProblemError("invalid_request", `Cannot take the body of ${path}: ${issues}`);
}

function isJson(type: string | undefined): boolean {
  return /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type ?? "");
}

async function bodyText(request: Request): Promise<string> {
  const length = request.headers.get("content-length");
  if (length !== null) {
    if (Number(length) > MAX_BODY_BYTES) throw bodyTooLarge();
    return await request.text();
  }
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const part of request.body ?? []) {
    bytes += part.length;
    if (bytes > MAX_DROPPED_BYTES) break;
    if (bytes <= MAX_BODY_BYTES) parts.push(part);
  }
  if (bytes > MAX_BODY_BYTES) throw bodyTooLarge();
  return await new Blob(parts).text();
}

function bodyTooLarge(): ProblemError {
  const detail = `Cannot read a body of more than ${MAX_BODY_BYTES} bytes: send it in smaller parts`;
  return new ProblemError("body_too_large", detail);
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text, refusePrototype);
  } catch (error) {
    // A RangeError comes from JSON that is nested deeper than the stack.
    const why = error instanceof PrototypeKeyError ? 'it has a key "__proto__"' : "it is not valid JSON";
    throw new ProblemError("malformed_json", `Cannot read the body of ${path}: ${why}`);
  }
}

class PrototypeKeyError extends Error {}

/** Copying an object with such a key would set the prototype of the copy. */
function refusePrototype(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new PrototypeKeyError();
  return value;
}

function describe({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join(".").slice(0, 100)}: ${message}`;
}
