import { gzipSync } from "node:zlib";
import { assertEquals, assertRejects } from "../../../tests/support/assert.ts";
import { chatCompletion } from "../../../tests/support/upstream_bodies.ts";
import type { AttemptPlan, AttemptResult, Permit, Recorder, Refusal } from "../../attempts/recorder.ts";
import { trackedFetch, untracked } from "./tracked_fetch.ts";

/** A recorder that keeps everything it receives. */
function recording(refusal: Refusal | null = null) {
  const plans: AttemptPlan[] = [];
  const settled: AttemptResult[] = [];
  const released: (string | null)[] = [];
  const recorder: Recorder = {
    reserve(plan) {
      plans.push(plan);
      return refusal ?? { settle: (result) => void settled.push(result), release: (why) => void released.push(why) };
    },
  };
  return { plans, settled, released, recorder };
}

const URL_ = "http://upstream/v1/chat/completions";
const INIT = { method: "POST", body: '{"model":"m"}', headers: { "x-stainless-retry-count": "2" } };
const json = (body: unknown, init?: ResponseInit) => () => Promise.resolve(Response.json(body, init));

Deno.test("the plan describes the request, which is sent unchanged", async () => {
  const { recorder, plans, settled } = recording();
  const sent: unknown[] = [];
  const fetch = trackedFetch({
    recorder,
    workspace_id: "acme",
    app: "script",
    fetch: (...request) => (sent.push(...request), json(chatCompletion("m"))()),
  });
  assertEquals((await (await fetch(URL_, INIT)).json()).model, "m");
  const [{ endpoint, retry, model, app, stream, workspace_id }] = plans;
  assertEquals([endpoint, retry, model, app, stream, workspace_id], [
    "chat/completions",
    2,
    "m",
    "script",
    false,
    "acme",
  ]);
  assertEquals([sent[0], (sent[1] as RequestInit).body, settled.length], [URL_, INIT.body, 1]);
});

Deno.test("a refusal is a response, and nothing is sent", async () => {
  const { recorder } = recording({ refused: "workspace_rate_limited", message: "full", retry_after_ms: 1500 });
  const fetch = trackedFetch({ recorder, workspace_id: "acme", fetch: () => Promise.reject(new Error("sent")) });
  const answer = await fetch(URL_, INIT);
  assertEquals([answer.status, answer.headers.get("retry-after-ms"), answer.headers.get("x-should-retry")], [
    429,
    "1500",
    "false",
  ]);
});

Deno.test("a failure before a connection releases the permit; any other counts", async () => {
  const cases: [Error, "released" | "settled", string | null][] = [
    [new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: "ECONNREFUSED" }) }), "released", null],
    [new TypeError("error sending request: client error (Connect): tls handshake eof"), "released", null],
    [new TypeError("connection closed before message completed"), "settled", "connection_lost"],
    [new DOMException("left", "AbortError"), "settled", null],
    [new DOMException("slow", "TimeoutError"), "settled", "timeout"],
  ];
  for (const [error, end, code] of cases) {
    const { recorder, settled, released } = recording();
    const fetch = trackedFetch({ recorder, workspace_id: "acme", fetch: () => Promise.reject(error) });
    await assertRejects(() => fetch(URL_, INIT), Object.getPrototypeOf(error).constructor);
    assertEquals([settled.length, released.length], end === "settled" ? [1, 0] : [0, 1], error.message);
    if (end === "settled") assertEquals(settled[0].error_code, code);
  }
});

Deno.test("a fetch that throws is counted like one that rejects, and the error rejects", async () => {
  const { recorder, settled } = recording();
  const broken = () => {
    throw new TypeError("no promise");
  };
  const sent = trackedFetch({ recorder, workspace_id: "acme", fetch: broken })(URL_, INIT);
  await assertRejects(() => sent, TypeError, "no promise");
  assertEquals(settled.map(({ outcome, error_code }) => [outcome, error_code]), [["failed", "connection_lost"]]);
});

Deno.test("a call that is aborted while its permit is awaited is not sent", async () => {
  const { recorder, settled, released } = recording();
  const abort = new AbortController();
  const slow: Recorder = {
    reserve: async (plan) => {
      abort.abort();
      return await recorder.reserve(plan);
    },
  };
  const fetch = trackedFetch({ recorder: slow, workspace_id: "acme", fetch: () => Promise.reject(new Error("sent")) });
  await assertRejects(() => fetch(URL_, { ...INIT, signal: abort.signal }), DOMException);
  assertEquals([settled, released], [[], [null]]);
});

