/** One `GET /api/quota/status`, and what its answer means. */
import * as z from "zod/mini";
import { StatusBody } from "../../shared/quota.ts";
import type { PollResult } from "./machine.ts";
import { MAX_MESSAGE_SIZE, parseJson } from "./parse.ts";
import { statusUrl, type Target } from "./target.ts";

const ANSWER_WITHIN_MS = 10_000;

/** What is read of a problem body: no code is branched on, so a newer service's codes are as welcome. */
const Refusal = z.object({ code: z.string(), detail: z.string() });

/** What a proxy answers for a service that is down. */
const GATEWAY_ERRORS = [502, 503, 504];

/**
 * Asks the service once. Never throws.
 *
 * @param signal gives the answer up.
 * @param fetch_ the browser's `fetch`, or a test's.
 */
export async function pollStatus(
  target: Target,
  signal: AbortSignal,
  fetch_: typeof fetch = fetch,
): Promise<PollResult> {
  try {
    const response = await fetch_(statusUrl(target), {
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    });
    return judge(target, response.status, parseJson(await bounded(response)));
  } catch {
    const sentence = `Cannot reach ${target.server_url}: start the service, or check its address in the options.`;
    return { kind: "unreachable", sentence };
  }
}

function judge({ server_url, workspace_id }: Target, http_status: number, body: unknown): PollResult {
  const status = http_status === 200 ? StatusBody.safeParse(body) : null;
  if (status?.success && status.data.workspace_id === workspace_id) return { kind: "status", status: status.data };
  const refusal = Refusal.safeParse(body);
  if (refusal.success) return { kind: "refused", sentence: refusal.data.detail };
  if (GATEWAY_ERRORS.includes(http_status)) {
    return { kind: "unreachable", sentence: `${server_url} answered ${http_status}: the service behind it is down.` };
  }
  const sentence = `${server_url} answered ${http_status}, but not as Quota Gauge: check the address in the options.`;
  return { kind: "refused", sentence };
}

/** The body as text; throws when it is larger than any status. */
async function bounded(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_MESSAGE_SIZE) throw new RangeError(`Cannot read a body over ${MAX_MESSAGE_SIZE} characters`);
  }
  return text + decoder.decode();
}
