/** The bodies that the routes accept, and their refusal of all others. */
import type { ProblemCode } from "../../shared/problem.ts";
import { StatusBody } from "../../shared/quota.ts";
import { assert, assertEquals, assertStringIncludes } from "../support/assert.ts";
import { ADMIN_KEY, api, bench } from "./fixture.ts";
import { JSON_TYPE, post, problemOf, report } from "./requests.ts";

const ADMIN = { "x-admin-key": ADMIN_KEY };
const RESET = '"workspace_id":"acme","scope":"all"';
const BODIES: [string, string, ProblemCode][] = [
  ["nothing", "", "malformed_json"],
  ["half an object", `{${RESET}`, "malformed_json"],
  ["two objects", `{${RESET}}{}`, "malformed_json"],
  ["a comment", `{${RESET}} // please`, "malformed_json"],
  ["not a number", `{${RESET},"n":NaN}`, "malformed_json"],
  ["FAULT 52: __proto__", `{${RESET},"__proto__":{"admin":true}}`, "malformed_json"],
  ["FAULT 52: __proto__ alone", '{"__proto__":{"workspace_id":"acme","scope":"all"}}', "malformed_json"],
  ["FAULT 52: __proto__ in disguise", `{${RESET},"\\u005f_proto__":1}`, "malformed_json"],
  ["FAULT 52: constructor", `{${RESET},"constructor":{"prototype":{}}}`, "invalid_request"],
  ["FAULT 52: 100,000 arrays deep", "[".repeat(100_000) + "]".repeat(100_000), "malformed_json"],
  ["FAULT 52: 100,000 objects deep", `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`, "malformed_json"],
  ["FAULT 64: 300,000 arrays", `[${"[],".repeat(300_000)}[]]`, "malformed_json"],
  ["FAULT 64: 100,000 members", `{${'"a":0,'.repeat(100_000)}${RESET}}`, "malformed_json"],
  ["an array", "[]", "invalid_request"],
  ["null", "null", "invalid_request"],
  ["an unknown key", `{${RESET},"also":1}`, "invalid_request"],
  ["an unknown scope", '{"workspace_id":"acme","scope":"year"}', "invalid_request"],
  ["a number instead of a string", '{"workspace_id":1,"scope":"all"}', "invalid_request"],
];
for (const [name, body, code] of BODIES) {
  Deno.test(`a body of ${name} is refused as ${code}`, async () => {
    const headers = { ...JSON_TYPE, "x-admin-key": "correct-horse" };
    const answer = await api(bench()).request("/api/quota/reset", { method: "POST", headers, body });
    const { detail } = await problemOf(answer, code);
    assert(detail.length < 800 && !detail.includes("\n"), detail);
  });
}

const NUMBERS = ["1e400", "-1", "1.5", "9007199254740992", "1e309", "123456789012345678901234567890", '"5"', "null"];
for (const tokens of NUMBERS) {
  Deno.test(`FAULT 52: ${tokens} tokens are refused`, async () => {
    const body = `{"id":"reservation-1","workspace_id":"acme","tokens":${tokens}}`;
    const init = { method: "POST", headers: JSON_TYPE, body };
    const answer = await api(bench()).request("/api/quota/reservations", init);
    assertStringIncludes((await problemOf(answer, "invalid_request")).detail, "tokens must be a whole number from 0");
  });
}

Deno.test("FAULT 52: after the largest accepted numbers the status still matches its schema", async () => {
  const of = bench({ mode: "observe" });
  const app = api(of);
  const most = Number.MAX_SAFE_INTEGER;
  const usage = {
    input_tokens: most,
    cached_input_tokens: most,
    output_tokens: most,
    reasoning_tokens: most,
    total_tokens: most,
  };
  for (const id of ["reservation-1", "reservation-2"]) {
    await post(app, "/api/quota/reservations", { id, workspace_id: "acme", tokens: most });
    await post(app, "/api/quota/attempts", { attempts: [report({ usage, latency_ms: most })] });
  }
  StatusBody.parse(await (await app.request("/api/quota/status?workspace_id=acme")).json());
});

