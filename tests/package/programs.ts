/** Programs of a user of the package, as text, because its name cannot be imported within this project. */

/** Makes two calls, one of them streamed, with the default client. It ends when everything is reported. */
export const CALLS = `
import process from "node:process";
import OpenAI from "openai";
import { getOpenAIClient } from "@quota-gauge/client";

const client = getOpenAIClient("acme", { app: "packed", apiKey: "sk-caller", baseURL: process.env.UPSTREAM_URL });
const question = { model: "gpt-5.4", messages: [{ role: "user", content: "Hello" }] };
const answer = await client.chat.completions.create(question);
let streamed = "";
for await (const chunk of await client.chat.completions.create({ ...question, stream: true })) {
  streamed += chunk.choices[0]?.delta.content ?? "";
}
const whole = answer.choices[0].message.content;
console.log(JSON.stringify({ drop_in: client instanceof OpenAI, same: whole === streamed, length: whole.length }));
`;

/** Requests a response over a WebSocket, with the client and through the gateway, and opens a socket that is not tracked. */
export const SOCKETS = `
import process from "node:process";
import OpenAI from "openai";
import { ResponsesWS } from "openai/resources/responses/ws";
import { getOpenAIClient, QuotaTrackedRealtimeWebSocket, sharedRecorder } from "@quota-gauge/client";
import { QuotaTrackedResponsesWS } from "@quota-gauge/client/ws";

const options = { apiKey: "sk-caller", baseURL: process.env.UPSTREAM_URL };
const socket = new QuotaTrackedResponsesWS(getOpenAIClient("acme", options));
const plain = new ResponsesWS(new OpenAI({ ...options, baseURL: process.env.GATEWAY_URL }));
for (const one of [socket, plain]) {
  const closed = new Promise((resolve) => one.once("close", resolve));
  one.on("response.completed", () => one.close());
  one.send({ type: "response.create", model: "gpt-5.4", input: "Hello" });
  await closed;
}
let refused = "";
try {
  new QuotaTrackedRealtimeWebSocket({ model: "gpt-realtime" }, new OpenAI(options));
} catch (error) {
  refused = error.message;
}
await sharedRecorder().flush();
console.log(JSON.stringify({ drop_in: socket instanceof ResponsesWS, refused }));
`;

/** Makes three calls with each fetch, and prints whether the answers are those of the runtime's own. */
export const FETCHES = `
import process from "node:process";
import { getOpenAIClient, sharedRecorder } from "@quota-gauge/client";

const question = { model: "gpt-5.4", messages: [{ role: "user", content: "Hello" }] };
const results = [];
for (const name of process.env.FETCHES.split(",")) {
  const { default: fetch } = await import(name);
  const options = { apiKey: "sk-caller", baseURL: process.env.UPSTREAM_URL };
  const [plain, client] = [getOpenAIClient("other", options), getOpenAIClient("acme", { ...options, fetch })];
  const calls = [
    async (client) => await client.chat.completions.create(question),
    async (client) => {
      const chunks = [];
      for await (const chunk of await client.chat.completions.create({ ...question, stream: true })) chunks.push(chunk);
      return chunks;
    },
    async (client) => await (await client.chat.completions.create(question).asResponse()).text(),
  ];
  const same = [];
  for (const call of calls) same.push(JSON.stringify(await call(plain)) === JSON.stringify(await call(client)));
  results.push([name, ...same]);
}
await sharedRecorder().flush();
console.log(JSON.stringify(results));
process.exit(0);
`;

