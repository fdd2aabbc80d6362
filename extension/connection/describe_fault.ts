/** A fault of the connection in words: what is wrong, because of what, and the remedy. */
import type { Fault } from "./answer.ts";
import { say } from "../../shared/words/say.ts";
import type { Text } from "../../shared/words/texts.ts";
import { type Circumstances, type CommonFault, commonSentence, type Failure, failure, isCommon } from "./failure.ts";

/** A sentence that ends with its reason, since surfaces show the reason alone where their headline says the rest. */
const REASONS = {
  no_answer: [
    "Cannot reach {address}: {reason}",
    "nothing answers there. Start the service, or check the address in the options.",
  ],
  no_secure_answer: [
    "Cannot reach {address}: {reason}",
    "nothing answers there, or the browser does not trust its certificate. Open the address in a tab: if the browser warns, the certificate is self-signed, expired or for another name, and has to be replaced or trusted.",
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
} as const satisfies Partial<Record<Fault, [sentence: Text, reason: Text]>>;

const SENTENCES = {
  key_missing: "The service needs a key: pair this browser in the options.",
  key_refused: "The key was refused: pair this browser again in the options.",
  key_expired: "The key has expired: pair this browser again in the options.",
  key_locked:
    "The key was not tried: too many wrong keys came from this network. Wait a minute, then pair this browser again.",
  extension_outdated: "{address} is newer than this extension, which cannot read its updates. Update the extension.",
} as const satisfies Record<Exclude<Fault, keyof typeof REASONS | CommonFault>, Text>;

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
  return failure(fault, isCommon(fault) ? commonSentence(fault, circumstances) : sentenceOf(fault, circumstances));
}

function sentenceOf(fault: Exclude<Fault, CommonFault>, { target, http_status = 0 }: Circumstances): string {
  const { server_url: address, workspace_id: workspace } = target;
  if (!isReasoned(fault)) return say(SENTENCES[fault], { address });
  const [sentence, text] = REASONS[fault];
  return say(sentence, { address, workspace, reason: say(text, { http_status: `${http_status}` }) });
}

function isReasoned(fault: Fault): fault is keyof typeof REASONS {
  return fault in REASONS;
}
