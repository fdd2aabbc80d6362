/** Replaces the body of a request, with the header that tells its length. */

const LENGTH = "content-length";

/**
 * The members of a request that change with its body. The client `openai` 4 sets `content-length` itself: with the length of
 * the old body the upstream would wait for more bytes, or miss the last ones.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { changedBody } from "./changed_body.ts";
 *
 * const headers = { "Content-Length": "5" };
 * assert.deepEqual(changedBody(headers, "longer"), { body: "longer", headers: { "Content-Length": "6" } });
 * ```
 */
export function changedBody(headers: HeadersInit | undefined, body: string | null): RequestInit {
  const changed = headers && body !== null ? withLength(headers, () => `${encoder.encode(body).byteLength}`) : null;
  return changed ? { body, headers: changed } : { body };
}

/** The headers in their own form with another length; `null` if they have none. */
function withLength(headers: HeadersInit, length: () => string): HeadersInit | null {
  if (typeof (headers as Headers).set === "function") return lengthSet(headers as Headers, length);
  if (Symbol.iterator in headers) {
    if (![...headers].some(([name]) => isLength(name))) return null;
    return [...headers].map(([name, value]): [string, string] => [name, isLength(name) ? length() : value]);
  }
  const name = Object.keys(headers).find(isLength);
  return name === undefined ? null : { ...headers, [name]: length() };
}

function lengthSet(headers: Headers, length: () => string): Headers | null {
  if (!headers.has(LENGTH)) return null;
  const changed = new Headers(headers);
  changed.set(LENGTH, length());
  return changed;
}

function isLength(name: string): boolean {
  return name.toLowerCase() === LENGTH;
}

const encoder = new TextEncoder();
