/** Keeps the process running after an exception that no guard has caught. */
import type { Log } from "./log.ts";

/**
 * Logs such exceptions as `uncaught_error`. Each is a defect; but one connection's defect must not end the calls of all
 * others, so the process goes on.
 *
 * @returns ends it.
 */
export function surviveExceptions(log: Log, target: EventTarget = globalThis): () => void {
  const note = (event: Event) => {
    event.preventDefault();
    log("uncaught_error", { error: describe(event) });
  };
  const kinds = ["error", "unhandledrejection"];
  for (const kind of kinds) target.addEventListener(kind, note);
  return () => kinds.forEach((kind) => target.removeEventListener(kind, note));
}

function describe(event: Event): string {
  const { error, reason } = event as { error?: unknown; reason?: unknown };
  const thrown = error ?? reason;
  return thrown instanceof Error ? thrown.stack ?? String(thrown) : String(thrown);
}
