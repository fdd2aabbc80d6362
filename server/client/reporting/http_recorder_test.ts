import { assertEquals, assertRejects } from "../../../tests/support/assert.ts";
import { type AttemptPlan, type AttemptResult, isRefusal, type Permit } from "../../attempts/recorder.ts";
import { HttpRecorder } from "./http_recorder.ts";
import type { HttpRecorderOptions } from "./http_recorder_options.ts";

const PLAN: AttemptPlan = {
  id: "attempt/1",
  call_id: "call",
  retry: 0,
  workspace_id: "acme",
  endpoint: "responses",
  model: "m",
  app: "a".repeat(300),
  stream: false,
  tokens: 600,
  input_tokens: 100,
  output_cap: 500,
};

const RESULT = {
  outcome: "ok",
  error_message: "secret",
  limit_headers: { "x-ratelimit-limit-requests": "5" },
} as unknown as AttemptResult;

type Reply = (url: string, init: RequestInit) => Response | Promise<Response>;

/** A recorder whose service is the test. */
function recorder(reply: Reply, options: HttpRecorderOptions = {}) {
  const requests: { method: string; url: string; body: Record<string, unknown> }[] = [];
  const problems: string[] = [];
  const made = new HttpRecorder({
    fetch: (url, init = {}) => {
      requests.push({ method: String(init.method), url: String(url), body: JSON.parse(String(init.body ?? "{}")) });
      return Promise.resolve(reply(String(url), init));
    },
    onProblem: (sentence) => void problems.push(sentence),
    now: () => 0,
    ...options,
  });
  return { made, requests, problems };
}

const ok = () => new Response("{}");

/** A service that does not respond until the request is aborted. */
const hang: Reply = (_url, { signal }) =>
  new Promise((_, reject) => signal!.addEventListener("abort", () => reject(signal!.reason)));

Deno.test("a reservation has what is needed to decide, and goes to the default address", async () => {
  const { made, requests } = recorder(ok);
  assertEquals(isRefusal(await made.reserve(PLAN)), false);
  assertEquals(requests, [{
    method: "POST",
    url: "http://127.0.0.1:8787/api/quota/reservations",
    body: {
      ...{ id: "attempt/1", workspace_id: "acme", tokens: 600, input_tokens: 100, output_cap: 500, model: "m" },
      ...{ app: "a".repeat(200), endpoint: "responses" },
    },
  }]);
});

Deno.test("a service that is older than budgets is asked without what they need, from then on in one request", async () => {
  const { made, requests, problems } = recorder((_url, { body }) => {
    return "app" in JSON.parse(String(body)) ? Response.json({ code: "invalid_request" }, { status: 400 }) : ok();
  });
  await made.reserve(PLAN);
  await made.reserve(PLAN);
  assertEquals(requests.map(({ body }) => "endpoint" in body), [true, false, false]);
  assertEquals(problems, []);
});

Deno.test("slashes at the end of the service's address are dropped", async () => {
  const { made, requests } = recorder(ok, { service_url: "http://quota.example//" });
  await made.reserve(PLAN);
  assertEquals(requests[0].url, "http://quota.example/api/quota/reservations");
});

Deno.test("a wait is part of the reservation", async () => {
  const { made, requests } = recorder(ok);
  await made.reserve(PLAN, { max_wait_ms: 5000 });
  const { on_limit, max_wait_ms } = requests[0].body;
  assertEquals([on_limit, max_wait_ms], ["wait", 5000]);
});

Deno.test("a refusal is returned with its reason, its time and its limits", async () => {
  const limits = { requests: { limit: 1, remaining: 0, reset_ms: 5 } };
  const refusal = { code: "workspace_rate_limited", detail: "full", retry_after_ms: 1500, limits };
  const { made } = recorder(() => Response.json(refusal, { status: 429 }));
  const expected = { refused: "workspace_rate_limited", message: "full", retry_after_ms: 1500, limits };
  assertEquals(await made.reserve(PLAN) as unknown, expected);
  const short = recorder(() => Response.json({ code: "workspace_quota_exceeded" }, { status: 429 }));
  const decision = await short.made.reserve(PLAN) as unknown as Record<string, unknown>;
  assertEquals([decision.message, decision.retry_after_ms], ["The service refused", null]);
});

