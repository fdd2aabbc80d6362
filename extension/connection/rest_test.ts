import { problem } from "../../shared/problem.ts";
import { assertEquals, assertRejects, assertStringIncludes } from "../../tests/support/assert.ts";
import { statusBody } from "../../tests/support/statuses.ts";
import { MAX_MESSAGE_SIZE } from "./parse.ts";
import { type PollResult, pollStatus, requestTicket } from "./rest.ts";

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
  ["a 404 of another server", () => new Response("no", { status: 404 }), "refused", "answers 404"],
  ["an error with a status as its body", () => Response.json(statusBody(), { status: 500 }), "refused", "answers 500"],
  [
    "the status of another workspace",
    () => Response.json(statusBody({ workspace_id: "rival" })),
    "refused",
    "another one",
  ],
  ["a proxy in front of a stopped service", () => new Response("bad gateway", { status: 502 }), "offline", "502"],
  [
    "a body larger than any status",
    () => new Response("x".repeat(MAX_MESSAGE_SIZE + 1)),
    "refused",
    "not as Quota Gauge",
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
  assertEquals(result.kind, "offline");
});

const KEYED = { ...TARGET, server_url: "https://tools.acme.dev/quota", key: "qg_read_Ab12_Cd34" };

/** The requests that `ask` sends, each answered with `answer`. */
async function sentBy(ask: (fetch_: typeof fetch) => Promise<unknown>, answer: () => Response) {
  const requests: Request[] = [];
  await ask((input, init) => {
    requests.push(new Request(input as string, init));
    return Promise.resolve(answer());
  });
  return requests.map(({ method, url, headers }) => `${method} ${url} ${headers.get("authorization")}`);
}

const { signal } = new AbortController();

Deno.test("a key is sent as a bearer, below the service's path, and never in the address", async () => {
  const status = () => Response.json(statusBody());
  assertEquals(await sentBy((fetch_) => pollStatus(KEYED, signal, fetch_), status), [
    "GET https://tools.acme.dev/quota/api/quota/status?workspace_id=acme Bearer qg_read_Ab12_Cd34",
  ]);
  const ticket = () => Response.json({ ticket: "t1", expires_at: "2026-01-01T00:00:00Z" }, { status: 201 });
  assertEquals(await sentBy((fetch_) => requestTicket(KEYED, signal, fetch_), ticket), [
    "POST https://tools.acme.dev/quota/api/quota/ticket Bearer qg_read_Ab12_Cd34",
  ]);
});

Deno.test("without a key no authorization is sent", async () => {
  const sent = await sentBy((fetch_) => pollStatus(TARGET, signal, fetch_), () => Response.json(statusBody()));
  assertEquals(sent, ["GET http://127.0.0.1:8787/api/quota/status?workspace_id=acme null"]);
});

Deno.test("a ticket is the service's or an error", async () => {
  const ask = (response: Response) => requestTicket(KEYED, signal, () => Promise.resolve(response));
  assertEquals(await ask(Response.json({ ticket: "t1" }, { status: 201 })), "t1");
  await assertRejects(() => ask(Response.json(problem("key_invalid", "no"), { status: 401 })), Error);
  await assertRejects(() => ask(new Response("<html>")), Error);
});

Deno.test("a redirect is not followed, so that the key reaches no other server", async () => {
  let followed: RequestInit["redirect"];
  const result = await pollStatus(KEYED, signal, (_url, init) => {
    followed = init?.redirect;
    return Promise.resolve(Response.redirect("https://evil.example/"));
  });
  assertEquals([followed, result.kind], ["manual", "refused"]);
  assertStringIncludes(JSON.stringify(result), "redirects");
});

Deno.test("FAULT 73: a poll of a newer service asks to update the extension", async () => {
  for (const body of [{ ...statusBody(), status: "paused" }, { ...statusBody(), contract: 3 }]) {
    const result = await poll(() => Response.json(body));
    assertEquals(result.kind, "outdated");
    assertStringIncludes(JSON.stringify(result), "Update the extension.");
  }
});
