/** Asks the assistant with the official SDK, streaming through the gateway. Only the base URL differs from a direct call. */
import OpenAI, { APIError, APIUserAbortError, RateLimitError } from "openai";
import { ASSISTANT, type Channel, type Message, PEOPLE, upTo } from "./room.ts";

/** An event for the page, sent as one line of JSON. */
export type AskEvent =
  | { type: "delta"; text: string }
  | { type: "done"; tokens: number | null; model: string }
  | { type: "refused"; sentence: string; retry_after_seconds: number | null };

/** The requested model; the mock accepts any name. */
const MODEL = "gpt-5.4-mini";

const MAX_HISTORY = 8;
const MAX_ANSWER_TOKENS = 200;

/** A client that reaches the upstream through the gateway, counted for `workspace`. */
export function gatewayClient(gatewayUrl: string, workspace: string): OpenAI {
  // No retries: a user is waiting, and a refusal says when to try again.
  return new OpenAI({ baseURL: `${gatewayUrl}/w/${workspace}/v1`, apiKey: "sk-demo", maxRetries: 0 });
}

/** Streams the assistant's answer to a message of a channel, until `signal` aborts. */
export async function* ask(
  client: OpenAI,
  channel: Channel,
  question: Message,
  signal: AbortSignal,
): AsyncGenerator<AskEvent> {
  try {
    const stream = await client.chat.completions.create({
      model: MODEL,
      messages: conversation(upTo(channel, question, MAX_HISTORY)),
      max_completion_tokens: MAX_ANSWER_TOKENS,
      stream: true,
      stream_options: { include_usage: true },
    }, { signal });
    let tokens: number | null = null;
    for await (const chunk of stream) {
      tokens = chunk.usage?.total_tokens ?? tokens;
      const text = chunk.choices[0]?.delta.content;
      if (text) yield { type: "delta", text };
    }
    yield { type: "done", tokens, model: MODEL };
  } catch (error) {
    if (!(error instanceof APIUserAbortError)) yield refused(error);
  }
}

function conversation(messages: Message[]): OpenAI.ChatCompletionMessageParam[] {
  const names = new Map(PEOPLE.map(({ id, name }) => [id, name]));
  return messages.map(({ author, text }) =>
    author === ASSISTANT
      ? { role: "assistant" as const, content: text }
      : { role: "user" as const, content: `${names.get(author)}: ${text}` }
  );
}

/** Codes for which waiting a minute does not help: of the provider, and of the service for a full day or no quota. */
const NO_QUOTA = new Set<unknown>(["insufficient_quota", "workspace_quota_exceeded", "provider_quota_exceeded"]);

/** The error in words for users who do not know status codes. */
function refused(error: unknown): AskEvent {
  if (error instanceof RateLimitError) {
    const wait = Number(error.headers?.get("retry-after")) || null;
    const when = wait === null ? "" : ` Try again in ${inWords(wait)}.`;
    const what = NO_QUOTA.has(error.code) ? "The team has used up its quota." : "The team is at its limit.";
    return { type: "refused", sentence: `${what}${when}`, retry_after_seconds: wait };
  }
  const reason = error instanceof APIError && error.status ? `it answered ${error.status}` : "the line is down";
  return { type: "refused", sentence: `Ada cannot be reached: ${reason}.`, retry_after_seconds: null };
}

function inWords(seconds: number): string {
  if (seconds < 100) return `${seconds} s`;
  return seconds < 5_400 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3_600)} h`;
}
