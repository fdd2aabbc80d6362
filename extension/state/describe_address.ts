/** The fault of an address in one sentence, with the remedy. */
import { say } from "../../shared/words/say.ts";
import type { Text } from "../../shared/words/texts.ts";
import type { AddressFault } from "./address.ts";

/** A fault, and what the address is for. The page of the panel may be empty. */
type Case = [fault: AddressFault, purpose: "service"] | [fault: Exclude<AddressFault, "empty">, purpose: "page"];

type Purpose = Case[1];

const SENTENCES = {
  service: {
    empty: "Cannot connect without the service's address. Write it like {example}.",
    spaces: `Cannot use "{text}" as the service's address: it has spaces in it. Write it like {example}.`,
    scheme:
      `Cannot use "{text}" as the service's address: it must begin with {http} or {https}. Write it like {example}.`,
    password:
      "Cannot use this text as the service's address: it must not hold a user name or a password. Write it like {example}.",
    listening:
      `Cannot use "{text}" as the service's address: a service listens there, but no browser can connect to it. Write it like {example}.`,
    malformed: `Cannot use "{text}" as the service's address: it has no valid host and port. Write it like {example}.`,
  },
  page: {
    spaces: 'Cannot use "{text}" as the page of the panel: it has spaces in it. Write it like {example}.',
    scheme:
      'Cannot use "{text}" as the page of the panel: it must begin with {http} or {https}. Write it like {example}.',
    password:
      "Cannot use this text as the page of the panel: it must not hold a user name or a password. Write it like {example}.",
    listening:
      'Cannot use "{text}" as the page of the panel: a service listens there, but no browser can connect to it. Write it like {example}.',
    malformed: 'Cannot use "{text}" as the page of the panel: it has no valid host and port. Write it like {example}.',
  },
} as const satisfies {
  service: Record<AddressFault, Text>;
  page: Record<Exclude<AddressFault, "empty">, Text>;
};

const EXAMPLES: Record<Purpose, string> = { service: "http://127.0.0.1:8787", page: "https://chat.example.com" };

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
export function describeAddressFault(text: string, ...[fault, purpose]: Case): string {
  return say(purpose === "service" ? SENTENCES.service[fault] : SENTENCES.page[fault], {
    text: shortened(text.trim()),
    example: EXAMPLES[purpose],
    http: "http://",
    https: "https://",
  });
}

function shortened(text: string): string {
  return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text;
}
