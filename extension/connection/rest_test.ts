import { problem } from "../../shared/problem.ts";
import { assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import { statusBody } from "../../tests/support/statuses.ts";
import type { PollResult } from "./machine.ts";
import { MAX_MESSAGE_SIZE } from "./parse.ts";
import { pollStatus } from "./rest.ts";

const TARGET = { server_url: "http://127.0.0.1:8787", workspace_id: "acme" };

/** One poll, answered by the test. */
function poll(answer: (url: string) => Response | Promise<Response>, signal = new AbortController().signal) {
  const fetch_ = ((url: string) => Promise.resolve().then(() => answer(url))) as typeof fetch;
  return pollStatus(TARGET, signal, fetch_);
}

Deno.test("a poll asks for its workspace's status", async () => {
  let asked = "";
  const result = await poll((url) => {
    asked = url;
    return Response.json(statusBody());
  });
  assertEquals(asked, "http://127.0.0.1:8787/api/quota/status?workspace_id=acme");
  assertEquals(result, { kind: "status", status: statusBody() });
});

const ANSWERS: [name: string, answer: () => Response, kind: PollResult["kind"], words: string][] = [
  [
    "a problem is told in its own words",
    () => {
      return Response.json(problem("invalid_workspace", 'No workspace "x".'), { status: 400 });
    },
    "refused",
    "No workspace",
  ],
  [
    "so is a problem that we do not know",
    () => {
      return Response.json({ code: "brand_new", detail: "Something new." }, { status: 418 });
    },
    "refused",
    "Something new.",
  ],
  [
    "a failing ledger is told",
    () => {
      return Response.json(problem("ledger_unavailable", "The disk is full."), { status: 503 });
    },
    "refused",
    "The disk is full.",
  ],
  ["a page that is no service", () => new Response("<html>", { status: 200 }), "refused", "not as Quota Gauge"],
  ["another's 404", () => new Response("no", { status: 404 }), "refused", "answered 404"],
  ["another workspace's status", () => Response.json(statusBody({ workspace_id: "rival" })), "refused", "200"],
  ["a proxy before a dead service", () => new Response("bad gateway", { status: 502 }), "unreachable", "502"],
  ["more than any status", () => new Response("x".repeat(MAX_MESSAGE_SIZE + 1)), "unreachable", "Cannot reach"],
];

for (const [name, answer, kind, words] of ANSWERS) {
  Deno.test(`poll: ${name}`, async () => {
    const result = await poll(answer);
    assertEquals(result.kind, kind);
    assertStringIncludes(JSON.stringify(result), words);
  });
}

Deno.test("poll: a service that is not there", async () => {
  const result = await poll(() => Promise.reject(new TypeError("Failed to fetch")));
  assertEquals(result.kind, "unreachable");
});
