/** Carries one exchange: the upstream's bytes go to the caller as they come, a copy of each reference to the attempt. */
import { Buffer } from "node:buffer";
import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import { type Attempt, NO_RETRY } from "../openai/attempt.ts";
import { HiddenUsage } from "../openai/hidden_usage.ts";
import { BodyCopy } from "./body_copy.ts";
import { readable } from "./decompressed.ts";
import { callerHeaders } from "./headers.ts";
import { refuse } from "./answers.ts";
import type { SilenceWatch } from "./silence.ts";
import type { Exchange, Upstream } from "./upstream.ts";

/** An upstream that says nothing for this long is given up: longer than its own longest pause. */
export const SILENCE_MS = 10 * 60_000;

/** Failures that come before a byte has left: nothing was sent, so nothing is counted. */
const UNSENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/** One exchange, and what is to be done with its answer. */
export interface Relay {
  exchange: Exchange;
  response: ServerResponse;
  attempt: Attempt;
  hides_usage: boolean;
  /** Gives up an upstream that falls silent. */
  watch: SilenceWatch;
}

/**
 * Sends once. A connection that was kept open may die as it is used again, before any answer; whether the upstream had read
 * the call then is not known, so it is not sent again from here (RFC 9110 §9.2.2): the caller hears of it, and his SDK
 * tries again, as an attempt of its own.
 */
export function relay(upstream: Upstream, { exchange, response, attempt, hides_usage, watch }: Relay): void {
  if (response.destroyed) return attempt.unsent(null);
  const sent = upstream.send(exchange, (answer) => {
    answer.on("data", () => watch.heard(listening));
    carry(answer, response, attempt, hides_usage);
  });
  let silent = false;
  const listening = watch.listen(() => {
    silent = true;
    attempt.broke("timeout");
    sent.destroy();
  });
  sent.on("error", (error: Error & { code?: string }) => {
    fail(error, silent ? watch.silence_ms : null, response, attempt);
  });
  response.on("close", () => {
    watch.end(listening);
    leave(sent, response, attempt);
  });
}

function carry(answer: IncomingMessage, response: ServerResponse, attempt: Attempt, hides_usage: boolean): void {
  attempt.head(answer.statusCode!, (name) => first(answer.headers[name]));
  const stream = answer.headers["content-type"]?.includes("text/event-stream") ?? false;
  if (stream && answer.statusCode! < 400) carryStream(answer, response, attempt, hides_usage);
  else carryWhole(answer, response, attempt);
}

function carryStream(answer: IncomingMessage, response: ServerResponse, attempt: Attempt, hides_usage: boolean): void {
  // Compressed although we asked for none: it passes as it is, and cannot be read on the way.
  const compressed = answer.headers["content-encoding"] !== undefined;
  const hidden = hides_usage && !compressed ? new HiddenUsage() : null;
  if (!begin(answer, response, attempt, callerHeaders(answer.rawHeaders, hidden !== null))) return;
  response.flushHeaders();
  const pass = passing(answer, response);
  answer.on("data", (chunk: Buffer) => {
    if (!compressed) attempt.chunk(chunk);
    const passed = hidden ? hidden.push(chunk) : chunk;
    if (passed.length > 0) pass(passed);
  });
  answer.on("end", () => {
    const rest = hidden?.end();
    if (rest?.length) response.write(rest);
    if (compressed) attempt.unreadable();
    else attempt.streamEnded();
    response.end();
  });
  onBreak(answer, response, attempt);
}

function carryWhole(answer: IncomingMessage, response: ServerResponse, attempt: Attempt): void {
  const isText = /json|text/.test(answer.headers["content-type"] ?? "");
  const copy = new BodyCopy();
  // Text is held to go out in one piece with its head; what is large, or no text, flows as it comes.
  let flowing = !isText;
  const headers = callerHeaders(answer.rawHeaders);
  if (flowing && !begin(answer, response, attempt, headers)) return;
  const pass = passing(answer, response);
  answer.on("data", (part: Buffer) => {
    if (isText) copy.add(part);
    if (flowing) pass(part);
    else if (copy.isLarge && begin(answer, response, attempt, headers)) {
      flowing = true;
      copy.parts.forEach(pass);
    }
  });
  answer.on("end", () => {
    if (flowing) {
      if (isText) attempt.largeBody(copy.tail());
      else attempt.body("");
      return void response.end();
    }
    const body = copy.whole();
    attempt.body(readable(body, answer.headers["content-encoding"]));
    if (attempt.isFinal && answer.headers[NO_RETRY] === undefined) headers.push(NO_RETRY, "false");
    if (begin(answer, response, attempt, headers)) response.end(body);
  });
  onBreak(answer, response, attempt);
}

/** Writes the answer's head; `false` for one that Node's client reads and its server will not write: then all is over. */
function begin(answer: IncomingMessage, response: ServerResponse, attempt: Attempt, headers: string[]): boolean {
  try {
    response.writeHead(answer.statusCode!, answer.statusMessage, headers);
    return true;
  } catch {
    attempt.broke("malformed_answer");
    answer.destroy();
    broken(response, "The upstream's answer has a head that cannot be passed on");
    return false;
  }
}

/** Writes to the caller at his pace. */
function passing(answer: IncomingMessage, response: ServerResponse): (bytes: Uint8Array) => void {
  let waits = false;
  return (bytes) => {
    if (response.write(bytes) || waits) return;
    waits = true;
    answer.pause();
    response.once("drain", () => {
      waits = false;
      answer.resume();
    });
  };
}

/** The upstream's line died in the middle: the caller's is cut as well, so that he does not take a part for the whole. */
function onBreak(answer: IncomingMessage, response: ServerResponse, attempt: Attempt): void {
  const broke = () => {
    if (answer.complete) return;
    attempt.broke("connection_lost");
    if (response.headersSent) response.destroy();
    else broken(response, "The upstream closed the connection in the middle of its answer");
  };
  answer.on("error", broke);
  answer.on("close", broke);
}

function fail(
  error: Error & { code?: string },
  silent_ms: number | null,
  response: ServerResponse,
  attempt: Attempt,
): void {
  const unsent = error.code !== undefined && UNSENT.has(error.code);
  if (unsent) attempt.unsent(error.code!);
  else attempt.broke("connection_lost");
  const code = error.code ?? error.message;
  if (unsent) return broken(response, `Cannot reach the upstream: ${code}. Check OPENAI_BASE_URL`);
  if (silent_ms === null) return broken(response, `The upstream closed the connection without an answer: ${code}`);
  if (response.headersSent || response.destroyed) return void response.destroy();
  refuse(response, "upstream_timeout", `The upstream sent nothing for ${silent_ms / 1000} s, so it was given up`);
}

function broken(response: ServerResponse, message: string): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  refuse(response, "upstream_unreachable", message);
}

/** The caller's connection closed: before its end, he has left. */
function leave(sent: ClientRequest, response: ServerResponse, attempt: Attempt): void {
  if (response.writableFinished) return;
  attempt.aborted();
  sent.destroy();
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
