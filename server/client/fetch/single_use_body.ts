/**
 * Converts a request body to one that Deno sends only once.
 *
 * Deno's `fetch` sends a request again by itself when a kept-open connection closes before the response, although the
 * upstream may have received the first: one call of `fetch` that the provider counts twice. For that it keeps a copy of a
 * text or of bytes, which it cannot do for a Blob. The bytes, their length and their type stay the same. A request of which
 * no byte was sent is still sent again.
 */
export function singleUseBody(body: BodyInit | null | undefined): BodyInit | null | undefined {
  if (!("Deno" in globalThis)) return body;
  // The type that `fetch` uses for a text without one.
  if (typeof body === "string") return new Blob([body], { type: "text/plain;charset=UTF-8" });
  return body instanceof Uint8Array || body instanceof ArrayBuffer ? new Blob([body as BlobPart]) : body;
}
