/** `POST /api/quota/pairing/redeem`: trades a pairing code for a read key. */
import { Redeemed } from "../../../shared/access.ts";

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
      redirect: "error",
      signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS),
    });
    return await interpret(server_url, response);
  } catch {
    return { sentence: `Cannot reach ${server_url}: check the address, and that the service runs.` };
  }
}

async function interpret(server_url: string, response: Response): Promise<Redeemed | { sentence: string }> {
  const { status, headers } = response;
  const body: unknown = await response.json().catch(() => null);
  const redeemed = Redeemed.safeParse(body);
  if (status === 201 && redeemed.success) return redeemed.data;
  const { code, detail } = (body ?? {}) as { code?: unknown; detail?: unknown };
  if (code === "pairing_code_invalid") {
    return { sentence: "Cannot pair: the code is wrong, used or expired. Ask for a new one." };
  }
  if (code === "too_many_tries") {
    return { sentence: `Cannot pair: too many tries. Wait ${headers.get("retry-after") ?? "60"} s and try again.` };
  }
  if (typeof code === "string" && typeof detail === "string") return { sentence: detail };
  return { sentence: `${server_url} answered ${status}, but not as Quota Gauge: check the address.` };
}
