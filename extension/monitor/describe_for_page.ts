/** A fault of the connection in words for the owner of a page, which has no options to check and no browser to pair. */
import { type Failure, failureOf } from "../connection/describe_fault.ts";

/** A browser hides from the page why it got no answer. */
export const CAUSES =
  "the service is down, its address is wrong, or QUOTA_ALLOWED_ORIGINS does not list this page's origin.";

const NO_ANSWER = (server_url: string) => `Cannot reach ${server_url} from this page: ${CAUSES}`;

/** The sentences that differ from the extension's. */
const SENTENCES: Partial<Record<Parameters<typeof failureOf>[0], (server_url: string) => string>> = {
  no_answer: NO_ANSWER,
  no_secure_answer: (server_url) =>
    `${NO_ANSWER(server_url)} A certificate that the browser does not trust is a cause, too.`,
  other_server: (server_url) =>
    `Cannot use ${server_url}: it does not answer as Quota Gauge. Check host, port and path.`,
  other_workspace: () => "Cannot show the workspace: the service answers for another one.",
  workspace_closed: () => "Cannot show the workspace: the key is not for it.",
  key_missing: () => "The service needs a key: give a ticket endpoint or a read key.",
  key_refused: () => "The service refused the read key: it was revoked, or it is wrong. Give another one.",
  key_expired: () => "The read key has expired: give another one.",
  key_locked: () => "The read key was not tried: too many wrong keys came from this network. Wait a minute.",
  extension_outdated: (server_url) =>
    `${server_url} is newer than this page's @quota-gauge/monitor, which cannot read its updates. Update the package.`,
};

/** As {@link failureOf}, with the words for a page. */
export const describeForPage: typeof failureOf = (fault, circumstances): Failure => {
  const { kind, sentence } = failureOf(fault, circumstances);
  // The name of the kind `outdated` speaks of the extension.
  return {
    kind: kind === "outdated" ? "refused" : kind,
    sentence: SENTENCES[fault]?.(circumstances.target.server_url) ?? sentence,
  };
};
