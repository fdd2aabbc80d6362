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
  ["a 404 of another server", () => new Response("no", { status: 404 }), "refused", "answered 404"],
  ["an error with a status as its body", () => Response.json(statusBody(), { status: 500 }), "refused", "answered 500"],
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

const REFUSED_KEYS: [code: "key_missing" | "key_invalid" | "key_expired" | "too_many_tries", key: string | null][] = [
  ["key_missing", null],
  ["key_invalid", KEYED.key],
  ["key_expired", KEYED.key],
  ["too_many_tries", KEYED.key],
];

for (const [code, key] of REFUSED_KEYS) {
  Deno.test(`poll: ${code} asks to pair`, async () => {
    const refused = Response.json(problem(code, "no"), { status: 401 });
    const result = await pollStatus({ ...KEYED, key }, signal, () => Promise.resolve(refused));
    assertEquals(result, {
      kind: "key_refused",
      sentence: key
        ? "The key was refused: pair this browser again in the options."
        : "The service needs a key: pair this browser in the options.",
    });
  });
}
