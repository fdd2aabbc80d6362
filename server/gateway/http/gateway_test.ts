import { request as send } from "node:http";
import { assertEquals, assertMatch } from "../../../tests/support/assert.ts";
import { eventually } from "../../../tests/support/eventually.ts";
import { type GatewayServer, withGateway } from "../../../tests/support/gateway_server.ts";
import type { AttemptPlan, Permit, Recorder, Refusal, Wait } from "../../attempts/recorder.ts";

const POST = { method: "POST", headers: { "content-type": "application/json" }, body: '{"model":"m"}' };

/** Runs a test with a gateway whose recorder keeps plans, waits and releases. */
function withRecords(
  use: (server: GatewayServer & Records) => Promise<void>,
  decide: (permit: Permit, wait?: Wait) => ReturnType<Recorder["reserve"]> = (permit) => permit,
): Promise<void> {
  const records: Records = { plans: [], waits: [], released: [], logged: [] };
  const permit: Permit = { settle() {}, release: (reason) => void records.released.push(reason) };
  const recorder: Recorder = {
    reserve(plan, wait) {
      records.plans.push(plan);
      records.waits.push(wait);
      return decide(permit, wait);
    },
  };
  return withGateway({ recorder, log: (event) => void records.logged.push(event) }, (server) => {
    server.provider.reply((exchange) => exchange.json({}));
    return use({ ...server, ...records });
  });
}

interface Records {
  plans: AttemptPlan[];
  waits: (Wait | undefined)[];
  released: (string | null)[];
  logged: string[];
}

const call = (url: string, headers: Record<string, string> = {}, path = "chat/completions") =>
  fetch(`${url}/${path}`, { ...POST, headers: { ...POST.headers, ...headers } });

Deno.test("the plan has the workspace, endpoint, model, label and retry number of the request", () =>
  withRecords(async ({ url, plans }) => {
    const headers = { "x-workspace-id": "Acme", "x-quota-app": "a".repeat(300), "x-stainless-retry-count": "2" };
    await (await call(url, headers, "chat/completions?x=1")).text();
    await (await call(url)).text();
    const facts = plans.map((
      plan,
    ) => [plan.workspace_id, plan.endpoint, plan.model, plan.app, plan.retry, plan.stream]);
    assertEquals(facts, [
      ["acme", "chat/completions", "m", "a".repeat(200), 2, false],
      ["default", "chat/completions", "m", null, 0, false],
    ]);
  }));

Deno.test("a retry number that is not one of 0 to 999 is 0", () =>
  withRecords(async ({ url, plans }) => {
    for (const count of ["999", "1000", "-1", "1.5", "x"]) {
      await (await call(url, { "x-stainless-retry-count": count })).text();
    }
    assertEquals(plans.map(({ retry }) => retry), [999, 0, 0, 0, 0]);
  }));

Deno.test("a caller may name the call with 8 to 64 characters", () =>
  withRecords(async ({ url, plans }) => {
    for (const id of ["my-call:1", "a".repeat(64), "1234567", "a".repeat(65), "with space"]) {
      await (await call(url, { "x-quota-call-id": id })).text();
    }
    const [first, second, ...others] = plans;
    assertEquals([first.call_id, second.call_id], ["my-call:1", "a".repeat(64)]);
    // Without a valid name a call has the id of its first attempt.
    assertEquals(others.map(({ call_id }) => call_id), others.map(({ id }) => id));
    assertEquals(others.length, 3);
  }));

Deno.test("a retry has its call's id after a failure, and a new one after a success", () =>
  withRecords(async ({ url, plans, provider }) => {
    provider.once((exchange) => exchange.json({}, 500));
    await (await call(url)).text();
    await (await call(url, { "x-stainless-retry-count": "1" })).text();
    await (await call(url, { "x-stainless-retry-count": "2" })).text();
    const [first, retry, third] = plans.map(({ call_id }) => call_id);
    assertEquals([first === retry, first === third], [true, false]);
  }));

Deno.test("a refused retry keeps its call's id; a retry is matched to a refused first attempt that may be retried", async () => {
  const refusals: Refusal[] = [
    { refused: "provider_cooling_down", message: "no", retry_after_ms: 2000 },
    { refused: "workspace_quota_exceeded", message: "no", retry_after_ms: null },
  ];
  for (const refusal of refusals) {
    await withRecords(async ({ url, plans }) => {
      for (const retry of ["0", "1", "2"]) await (await call(url, { "x-stainless-retry-count": retry })).text();
      const [first, second, third] = plans.map(({ call_id }) => call_id);
      assertEquals([first === second, second === third], [refusal.refused === "provider_cooling_down", true]);
    }, () => refusal);
  }
});

Deno.test("an invalid workspace, wait or header value is refused before a permit, and not logged", () =>
  withRecords(async ({ url, plans, provider, logged }) => {
    const cases: [Record<string, string>, string][] = [
      [{ "x-workspace-id": "a b" }, "invalid_workspace"],
      [{ "x-quota-on-limit": "maybe" }, "invalid_request"],
      [{ "x-quota-on-limit": "wait", "x-quota-max-wait": "soon" }, "invalid_request"],
    ];
    for (const [headers, code] of cases) {
      const response = await call(url, headers);
      assertEquals([response.status, (await response.json()).error.code], [400, code]);
    }
    assertEquals([plans.length, provider.entries.length, logged], [0, 0, []]);
  }));

Deno.test("a caller waits only if they ask for it, 65 s by default", () =>
  withRecords(async ({ url, waits }) => {
    await (await call(url)).text();
    await (await call(url, { "x-quota-on-limit": "refuse", "x-quota-max-wait": "5s" })).text();
    await (await call(url, { "x-quota-on-limit": "wait" })).text();
    await (await call(url, { "x-quota-on-limit": "wait", "x-quota-max-wait": "1m30s" })).text();
    assertEquals(waits.map((wait) => wait?.max_wait_ms), [undefined, undefined, 65_000, 90_000]);
  }));

