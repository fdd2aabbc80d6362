/** How a fault ends an attempt, and the sentences of the faults that extension and page tell alike. */
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
export interface Circumstances {
  target: Target;
  http_status?: number;
  /** The service's own sentence. */
  detail?: string;
}

/** Puts a fault into words for a reader. */
export type Describe = (fault: Fault, circumstances: Circumstances) => Failure;

export function failure(fault: Fault, sentence: string): Failure {
  return { kind: KINDS[fault] ?? "refused", sentence };
}

/** A sentence that ends with its reason, since surfaces show the reason alone where their headline says the rest. */
const REASONS = {
  no_network: [
    "Cannot reach {address}: {reason}",
    "this computer is offline. It connects again when the network is back.",
  ],
  timed_out: [
    "Cannot reach {address}: {reason}",
    "no answer came in time. Check the address, the VPN and the firewall.",
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
} as const satisfies Partial<Record<Fault, [sentence: Text, reason: Text]>>;

const SENTENCES = {
  service_outdated: "{address} is older than this extension needs. Update the service.",
  problem: "{address} refused.",
} as const satisfies Partial<Record<Fault, Text>>;

/** A fault that is told alike everywhere. */
export type CommonFault = keyof typeof REASONS | keyof typeof SENTENCES;

export function isCommon(fault: Fault): fault is CommonFault {
  return fault in REASONS || fault in SENTENCES;
}

export function commonSentence(fault: CommonFault, { target, http_status = 0, detail }: Circumstances): string {
  const address = target.server_url;
  if (fault === "problem" && detail !== undefined) return detail;
  if (fault === "problem" || fault === "service_outdated") return say(SENTENCES[fault], { address });
  const [sentence, text] = REASONS[fault];
  const reason = say(text, { http_status: `${http_status}`, path: "/api/quota" });
  return say(sentence, { address, reason });
}
