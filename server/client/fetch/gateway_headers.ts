/** The headers by which the service's gateway counts a call as the tracked client would. */
import type { RecorderService } from "../../attempts/recorder.ts";
import type { TrackingOptions } from "../../attempts/tracking_options.ts";
import { CALL, type CallInit, type PermitOptions } from "./permit.ts";

/**
 * Headers for the gateway. It removes them before it sends the call on.
 *
 * @param call_id ties the retries of a call together.
 */
export function gatewayHeaders(
  { workspace, app, run, on_limit, max_wait_ms }: Pick<TrackingOptions, "workspace" | "on_limit" | "max_wait_ms"> & {
    app?: string | null;
    run?: string | null;
  },
  { key }: RecorderService,
  call_id?: string,
): Record<string, string> {
  const headers: Record<string, string> = { "x-workspace-id": workspace };
  if (key !== null) headers["x-quota-key"] = key;
  // A header has no other characters.
  if (app) headers["x-quota-app"] = app.replace(/[^\x20-\x7e]/g, "?");
  if (run) headers["x-quota-run"] = run;
  if (call_id !== undefined) headers["x-quota-call-id"] = call_id;
  if (on_limit === "wait") headers["x-quota-on-limit"] = "wait";
  if (on_limit === "wait" && max_wait_ms !== undefined) headers["x-quota-max-wait"] = `${max_wait_ms}ms`;
  return headers;
}

/** A request through the gateway, with its headers. A redirect is an error, so that the key stays there. */
export function gatewayRequest<Init extends CallInit>(
  options: PermitOptions,
  service: RecorderService,
  init: Init,
): Init {
  const headers = new Headers(init.headers);
  const own = gatewayHeaders({ ...options, workspace: options.workspace_id }, service, init[CALL]?.id);
  for (const [name, value] of Object.entries(own)) if (!headers.has(name)) headers.set(name, value);
  return { ...init, headers, ...(service.key === null ? {} : { redirect: "error" }) };
}
