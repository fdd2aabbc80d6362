/** Reads request bodies whole. Each is limited in size, and so is the memory that all of them use together. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Buffer } from "node:buffer";
import type { ProblemCode } from "../../../shared/problem.ts";
import { BodyParts, joined } from "../../attempts/answer/body_parts.ts";
import { LARGE_JSON_BYTES } from "../../core/json/skim.ts";
import { MEASURED_BYTES, turnBudget } from "../upstream/turn_budget.ts";

/** A caller may send their body in chunks of a byte, thousands of which arrive together. */
const SMALL_PARTS_PER_TURN = 512;

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
 * @returns a small body in one part, a large one in the parts in which it arrived: to join them would hold up other calls.
 * @throws {BodyRefused | CallerDisconnected}
 */
export function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  memory: BodyMemory,
  skim: Skim | null = null,
): Promise<Buffer[]> {
  return new Promise<Buffer[]>((resolve, reject) => {
    const declared = Number(request.headers["content-length"] ?? 0);
    if (declared > memory.max_body_bytes) return reject(tooLarge(memory));
    const reading = new BodyReading(request, response, memory, skim);
    if (!memory.fits(declared)) reading.refusal = noMemory(memory);
    request.on("data", (part: Buffer) => {
      try {
        reading.receive(part);
      } catch (error) {
        reading.release();
        reject(error);
      }
    });
    // A caller reads no response while they send. So a body for which there is no memory is read to its end and dropped.
    request.on("end", () => reading.refusal ? reject(reading.refusal) : resolve(bodyOf(reading.parts)));
    request.on("error", () => reject(new CallerDisconnected()));
    request.on("close", () => request.complete || reject(new CallerDisconnected()));
  });
}

function bodyOf({ parts, bytes }: BodyParts): Buffer[] {
  return bytes <= LARGE_JSON_BYTES ? [bufferOf(joined(parts))] : parts.map(bufferOf);
}

interface Skim {
  push(part: Uint8Array): void;
}

/** One body that is being read. */
class BodyReading {
  parts = new BodyParts();
  refusal: BodyRefused | null = null;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #memory: BodyMemory;
  readonly #skim: Skim | null;
  #received = 0;
  #held = 0;
  #small = 0;

  constructor(request: IncomingMessage, response: ServerResponse, memory: BodyMemory, skim: Skim | null) {
    this.#request = request;
    this.#response = response;
    this.#memory = memory;
    this.#skim = skim;
  }

  /** @throws {BodyRefused} if the body is too large. */
  receive(part: Buffer): void {
    this.#received += part.length;
    if (this.#received > this.#memory.max_body_bytes) throw tooLarge(this.#memory);
    if (this.refusal) return;
    if (!this.#memory.take(part.length)) {
      this.refusal = noMemory(this.#memory);
      this.release();
    } else if (part.length < MEASURED_BYTES) {
      this.#keep(part);
      if (++this.#small % SMALL_PARTS_PER_TURN === 0) this.#waitForTurn();
    } else if (turnBudget.run(() => this.#keep(part))) this.#waitForTurn();
  }

  release(): void {
    this.#memory.release(this.#held);
    this.#held = 0;
    this.parts = new BodyParts();
  }

  #keep(part: Buffer): void {
    if (this.#held === 0) this.#response.on("close", () => this.release());
    this.#held += part.length;
    this.parts.add(part);
    this.#skim?.push(part);
  }

  #waitForTurn(): void {
    this.#request.pause();
    turnBudget.wait(() => this.#request.resume());
  }
}

/** The same bytes with the methods of a buffer. */
export function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
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
