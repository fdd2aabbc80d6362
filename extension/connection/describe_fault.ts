/** A fault of the connection in words: what is wrong, because of what, and the remedy. */
import type { Fault } from "./answer.ts";
import type { View } from "../../shared/view.ts";
import { say } from "../../shared/words/say.ts";
import type { Text } from "../../shared/words/texts.ts";
import type { Target } from "./target.ts";

/** A connection without numbers, as the view shows it. */
export interface Failure {
  kind: Extract<View["connection"], "offline" | "key_refused" | "outdated" | "refused">;
  /** One sentence or two: what cannot be done, why, and the remedy. */
  sentence: string;
}

/** Every other fault is `refused`. */
const KINDS: Partial<Record<Fault, Failure["kind"]>> = {
  no_network: "offline",
  timed_out: "offline",
  no_answer: "offline",
  no_secure_answer: "offline",
  service_down: "offline",
  key_missing: "key_refused",
  key_refused: "key_refused",
  key_expired: "key_refused",
  key_locked: "key_refused",
  extension_outdated: "outdated",
};

/** The values that a sentence names. */
interface Circumstances {
  target: Target;
  http_status?: number;
  /** The service's own sentence. */
  detail?: string;
}

/** A sentence that ends with its reason: surfaces show the reason alone where their headline says the rest. */
type Sentence =
  | "Cannot reach {address}: {reason}"
  | "Cannot use {address}: {reason}"
  | 'Cannot show workspace "{workspace}": {reason}';

/** Each fault's own reason, after the sentence that it belongs to. */
const REASONS = {
  no_network: [
    "Cannot reach {address}: {reason}",
    "this computer is offline. It connects again when the network is back.",
  ],
  timed_out: [
    "Cannot reach {address}: {reason}",
    "no answer came in time. Check the address, the VPN and the firewall.",
  ],
  no_answer: [
    "Cannot reach {address}: {reason}",
    "nothing answers there. Start the service, or check the address in the options.",
  ],
  no_secure_answer: [
    "Cannot reach {address}: {reason}",
    "nothing answers there, or the browser does not trust its certificate. Open the address in a tab: if the browser warns, the certificate is self-signed, expired or for another name, and has to be replaced or trusted.",
  ],
  service_down: [
    "Cannot reach {address}: {reason}",
    "a proxy answers {http_status}, because the service behind it is down. Start the service.",
  ],
  redirected: [
    "Cannot use {address}: {reason}",
    "it redirects to another address. Enter that address, if it is the service's.",
  ],
  login_first: [
    "Cannot use {address}: {reason}",
    "a proxy in front of it asks for a login ({http_status}). Let it pass requests to {path}.",
  ],
  other_server: [
    "Cannot use {address}: {reason}",
    "it answers {http_status}, but not as Quota Gauge. Check host, port and path in the options.",
  ],
  other_workspace: [
    'Cannot show workspace "{workspace}": {reason}',
    "the service answers for another one. Check it in the options.",
  ],
  workspace_closed: [
    'Cannot show workspace "{workspace}": {reason}',
    "the key is not for it. Choose another, or pair this browser again.",
  ],
} as const satisfies Partial<Record<Fault, [Sentence, Text]>>;

/** The faults that are a sentence of their own. */
const SENTENCES = {
  key_missing: "The service needs a key: pair this browser in the options.",
  key_refused: "The key was refused: pair this browser again in the options.",
  key_expired: "The key has expired: pair this browser again in the options.",
  key_locked:
    "The key was not tried: too many wrong keys came from this network. Wait a minute, then pair this browser again.",
  extension_outdated: "{address} is newer than this extension, which cannot read its updates. Update the extension.",
  service_outdated: "{address} is older than this extension needs. Update the service.",
  problem: "{address} refused.",
} as const satisfies Record<Exclude<Fault, keyof typeof REASONS>, Text>;

function sentenceOf(fault: Fault, { target, http_status = 0, detail }: Circumstances): string {
  const { server_url: address, workspace_id: workspace } = target;
  if (fault === "problem" && detail !== undefined) return detail;
  if (!isReasoned(fault)) return say(SENTENCES[fault], { address });
  const [sentence, text] = REASONS[fault];
  const reason = say(text, { http_status: `${http_status}`, path: "/api/quota" });
  return say(sentence, { address, workspace, reason });
}

function isReasoned(fault: Fault): fault is keyof typeof REASONS {
  return fault in REASONS;
}

/**
 * The fault as it ends an attempt.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { failureOf } from "./describe_fault.ts";
 *
 * const target = { server_url: "http://127.0.0.1:8787", workspace_id: "acme" };
 * assert.deepEqual(failureOf("key_expired", { target }), {
 *   kind: "key_refused",
 *   sentence: "The key has expired: pair this browser again in the options.",
 * });
 * ```
 */
export function failureOf(fault: Fault, circumstances: Circumstances): Failure {
  return { kind: KINDS[fault] ?? "refused", sentence: sentenceOf(fault, circumstances) };
}