Deno.test("data URLs and token exchanges are not counted", async () => {
  const { recorder, plans } = recording();
  const fetch = trackedFetch({ recorder, workspace_id: "acme" });
  assertEquals(await (await fetch("data:,hello")).text(), "hello");
  const token = "https://auth.openai.com/oauth/token";
  await (await trackedFetch({ recorder, workspace_id: "acme", fetch: json({}) })(token)).text();
  assertEquals(plans, []);
});

Deno.test("a fetch is called without this, as browsers require, and its members are visible", async () => {
  const receivers: unknown[] = [];
  function below(this: unknown): Promise<Response> {
    receivers.push(this);
    return Promise.resolve(Response.json({}));
  }
  const { recorder } = recording();
  const fetch = trackedFetch({ recorder, workspace_id: "acme", fetch: Object.assign(below, { Response, own: 1 }) });
  for (const url of [URL_, "data:,hello"]) await (await fetch(url)).text();
  assertEquals(receivers, [undefined, undefined]);
  const { Response: visible, own } = fetch as unknown as { Response: unknown; own: number };
  assertEquals([visible, own, "Response" in fetch], [Response, 1, true]);
});

Deno.test("a tracked fetch knows the fetch that it wraps", () => {
  const below: typeof fetch = () => Promise.reject();
  const { recorder } = recording();
  const once = trackedFetch({ recorder, workspace_id: "acme", fetch: below });
  assertEquals([untracked(once), untracked(below)], [below, below]);
  assertEquals(untracked(trackedFetch({ recorder, workspace_id: "blue", fetch: once })), below);
});

Deno.test("the path of the base URL is not part of the endpoint", async () => {
  const { recorder, plans } = recording();
  const fetch = trackedFetch({ recorder, workspace_id: "acme", basePath: () => "/proxy/openai", fetch: json({}) });
  await (await fetch("http://upstream/proxy/openai/models?x=1")).text();
  await (await fetch("http://upstream/elsewhere/models")).text();
  assertEquals(plans.map(({ endpoint }) => endpoint), ["models", "elsewhere/models"]);
});

Deno.test("the retry number is read from the headers of a Request object, unless init has headers", async () => {
  const { recorder, plans } = recording();
  const fetch = trackedFetch({ recorder, workspace_id: "acme", fetch: json({}) });
  const request = () => new Request(URL_, INIT);
  await (await fetch(request())).text();
  await (await fetch(request(), { headers: { "x-stainless-retry-count": "5" } })).text();
  await (await fetch(request(), { headers: {} })).text();
  await (await fetch(URL_)).text();
  assertEquals(plans.map(({ retry }) => retry), [2, 5, 0, 0]);
});

Deno.test("a retry number that is not one of 0 to 999 is 0", async () => {
  const { recorder, plans } = recording();
  const fetch = trackedFetch({ recorder, workspace_id: "acme", fetch: json({}) });
  for (const count of ["0", "999", "1000", "-1", "1.5", "x", ""]) {
    await (await fetch(URL_, { headers: new Headers({ "x-stainless-retry-count": count }) })).text();
  }
  assertEquals(plans.map(({ retry }) => retry), [0, 999, 0, 0, 0, 0, 0]);
});

Deno.test("the model and the method of a Request object are read", async () => {
  const { recorder, plans, settled } = recording();
  const fetch = trackedFetch({ recorder, workspace_id: "acme", fetch: json(chatCompletion("m")) });
  const headers = { "content-type": "application/json" };
  await (await fetch(new Request(URL_, { method: "POST", headers, body: '{"model":"m","n":2}' }))).text();
  await (await fetch(new URL("http://upstream/v1/responses/resp_0123456789abcdef"))).text();
  assertEquals(plans.map(({ endpoint, model }) => [endpoint, model]), [
    ["chat/completions", "m"],
    ["responses/{id}", null],
  ]);
  assertEquals(settled.map(({ usage_source }) => usage_source), ["counted", "none"]);
});

