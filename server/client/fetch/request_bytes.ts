/** Reads the body of a request that is not a text. It is sent as it is, so its usage is not requested. */
import { skipBlank } from "../../attempts/answer/answer_kind.ts";
import { codingsOf } from "../../attempts/coding/codings.ts";
import { encodedRequestFacts } from "../../attempts/request/encoded_request.ts";
import {
  largeRequestFacts,
  REQUEST_FACTS,
  type RequestFacts,
  requestFacts,
} from "../../attempts/request/request_facts.ts";
import { JsonSkim, LARGE_JSON_BYTES } from "../../core/json/skim.ts";

/** Larger bodies are files. */
const MAX_BYTES = 64 << 20;

/** Bytes that are read first: their start tells whether the rest is worth it. */
const START_BYTES = 64;

/**
 * The bytes of a body; `null` for a form, a stream, or a file that is not JSON.
 *
 * @param request the Request object that `fetch` was given, if any.
 * @param isEncoded the body has a coding, so its first bytes tell nothing.
 */
export async function bodyBytes(
  request: Request | null,
  body: BodyInit | null | undefined,
  isEncoded: boolean,
): Promise<Uint8Array | null> {
  if (body == null) return request?.body ? await bytesOfRequest(request) : null;
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  if (!(body instanceof Blob) || body.size > MAX_BYTES) return null;
  const start = new Uint8Array(await body.slice(0, START_BYTES).arrayBuffer());
  return isEncoded || isJson(start) ? new Uint8Array(await body.arrayBuffer()) : null;
}

/** Only texts are read of a Request: another body may be a stream that is still being made. */
async function bytesOfRequest(request: Request): Promise<Uint8Array | null> {
  const type = request.headers.get("content-type") ?? "";
  return TEXT.test(type) ? new Uint8Array(await request.clone().arrayBuffer()) : null;
}

/** A Request that is made of a text without a type has the type text/plain. */
const TEXT = /json|^text\/|urlencoded/i;

function isJson(bytes: Uint8Array): boolean {
  return bytes[skipBlank(bytes)] === BRACE;
}

const BRACE = "{".charCodeAt(0);

/**
 * @param path after `/v1/`, without query.
 * @param encoding the `content-encoding` header.
 */
export function bytesFacts(
  path: string,
  bytes: Uint8Array,
  encoding: string | null,
): RequestFacts | Promise<RequestFacts> {
  const codings = codingsOf(encoding);
  // A name that is unknown is no coding if the body is JSON.
  const isEncoded = codings === null ? !isJson(bytes) : codings.length > 0;
  if (isEncoded) return encodedRequestFacts(path, [bytes], codings);
  if (!isJson(bytes)) return requestFacts(path, null);
  if (bytes.byteLength > LARGE_JSON_BYTES) {
    return { ...largeRequestFacts(path, skimmed(bytes), [bytes]), hides_usage: false };
  }
  const body = new TextDecoder().decode(bytes);
  return { ...requestFacts(path, body), body, hides_usage: false };
}

function skimmed(bytes: Uint8Array): unknown {
  const skim = new JsonSkim(REQUEST_FACTS);
  skim.push(bytes);
  return skim.end();
}