Deno.test("a body with another content type is refused", async () => {
  const app = api(bench());
  for (
    const type of ["text/plain", "application/x-www-form-urlencoded", "text/json-ish", "multipart/form-data; x=json"]
  ) {
    const init = { method: "POST", headers: { "content-type": type, ...ADMIN }, body: `{${RESET}}` };
    await problemOf(await app.request("/api/quota/reset", init), "unsupported_media_type");
  }
  const headers = { "content-type": "application/vnd.api+json; charset=utf-8", "x-admin-key": "correct-horse" };
  assertEquals((await app.request("/api/quota/reset", { method: "POST", headers, body: `{${RESET}}` })).status, 200);
});

Deno.test("FAULT 53: a body over the maximum is refused, with a content-length or in chunks", async () => {
  const app = api(bench());
  const large = JSON.stringify({ attempts: ["x".repeat(1024 * 1024)] });
  const said = { ...JSON_TYPE, "content-length": String(large.length) };
  await problemOf(
    await app.request("/api/quota/attempts", { method: "POST", headers: said, body: large }),
    "body_too_large",
  );
  const chunked = { method: "POST", headers: JSON_TYPE, body: new Blob([large]).stream(), duplex: "half" } as const;
  await problemOf(await app.request(new Request("http://localhost/api/quota/attempts", chunked)), "body_too_large");
});

Deno.test("a body without a content type is refused, and one with many issues names the first five", async () => {
  const app = api(bench());
  const bytes = new TextEncoder().encode(`{${RESET}}`);
  await problemOf(
    await app.request("/api/quota/reset", { method: "POST", body: bytes, headers: ADMIN }),
    "unsupported_media_type",
  );
  const attempts = Array.from({ length: 9 }, () => 1);
  const { detail } = await problemOf(await post(app, "/api/quota/attempts", { attempts }), "invalid_request");
  assertEquals(detail.match(/attempts\[\d\]/g), [0, 1, 2, 3, 4].map((at) => `attempts[${at}]`));
});

Deno.test("FAULT 53: of a body without a length at most 64 MiB are read", async () => {
  const part = new Uint8Array(1024 * 1024);
  let parts = 0;
  const body = new ReadableStream({
    pull(controller) {
      parts++;
      if (parts > 80) controller.close();
      else controller.enqueue(part);
    },
  }, { highWaterMark: 0 });
  const init = { method: "POST", headers: JSON_TYPE, body, duplex: "half" } as const;
  const answer = await api(bench()).request(new Request("http://localhost/api/quota/attempts", init));
  await problemOf(answer, "body_too_large");
  assertEquals(parts, 65);
});

Deno.test("a body of exactly the maximum is read", async () => {
  const text = `{${RESET}}`.padEnd(1024 * 1024);
  const headers = { ...JSON_TYPE, "x-admin-key": "correct-horse" };
  const app = api(bench());
  const bodies = [text, new Blob([text]).stream()];
  for (const body of bodies) {
    const length: Record<string, string> = typeof body === "string" ? { "content-length": `${body.length}` } : {};
    const init = { method: "POST", headers: { ...headers, ...length }, body, duplex: "half" } as const;
    assertEquals((await app.request(new Request("http://localhost/api/quota/reset", init))).status, 200);
  }
});

Deno.test("FAULT 64: a batch of 500 reports with every field has fewer values than are read", async () => {
  const headers = Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`x-ratelimit-${at}`, "5"]));
  const attempts = Array.from({ length: 500 }, (_, at) => report({ id: `attempt-${at}`, headers }));
  const answer = await post(api(bench()), "/api/quota/attempts", { attempts });
  assertEquals(await answer.json(), { stored: 500, duplicates: 0 });
});
