/** Reads request bodies whole. Each is limited in size, and so is the memory that all of them use together. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Buffer } from "node:buffer";
import type { ProblemCode } from "../../../shared/problem.ts";

/** Largest body that is forwarded. OpenAI takes larger files in parts of 64 MiB. */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Memory for the bodies of all open exchanges: eight of the largest, or very many of the usual size. */
const MAX_TOTAL_BYTES = 512 * 1024 * 1024;

/** Most bodies are forwarded within about this time, and the SDKs wait this long before they retry. */
const RETRY_AFTER_SECONDS = 1;

/** Counts the bytes of all bodies that are being read, wait for their permit, or are being sent. */
export class BodyMemory {
  readonly max_bytes: number;
  /** Of one body. */
  readonly max_body_bytes: number;
  #used = 0;

  constructor({ max_bodies_bytes = MAX_TOTAL_BYTES, max_body_bytes = MAX_BODY_BYTES } = {}) {
    this.max_bytes = max_bodies_bytes;
    this.max_body_bytes = max_body_bytes;
  }

  get used(): number {
    return this.#used;
  }

  fits(bytes: number): boolean {
    return this.#used + bytes <= this.max_bytes;
  }

  /** Returns `false`, and takes nothing, if the bytes do not fit. */
  take(bytes: number): boolean {
    if (!this.fits(bytes)) return false;
    this.#used += bytes;
    return true;
  }

  release(bytes: number): void {
    this.#used -= bytes;
  }
}

/** Raised for a body that is not accepted. */
export class BodyRefused extends Error {
  override name = "BodyRefused";

  constructor(readonly code: ProblemCode, message: string, readonly retry_after_seconds: number | null = null) {
    super(message);
  }
}

/** Raised when the caller disconnects before their request is complete. */
export class CallerDisconnected extends Error {
  override name = "CallerDisconnected";
}

/**
 * Reads a body. Its memory is released when the exchange ends, in whatever way.
 *
 * @param skim receives the parts as they arrive.
 * @throws {BodyRefused | CallerDisconnected}
 */
export function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  memory: BodyMemory,
  skim: { push(part: Uint8Array): void } | null = null,
): Promise<Buffer> {
  return new Promise<Buffer[]>((resolve, reject) => {
    const declared = Number(request.headers["content-length"] ?? 0);
    if (declared > memory.max_body_bytes) return reject(tooLarge(memory));
    let refusal = memory.fits(declared) ? null : noMemory(memory);
    let parts: Buffer[] = [];
    let received = 0, held = 0;
    const release = () => {
      memory.release(held);
      held = 0;
      parts = [];
    };
    request.on("data", (part: Buffer) => {
      received += part.length;
      if (received > memory.max_body_bytes) {
        release();
        reject(tooLarge(memory));
      } else if (!refusal && !memory.take(part.length)) {
        refusal = noMemory(memory);
        release();
      } else if (!refusal) {
        if (held === 0) response.once("close", release);
        held += part.length;
        parts.push(part);
        skim?.push(part);
      }
    });
    // A caller reads no response while they send. So a body for which there is no memory is read to its end and dropped.
    request.on("end", () => refusal ? reject(refusal) : resolve(parts));
    request.on("error", () => reject(new CallerDisconnected()));
    request.on("close", () => request.complete || reject(new CallerDisconnected()));
  }).then((parts) => parts.length === 1 ? parts[0] : Buffer.concat(parts));
}

function tooLarge({ max_body_bytes }: BodyMemory): BodyRefused {
  const message = `Cannot forward a body of more than ${max_body_bytes} bytes: send it in parts`;
  return new BodyRefused("body_too_large", message);
}

function noMemory({ used, max_bytes }: BodyMemory): BodyRefused {
  const message =
    `Cannot accept this body: open exchanges use ${used} of ${max_bytes} bytes for bodies. Retry, or send fewer at a time`;
  return new BodyRefused("too_many_bodies", message, RETRY_AFTER_SECONDS);
}
