/**
 * A body that the runtime sends once.
 *
 * Deno's `fetch` sends a request again by itself when a connection that was kept open dies before the answer, although the
 * upstream may have read it: one call of `fetch`, and two that the provider counts. For that it keeps a copy of a body of
 * text or bytes; of a Blob it cannot. The bytes, their length and their type stay the same, and a request of which not a
 * byte had left is still sent again.
 */
export function sentOnce(body: BodyInit | null | undefined): BodyInit | null | undefined {
  if (!("Deno" in globalThis)) return body;
  // The type that `fetch` gives a text to which nobody gave one.
  if (typeof body === "string") return new Blob([body], { type: "text/plain;charset=UTF-8" });
  return body instanceof Uint8Array || body instanceof ArrayBuffer ? new Blob([body as BlobPart]) : body;
}
