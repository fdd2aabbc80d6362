import { problem } from "../../shared/problem.ts";
import { assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import { statusBody } from "../../tests/support/statuses.ts";
import type { PollResult } from "./machine.ts";
import { MAX_MESSAGE_SIZE } from "./parse.ts";
import { pollStatus } from "./rest.ts";

const TARGET = { server_url: "http://127.0.0.1:8787", workspace_id: "acme" };

/** A poll that the test answers. */
function poll(answer: (url: string) => Response | Promise<Response>, signal = new AbortController().signal) {
  const fetch_ = ((url: string) => Promise.resolve().then(() => answer(url))) as typeof fetch;
  return pollStatus(TARGET, signal, fetch_);
}

Deno.test("a poll requests the status of its workspace", async () => {
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
    "a problem is shown in its own words",
    () => {
      return Response.json(problem("invalid_workspace", 'No workspace "x".'), { status: 400 });
    },
    "refused",
    "No workspace",
  ],
  [
    "a problem with an unknown code is shown too",
    () => {
      return Response.json({ code: "brand_new", detail: "Something new." }, { status: 418 });
    },
    "refused",
    "Something new.",
  ],
  [
    "a failing ledger",
    () => {
      return Response.json(problem("ledger_unavailable", "The disk is full."), { status: 503 });
    },
    "refused",
    "The disk is full.",
  ],
  ["a page of another server", () => new Response("<html>", { status: 200 }), "refused", "not as Quota Gauge"],
  ["a 404 of another server", () => new Response("no", { status: 404 }), "refused", "answered 404"],
  ["the status of another workspace", () => Response.json(statusBody({ workspace_id: "rival" })), "refused", "200"],
  ["a proxy in front of a stopped service", () => new Response("bad gateway", { status: 502 }), "unreachable", "502"],
  [
    "a body larger than any status",
    () => new Response("x".repeat(MAX_MESSAGE_SIZE + 1)),
    "unreachable",
    "Cannot reach",
  ],
];

for (const [name, answer, kind, words] of ANSWERS) {
  Deno.test(`poll: ${name}`, async () => {
    const result = await poll(answer);
    assertEquals(result.kind, kind);
    assertStringIncludes(JSON.stringify(result), words);
  });
}

Deno.test("poll: an unreachable service", async () => {
  const result = await poll(() => Promise.reject(new TypeError("Failed to fetch")));
  assertEquals(result.kind, "unreachable");
});
