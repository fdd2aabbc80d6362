/** A request's body, read whole, up to a cap of its own and to one over all bodies together. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Buffer } from "node:buffer";
import type { ProblemCode } from "../../../shared/problem.ts";
import type { BodyRoom } from "./body_room.ts";

/** Largest body that passes: OpenAI's own largest, a file of 512 MiB, is uploaded in parts of 64 MiB. */
export const MOST_BODY_BYTES = 64 * 1024 * 1024;

/** Bodies are under way for about as long; the caller's SDK waits so long by itself. */
const RETRY_AFTER_SECONDS = 1;

/** Raised for a body that is not taken. */
export class BodyRefused extends Error {
  override name = "BodyRefused";

  constructor(readonly code: ProblemCode, message: string, readonly retry_after_seconds: number | null = null) {
    super(message);
  }
}

/** Raised when the caller leaves in the middle of his own request. */
export class CallerLeft extends Error {
  override name = "CallerLeft";
}

/**
 * Reads it. What it takes of `room` goes back when the exchange is over, however it ends.
 *
 * @throws {BodyRefused | CallerLeft}
 */
export function requestBody(request: IncomingMessage, response: ServerResponse, room: BodyRoom): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const declared = Number(request.headers["content-length"] ?? 0);
    if (declared > MOST_BODY_BYTES) return reject(tooLarge());
    let refusal = room.has(declared) ? null : noRoom(room);
    let parts: Buffer[] = [];
    let seen = 0, held = 0;
    const letGo = () => {
      room.giveBack(held);
      held = 0;
      parts = [];
    };
    request.on("data", (part: Buffer) => {
      seen += part.length;
      if (seen > MOST_BODY_BYTES) {
        letGo();
        reject(tooLarge());
      } else if (!refusal && !room.take(part.length)) {
        refusal = noRoom(room);
        letGo();
      } else if (!refusal) {
        if (held === 0) response.once("close", letGo);
        held += part.length;
        parts.push(part);
      }
    });
    // Whoever still sends hears no answer, so what is refused for want of room is read to its end and forgotten.
    request.on("end", () => refusal ? reject(refusal) : resolve(parts.length === 1 ? parts[0] : Buffer.concat(parts)));
    request.on("error", () => reject(new CallerLeft()));
    request.on("close", () => request.complete || reject(new CallerLeft()));
  });
}

function tooLarge(): BodyRefused {
  return new BodyRefused(
    "body_too_large",
    `Cannot pass on a body of more than ${MOST_BODY_BYTES} bytes: send it in parts`,
  );
}

function noRoom({ held, most }: BodyRoom): BodyRefused {
  const message =
    `Cannot take this body: bodies under way hold ${held} of ${most} bytes; try again, or send fewer at once`;
  return new BodyRefused("too_many_bodies", message, RETRY_AFTER_SECONDS);
}
