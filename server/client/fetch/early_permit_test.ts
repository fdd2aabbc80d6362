import OpenAI, { APIConnectionTimeoutError, APIUserAbortError } from "openai";
import { assertEquals, assertRejects } from "../../../tests/support/assert.ts";
import { collectGarbage } from "../../../tests/support/collect_garbage.ts";
import { chatCompletion } from "../../../tests/support/upstream_bodies.ts";
import type { AttemptPlan, Permit, Recorder, Refusal } from "../../attempts/recorder.ts";
import type { RequestContext } from "../sdk/client_tracking.ts";
import { QuotaTrackedOpenAI, type QuotaTrackedOptions } from "../sdk/openai_client.ts";

const HELLO = { model: "m", messages: [{ role: "user" as const, content: "Hello" }] };

/** Lets everything run that waits for no input and no timer. */
const nextTurn = () => new Promise((resolve) => setTimeout(resolve, 0));

/** A recorder whose answers the test gives, and a client with a log of what happens in which order. */
function setting(options: Partial<QuotaTrackedOptions> = {}, Client = QuotaTrackedOpenAI) {
  const log: string[] = [];
  const plans: AttemptPlan[] = [];
  const answers: PromiseWithResolvers<Permit | Refusal>[] = [];
  const permit: Permit = { settle: () => void log.push("settled"), release: () => void log.push("released") };
  const recorder: Recorder = {
    reserve(plan) {
      plans.push(plan);
      log.push("asked");
      answers.push(Promise.withResolvers());
      return answers.at(-1)!.promise;
    },
  };
  const send = () => (log.push("sent"), Promise.resolve(Response.json(chatCompletion("m"))));
  const baseURL = "https://upstream.example/v1";
  const shared = { apiKey: "sk", maxRetries: 0, baseURL, workspace: "acme", recorder, fetch: send };
  const client = new Client({ ...shared, ...options });
  const permitNext = () => (log.push("permitted"), answers.shift()!.resolve(permit));
  return { client, log, plans, answers, permit, permitNext };
}

/** Shows when the SDK starts its timeout. */
class TimedClient extends QuotaTrackedOpenAI {
  readonly started: string[] = [];

  override fetchWithTimeout(...request: Parameters<OpenAI["fetchWithTimeout"]>): Promise<Response> {
    this.started.push("timeout starts");
    return super.fetchWithTimeout(...request);
  }
}

Deno.test("the SDK's timeout starts after the permit has come, for each attempt", async () => {
  const { client, log, permitNext } = setting({}, TimedClient);
  Object.assign(client, { started: log });
  const called = client.chat.completions.create(HELLO).asResponse();
  await nextTurn();
  assertEquals(log, ["asked"]);
  permitNext();
  await (await called).text();
  assertEquals(log, ["asked", "permitted", "timeout starts", "sent", "settled"]);
});

Deno.test("an upstream that takes longer than the timeout fails the call", async () => {
  const hangs = (_: unknown, init?: RequestInit) =>
    new Promise<Response>((_, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal!.reason)));
  const { client, permitNext } = setting({ timeout: 20, fetch: hangs });
  const called = client.chat.completions.create(HELLO).asResponse();
  await nextTurn();
  permitNext();
  await assertRejects(() => called, APIConnectionTimeoutError);
});

Deno.test("a caller who aborts does not wait for the permit, which is released when it comes", async () => {
  const { client, log, permitNext } = setting();
  const abort = new AbortController();
  const called = client.chat.completions.create(HELLO, { signal: abort.signal });
  await nextTurn();
  abort.abort();
  await assertRejects(() => called, APIUserAbortError);
  permitNext();
  await nextTurn();
  assertEquals(log, ["asked", "permitted", "released"]);
});

Deno.test("a refusal that comes early is the SDK's error, and is asked for once", async () => {
  const { client, log, answers } = setting({ maxRetries: 2 });
  const called = client.chat.completions.create(HELLO).asResponse();
  await nextTurn();
  answers[0].resolve({ refused: "workspace_quota_exceeded", message: "full", retry_after_ms: null });
  await assertRejects(() => called, OpenAI.RateLimitError, "full");
  assertEquals(log, ["asked"]);
});

Deno.test("each retry is a new attempt of the call", async () => {
  let attempts = 0;
  const busy = () => new Response("", { status: 503, headers: { "retry-after-ms": "1" } });
  const failing = () => Promise.resolve(attempts++ ? Response.json(chatCompletion("m")) : busy());
  const { plans, permit } = setting();
  const recorder: Recorder = { reserve: (plan) => (plans.push(plan), Promise.resolve(permit)) };
  await setting({ maxRetries: 1, fetch: failing, recorder }).client.chat.completions.create(HELLO);
  assertEquals(plans.map(({ retry }) => retry), [0, 1]);
  assertEquals(new Set(plans.map(({ call_id }) => call_id)).size, 1);
});

Deno.test("a request that a hook changes after the permit is asked for again", async () => {
  class Changing extends QuotaTrackedOpenAI {
    protected override async prepareRequest(request: RequestInit, context: RequestContext) {
      await super.prepareRequest(request, context);
      request.body = JSON.stringify({ ...HELLO, model: "other" });
    }
  }
  const { log, plans, permit } = setting();
  const recorder: Recorder = { reserve: (plan) => (plans.push(plan), Promise.resolve(permit)) };
  await setting({ recorder }, Changing).client.chat.completions.create(HELLO);
  assertEquals([plans.map(({ model }) => model), log], [["m", "other"], ["released", "settled"]]);
});

Deno.test("a permit that is not used, because the SDK gives up before it sends, is released", async () => {
  class WithoutToken extends QuotaTrackedOpenAI {
    protected override fetchWithAuth(): Promise<Response> {
      return Promise.reject(new Error("no token"));
    }
  }
  const { log, permit } = setting();
  const recorder: Recorder = { reserve: () => (log.push("asked"), permit) };
  const call = () => setting({ recorder }, WithoutToken).client.chat.completions.create(HELLO).asResponse();
  await assertRejects(call, OpenAI.APIConnectionError);
  await collectGarbage();
  assertEquals(log, ["asked", "released"]);
});

Deno.test("an error of the recorder reaches the caller as it does from fetch", async () => {
  const recorder: Recorder = { reserve: () => Promise.reject(new RangeError("broken")) };
  const error = await assertRejects(() => setting({ recorder }).client.models.list(), OpenAI.APIConnectionError);
  assertEquals((error.cause as Error).message, "broken");
});
