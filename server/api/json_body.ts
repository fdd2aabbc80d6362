/** Reads and validates the JSON body of a request. */
import type { Context } from "hono";
import type * as z from "zod/mini";
import { faultsOf } from "../../shared/schema_faults.ts";
import { ProblemError } from "../core/problem_error.ts";

/** The faults named in one refusal. */
const MAX_FAULTS = 5;

/** Four times the size of a batch of 500 reports. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Members and elements in a body; a batch of 500 reports has up to 15,000. Reading them takes some milliseconds. */
const MAX_VALUES = 20_000;

/**
 * Of a body without `content-length`, this many times the bound is read and dropped, so that a sender that reads nothing while it writes
 * still receives the refusal.
 */
const DROPPED_BODIES = 64;

/** @throws {ProblemError} `unsupported_media_type`, `body_too_large`, `malformed_json` or `invalid_request`. */
export async function jsonBody<Body>(
  c: Context,
  schema: z.ZodMiniType<Body>,
  max_bytes = MAX_BODY_BYTES,
): Promise<Body> {
  const { path } = c.req;
  if (!isJson(c.req.header("content-type"))) {
    throw new ProblemError("unsupported_media_type", `Cannot read the body of ${path}: send it as application/json`);
  }
  const text = await bodyText(c.req.raw, max_bytes).catch((error) => {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError("malformed_json", `Cannot read the body of ${path}: its sender has disconnected`);
  });
  const value = parse(text, path);
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const faults = faultsOf(schema, value, "the body", MAX_FAULTS).join("; ");
  throw new ProblemError("invalid_request", `Cannot take the body of ${path}: ${faults}`);
}

function isJson(type: string | undefined): boolean {
  return /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type ?? "");
}

async function bodyText(request: Request, max_bytes: number): Promise<string> {
  const length = request.headers.get("content-length");
  if (length !== null) {
    if (Number(length) > max_bytes) throw bodyTooLarge(max_bytes);
    return await request.text();
  }
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const part of request.body ?? []) {
    bytes += part.length;
    if (bytes > DROPPED_BODIES * max_bytes) break;
    if (bytes <= max_bytes) parts.push(part);
  }
  if (bytes > max_bytes) throw bodyTooLarge(max_bytes);
  return await new Blob(parts).text();
}

function bodyTooLarge(max_bytes: number): ProblemError {
  const detail = `Cannot read a body of more than ${max_bytes} bytes: send it in smaller parts`;
  return new ProblemError("body_too_large", detail);
}

function parse(text: string, path: string): unknown {
  if (valuesIn(text) > MAX_VALUES) {
    const why = `it has more than ${MAX_VALUES} values: send it in smaller parts`;
    throw new ProblemError("malformed_json", `Cannot read the body of ${path}: ${why}`);
  }
  try {
    // Only a text that can have the key needs a look at each key.
    return PROTOTYPE.test(text) ? JSON.parse(text, refusePrototype) : JSON.parse(text);
  } catch (error) {
    // A RangeError comes from JSON that is nested deeper than the stack.
    const why = error instanceof PrototypeKeyError ? 'it has a key "__proto__"' : "it is not valid JSON";
    throw new ProblemError("malformed_json", `Cannot read the body of ${path}: ${why}`);
  }
}

/** JSON may write any letter as an escape. */
const PROTOTYPE = /__proto__|\\u/;

/** At least the number of values in a JSON text: each but the first of its container follows a comma, the first a bracket. */
function valuesIn(text: string): number {
  let values = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === COMMA || code === OPENING_BRACKET || code === OPENING_BRACE) values++;
  }
  return values;
}

const COMMA = 0x2c, OPENING_BRACKET = 0x5b, OPENING_BRACE = 0x7b;

class PrototypeKeyError extends Error {}

/** Copying an object with such a key would set the prototype of the copy. */
function refusePrototype(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new PrototypeKeyError();
  return value;
}
