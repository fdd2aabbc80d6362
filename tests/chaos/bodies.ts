/** The answers of the upstream in a chaos run, and the position in each at which its usage is complete. */
import { gzipSync } from "node:zlib";
import { chatCompletion, embeddings, errorBody, response } from "../support/upstream_bodies.ts";
import type { Call, Fate } from "./plan.ts";
import { Random } from "./random.ts";

/** One answer. */
export interface Body {
  status: number;
  headers: Record<string, string>;
  bytes: Uint8Array;
  /** Bytes after which a valid usage is complete; `null` when there is none. */
  usage_end: number | null;
  /** The words of the answer. */
  text: string;
}

/** Some characters are several bytes: a cut may split them. */
const WORDS = ["All", " is", " well", ".", " Größe", " 数", ' \\"quoted\\"', " 🙂", ` "choices":[] `, "\n\n"];
const NONSENSE: unknown[] = [
  null,
  {},
  [],
  "20",
  { prompt_tokens: -1, completion_tokens: 8, input_tokens: -1, output_tokens: 8, total_tokens: 7 },
  { prompt_tokens: 1e308, completion_tokens: 8, input_tokens: 1e308, output_tokens: 8, total_tokens: 1e308 },
  { prompt_tokens: "ten", completion_tokens: "8?", input_tokens: "ten", output_tokens: "8?", total_tokens: "" },
  { prompt_tokens: 1.5, completion_tokens: 8, input_tokens: 1.5, output_tokens: 8, total_tokens: 9.5 },
];

const encoder = new TextEncoder();

/** @param asked whether the request asks for the usage of a stream. */
export function bodyOf(call: Call, fate: Fate, asked: boolean): Body {
  const error = errorOf(fate);
  if (error) return error;
  if (fate.kind === "html") return plain("<html><h1>Sign in</h1></html>", "text/html");
  return call.operation.includes("stream") ? streamOf(call, fate, asked) : jsonOf(call, fate);
}

function errorOf(fate: Fate): Body | null {
  const waits: Record<string, string> = fate.has_headers
    ? { "retry-after-ms": "1", "x-ratelimit-limit-requests": "500" }
    : {};
  const failed = (status: number, type: string, code: string | null): Body => ({
    ...plain(JSON.stringify(errorBody(`Refused: ${type}`, type, code)), "application/json"),
    status,
    headers: { "content-type": "application/json", ...waits },
  });
  if (fate.kind === "rate_limited") return failed(429, "requests", "rate_limit_exceeded");
  if (fate.kind === "insufficient_quota") return failed(429, "insufficient_quota", "insufficient_quota");
  if (fate.kind === "bad_request") return failed(400, "invalid_request_error", null);
  if (fate.kind === "server_error") return failed(500, "server_error", null);
  if (fate.kind === "overloaded") return failed(503, "server_error", "server_is_overloaded");
  return null;
}

function plain(text: string, type: string): Body {
  return { status: 200, headers: { "content-type": type }, bytes: encoder.encode(text), usage_end: null, text: "" };
}

function jsonOf(call: Call, fate: Fate): Body {
  const usage = usageOf(fate);
  const whole = JSON.stringify(jsonBody(call, fate, usage));
  const text = fate.kind === "malformed" ? whole.slice(0, Math.floor(whole.length * fate.at)) : whole;
  const packed = fate.kind === "gzip";
  const raw = encoder.encode(text);
  const bytes = packed ? new Uint8Array(gzipSync(raw)) : raw;
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (packed) headers["content-encoding"] = "gzip";
  // Only a complete JSON body has a usage.
  const isComplete = isUsageValid(fate) && fate.kind !== "malformed" && fate.kind !== "in_progress";
  return { status: 200, headers, bytes, usage_end: isComplete ? bytes.length : null, text: "" };
}

