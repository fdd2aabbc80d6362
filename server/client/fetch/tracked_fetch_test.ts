import { assertEquals, assertRejects } from "../../../tests/support/assert.ts";
import { chatCompletion } from "../../../tests/support/upstream_bodies.ts";
import type { AttemptPlan, AttemptResult, Recorder, Refusal } from "../../attempts/recorder.ts";
import { trackedFetch, untracked } from "./tracked_fetch.ts";

/** A recorder that keeps all that it hears. */
function ear(refusal: Refusal | null = null) {
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

Deno.test("a plan says what is to be sent, and what is sent is the caller's own", async () => {
  const { recorder, plans, settled } = ear();
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

Deno.test("a refusal is an answer, and nothing is sent", async () => {
  const { recorder } = ear({ refused: "workspace_rate_limited", message: "full", retry_after_ms: 1500 });
  const fetch = trackedFetch({ recorder, workspace_id: "acme", fetch: () => Promise.reject(new Error("sent")) });
  const answer = await fetch(URL_, INIT);
  assertEquals([answer.status, answer.headers.get("retry-after-ms"), answer.headers.get("x-should-retry")], [
    429,
    "1500",
    "false",
  ]);
});

Deno.test("a failure before any connection is given back; another was sent, and counts", async () => {
  const cases: [Error, "released" | "settled", string | null][] = [
    [new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: "ECONNREFUSED" }) }), "released", null],
    [new TypeError("error sending request: client error (Connect): tls handshake eof"), "released", null],
    [new TypeError("connection closed before message completed"), "settled", "connection_lost"],
    [new DOMException("left", "AbortError"), "settled", null],
    [new DOMException("slow", "TimeoutError"), "settled", "timeout"],
  ];
  for (const [error, end, code] of cases) {
    const { recorder, settled, released } = ear();
    const fetch = trackedFetch({ recorder, workspace_id: "acme", fetch: () => Promise.reject(error) });
    await assertRejects(() => fetch(URL_, INIT), Object.getPrototypeOf(error).constructor);
    assertEquals([settled.length, released.length], end === "settled" ? [1, 0] : [0, 1], error.message);
    if (end === "settled") assertEquals(settled[0].error_code, code);
  }
});

Deno.test("a fetch that throws before it promises anything is counted as one that fails, and throws late", async () => {
  const { recorder, settled } = ear();
  const broken = () => {
    throw new TypeError("no promise");
  };
  const sent = trackedFetch({ recorder, workspace_id: "acme", fetch: broken })(URL_, INIT);
  await assertRejects(() => sent, TypeError, "no promise");
  assertEquals(settled.map(({ outcome, error_code }) => [outcome, error_code]), [["failed", "connection_lost"]]);
});

Deno.test("a caller who leaves while leave is asked for sends nothing", async () => {
  const { recorder, settled, released } = ear();
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

Deno.test("what goes nowhere is not counted", async () => {
  const { recorder, plans } = ear();
  const fetch = trackedFetch({ recorder, workspace_id: "acme" });
  assertEquals(await (await fetch("data:,hello")).text(), "hello");
  assertEquals(plans, []);
});

Deno.test("a tracked fetch knows the one below it", () => {
  const below: typeof fetch = () => Promise.reject();
  const { recorder } = ear();
  const once = trackedFetch({ recorder, workspace_id: "acme", fetch: below });
  assertEquals([untracked(once), untracked(below)], [below, below]);
  assertEquals(untracked(trackedFetch({ recorder, workspace_id: "blue", fetch: once })), below);
});

Deno.test("a base URL of any path stands before the endpoint", async () => {
  const { recorder, plans } = ear();
  const fetch = trackedFetch({ recorder, workspace_id: "acme", basePath: () => "/proxy/openai", fetch: json({}) });
  await (await fetch("http://upstream/proxy/openai/models?x=1")).text();
  await (await fetch("http://upstream/elsewhere/models")).text();
  assertEquals(plans.map(({ endpoint }) => endpoint), ["models", "elsewhere/models"]);
});