Deno.test("a wait has the call's signal and 65 s by default; without on_limit no call waits", async () => {
  const waits: unknown[] = [];
  const { recorder } = recording();
  const spy: Recorder = { reserve: (plan, wait) => (waits.push(wait), recorder.reserve(plan)) };
  const options = { recorder: spy, workspace_id: "acme", fetch: json({}) };
  const { signal } = new AbortController();
  await (await trackedFetch({ ...options, on_limit: "wait" })(URL_, { signal })).text();
  await (await trackedFetch({ ...options, on_limit: "wait", max_wait_ms: 5 })(URL_)).text();
  await (await trackedFetch({ ...options, on_limit: "refuse" })(URL_)).text();
  await (await trackedFetch(options)(URL_)).text();
  assertEquals(waits, [
    { signal, max_wait_ms: 65_000 },
    { signal: undefined, max_wait_ms: 5 },
    undefined,
    undefined,
  ]);
});

Deno.test("a call that is aborted before it is sent asks for no permit", async () => {
  const { recorder, plans } = recording();
  const fetch = trackedFetch({ recorder, workspace_id: "acme", fetch: json({}) });
  await assertRejects(() => fetch(URL_, { signal: AbortSignal.abort() }), DOMException);
  assertEquals(plans, []);
});

Deno.test("a fetch that fails because the caller aborted is counted as aborted", async () => {
  const { recorder, settled } = recording();
  const abort = new AbortController();
  const failing = () => (abort.abort(), Promise.reject(new TypeError("connection closed")));
  const fetch = trackedFetch({ recorder, workspace_id: "acme", fetch: failing });
  await assertRejects(() => fetch(URL_, { ...INIT, signal: abort.signal }), TypeError);
  assertEquals(settled.map(({ outcome }) => outcome), ["aborted"]);
});

Deno.test("an error's body is read up to 1 MiB, and its URL, status and headers stay", async () => {
  const { recorder, settled } = recording();
  const init = { status: 500, statusText: "Broken", headers: { "x-own": "1" } };
  const body = () => ReadableStream.from([new Uint8Array(1 << 20).fill(97), new Uint8Array(9).fill(98)]);
  const failing = () => {
    const response = new Response(body(), init);
    Object.defineProperty(response, "url", { value: URL_ });
    return Promise.resolve(response);
  };
  const response = await trackedFetch({ recorder, workspace_id: "acme", fetch: failing })(URL_, INIT);
  assertEquals([response.url, response.status, response.statusText], [URL_, 500, "Broken"]);
  assertEquals([response.headers.get("x-own"), response.headers.get("x-should-retry")], ["1", null]);
  assertEquals((await response.text()).replaceAll("a", ""), "");
  assertEquals(settled.map(({ outcome, http_status }) => [outcome, http_status]), [["failed", 500]]);
});

Deno.test("an error of no more quota tells the SDK not to retry, unless the provider says something itself", async () => {
  for (const [said, expected] of [[undefined, "false"], ["true", "true"]]) {
    const { recorder } = recording();
    const headers = said ? { "x-should-retry": said } : undefined;
    const body = { error: { code: "insufficient_quota" } };
    const fetch = trackedFetch({ recorder, workspace_id: "acme", fetch: json(body, { status: 429, headers }) });
    assertEquals((await fetch(URL_, INIT)).headers.get("x-should-retry"), expected);
  }
});

Deno.test("an error whose body breaks is counted by its status, and breaks for the caller as well", async () => {
  const { recorder, settled } = recording();
  let parts = 1;
  const pull = (controller: ReadableStreamDefaultController<Uint8Array>) =>
    parts-- > 0 ? controller.enqueue(new TextEncoder().encode("{")) : controller.error(new TypeError("reset"));
  const failing = () => Promise.resolve(new Response(new ReadableStream({ pull }), { status: 503 }));
  const response = await trackedFetch({ recorder, workspace_id: "acme", fetch: failing })(URL_, INIT);
  assertEquals(response.status, 503);
  await assertRejects(() => response.text(), TypeError, "reset");
  assertEquals(settled.map(({ outcome, http_status }) => [outcome, http_status]), [["failed", 503]]);
});

Deno.test("an error without a body is counted by its status", async () => {
  const { recorder, settled } = recording();
  const failing = () => Promise.resolve(new Response(null, { status: 404 }));
  const response = await trackedFetch({ recorder, workspace_id: "acme", fetch: failing })(URL_, INIT);
  assertEquals([await response.text(), settled[0].http_status], ["", 404]);
});

