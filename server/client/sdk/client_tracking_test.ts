import { assertEquals, assertRejects } from "../../../tests/support/assert.ts";
import { chatCompletion } from "../../../tests/support/upstream_bodies.ts";
import type { AttemptPlan, Recorder } from "../../attempts/recorder.ts";
import { QuotaTrackedOpenAI } from "./openai_client.ts";

type Fetch = typeof globalThis.fetch;

const PERMIT = { settle() {}, release() {} };
const REFUSAL = { refused: "provider_cooling_down", message: "wait", retry_after_ms: 1 } as const;

const ok = () => Promise.resolve(Response.json(chatCompletion("m")));
const SOON = { "retry-after-ms": "1" };

/** How the first attempt of a call fails, at the provider. */
const FAILURES: Record<string, Fetch> = {
  "a status of 500": () => Promise.resolve(Response.json({ error: {} }, { status: 500, headers: SOON })),
  "a status of 429": () => Promise.resolve(Response.json({ error: {} }, { status: 429, headers: SOON })),
  "a redirect that is to be sent again": () => {
    const headers = { location: "/", "x-should-retry": "true", ...SOON };
    return Promise.resolve(new Response(null, { status: 303, headers }));
  },
  "a connection that cannot be made": () => Promise.reject(new TypeError("connect ECONNREFUSED")),
  "a connection that breaks": () => Promise.reject(new TypeError("terminated")),
  "a fetch that throws": () => {
    throw new TypeError("broken");
  },
};

/** How the recorder answers a first attempt. */
const ANSWERS: Record<string, Recorder["reserve"]> = {
  "a refusal": () => REFUSAL,
  "a refusal that comes later": () => Promise.resolve(REFUSAL),
  "an error": () => Promise.reject(new Error("no answer")),
};

/** The calls of the attempts of two calls with the same options, the first of which fails once. */
async function callsOf(fails: Partial<{ fetch: Fetch; reserve: Recorder["reserve"] }>): Promise<string[]> {
  const plans: AttemptPlan[] = [];
  let [sent, isFirst] = [0, true];
  const fetch: Fetch = (...args) => sent++ === 0 && fails.fetch ? fails.fetch(...args) : ok();
  const reserve = (plan: AttemptPlan) => {
    plans.push(plan);
    if (!fails.reserve || plan.retry > 0 || !isFirst) return PERMIT;
    return fails.reserve(plan);
  };
  const options = { apiKey: "sk-test", maxRetries: 1, fetch, workspace: "acme", recorder: { reserve } };
  const client = new QuotaTrackedOpenAI(options);
  const request = { method: "post", path: "/chat/completions", body: { model: "m", messages: [] } } as const;
  for (const _ of ["first", "second"]) {
    await client.request(request);
    isFirst = false;
  }
  const names = [...new Set(plans.map(({ call_id }) => call_id))];
  return plans.map(({ call_id, retry }) => `${names.indexOf(call_id)}:${retry}`);
}

for (const [name, fetch] of Object.entries(FAILURES)) {
  Deno.test(`an attempt after ${name} belongs to the same call, and the next call is another`, async () => {
    assertEquals(await callsOf({ fetch }), ["0:0", "0:1", "1:0"]);
  });
}

for (const [name, reserve] of Object.entries(ANSWERS)) {
  Deno.test(`an attempt after ${name} of the recorder belongs to the same call, and the next call is another`, async () => {
    const calls = await callsOf({ reserve });
    // The permit may have been asked for twice.
    assertEquals([...new Set(calls)], ["0:0", "0:1", "1:0"]);
  });
}

Deno.test("a call that cannot succeed keeps one id until it fails", async () => {
  const fails = () => Promise.resolve(Response.json({ error: {} }, { status: 503, headers: SOON }));
  const ids = new Set<string>();
  const recorder = { reserve: ({ call_id }: AttemptPlan) => (ids.add(call_id), PERMIT) };
  const client = new QuotaTrackedOpenAI({ apiKey: "k", maxRetries: 3, fetch: fails, workspace: "acme", recorder });
  await assertRejects(() => client.models.list().then(), Error, "503");
  assertEquals(ids.size, 1);
});
