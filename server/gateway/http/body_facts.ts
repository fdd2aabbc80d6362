/** Reads the facts of an HTTP request from its body. */
import { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { kindOfType, skipBlank } from "../../attempts/answer/answer_kind.ts";
import { codingsOf } from "../../attempts/coding/codings.ts";
import { deploymentOf } from "../../attempts/request/azure_deployment.ts";
import { encodedRequestFacts } from "../../attempts/request/encoded_request.ts";
import { formFactsOfBytes } from "../../attempts/request/form_facts.ts";
import {
  largeRequestFacts,
  type RequestFacts,
  requestFacts,
  withUsageBytes,
} from "../../attempts/request/request_facts.ts";
import { type JsonSkim, LARGE_JSON_BYTES } from "../../core/json/skim.ts";
import { lengthOf } from "../upstream/upstream.ts";
import { bufferOf } from "./request_body.ts";

/** Whether a body may be JSON: its type may be missing or another one, as curl's is, and its first byte tells. */
function mayBeJson(request: IncomingMessage): boolean {
  const type = request.headers["content-type"];
  return kindOfType(type) !== "other" && !isForm(type);
}

function isForm(type: string | undefined): boolean {
  return /^\s*multipart\//i.test(type ?? "");
}

/** Whether a body that may be JSON is large, or does not announce its length. An encoded one is read when it has arrived. */
export function mayBeLarge(request: IncomingMessage): boolean {
  const { headers } = request;
  if (Number(headers["content-length"]) <= LARGE_JSON_BYTES) return false;
  return !codingsOf(header(request, "content-encoding"))?.length && mayBeJson(request);
}

/** The body with what the gateway adds to it. */
export function bodyToSend({ hides_usage, body: text }: RequestFacts, body: Buffer[]): readonly Buffer[] {
  if (!hides_usage) return body;
  return text === null ? withUsageBytes(body).map(bufferOf) : [Buffer.from(text)];
}

/** Sends the caller's body as it is. */
export function leaveOutUsage(facts: RequestFacts, body: Buffer[]): void {
  facts.hides_usage = false;
  if (facts.body !== null) facts.body = body[0].toString();
}

/**
 * @param path after `/v1/`.
 * @param skim has read a large body; `null` if that is not JSON.
 */
export function factsOf(
  request: IncomingMessage,
  path: string,
  body: Buffer[],
  skim: JsonSkim | null,
): RequestFacts | Promise<RequestFacts> {
  const plain = path.split("?", 1)[0];
  const codings = codingsOf(header(request, "content-encoding"));
  // A name that is unknown is no coding if the body is JSON: some callers send "utf-8".
  const isEncoded = codings === null ? !startsObject(body) : codings.length > 0;
  const facts = isEncoded && mayBeJson(request)
    ? encodedRequestFacts(plain, body, codings)
    : plainFacts(request, plain, body, skim);
  return facts instanceof Promise ? facts.then((read) => withDeployment(read, plain)) : withDeployment(facts, plain);
}

function plainFacts(request: IncomingMessage, path: string, body: Buffer[], skim: JsonSkim | null): RequestFacts {
  const length = lengthOf(body);
  if (length > LARGE_JSON_BYTES && skim) return largeRequestFacts(path, skim.end(), body);
  const isJson = mayBeJson(request) && length <= LARGE_JSON_BYTES && startsObject(body);
  const facts = requestFacts(path, isJson ? body[0].toString() : null);
  if (isForm(request.headers["content-type"])) Object.assign(facts, formFactsOfBytes(body));
  return facts;
}

function startsObject([first]: Buffer[]): boolean {
  return first !== undefined && first[skipBlank(first)] === BRACE;
}

const BRACE = "{".charCodeAt(0);

function withDeployment(facts: RequestFacts, path: string): RequestFacts {
  facts.model ??= deploymentOf(path);
  return facts;
}

/** The first value of a header. */
export function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