/** Loads the sockets with an SDK that does not have all of them. */
export const OLD_SDK = `
import process from "node:process";
import { ResponsesWS } from "openai/resources/responses/ws";
import { QuotaTrackedOpenAI } from "@quota-gauge/client";
import { QuotaTrackedLiveWS, QuotaTrackedResponsesWS } from "@quota-gauge/client/ws";

const recorder = { reserve: () => ({ settle() {}, release() {} }) };
const client = new QuotaTrackedOpenAI({ apiKey: "sk", baseURL: "http://127.0.0.1:1/v1", workspace: "acme", recorder });
const socket = new QuotaTrackedResponsesWS(client);
socket.on("error", () => {});
socket.close();
let fault = "";
try {
  new QuotaTrackedLiveWS(client);
} catch (error) {
  fault = error.message;
}
console.log(JSON.stringify([socket instanceof ResponsesWS, fault.slice(fault.indexOf("Install"))]));
process.exit(0);
`;

/** Stops a stream after its first word, so that its tokens are estimated. Prints the input tokens. */
export const LEFT = `
import process from "node:process";
import { QuotaTrackedOpenAI } from "@quota-gauge/client";

let settle;
const settled = new Promise((resolve) => settle = resolve);
const recorder = { reserve: () => ({ settle, release() {} }) };
const options = { apiKey: "sk-caller", baseURL: process.env.UPSTREAM_URL };
const client = new QuotaTrackedOpenAI({ ...options, workspace: "acme", recorder });
for await (const _ of await client.chat.completions.create({ ...JSON.parse(process.env.QUESTION), stream: true })) break;
const { usage, usage_source } = await settled;
console.log(JSON.stringify([usage_source, usage.input_tokens]));
`;

/** Leaves streams at the end of the answer, whose usage comes later, and the last one, whose usage never comes. */
export const LEFT_LATE = `
import process from "node:process";
import { QuotaTrackedOpenAI, HttpRecorder } from "@quota-gauge/client";

const recorder = new HttpRecorder({ service_url: process.env.QUOTA_GAUGE_URL });
const options = { apiKey: "sk-caller", baseURL: process.env.UPSTREAM_URL };
const client = new QuotaTrackedOpenAI({ ...options, workspace: "acme", recorder });
const body = { model: "gpt-5.4", messages: [{ role: "user", content: "Hello" }], stream: true };
const isLast = (chunk) => chunk.choices[0]?.finish_reason;

async function leaveByBreak() {
  for await (const chunk of await client.chat.completions.create(body)) if (isLast(chunk)) break;
}
await leaveByBreak();
const left = new AbortController();
for await (const chunk of await client.chat.completions.create(body, { signal: left.signal })) {
  if (isLast(chunk)) left.abort();
}
const runner = client.chat.completions.stream(body);
runner.on("chunk", (chunk) => isLast(chunk) && runner.abort());
const error = await runner.done().catch((error) => error);
const reader = (await client.chat.completions.create(body).asResponse()).body.getReader();
const decoder = new TextDecoder();
while (!decoder.decode((await reader.read()).value).includes('"stop"'));
await reader.cancel();
await recorder.flush();
console.log(JSON.stringify([error.constructor.name, recorder.waiting]));
await leaveByBreak();
`;

/** Makes a call while the service is unavailable, and continues when it reads from standard input. */
export const AWAY = `
import process from "node:process";
import { HttpRecorder, QuotaTrackedOpenAI } from "@quota-gauge/client";

const problems = [];
const recorder = new HttpRecorder({
  service_url: process.env.QUOTA_GAUGE_URL,
  onProblem: (sentence) => problems.push(sentence),
});
const options = { apiKey: "sk-caller", baseURL: process.env.UPSTREAM_URL };
const client = new QuotaTrackedOpenAI({ ...options, workspace: "acme", recorder });
await client.embeddings.create({ model: "e", input: "Hello" });
console.log(JSON.stringify({ waiting: recorder.waiting }));
await new Promise((resolve) => process.stdin.once("data", resolve));
await recorder.flush();
const unchecked = problems.some((sentence) => sentence.includes("is sent unchecked"));
console.log(JSON.stringify({ waiting: recorder.waiting, dropped: recorder.dropped, unchecked }));
process.exit(0);
`;

