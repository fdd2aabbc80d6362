/**
 * Takes the usage chunk out of a stream whose caller did not ask for it: the event with `choices: []` and a usage. Bytes of
 * every other event pass as they are; only an event that is cut by the network waits for its other half.
 */
const latin1 = new TextDecoder("latin1");
const NOTHING = new Uint8Array(0);
const EMPTY_CHOICES = /"choices"\s*:\s*\[\s*\]/;

export class HiddenUsage {
  #rest: Uint8Array = NOTHING;

  /** What may be passed on of the stream so far. */
  push(chunk: Uint8Array): Uint8Array {
    const bytes = this.#rest.byteLength ? joined(this.#rest, chunk) : chunk;
    const end = lastBoundary(bytes);
    this.#rest = end === bytes.byteLength ? NOTHING : bytes.subarray(end);
    return withoutUsage(end === bytes.byteLength ? bytes : bytes.subarray(0, end));
  }

  /** What is left when the stream ends: an unfinished event, passed as it is. */
  end(): Uint8Array {
    const rest = this.#rest;
    this.#rest = NOTHING;
    return withoutUsage(rest);
  }
}

function withoutUsage(bytes: Uint8Array): Uint8Array {
  const text = latin1.decode(bytes);
  if (!EMPTY_CHOICES.test(text)) return bytes;
  const kept: Uint8Array[] = [];
  let start = 0;
  while (start < bytes.byteLength) {
    const end = nextBoundary(text, start);
    if (!isUsageEvent(text.slice(start, end))) kept.push(bytes.subarray(start, end));
    start = end;
  }
  return kept.length === 1 ? kept[0] : joined(...kept);
}

/** Azure's first chunk has no choices either, but no usage: it stays. */
function isUsageEvent(event: string): boolean {
  return EMPTY_CHOICES.test(event) && /"usage"\s*:\s*\{/.test(event);
}

/** Where the last whole event of `bytes` ends. */
function lastBoundary(bytes: Uint8Array): number {
  for (let at = bytes.byteLength; at >= 2; at--) {
    if (isLineEnd(bytes[at - 1]) && endsBlankLine(bytes, at)) return at;
  }
  return 0;
}

function endsBlankLine(bytes: Uint8Array, at: number): boolean {
  const before = bytes[at - 1] === LF && bytes[at - 2] === CR ? at - 2 : at - 1;
  return before > 0 && isLineEnd(bytes[before - 1]);
}

/** Where the event that begins at `start` ends. */
function nextBoundary(text: string, start: number): number {
  const boundary = /\r\n\r\n|\n\n|\r\r/g;
  boundary.lastIndex = start;
  return boundary.test(text) ? boundary.lastIndex : text.length;
}

const LF = 10, CR = 13;

function isLineEnd(byte: number): boolean {
  return byte === LF || byte === CR;
}

function joined(...parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) bytes.set(part, at), at += part.byteLength;
  return bytes;
}
