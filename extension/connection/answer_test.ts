import { problem, type ProblemCode } from "../../shared/problem.ts";
import { assert, assertEquals, assertMatch } from "../../tests/support/assert.ts";
import { statusBody } from "../../tests/support/statuses.ts";
import { type Answer, type Fault, faultOfError, readAnswer } from "./answer.ts";
import { failureOf } from "./describe_fault.ts";

const TARGET = { server_url: "https://tools.acme.dev/quota", workspace_id: "acme" };

function without(...names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(statusBody()).filter(([name]) => !names.includes(name)));
}

function refusal(code: ProblemCode): Partial<Answer> {
  const body = problem(code, "Because of this.");
  return { http_status: body.status, body };
}

const ANSWERS: [name: string, answer: Partial<Answer>, read: Fault | "status"][] = [
  ["a status", { body: statusBody() }, "status"],
  ["a status of the first contract", { body: without("contract") }, "status"],
  ["a status with a field that is not known here", { body: { ...statusBody(), budgets: [] } }, "status"],
  ["a newer contract", { body: { ...statusBody(), contract: 3 } }, "extension_outdated"],
  ["a newer contract with nothing that is known here", { body: { contract: 3 } }, "extension_outdated"],
  ["an unknown status", { body: { ...statusBody(), status: "paused" } }, "extension_outdated"],
  [
    "an unknown status without a contract",
    { body: { ...without("contract"), status: "paused" } },
    "extension_outdated",
  ],
  ["a malformed status", { body: { ...statusBody(), seq: -1 } }, "extension_outdated"],
  ["a field of today is missing", { body: without("warning_ratio") }, "extension_outdated"],
  ["an old service without a field that is needed", { body: without("contract", "warning_ratio") }, "service_outdated"],
  ["the status of another workspace", { body: statusBody({ workspace_id: "rival" }) }, "other_workspace"],
  ["no key", refusal("key_missing"), "key_missing"],
  ["a wrong key", refusal("key_invalid"), "key_refused"],
  ["a revoked key", refusal("key_revoked"), "key_refused"],
  ["an expired key", refusal("key_expired"), "key_expired"],
  ["too many wrong keys", refusal("too_many_tries"), "key_locked"],
  ["a key for another workspace", refusal("not_allowed"), "workspace_closed"],
  ["a host name that the service does not know", refusal("foreign_host"), "problem"],
  ["a failing ledger", refusal("ledger_unavailable"), "problem"],
  ["an unknown code", { http_status: 418, body: { code: "brand_new", detail: "Something new." } }, "problem"],
  ["a page of another server", { body: undefined }, "other_server"],
  ["JSON of another server", { body: { hello: "world" } }, "other_server"],
  ["a list", { body: [] }, "other_server"],
  ["another path", { http_status: 404, body: undefined }, "other_server"],
  ["a status with an error", { http_status: 500, body: statusBody() }, "other_server"],
  ["a login of a proxy", { http_status: 401, body: undefined }, "login_first"],
  ["a proxy before a stopped service", { http_status: 502, body: undefined }, "service_down"],
  ["a time-out of a proxy", { http_status: 504, body: undefined }, "service_down"],
  ["a redirect", { http_status: 0, redirected: true, body: undefined }, "redirected"],
];

for (const [name, answer, expected] of ANSWERS) {
  Deno.test(`FAULT 73: an answer is recognised: ${name}`, () => {
    const read = readAnswer(TARGET, { http_status: 200, redirected: false, body: undefined, ...answer });
    assertEquals("status" in read ? "status" : read.fault, expected);
  });
}

const TIME_OUT = new DOMException("signal timed out", "TimeoutError");
const FAILED = new TypeError("Failed to fetch");

const ERRORS: [name: string, server_url: string, error: unknown, online: boolean, fault: Fault][] = [
  ["http", "http://127.0.0.1:8787", FAILED, true, "no_answer"],
  ["https: a stopped service or its certificate", "https://tools.acme.dev/quota", FAILED, true, "no_secure_answer"],
  ["a time-out", "https://tools.acme.dev/quota", TIME_OUT, true, "timed_out"],
  ["no network", "https://tools.acme.dev/quota", FAILED, false, "no_network"],
  ["this machine needs no network", "http://127.0.0.1:8787", FAILED, false, "no_answer"],
  ["this machine by name", "http://localhost:8787", FAILED, false, "no_answer"],
  ["this machine over IPv6", "http://[::1]:8787", FAILED, false, "no_answer"],
];

for (const [name, server_url, error, online, fault] of ERRORS) {
  Deno.test(`no answer is explained: ${name}`, () => {
    assertEquals(faultOfError({ server_url }, error, online), fault);
  });
}

const FAULTS = [...new Set([...ANSWERS.map(([, , read]) => read), ...ERRORS.map(([, , , , fault]) => fault)])]
  .filter((fault) => fault !== "status");

Deno.test("each fault has a sentence of its own, which ends with a full stop and names a remedy", () => {
  const sentences = FAULTS.map((fault) => failureOf(fault, { target: TARGET, http_status: 502 }).sentence);
  assertEquals(new Set(sentences).size, FAULTS.length);
  for (const [at, sentence] of sentences.entries()) {
    assertMatch(sentence, /^[A-Zh].*\.$/);
    assert(!/undefined|null|!/.test(sentence), sentence);
    const remedy = /[Cc]heck|[Pp]air|[Ss]tart|[Uu]pdate|[Ee]nter|[Oo]pen|Let |Choose|Wait|connects again/;
    if (FAULTS[at] !== "problem") assertMatch(sentence, remedy);
  }
});

Deno.test("a problem is shown in the service's own words", () => {
  assertEquals(failureOf("problem", { target: TARGET, detail: "The disk is full." }), {
    kind: "refused",
    sentence: "The disk is full.",
  });
});