/** Uses the types: the client is a drop-in subclass whose methods return the SDK's types. */
export const TYPED = `
import OpenAI from "openai";
import type { ChatCompletion, ChatCompletionChunk } from "openai/resources/chat/completions";
import type { Stream } from "openai/streaming";
import { type AttemptResult, clientFactory, getOpenAIClient, HttpRecorder, isRefusal } from "@quota-gauge/client";
import { QuotaTrackedOpenAI, QuotaTrackedRealtimeWebSocket, type Recorder, trackedFetch } from "@quota-gauge/client";
import denoPlugin from "@quota-gauge/client/lint/deno";
import eslintPlugin from "@quota-gauge/client/lint";
import { QuotaTrackedRealtimeWS, QuotaTrackedResponsesWS } from "@quota-gauge/client/ws";
import type { ResponsesWS } from "openai/resources/responses/ws";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

const recorder = new HttpRecorder({ service_url: "http://127.0.0.1:8787", onProblem: (sentence) => sentence.length });
const client: OpenAI = new QuotaTrackedOpenAI({ apiKey: "sk", maxRetries: 1, workspace: "acme", recorder, app: "a" });
const other: QuotaTrackedOpenAI = getOpenAIClient("acme", { app: "a" });
const plain: typeof fetch = trackedFetch({ recorder, workspace_id: "acme" });
export const list = [client, clientFactory(recorder)("acme"), plain, denoPlugin.name, eslintPlugin.meta.name];

export async function calls(): Promise<[ChatCompletion, Stream<ChatCompletionChunk>]> {
  const question = { model: "gpt-5.4", messages: [{ role: "user" as const, content: "Hello" }] };
  const whole = other.chat.completions.create(question);
  const unchanged: Same<typeof whole, ReturnType<typeof plainCall>> = true;
  const plainCall = () => client.chat.completions.create(question);
  return unchanged && [await whole, await other.chat.completions.create({ ...question, stream: true })];
}

export async function sockets(): Promise<ResponsesWS> {
  const native = new QuotaTrackedRealtimeWebSocket({ model: "gpt-realtime" }, other);
  native.on("response.done", ({ response }) => console.log(response.usage?.total_tokens));
  const created: QuotaTrackedRealtimeWS = await QuotaTrackedRealtimeWS.create(other, { model: "gpt-realtime" });
  created.send({ type: "response.create" });
  return new QuotaTrackedResponsesWS(other, { maxQueueSize: 10_000 });
}

export const custom: Recorder = {
  reserve: async (plan) => {
    const decision = await recorder.reserve(plan);
    if (isRefusal(decision)) return decision;
    const settle = (result: AttemptResult) => {
      const known: "counted" | "estimated" | "none" | "unknown" = result.usage_source;
      const tokens: number = result.usage.total_tokens;
      console.log(known, tokens, result.outcome);
      decision.settle(result);
    };
    return { ...decision, settle };
  },
};
`;

/** Each line is a type error, unless the package has lost a type. */
export const MISTYPED = [
  'import { QuotaTrackedResponsesWS } from "@quota-gauge/client/ws"; export const a = new QuotaTrackedResponsesWS("acme");',
  'import type { QuotaTrackedRealtimeWS } from "@quota-gauge/client/ws"; export const a = (s: QuotaTrackedRealtimeWS) => s.send(1);',
  'import { getOpenAIClient } from "@quota-gauge/client"; export const a: number = getOpenAIClient("acme");',
  'import { getOpenAIClient } from "@quota-gauge/client"; export const a: number = getOpenAIClient("acme").chat;',
  'import type { TokenUsage } from "@quota-gauge/client"; export const a: TokenUsage = { total_tokens: "many" };',
  'import type { UsageSource } from "@quota-gauge/client"; export const a: UsageSource = "guessed";',
  'import type { AttemptResult } from "@quota-gauge/client"; export const a: AttemptResult["outcome"] = "fine";',
];
