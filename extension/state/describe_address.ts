/** The fault of an address in one sentence, with the remedy. */
import type { AddressFault } from "./address.ts";

/** What the address is for. */
type Purpose = "service" | "page";

const PURPOSES: Record<Purpose, { name: string; example: string }> = {
  service: { name: "the service's address", example: "http://127.0.0.1:8787" },
  page: { name: "the page of the panel", example: "https://chat.example.com" },
};

const REASONS: Record<Exclude<AddressFault, "empty">, string> = {
  spaces: "it has spaces in it",
  scheme: "it must begin with http:// or https://",
  password: "it must not hold a user name or a password",
  listening: "a service listens there, but no browser can connect to it",
  malformed: "it has no valid host and port",
};

/** The longest part of the text that is repeated. */
const MAX_QUOTED = 60;

/**
 * The sentence for a fault.
 *
 * @param text as it was typed. A text with a password is not repeated.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { describeAddressFault } from "./describe_address.ts";
 *
 * assert.equal(
 *   describeAddressFault("my server:8787", "spaces", "service"),
 *   'Cannot use "my server:8787" as the service\'s address: it has spaces in it. Write it like http://127.0.0.1:8787.',
 * );
 * ```
 */
export function describeAddressFault(text: string, fault: AddressFault, purpose: Purpose): string {
  const { name, example } = PURPOSES[purpose];
  if (fault === "empty") return `Cannot connect without ${name}. Write it like ${example}.`;
  const quoted = fault === "password" ? "this text" : `"${shortened(text.trim())}"`;
  return `Cannot use ${quoted} as ${name}: ${REASONS[fault]}. Write it like ${example}.`;
}

function shortened(text: string): string {
  return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text;
}