Deno.test("an error that is not a refusal permits the attempt and is reported", async () => {
  const { made, problems } = recorder(() => Response.json({ code: "invalid_request", detail: "no" }, { status: 400 }));
  assertEquals(isRefusal(await made.reserve(PLAN)), false);
  assertEquals(problems, ['The service could not reserve for "acme": no']);
});

Deno.test("a service that does not respond in time permits the attempt", async () => {
  const { made, problems } = recorder(hang, { patience_ms: 1 });
  assertEquals(isRefusal(await made.reserve(PLAN)), false);
  assertEquals(problems, [
    "Cannot ask the service at http://127.0.0.1:8787 for a permit, so the call is sent unchecked: it did not answer within 1 ms",
  ]);
});

Deno.test("the time of a wait is added to the time that the service has to respond", async () => {
  const slow: Reply = (url, init) =>
    Promise.race([hang(url, init), new Promise<Response>((resolve) => setTimeout(() => resolve(ok()), 20))]);
  const { made, problems } = recorder(slow, { patience_ms: 1 });
  assertEquals(isRefusal(await made.reserve(PLAN, { max_wait_ms: 60_000 })), false);
  assertEquals(problems, []);
});

Deno.test("a caller who aborts their wait gets their own reason, and nothing is reported", async () => {
  const { made, problems } = recorder(hang);
  const abort = new AbortController();
  const decision = made.reserve(PLAN, { max_wait_ms: 60_000, signal: abort.signal });
  abort.abort(new RangeError("left"));
  await assertRejects(() => decision, RangeError, "left");
  assertEquals(problems, []);
});

Deno.test("a report has the attempt's facts without tokens that were reserved or the provider's sentence", async () => {
  const { made, requests } = recorder(ok);
  ((await made.reserve(PLAN)) as Permit).settle(RESULT);
  assertEquals(made.waiting, 1);
  await made.flush();
  const { tokens: _tokens, input_tokens: _input, output_cap: _cap, ...plan } = PLAN;
  const report = { ...plan, app: "a".repeat(200), outcome: "ok", started_at: "1970-01-01T00:00:00.000Z" };
  assertEquals([requests[1].url, requests[1].body], ["http://127.0.0.1:8787/api/quota/attempts", {
    sent_at: "1970-01-01T00:00:00.000Z",
    attempts: [{ ...report, headers: RESULT.limit_headers }],
  }]);
  assertEquals([made.waiting, made.dropped], [0, 0]);
});

Deno.test("an attempt that was not sent releases its reservation", async () => {
  const { made, requests, problems } = recorder((_url, { method }) =>
    method === "DELETE" ? Promise.reject("gone") : ok()
  );
  ((await made.reserve(PLAN)) as Permit).release(null);
  await Promise.resolve();
  const { method, url } = requests[1];
  assertEquals([method, url], ["DELETE", "http://127.0.0.1:8787/api/quota/reservations/attempt%2F1"]);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(problems, [
    "Cannot release a reservation at http://127.0.0.1:8787, so it will expire: the connection to it was lost",
  ]);
});

Deno.test("an attempt that the provider began needs no permit, and has no reservation to release", async () => {
  const { made, requests } = recorder(ok);
  const permit = await made.reserve({ ...PLAN, begun: true }) as Permit;
  permit.release(null);
  assertEquals(requests, []);
  permit.settle(RESULT);
  await made.flush();
  const [report] = requests[0].body.attempts as object[];
  assertEquals("begun" in report, false);
});

Deno.test("reports that a flush cannot send in time are dropped, and reported", async () => {
  const down = () => Promise.reject(new TypeError("down"));
  const { made, problems } = recorder(down, { pause: () => new Promise(() => {}) });
  ((await made.reserve({ ...PLAN, begun: true })) as Permit).settle(RESULT);
  await made.flush({ within_ms: 5 });
  assertEquals([made.waiting, made.dropped], [0, 1]);
  assertEquals(
    problems.at(-1),
    "Dropped the report of attempt attempt/1, which http://127.0.0.1:8787 did not take within 5 ms of the flush",
  );
});
