/**
 * Remembers responses that run in the background. Their usage arrives with a later retrieve and is counted with the first one
 * that reports it.
 */
import { fieldsOf } from "../json.ts";

const running = new Set<string>();

/** Beyond this number the oldest are forgotten, and their usage stays unknown. */
const MAX_RUNNING = 10_000;

/** Remembers a created response if it continues in the background. The run of an assistant or an evaluation always does. */
export function noteBackground(body: unknown): void {
  const { id, object, background } = fieldsOf(body);
  const isBackground = background === true || object === "thread.run" || object === "eval.run";
  if (!isBackground || typeof id !== "string" || !isRunning(body)) return;
  running.add(id.slice(0, 200));
  if (running.size > MAX_RUNNING) running.delete(running.values().next().value!);
}

/** Whether a retrieved body is the first with the usage of a background response that has ended. */
export function endsBackground(body: unknown): boolean {
  const { id } = fieldsOf(body);
  return typeof id === "string" && !isRunning(body) && running.delete(id.slice(0, 200));
}

function isRunning(body: unknown): boolean {
  const { status } = fieldsOf(body);
  return status === "queued" || status === "in_progress";
}
