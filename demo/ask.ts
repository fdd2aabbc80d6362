/** Asking the assistant: the official SDK, streaming through the gateway. The one line that matters is the base URL. */
import OpenAI, { APIError, APIUserAbortError, RateLimitError } from "openai";
import { ASSISTANT, type Channel, type Message, PEOPLE, upTo } from "./room.ts";

/** What the page is told, one line of JSON each. */
export type AskEvent =
  | { type: "delta"; text: string }
  | { type: "done"; tokens: number | null; model: string }
  | { type: "refused"; sentence: string; retry_after_seconds: number | null };

/** What the demo asks for; the mock answers under any name. */
const MODEL = "gpt-5.4-mini";

const REMEMBERED = 8;
const LONGEST_ANSWER = 200;

/** A client that reaches the upstream through the gateway, counted for `workspace`. */
export function gatewayClient(gatewayUrl: string, workspace: string): OpenAI {
  // No retries: a person is waiting, and a refusal says by itself when to come back.
  return new OpenAI({ baseURL: `${gatewayUrl}/w/${workspace}/v1`, apiKey: "sk-demo", maxRetries: 0 });
}

/** Streams the assistant's answer to a message of a channel. Ends when `signal` does. */
export async function* ask(
  client: OpenAI,
  channel: Channel,
  question: Message,
  signal: AbortSignal,
): AsyncGenerator<AskEvent> {
  try {
    const stream = await client.chat.completions.create({
      model: MODEL,
      messages: conversation(upTo(channel, question, REMEMBERED)),
      max_completion_tokens: LONGEST_ANSWER,
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

/** Codes that mean that waiting a minute does not help: the provider's, and the service's for a day and for the account. */
const NO_QUOTA = new Set<unknown>(["insufficient_quota", "workspace_quota_exceeded", "provider_quota_exceeded"]);

/** In words for teammates, who know nothing of status codes. */
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
