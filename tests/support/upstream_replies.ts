/** Ready-made answers of the mock upstream. */
import type { Exchange, Reply } from "./upstream.ts";
import { chatChunks, chatCompletion, embeddings, errorBody, response, responseEvents } from "./upstream_bodies.ts";

/** Answers as the provider does: JSON or a stream, depending on path and body. */
export const defaultReply: Reply = async (exchange) => {
  const { json, path } = exchange.entry;
  const model = typeof json?.model === "string" ? json.model : "gpt-5.4";
  const route = new URL(path, "http://upstream").pathname;
  if (route.endsWith("/embeddings")) return exchange.json(embeddings(model));
  if (route.endsWith("/chat/completions")) return await chat(exchange, model);
  if (route.endsWith("/responses")) return await respond(exchange, model);
  exchange.json(errorBody(`Unknown request URL: ${path}`, "invalid_request_error", "unknown_url"), 404);
};

/** Answers with an error of the provider: `refuse(429, "rate_limit_exceeded")`. */
export function refuse(status: number, code: string | null, headers: Record<string, string> = {}): Reply {
  const type = code === "insufficient_quota" ? "insufficient_quota" : "requests";
  return (exchange) => exchange.json(errorBody(`Refused with ${code ?? status}`, type, code), status, headers);
}

/** Answers with `headers` added, for `x-ratelimit-*`. */
export function withHeaders(headers: Record<string, string>): Reply {
  return (exchange) => {
    for (const [name, value] of Object.entries(headers)) exchange.response.setHeader(name, value);
    return defaultReply(exchange);
  };
}

/** Never answers; ends when the caller disconnects. */
export const hang: Reply = (exchange) => exchange.ended;

/** Sends the first `events` of a stream, then breaks the connection. */
export function cutAfter(events: number): Reply {
  return async (exchange) => {
    exchange.startStream();
    for (const event of chatChunks("gpt-5.4", false).slice(0, events)) await exchange.event(event);
    exchange.cut();
  };
}

async function chat(exchange: Exchange, model: string): Promise<void> {
  const { json } = exchange.entry;
  if (json?.stream !== true) return exchange.json(chatCompletion(model));
  const options = json.stream_options as { include_usage?: boolean } | undefined;
  exchange.startStream();
  for (const chunk of chatChunks(model, options?.include_usage === true)) await exchange.event(chunk);
  await exchange.event("[DONE]");
  exchange.end();
}

async function respond(exchange: Exchange, model: string): Promise<void> {
  if (exchange.entry.json?.stream !== true) return exchange.json(response(model));
  exchange.startStream();
  for (const event of responseEvents(model)) await exchange.event(event);
  exchange.end();
}
