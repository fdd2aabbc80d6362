/** A fault of the connection in words: what is wrong, because of what, and the remedy. */
import type { Fault } from "./answer.ts";
import type { View } from "../../shared/view.ts";
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

/** What the sentence names. */
interface Circumstances {
  target: Target;
  http_status?: number;
  /** The service's own sentence. */
  detail?: string;
}

const SENTENCES: Record<Fault, (circumstances: Circumstances) => string> = {
  no_network: unreachable("this computer is offline. It connects again when the network is back."),
  timed_out: unreachable("no answer came in time. Check the address, the VPN and the firewall."),
  no_answer: unreachable("nothing answers there. Start the service, or check the address in the options."),
  no_secure_answer: unreachable(
    "nothing answers there, or the browser does not trust its certificate. Open the address in a tab: if the browser " +
      "warns, the certificate is self-signed, expired or for another name, and has to be replaced or trusted.",
  ),
  service_down: ({ target: { server_url }, http_status }) =>
    `Cannot reach ${server_url}: a proxy answers ${http_status}, because the service behind it is down. Start the service.`,
  redirected: unusable("it redirects to another address. Enter that address, if it is the service's."),
  login_first: ({ target: { server_url }, http_status }) =>
    `Cannot use ${server_url}: a proxy in front of it asks for a login (${http_status}). Let it pass requests to ` +
    "/api/quota.",
  other_server: ({ target: { server_url }, http_status }) =>
    `Cannot use ${server_url}: it answers ${http_status}, but not as Quota Gauge. Check host, port and path in the options.`,
  other_workspace: unshown("the service answers for another one. Check it in the options."),
  workspace_closed: unshown("the key is not for it. Choose another, or pair this browser again."),
  key_missing: () => "The service needs a key: pair this browser in the options.",
  key_refused: () => "The key was refused: pair this browser again in the options.",
  key_expired: () => "The key has expired: pair this browser again in the options.",
  key_locked: () =>
    "The key was not tried: too many wrong keys came from this network. Wait a minute, then pair this browser again.",
  extension_outdated: ({ target }) =>
    `${target.server_url} is newer than this extension, which cannot read its updates. Update the extension.`,
  service_outdated: ({ target }) => `${target.server_url} is older than this extension needs. Update the service.`,
  problem: ({ target, detail }) => detail ?? `${target.server_url} refused.`,
};

function unreachable(reason: string) {
  return ({ target }: Circumstances) => `Cannot reach ${target.server_url}: ${reason}`;
}

function unusable(reason: string) {
  return ({ target }: Circumstances) => `Cannot use ${target.server_url}: ${reason}`;
}

function unshown(reason: string) {
  return ({ target }: Circumstances) => `Cannot show workspace "${target.workspace_id}": ${reason}`;
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
  return { kind: KINDS[fault] ?? "refused", sentence: SENTENCES[fault](circumstances) };
}
