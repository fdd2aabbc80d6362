/** The callers: the tracked client in this process, or an untracked client through the gateway. */
import OpenAI, { type ClientOptions } from "openai";
import { clientFactory } from "../../server/client/client_factory.ts";
import type { Recorder } from "../../server/attempts/recorder.ts";
import type { Call } from "./plan.ts";

/** The outcome of one call, as its caller saw it. */
export interface Seen {
  /** It ended successfully, without the caller leaving. */
  whole: boolean;
  /** The words of a streamed answer. */
  text: string;
  /** Whether the stream contained a usage. */
  usage_shown: boolean;
  /** Whether the caller left before the end. */
  left: boolean;
  error: unknown;
}

export interface Callers {
  make(call: Call): Promise<Seen>;
  /** Aborts a call that the upstream leaves hanging. */
  giveUp(call: Call): void;
}

const OPTIONS: ClientOptions = { apiKey: "sk-caller", logLevel: "off" };
const HELLO = [{ role: "user" as const, content: "Hello" }];

/** @param urls the upstream for tracked clients, and the service for the others. */
export function startCallers(recorder: Recorder, urls: { upstream: string; service: string }): Callers {
  const factory = clientFactory(recorder);
  const aborts = new Map<Call, AbortController>();
  const clientOf = ({ way, id, workspace, retries }: Call): OpenAI => {
    const headers = { "x-chaos": id };
    const options = { ...OPTIONS, maxRetries: retries };
    if (way === "client") {
      return factory(workspace, { ...options, baseURL: urls.upstream, app: id, defaultHeaders: headers });
    }
    const baseURL = `${urls.service}/w/${workspace}/v1`;
    return new OpenAI({ ...options, baseURL, defaultHeaders: { ...headers, "x-quota-app": id } });
  };
  return {
    async make(call) {
      const abort = new AbortController();
      aborts.set(call, abort);
      const seen: Seen = { whole: false, text: "", usage_shown: false, left: false, error: null };
      abort.signal.addEventListener("abort", () => seen.left = true);
      try {
        if (call.leave?.unit === "turns") leaveAfter(call.leave.after, abort);
        seen.whole = await run(clientOf(call), call, seen, abort);
      } catch (error) {
        seen.error = error;
      }
      aborts.delete(call);
      return seen;
    },
    giveUp: (call) => aborts.get(call)?.abort(),
  };
}

async function leaveAfter(turns: number, abort: AbortController): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
  abort.abort();
}

async function run(client: OpenAI, call: Call, seen: Seen, abort: AbortController): Promise<boolean> {
  const { signal } = abort;
  const model = "gpt-5.4";
  if (call.operation === "chat") await client.chat.completions.create({ model, messages: HELLO }, { signal });
  else if (call.operation === "response") await client.responses.create({ model, input: "Hello" }, { signal });
  else if (call.operation === "poll") await client.responses.retrieve(`resp_${call.of}`, {}, { signal });
  else if (call.operation === "background") {
    await client.responses.create({ model, input: "Hello", background: true }, { signal });
  } else if (call.operation === "embedding") {
    await client.embeddings.create({ model, input: "Hello", encoding_format: "float" }, { signal });
  } else return await stream(client, call, seen, abort);
  return true;
}

async function stream(client: OpenAI, call: Call, seen: Seen, abort: AbortController): Promise<boolean> {
  const { signal } = abort;
  const body = { model: "gpt-5.4", stream: true } as const;
  const options = call.operation === "chat_stream_usage" ? { stream_options: { include_usage: true } } : {};
  const events = call.operation === "response_stream"
    ? await client.responses.create({ ...body, input: "Hello" }, { signal })
    : await client.chat.completions.create({ ...body, messages: HELLO, ...options }, { signal });
  let chunks = 0;
  for await (const event of events) {
    const { choices, usage, delta } = event as {
      choices?: { delta?: { content?: string } }[];
      usage?: unknown;
      delta?: string;
    };
    seen.text += delta ?? choices?.[0]?.delta?.content ?? "";
    if (usage) seen.usage_shown = true;
    if (call.leave?.unit !== "chunks" || ++chunks < call.leave.after) continue;
    seen.left = true;
    if (call.leave.how === "break") return false;
    abort.abort();
  }
  return !seen.left;
}
