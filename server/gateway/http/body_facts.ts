/** Reads the facts of an HTTP request from its body. */
import { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { deploymentOf } from "../../attempts/request/azure_deployment.ts";
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

function isJson(request: IncomingMessage): boolean {
  return header(request, "content-type")?.includes("json") ?? false;
}

/** Whether a JSON body is large, or does not announce its length. */
export function mayBeLarge(request: IncomingMessage): boolean {
  return !(Number(request.headers["content-length"]) <= LARGE_JSON_BYTES) && isJson(request);
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
export function factsOf(request: IncomingMessage, path: string, body: Buffer[], skim: JsonSkim | null): RequestFacts {
  const type = header(request, "content-type") ?? "";
  const plain = path.split("?", 1)[0];
  const length = lengthOf(body);
  const isLarge = length > LARGE_JSON_BYTES;
  const text = !isLarge && isJson(request) && length > 0 ? body[0].toString() : null;
  const facts = isLarge && skim ? largeRequestFacts(plain, skim.end(), length) : requestFacts(plain, text);
  if (type.startsWith("multipart/")) Object.assign(facts, formFactsOfBytes(body));
  facts.model ??= deploymentOf(plain);
  return facts;
}

/** The first value of a header. */
export function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