Deno.test("a caller who disconnects while they wait leaves the queue, and nothing is logged", () => {
  let wait: Wait | undefined;
  const decide = (_permit: Permit, given?: Wait) => {
    wait = given;
    return new Promise<Permit>((_, reject) =>
      given!.signal!.addEventListener("abort", () => reject(given!.signal!.reason))
    );
  };
  return withRecords(async ({ url, logged, provider }) => {
    const left = new AbortController();
    const headers = { ...POST.headers, "x-quota-on-limit": "wait" };
    const waiting = fetch(`${url}/responses`, { ...POST, headers, signal: left.signal }).catch(() => {});
    await eventually(() => assertEquals(wait?.signal?.aborted, false));
    left.abort();
    await waiting;
    await eventually(() => assertEquals(wait?.signal?.aborted, true));
    assertEquals([logged, provider.entries.length], [[], 0]);
  }, decide);
});

Deno.test("a permit that arrives after the caller has disconnected is released", () => {
  const decision = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  return withRecords(async ({ url, plans, released, provider }) => {
    const sending = send(`${url}/responses`, { method: "POST", headers: POST.headers }).on("error", () => {});
    sending.end(POST.body);
    await eventually(() => assertEquals(plans.length, 1));
    sending.on("close", () => gone.resolve()).destroy();
    await gone.promise;
    await new Promise((resolve) => setTimeout(resolve, 20));
    decision.resolve();
    await eventually(() => assertEquals(released, [null]));
    assertEquals(provider.entries.length, 0);
  }, (permit) => decision.promise.then(() => permit));
});

Deno.test("an error of the recorder is logged, and the caller gets 500", () =>
  withRecords(async ({ url, logged }) => {
    const response = await call(url);
    assertEquals([response.status, (await response.json()).error.code], [500, "internal_error"]);
    assertEquals(logged, ["gateway_failed"]);
  }, () => Promise.reject(new Error("defect"))));

Deno.test("the model of a form and of an Azure deployment is in the plan", () =>
  withRecords(async ({ url, plans }) => {
    const form = new FormData();
    form.set("model", "whisper-1");
    form.set("file", new Blob(["sound"]));
    await (await fetch(`${url}/audio/transcriptions`, { method: "POST", body: form })).text();
    await (await fetch(`${url}/deployments/my-model/embeddings`, { method: "POST", body: "not JSON" })).text();
    assertEquals(plans.map(({ model }) => model), ["whisper-1", "my-model"]);
  }));

/** The lengths of the texts over 64 KiB that are parsed in this process while `run` runs. */
async function parsedLengths(run: () => Promise<void>): Promise<number[]> {
  const { parse } = JSON;
  const lengths: number[] = [];
  JSON.parse = (text, reviver) => {
    if (text.length > 64 << 10) lengths.push(text.length);
    return parse(text, reviver);
  };
  try {
    await run();
  } finally {
    JSON.parse = parse;
  }
  return lengths;
}

const HOSTILE: Record<string, string> = { objects: "{},", arrays: "[],", "deep arrays": "[[[[]]]]," };

for (const [name, part] of Object.entries(HOSTILE)) {
  Deno.test(`FAULT 64: a large body of ${name} is forwarded and counted, and never parsed`, () =>
    withRecords(async ({ url, plans, provider }) => {
      // The mock provider is in this process, and would parse the body itself.
      provider.reply((exchange) => exchange.json({}));
      const body = `{"messages":[${part.repeat(100_000)}0],"model":"m"}`;
      const lengths = await parsedLengths(async () => {
        const response = await fetch(`${url}/chat/completions`, { ...POST, body });
        await response.body?.cancel();
      });
      assertEquals([plans[0].model, provider.entries[0].body.length], ["m", body.length]);
      // One parse is the mock's.
      assertEquals(lengths.length, 1);
    }));
}

Deno.test("a large stream is asked for its usage, whether its length is announced or not", () =>
  withRecords(async ({ url, plans, provider }) => {
    const content = "x".repeat(100_000);
    const body = JSON.stringify({ model: "m", stream: true, messages: [{ role: "user", content }] });
    for (const sent of [body, new Blob([body]).stream()]) {
      const response = await fetch(`${url}/chat/completions`, { ...POST, body: sent });
      await response.body?.cancel();
    }
    const asked = provider.entries.map(({ json }) => [json?.stream_options, (json?.messages as unknown[]).length]);
    assertEquals(asked, Array(2).fill([{ include_usage: true }, 1]));
    assertEquals(plans.map(({ tokens }) => tokens > 12_000), [true, true]);
  }));

Deno.test("the plan has the run that the caller names; one that cannot be read is refused before it is sent", () =>
  withRecords(async ({ url, plans, provider }) => {
    for (const run of ["nightly 2026/11", "a".repeat(200), ""]) await (await call(url, { "x-quota-run": run })).text();
    assertEquals(plans.map(({ run }) => run), ["nightly 2026/11", "a".repeat(200), null]);
    for (const run of ["a".repeat(201), "é"]) {
      const response = await call(url, { "x-quota-run": run });
      assertEquals([response.status, response.headers.get("x-should-retry")], [400, "false"]);
      assertMatch((await response.json()).error.message, /X-Quota-Run must have 1 to 200 printable ASCII/);
    }
    assertEquals([plans.length, provider.entries.length], [3, 3]);
    assertEquals(provider.entries.some(({ headers }) => "x-quota-run" in headers), false);
  }));
