/** A fault of the connection in words for the owner of a page, which has no options to check and no browser to pair. */
import type { Fault } from "../connection/answer.ts";
import {
  type Circumstances,
  type CommonFault,
  commonSentence,
  type Describe,
  failure,
  isCommon,
} from "../connection/failure.ts";
import { say } from "../../shared/words/say.ts";
import type { Text } from "../../shared/words/texts.ts";

/** The sentences that differ from the extension's. */
const SENTENCES = {
  no_answer: "Cannot reach {address} from this page: {reason}",
  no_secure_answer: "Cannot reach {address} from this page: {reason}",
  other_server: "Cannot use {address}: {reason}",
  other_workspace: "Cannot show the workspace: the service answers for another one.",
  workspace_closed: "Cannot show the workspace: the key is not for it.",
  key_missing: "The service needs a key: give a ticket endpoint or a read key.",
  key_refused: "The service refused the read key: it was revoked, or it is wrong. Give another one.",
  key_expired: "The read key has expired: give another one.",
  key_locked: "The read key was not tried: too many wrong keys came from this network. Wait a minute.",
  extension_outdated:
    "{address} is newer than this page's {package}, which cannot read its updates. Update the package.",
} as const satisfies Record<Exclude<Fault, CommonFault>, Text>;

/** Why there is no answer, which a browser hides from the page, or no usable one. */
export function reasonOf(fault: Fault): string {
  if (fault === "other_server") return say("it does not answer as Quota Gauge. Check host, port and path.");
  const text = fault === "no_secure_answer"
    ? "the service is down, its address is wrong, or {variable} does not list this page's origin. A certificate that the browser does not trust is a cause, too."
    : "the service is down, its address is wrong, or {variable} does not list this page's origin.";
  return say(text, { variable: "QUOTA_ALLOWED_ORIGINS" });
}

/** As the extension's, with the words for a page. */
export const describeForPage: Describe = (fault, circumstances) => {
  const { kind, sentence } = failure(fault, sentenceFor(fault, circumstances));
  // The name of the kind `outdated` speaks of the extension.
  return { kind: kind === "outdated" ? "refused" : kind, sentence };
};

function sentenceFor(fault: Fault, circumstances: Circumstances): string {
  if (isCommon(fault)) return commonSentence(fault, circumstances);
  const address = circumstances.target.server_url;
  return say(SENTENCES[fault], { address, reason: reasonOf(fault), package: "@quota-gauge/monitor" });
}
