/** A request's body, read whole, up to a cap. */
import type { IncomingMessage } from "node:http";
import { Buffer } from "node:buffer";

/** Largest body that passes: OpenAI's own largest, a file of 512 MiB, is uploaded in parts of 64 MiB. */
export const MOST_BODY_BYTES = 64 * 1024 * 1024;

/** Raised past the cap; what is left of the body is not read. */
export class BodyTooLarge extends Error {
  override name = "BodyTooLarge";
}

/** Raised when the caller leaves in the middle of his own request. */
export class CallerLeft extends Error {
  override name = "CallerLeft";
}

export function requestBody(request: IncomingMessage, most = MOST_BODY_BYTES): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers["content-length"] ?? 0) > most) return reject(new BodyTooLarge());
    const parts: Buffer[] = [];
    let bytes = 0;
    request.on("data", (part: Buffer) => {
      bytes += part.length;
      if (bytes > most) reject(new BodyTooLarge());
      else parts.push(part);
    });
    request.on("end", () => resolve(parts.length === 1 ? parts[0] : Buffer.concat(parts)));
    request.on("error", () => reject(new CallerLeft()));
    request.on("close", () => request.complete || reject(new CallerLeft()));
  });
}
