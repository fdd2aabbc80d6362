/** Tells from an answer of the service, or from its absence, how the connection stands. Pure. */
import * as z from "zod/mini";
import { CONTRACT, FIRST_CONTRACT } from "../../shared/contract.ts";
import { StatusBody } from "../../shared/quota.ts";
import { isThisComputer } from "../../shared/view.ts";
import type { Target } from "./target.ts";

/**
 * Why there is no status.
 *
 * - `no_network` the computer is offline
 * - `timed_out` no answer within the time for one
 * - `no_answer` no connection: a browser does not tell a stopped service from a wrong host or port
 * - `no_secure_answer` the same over HTTPS, where the certificate may be the reason too: a browser does not say so
 * - `service_down` a proxy answered for a service that is down
 * - `redirected` the answer is a redirect, which is not followed, so that the key reaches no other server
 * - `login_first` a proxy asks for a login of its own
 * - `other_server` another program answered, or Quota Gauge is at another path
 * - `other_workspace` the status of another workspace
 * - `workspace_closed` the key is not for this workspace
 * - `key_missing`, `key_refused`, `key_expired` the service needs a key, or another one
 * - `key_locked` too many wrong keys came from this computer's address
 * - `extension_outdated` the service is newer than this extension: an answer cannot be read
 * - `service_outdated` the service is older than this extension needs
 * - `problem` anything else that the service refuses, in its own words
 */
export type Fault =
  | "no_network"
  | "timed_out"
  | "no_answer"
  | "no_secure_answer"
  | "service_down"
  | "redirected"
  | "login_first"
  | "other_server"
  | "other_workspace"
  | "workspace_closed"
  | "key_missing"
  | "key_refused"
  | "key_expired"
  | "key_locked"
  | "extension_outdated"
  | "service_outdated"
  | "problem";

/** An HTTP response, as far as it decides. */
export interface Answer {
  http_status: number;
  redirected: boolean;
  /** The JSON value; undefined when the body is none. */
  body: unknown;
}

/** The parts of a problem body that are shown. Any code is accepted, because a newer service may have new ones. */
const Refusal = z.object({ code: z.string(), detail: z.string() });

const FAULT_OF_CODE: Record<string, Fault> = {
  key_missing: "key_missing",
  key_expired: "key_expired",
  not_allowed: "workspace_closed",
  too_many_tries: "key_locked",
};

/** Statuses with which a proxy answers for a service that is down. */
const PROXY_ERRORS = [502, 503, 504];

/** The status in an answer, or the fault; `detail` is the sentence of a `problem`. */
export function readAnswer(target: Target, { http_status, redirected, body }: Answer): Read {
  if (redirected) return { fault: "redirected" };
  if (http_status === 200 && isStatus(body)) {
    const read = readStatus(body);
    return "status" in read && read.status.workspace_id !== target.workspace_id ? { fault: "other_workspace" } : read;
  }
  const refusal = Refusal.safeParse(body);
  if (refusal.success) return readRefusal(refusal.data);
  if (PROXY_ERRORS.includes(http_status)) return { fault: "service_down" };
  return { fault: http_status === 401 || http_status === 407 ? "login_first" : "other_server" };
}

type Read = { status: StatusBody } | { fault: Fault; detail?: string };

/**
 * Reads a status body. One that cannot be read confirms nothing: it has a newer contract, or a value that is unknown here.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readStatus } from "./answer.ts";
 *
 * assert.deepEqual(readStatus({ contract: 3, level: "fine" }), { fault: "extension_outdated" });
 * ```
 */
export function readStatus(body: unknown): Read {
  if (isNewer(body)) return { fault: "extension_outdated" };
  const status = StatusBody.safeParse(body);
  if (status.success) return { status: status.data };
  return { fault: isOlder(body) && isStatus(body) && lacksField(body) ? "service_outdated" : "extension_outdated" };
}

/** Whether a body or message belongs to a contract that this version does not know. */
export function isNewer(body: unknown): boolean {
  return contractOf(body) > CONTRACT;
}

function isOlder(body: unknown): boolean {
  return contractOf(body) < CONTRACT;
}

function contractOf(body: unknown): number {
  const { contract = FIRST_CONTRACT } = Object(body) as { contract?: unknown };
  return typeof contract === "number" ? contract : Infinity;
}

/** Whether a field is missing that every status has today. */
function lacksField(body: unknown): boolean {
  const fields = Object(body) as Record<string, unknown>;
  return Object.entries(StatusBody.shape).some(([name, schema]) =>
    fields[name] === undefined && !schema.safeParse(undefined).success
  );
}

/** Whether a body is a status of any contract, and not the answer of another program. */
function isStatus(body: unknown): boolean {
  const { workspace_id, contract } = Object(body) as Record<string, unknown>;
  return typeof workspace_id === "string" || typeof contract === "number";
}

function readRefusal({ code, detail }: z.infer<typeof Refusal>): Read {
  const fault = FAULT_OF_CODE[code] ?? (code.startsWith("key_") ? "key_refused" : "problem");
  return { fault, detail };
}

/**
 * The fault of a request that got no answer.
 *
 * @param error what `fetch` threw. A browser throws the same for every reason but a time-out.
 * @param online whether the computer has a network.
 */
export function faultOfError({ server_url }: Pick<Target, "server_url">, error: unknown, online: boolean): Fault {
  const { protocol, hostname } = new URL(server_url);
  if (!online && !isThisComputer(hostname)) return "no_network";
  if (error instanceof DOMException && error.name === "TimeoutError") return "timed_out";
  return protocol === "https:" ? "no_secure_answer" : "no_answer";
}