function jsonBody(call: Call, fate: Fate, usage: unknown): object {
  if (call.operation === "embedding") return { ...embeddings("m", null), usage };
  if (call.operation === "chat") {
    const body = { ...chatCompletion("m", null), usage };
    return fate.kind === "error_inside"
      ? { ...body, error: { message: "No", type: "server_error", code: "no" } }
      : body;
  }
  const runs = fate.kind === "in_progress";
  const background = call.operation === "background" || call.operation === "poll";
  const id = background ? `resp_${call.of ?? call.id}` : "resp_1";
  const status = runs ? "in_progress" : "completed";
  return {
    ...response("m", status, null),
    usage: runs ? null : usage,
    id,
    background,
    ...(runs ? { output: [] } : {}),
  };
}

/** The usage, with the names of every endpoint; invalid or missing for some fates. */
function usageOf(fate: Fate): unknown {
  if (fate.kind === "no_usage") return undefined;
  if (fate.kind === "nonsense_usage") return NONSENSE[fate.seed % NONSENSE.length];
  const { input_tokens, output_tokens } = fate;
  return { input_tokens, output_tokens, total_tokens: input_tokens + output_tokens };
}

/** Whether the answer has a valid usage. */
function isUsageValid(fate: Fate): boolean {
  return fate.kind !== "no_usage" && fate.kind !== "nonsense_usage";
}

function streamOf(call: Call, fate: Fate, asked: boolean): Body {
  const random = new Random(fate.seed);
  const words = Array.from({ length: fate.words }, () => random.pick(WORDS));
  const events = call.operation === "response_stream" ? responseEvents(words, fate) : chatEvents(words, fate, asked);
  const bad = fate.kind === "malformed" ? random.int(1, events.length - 1) : -1;
  const end = fate.line_end;
  let text = "";
  let usage_end: number | null = null;
  events.forEach((event, at) => {
    if (at === bad) text += `data: {"cut":${end}${end}`;
    if (random.chance(0.1)) text += `: keep-alive${end}${end}`;
    if (typeof event === "object" && "type" in event) text += `event: ${event.type}${end}`;
    text += `data: ${typeof event === "string" ? event : JSON.stringify(event)}`;
    if (typeof event === "object" && hasUsage(event)) usage_end = encoder.encode(text).length;
    text += end + end;
  });
  if (!isUsageValid(fate)) usage_end = null;
  const headers = { "content-type": "text/event-stream; charset=utf-8" };
  return { status: 200, headers, bytes: encoder.encode(text), usage_end, text: words.join("") };
}

function hasUsage(event: object): boolean {
  const { usage, response } = event as { usage?: unknown; response?: { usage?: unknown } };
  return Boolean(usage ?? response?.usage);
}

function chatEvents(words: string[], fate: Fate, asked: boolean): (object | string)[] {
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1,
    model: "m",
    choices: [{ index: 0, delta, finish_reason }],
  });
  const events: (object | string)[] = [chunk({ role: "assistant", content: "" })];
  for (const content of words) events.push(chunk({ content }));
  if (fate.kind === "error_inside") {
    return [...events, { error: { message: "Busy", type: "server_error", code: "server_is_overloaded" } }];
  }
  events.push(chunk({}, "stop"));
  const usage = usageOf(fate);
  if (asked && usage !== undefined) events.push({ ...chunk({}), choices: [], usage });
  return [...events, "[DONE]"];
}

function responseEvents(words: string[], fate: Fate): object[] {
  const opened = { type: "response.created", response: { ...response("m", "in_progress", null), output: [] } };
  const deltas = words.map((delta) => ({ type: "response.output_text.delta", item_id: "i", output_index: 0, delta }));
  if (fate.kind === "error_inside") {
    return [opened, ...deltas, { type: "error", code: "server_is_overloaded", message: "Busy", param: null }];
  }
  return [opened, ...deltas, {
    type: "response.completed",
    response: { ...response("m", "completed", null), usage: usageOf(fate) },
  }];
}
