/** Asks a service what is left. */
import type { Headroom } from "../../../shared/api.ts";
import { failureReason } from "./failure_reason.ts";
import type { Answer } from "./messages.ts";

/** A program that asks does not wait longer. */
const TIMEOUT_MS = 10_000;

/**
 * @param send the fetch for requests to the service.
 * @param init with the headers that the service needs.
 * @throws {Error} if the service cannot be reached, or does not answer with it.
 */
export async function readHeadroom(
  service_url: string,
  workspace_id: string,
  send: typeof fetch,
  init: RequestInit,
): Promise<Headroom> {
  const url = `${service_url}/api/quota/headroom?workspace_id=${encodeURIComponent(workspace_id)}`;
  const cannot = `Cannot read what is left for "${workspace_id}" from the service at ${service_url}`;
  const response = await send(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((error) => {
    throw new Error(`${cannot}: ${failureReason(error, TIMEOUT_MS)}`, { cause: error });
  });
  if (response.ok) return await response.json();
  const { detail } = await response.json().catch(() => ({})) as Answer;
  throw new Error(`${cannot}: it answers ${response.status}${detail ? `, ${detail}` : ""}`);
}
