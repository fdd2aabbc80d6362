/** Carries one exchange: the upstream's bytes go to the caller as they come, a copy of each reference to the attempt. */
import { Buffer } from "node:buffer";
import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import type { Attempt } from "../openai/attempt.ts";
import { HiddenUsage } from "../openai/hidden_usage.ts";
import { BodyCopy } from "./body_copy.ts";
import { callerHeaders } from "./headers.ts";
import { refuse } from "./answers.ts";
import type { Exchange, Upstream } from "./upstream.ts";

/** An upstream that says nothing for this long is given up: longer than its own longest pause. */
const SILENCE_MS = 10 * 60_000;

/** Failures that come before a byte has left: nothing was sent, so nothing is counted. */
const UNSENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

export function relay(
  upstream: Upstream,
  exchange: Exchange,
  response: ServerResponse,
  attempt: Attempt,
  hides_usage: boolean,
): void {
  const sent = upstream.send(exchange, (answer) => carry(answer, response, attempt, hides_usage));
  let silent = false;
  sent.setTimeout(SILENCE_MS, () => {
    silent = true;
    sent.destroy();
  });
  sent.on("error", (error: Error & { code?: string }) => fail(error, silent, response, attempt));
  response.on("close", () => leave(sent, response, attempt));
}

function carry(answer: IncomingMessage, response: ServerResponse, attempt: Attempt, hides_usage: boolean): void {
  attempt.head(answer.statusCode!, (name) => first(answer.headers[name]));
  const stream = answer.headers["content-type"]?.includes("text/event-stream") ?? false;
  if (stream && answer.statusCode! < 400) carryStream(answer, response, attempt, hides_usage);
  else carryWhole(answer, response, attempt);
}

function carryStream(answer: IncomingMessage, response: ServerResponse, attempt: Attempt, hides_usage: boolean): void {
  // Compressed although we asked for none: it passes as it is, and cannot be read on the way.
  const hidden = hides_usage && !answer.headers["content-encoding"] ? new HiddenUsage() : null;
  response.writeHead(answer.statusCode!, answer.statusMessage, callerHeaders(answer.rawHeaders));
  response.flushHeaders();
  answer.on("data", (chunk: Buffer) => {
    attempt.chunk(chunk);
    const passed = hidden ? hidden.push(chunk) : chunk;
    if (passed.length > 0 && !response.write(passed)) {
      answer.pause();
      response.once("drain", () => answer.resume());
    }
  });
  answer.on("end", () => {
    const rest = hidden?.end();
    if (rest?.length) response.write(rest);
    attempt.streamEnded();
    response.end();
  });
  onBreak(answer, response, attempt);
}

function carryWhole(answer: IncomingMessage, response: ServerResponse, attempt: Attempt): void {
  const isText = /json|text/.test(answer.headers["content-type"] ?? "");
  const copy = new BodyCopy();
  // Text is held to go out in one piece with its head; what is large, or no text, flows as it comes.
  let flowing = !isText;
  response.writeHead(answer.statusCode!, answer.statusMessage, callerHeaders(answer.rawHeaders));
  const pass = (part: Buffer) => {
    if (response.write(part)) return;
    answer.pause();
    response.once("drain", () => answer.resume());
  };
  answer.on("data", (part: Buffer) => {
    if (isText) copy.add(part);
    if (flowing) pass(part);
    else if (copy.isLarge) {
      flowing = true;
      copy.parts.forEach(pass);
    }
  });
  answer.on("end", () => {
    if (!isText) attempt.body("");
    else if (flowing) attempt.largeBody(copy.tail());
    else attempt.body(readable(copy.whole(), answer.headers["content-encoding"]));
    response.end(flowing ? undefined : copy.whole());
  });
  onBreak(answer, response, attempt);
}

/** The upstream's line died in the middle: the caller's is cut as well, so that he does not take a part for the whole. */
function onBreak(answer: IncomingMessage, response: ServerResponse, attempt: Attempt): void {
  const broke = () => {
    if (answer.complete) return;
    attempt.broke("connection_lost");
    response.destroy();
  };
  answer.on("aborted", broke);
  answer.on("error", broke);
  answer.on("close", broke);
}

function fail(error: Error & { code?: string }, silent: boolean, response: ServerResponse, attempt: Attempt): void {
  if (error.code && UNSENT.has(error.code)) attempt.unsent(error.code);
  else attempt.broke(silent ? "timeout" : "connection_lost");
  if (response.headersSent || response.destroyed) return void response.destroy();
  if (silent) return refuse(response, "upstream_timeout", `OpenAI sent nothing for ${SILENCE_MS / 60_000} minutes`);
  refuse(
    response,
    "upstream_unreachable",
    `Cannot reach the upstream: ${error.code ?? error.message}. Check OPENAI_BASE_URL`,
  );
}

/** The caller's connection closed: before its end, he has left. */
function leave(sent: ClientRequest, response: ServerResponse, attempt: Attempt): void {
  if (response.writableFinished) return;
  attempt.aborted();
  sent.destroy();
}

function readable(body: Buffer, encoding: string | undefined): string {
  try {
    return decompressed(body, encoding).toString();
  } catch {
    return ""; // Not what it says it is, or a bomb: it passes as it came, and its usage is unknown.
  }
}

function decompressed(body: Buffer, encoding: string | undefined): Buffer {
  const bounds = { maxOutputLength: MOST_DECOMPRESSED_BYTES };
  if (encoding === "gzip") return gunzipSync(body, bounds);
  if (encoding === "deflate") return inflateSync(body, bounds);
  if (encoding === "br") return brotliDecompressSync(body, bounds);
  return body;
}

const MOST_DECOMPRESSED_BYTES = 8 << 20;

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