Deno.test("a signed body is not changed to request usage", async () => {
  const { recorder } = recording();
  const bodies: unknown[] = [];
  const send = (_: unknown, init?: RequestInit) => (bodies.push(init?.body), json({})());
  const fetch = trackedFetch({ recorder, workspace_id: "acme", fetch: send });
  const body = '{"model":"m","stream":true}';
  await (await fetch(URL_, { method: "POST", body })).text();
  await (await fetch(URL_, { method: "POST", body, headers: { authorization: "AWS4-HMAC-SHA256 x" } })).text();
  assertEquals(bodies.map((sent) => sent === body), [false, true]);
});

Deno.test("a body of bytes is read in any form and coding, and sent as it is", async () => {
  const bodies: (encoded: Uint8Array<ArrayBuffer>) => [string, BodyInit][] = (bytes) => [
    ["bytes", bytes],
    ["a part of a buffer", Uint8Array.from([0, ...bytes, 0]).subarray(1, -1)],
    ["a buffer", bytes.buffer],
    ["a view", new DataView(bytes.buffer)],
    ["a blob", new Blob([bytes])],
  ];
  const small = '{"model":"m","stream":true,"messages":[]}';
  for (const text of [small, small.replace("[]", JSON.stringify("word ".repeat(50_000)))]) {
    const plain = new TextEncoder().encode(text);
    const packed = Uint8Array.from(gzipSync(plain));
    for (const [bytes, encoding] of [[plain, null], [packed, "X-Gzip"]] as const) {
      for (const [form, body] of bodies(bytes)) {
        const { recorder, plans } = recording();
        const sent: BodyInit[] = [];
        const send = async (_: unknown, init?: RequestInit) => {
          sent.push(new Uint8Array(await new Response(init!.body).arrayBuffer()));
          return new Response("data: [DONE]\n\n");
        };
        const headers: HeadersInit = encoding === null ? {} : { "content-encoding": encoding };
        await trackedFetch({ recorder, workspace_id: "acme", fetch: send as typeof fetch })(URL_, {
          method: "POST",
          body,
          headers,
        });
        assertEquals(plans.map(({ model, stream }) => [model, stream]), [["m", true]], form);
        assertEquals(sent, [bytes], form);
      }
    }
  }
});

Deno.test("a body that is no JSON, or cannot be decoded, is sent as it is", async () => {
  const picture = Uint8Array.of(0x89, 0x50, 0x4e, 0x47);
  for (
    const [body, encoding, reserved] of [[picture, "", 0], [new Blob([picture]), "", 0], [
      picture,
      "acme",
      504,
    ]] as const
  ) {
    const { recorder, plans } = recording();
    const fetch = trackedFetch({ recorder, workspace_id: "acme", fetch: json({}) });
    await fetch(URL_, { method: "POST", body, headers: encoding ? { "content-encoding": encoding } : {} });
    assertEquals(plans.map(({ model, tokens }) => [model, tokens]), [[null, reserved]]);
  }
});

/** A permit of a program's own recorder, whose methods are those of a class. */
class OwnPermit implements Permit {
  readonly #calls: string[];

  constructor(calls: string[]) {
    this.#calls = calls;
  }

  begun() {
    this.#calls.push("begun");
  }

  settle({ outcome }: AttemptResult) {
    this.#calls.push(outcome);
  }

  release() {
    this.#calls.push("released");
  }
}

for (const stream of [false, true]) {
  Deno.test(`a permit may be an object of a class: ${stream ? "a stream" : "an answer"}, and a call that is not sent`, async () => {
    const calls: string[] = [];
    const options = { recorder: { reserve: () => new OwnPermit(calls) }, workspace_id: "acme", onEnd: () => {} };
    const init = { ...INIT, body: JSON.stringify({ model: "m", stream }), signal: new AbortController().signal };
    const headers = { "content-type": stream ? "text/event-stream" : "application/json" };
    const answer = () => Promise.resolve(new Response(stream ? "data: [DONE]\n\n" : "{}", { headers }));
    await (await trackedFetch({ ...options, fetch: answer })(URL_, init)).text();
    const refuse = () => Promise.reject(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }));
    await assertRejects(() => trackedFetch({ ...options, fetch: refuse })(URL_, init), Error);
    assertEquals(calls, [...(stream ? ["begun"] : []), "ok", "released"]);
  });
}
