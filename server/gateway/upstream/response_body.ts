/** The body of an HTTP/1.1 response, taken out of the bytes as they arrive; nothing of it is held. */
import type { Buffer } from "node:buffer";
import { ChunkedBody } from "./chunked_body.ts";
import type { Framing } from "./response_head.ts";

export interface ResponseBody {
  readonly ended: boolean;
  /**
   * Reads from `from` on, up to the end of the body or of `bytes`.
   *
   * @returns where it stopped.
   * @throws {MalformedResponse} of `fields.ts`.
   */
  read(bytes: Buffer, from: number, onData: (data: Buffer) => void): number;
}

/** The reader of a body with this framing. */
export function responseBody(framing: Framing): ResponseBody {
  if (framing === "chunked") return new ChunkedBody();
  return new CountedBody(framing === "until_close" ? Infinity : framing);
}

/** A body of a known number of bytes; of `Infinity` if the connection's end is the body's. */
class CountedBody implements ResponseBody {
  #remaining: number;

  constructor(length: number) {
    this.#remaining = length;
  }

  get ended(): boolean {
    return this.#remaining === 0;
  }

  read(bytes: Buffer, from: number, onData: (data: Buffer) => void): number {
    const to = Math.min(bytes.length, from + this.#remaining);
    this.#remaining -= to - from;
    if (to > from) onData(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to));
    return to;
  }
}
