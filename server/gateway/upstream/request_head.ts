/** The head of an HTTP/1.1 request. */

/** Any other character could begin another line. */
const TARGET = /^[!-~]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Raised for a request that HTTP cannot carry. */
export class Unsendable extends Error {
  override name = "Unsendable";
}

export type Headers = Readonly<Record<string, string | string[]>>;

/**
 * Writes the head of a request.
 *
 * @param headers whose names are valid: they come from a server that has parsed them.
 * @param length of the body that follows.
 * @throws {Unsendable} for a target or a value that cannot be sent.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { requestHead } from "./request_head.ts";
 *
 * const head = requestHead("POST", "/v1/models", "api.openai.com", { accept: "*\/*" }, 2);
 * assert.equal(head, "POST /v1/models HTTP/1.1\r\nhost: api.openai.com\r\naccept: *\/*\r\ncontent-length: 2\r\n\r\n");
 * ```
 */
export function requestHead(method: string, target: string, host: string, headers: Headers, length: number): string {
  if (!TARGET.test(target)) throw new Unsendable(`Cannot send to ${JSON.stringify(target.slice(0, 100))}: escape it`);
  let head = `${method} ${target} HTTP/1.1\r\nhost: ${host}\r\n`;
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === "string") head += line(name, value);
    else for (const one of value) head += line(name, one);
  }
  // Without a length, a server may wait for the body of a POST.
  if (length > 0 || method === "POST" || method === "PUT" || method === "PATCH") {
    head += `content-length: ${length}\r\n`;
  }
  return head + "\r\n";
}

function line(name: string, value: string): string {
  if (!VALUE.test(value)) {
    throw new Unsendable(`Cannot send the header "${name}": it has a character that HTTP does not allow`);
  }
  return `${name}: ${value}\r\n`;
}
