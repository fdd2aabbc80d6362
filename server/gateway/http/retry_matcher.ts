/**
 * Finds the call that a retry belongs to. The SDKs count their retries in `x-stainless-retry-count` but do not identify the
 * call. A retry sends the same bytes to the same endpoint soon after its previous attempt failed, so it is matched by these.
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { edgesOf } from "../../attempts/answer/body_parts.ts";

/** How long a failed attempt is kept: longer than an SDK waits between two attempts. */
const KEPT_MS = 120_000;

/** Failed attempts kept at a time. Beyond that the oldest are dropped, and their retries are counted as new calls. */
const MAX_KEPT = 10_000;

interface FailedAttempt {
  call_id: string;
  retry: number;
  at_ms: number;
}

/** The part of a request that its retry repeats. */
interface RequestIdentity {
  workspace_id: string;
  endpoint: string;
  /** The parts of its bytes. */
  body: readonly Uint8Array[];
}

export class RetryMatcher {
  /** By request, oldest failure first; several if the same request was sent more than once. */
  readonly #failed = new Map<string, FailedAttempt[]>();
  readonly #now: () => number;
  #kept = 0;

  /** @param now milliseconds of a monotonic clock. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Remembers a failed attempt, which may be retried. */
  addFailure(request: RequestIdentity, call_id: string, retry: number): void {
    const key = keyOf(request);
    const attempts = this.#failed.get(key) ?? [];
    attempts.push({ call_id, retry, at_ms: this.#now() });
    // Moved to the end, so that the first key is the one whose last failure is oldest.
    this.#failed.delete(key);
    this.#failed.set(key, attempts);
    if (++this.#kept > MAX_KEPT) this.#dropOldest();
  }

  /** Returns the id of the call that this retry belongs to, or `null` if no matching failure is known. Each matches once. */
  takeCallId(request: RequestIdentity, retry: number): string | null {
    if (retry === 0 || this.#kept === 0) return null;
    const key = keyOf(request);
    const attempts = this.#failed.get(key);
    const since = this.#now() - KEPT_MS;
    const at = attempts?.findIndex((failed) => failed.retry === retry - 1 && failed.at_ms >= since) ?? -1;
    if (!attempts || at < 0) return null;
    const [{ call_id }] = attempts.splice(at, 1);
    this.#kept--;
    if (attempts.length === 0) this.#failed.delete(key);
    return call_id;
  }

  #dropOldest(): void {
    const [key, attempts] = this.#failed.entries().next().value!;
    this.#kept -= attempts.length;
    this.#failed.delete(key);
  }
}

/** Bytes compared at each end of a body: to hash all bytes of the largest would hold up other calls. */
const EDGE_BYTES = 64 << 10;

function keyOf({ workspace_id, endpoint, body }: RequestIdentity): string {
  const hash = createHash("sha256");
  const edges = edgesOf(body, EDGE_BYTES).map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength)
  );
  const delimiter = formDelimiter(edges[0]);
  for (const edge of edges) hash.update(delimiter ? withoutDelimiters(edge, delimiter) : edge);
  // The boundary's length changes the length of a form.
  const bytes = delimiter ? "form" : body.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return `${workspace_id} ${endpoint} ${bytes} ${hash.digest("base64url")}`;
}

/** Two hyphens and a boundary of at most 70 characters (RFC 2046 §5.1.1). */
const MAX_DELIMITER_BYTES = 72;

/** The delimiter of a form's parts, which differs in each attempt; `null` if the body is not a form. */
function formDelimiter(body: Buffer): Buffer | null {
  if (!body.subarray(0, 2).equals(HYPHENS)) return null;
  const end = body.subarray(0, MAX_DELIMITER_BYTES + LINE_END.length).indexOf(LINE_END);
  return end > HYPHENS.length ? body.subarray(0, end) : null;
}

/** A form with each delimiter replaced by two hyphens. */
function withoutDelimiters(body: Buffer, delimiter: Buffer): Buffer {
  return Buffer.from(body.toString("latin1").replaceAll(delimiter.toString("latin1"), "--"), "latin1");
}

const HYPHENS = Buffer.from("--");
const LINE_END = Buffer.from("\r\n");
