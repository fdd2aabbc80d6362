/**
 * Responses that run in the background: what they cost comes with a retrieve, long after the request that made them. It is
 * counted with the first retrieve that tells it; every other retrieve costs nothing.
 */
const running = new Set<string>();

/** Ids remembered; past it the oldest are forgotten, and their tokens stay unknown. */
const MOST_RUNNING = 10_000;

/** Remembers the response that a create answered, when it goes on in the background; an assistant's run always does. */
export function noteBackground(body: unknown): void {
  const { id, object, background, status } = fields(body);
  if (
    (background !== true && object !== "thread.run") || typeof id !== "string" ||
    (status !== "queued" && status !== "in_progress")
  ) return;
  running.add(id.slice(0, 200));
  if (running.size > MOST_RUNNING) running.delete(running.values().next().value!);
}

/** Whether a retrieved body is the first to tell what a response in the background cost. */
export function endsBackground(body: unknown): boolean {
  const { id } = fields(body);
  return typeof id === "string" && running.delete(id.slice(0, 200));
}

function fields(body: unknown): { id?: unknown; object?: unknown; background?: unknown; status?: unknown } {
  return typeof body === "object" && body !== null ? body : {};
}
