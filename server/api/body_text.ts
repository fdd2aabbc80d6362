/** A request's body as text, up to a cap. */
import { ProblemError } from "../core/problem_error.ts";

/** A batch of 500 reports is a quarter of it. */
const MOST_BODY_BYTES = 1024 * 1024;

/** What is read and dropped of a body whose length was not said, so that its sender comes to read why. */
const MOST_DROPPED_BYTES = 64 * MOST_BODY_BYTES;

/** @throws {ProblemError} `body_too_large`. */
export async function bodyText(request: Request): Promise<string> {
  const said = request.headers.get("content-length");
  if (said !== null) {
    if (Number(said) > MOST_BODY_BYTES) throw tooLarge();
    return await request.text();
  }
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const part of request.body ?? []) {
    bytes += part.length;
    if (bytes > MOST_DROPPED_BYTES) break;
    if (bytes <= MOST_BODY_BYTES) parts.push(part);
  }
  if (bytes > MOST_BODY_BYTES) throw tooLarge();
  return await new Blob(parts).text();
}

function tooLarge(): ProblemError {
  const detail = `Cannot read a body of more than ${MOST_BODY_BYTES} bytes: send less at once`;
  return new ProblemError("body_too_large", detail);
}
