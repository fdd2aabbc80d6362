/** The head of a request as it goes over the line. */

/** What a target and a value may hold: anything else could be read as another line. */
const TARGET = /^[!-~]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Raised for what no request can carry. */
export class Unsendable extends Error {
  override name = "Unsendable";
}

export type Headers = Readonly<Record<string, string | string[]>>;

/**
 * Writes it, with the length of the body that follows.
 *
 * @param names well-formed, as a server that has read them hands them over.
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
  // Whoever reads a POST without a length may wait for a body.
  if (length > 0 || method === "POST" || method === "PUT" || method === "PATCH") {
    head += `content-length: ${length}\r\n`;
  }
  return head + "\r\n";
}

function line(name: string, value: string): string {
  if (!VALUE.test(value)) {
    throw new Unsendable(`Cannot send the header "${name}": it has a character that no header has`);
  }
  return `${name}: ${value}\r\n`;
}
