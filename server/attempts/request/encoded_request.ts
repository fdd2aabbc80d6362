/** Reads a request whose body is encoded. It is sent as it came, so its usage is not requested. */
import { JsonSkim, LARGE_JSON_BYTES } from "../../core/json/skim.ts";
import { joined } from "../answer/body_parts.ts";
import { type Coding, decodeNow } from "../coding/codings.ts";
import { DECODED_BOUNDS, Decoder } from "../coding/decoder.ts";
import type { SampledBody } from "../tokens/text_sample.ts";
import { largeRequestFacts, REQUEST_FACTS, type RequestFacts, requestFacts } from "./request_facts.ts";

/** A body up to this size is decoded in one go, if it decodes to no more than a large JSON. */
const SMALL_BYTES = 64 << 10;

/** What is kept of a larger one, to estimate its tokens. */
const MAX_PIECES = 64;
const PIECE_BYTES = 512;

/** A body that cannot be read is taken for a text of so many characters for each of its bytes. */
const UNREAD_CHARACTERS = 4;

/**
 * Reads the facts of an encoded request.
 *
 * @param path after `/v1/`, without query.
 * @param codings in the order in which they are decoded; `null` if they cannot be.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { gzipSync } from "node:zlib";
 * import { encodedRequestFacts } from "./encoded_request.ts";
 *
 * const body = gzipSync('{"model":"m","stream":true}');
 * const { model, stream, hides_usage } = await encodedRequestFacts("chat/completions", [body], ["gzip"]);
 * assert.deepEqual([model, stream, hides_usage], ["m", true, false]);
 * ```
 */
export function encodedRequestFacts(
  path: string,
  parts: readonly Uint8Array[],
  codings: readonly Coding[] | null,
): RequestFacts | Promise<RequestFacts> {
  const length = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (codings === null) return unreadFacts(path, length);
  const decoded = length <= SMALL_BYTES ? decodeNow(joined(parts), codings, LARGE_JSON_BYTES) : null;
  if (decoded) return smallFacts(path, decoder.decode(decoded));
  return skimDecoded(parts, codings).then((read) => {
    if (!read) return unreadFacts(path, length);
    return { ...largeRequestFacts(path, read.value, read.body), hides_usage: false };
  });
}

function smallFacts(path: string, body: string): RequestFacts {
  return { ...requestFacts(path, body), body, hides_usage: false };
}

function unreadFacts(path: string, bytes: number): RequestFacts {
  return { ...largeRequestFacts(path, {}, { length: bytes * UNREAD_CHARACTERS, pieces: [] }), hides_usage: false };
}

/** Decodes a body part by part; `null` if it is not encoded as it says, or grows too much. */
function skimDecoded(
  parts: readonly Uint8Array[],
  codings: readonly Coding[],
): Promise<{ value: unknown; body: SampledBody } | null> {
  const skim = new JsonSkim(REQUEST_FACTS);
  const body = { length: 0, pieces: [] as Uint8Array[] };
  return new Promise((resolve) => {
    const reading = new Decoder(codings, {
      data: (part) => {
        body.length += part.byteLength;
        if (body.pieces.length < MAX_PIECES) body.pieces.push(part.slice(0, PIECE_BYTES));
        skim.push(part);
      },
      end: (isWhole) => resolve(isWhole ? { value: skim.end(), body } : null),
    }, DECODED_BOUNDS);
    for (const part of parts) reading.write(part);
    reading.end();
  });
}

const decoder = new TextDecoder();
