/** `POST /api/quota/pairing/redeem`: trades a pairing code for a read key. */
import { Redeemed } from "../../../shared/access.ts";
import { say } from "../../../shared/words/say.ts";
import { faultOfError, readAnswer } from "../../connection/answer.ts";
import { failureOf } from "../../connection/describe_fault.ts";
import { answerOf } from "../../connection/rest.ts";

const RESPONSE_TIMEOUT_MS = 10_000;

/**
 * Redeems a code. Never throws.
 *
 * @param server_url the service's origin and path.
 * @param name of this browser, for the service's list of keys.
 * @param fetch_ the browser's `fetch`; tests pass their own.
 * @returns the key and its workspace, or one sentence that says why there is none.
 */
export async function redeem(
  server_url: string,
  code: string,
  name: string,
  fetch_: typeof fetch = fetch,
): Promise<Redeemed | { sentence: string }> {
  try {
    const response = await fetch_(`${server_url}/api/quota/pairing/redeem`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code, name }),
      cache: "no-store",
      credentials: "omit",
      redirect: "manual",
      signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS),
    });
    return await interpret(server_url, response);
  } catch (error) {
    const target = { server_url, workspace_id: "" };
    return failureOf(faultOfError(target, error, navigator.onLine !== false), { target });
  }
}

async function interpret(server_url: string, response: Response): Promise<Redeemed | { sentence: string }> {
  const answer = await answerOf(response);
  const redeemed = Redeemed.safeParse(answer.body);
  if (answer.http_status === 201 && redeemed.success) return redeemed.data;
  const { code } = Object(answer.body) as { code?: unknown };
  if (code === "pairing_code_invalid") {
    return { sentence: say("Cannot pair: the code is wrong, used or expired. Ask for a new one.") };
  }
  if (code === "too_many_tries") {
    const seconds = response.headers.get("retry-after") ?? "60";
    return { sentence: say("Cannot pair: too many tries. Wait {seconds} s and try again.", { seconds }) };
  }
  const target = { server_url, workspace_id: "" };
  const read = readAnswer(target, answer);
  const { fault, detail } = "fault" in read ? read : { fault: "other_server" as const, detail: undefined };
  return failureOf(fault, { target, http_status: answer.http_status, detail });
}
