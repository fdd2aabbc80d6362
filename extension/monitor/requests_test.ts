import { assertEquals, assertRejects } from "../../tests/support/assert.ts";
import { statusBody } from "../../tests/support/statuses.ts";
import type { Fault } from "../connection/answer.ts";
import { pollWith } from "../connection/rest.ts";
import { describeForPage } from "./describe_for_page.ts";
import { explainNoSocket, fetchTicket } from "./requests.ts";

const TARGET = { server_url: "https://quota.acme.dev", workspace_id: "acme" };
const KEYED = { ...TARGET, key: "qg_read_Ab12_Cd34" };
const ENDPOINT = "https://chat.acme.dev/ticket";
const { signal } = new AbortController();

const answers = (status: number, body: unknown): typeof fetch => () => Promise.resolve(Response.json(body, { status }));
const noAnswer: typeof fetch = () => Promise.reject(new TypeError("Failed to fetch"));
const CAUSES = "the service is down, its address is wrong, or QUOTA_ALLOWED_ORIGINS does not list this page's origin.";

Deno.test("a poll without an answer names the causes that a browser hides", async () => {
  assertEquals(await pollWith(describeForPage, TARGET, signal, noAnswer), {
    kind: "offline",
    sentence: `Cannot reach https://quota.acme.dev from this page: ${CAUSES} ` +
      "A certificate that the browser does not trust is a cause, too.",
  });
});

Deno.test("an answer of a proxy keeps its own sentence", async () => {
  const result = await pollWith(describeForPage, TARGET, signal, answers(502, {}));
  assertEquals(result, {
    kind: "offline",
    sentence: "Cannot reach https://quota.acme.dev: a proxy answers 502, because the service behind it is down. " +
      "Start the service.",
  });
});

Deno.test("a refused key is explained to the owner of the page", async () => {
  const refusing = (code: string) => answers(401, { code, detail: "unknown" });
  assertEquals(await pollWith(describeForPage, KEYED, signal, refusing("key_invalid")), {
    kind: "key_refused",
    sentence: "The service refused the read key: it was revoked, or it is wrong. Give another one.",
  });
  assertEquals(await pollWith(describeForPage, TARGET, signal, refusing("key_missing")), {
    kind: "key_refused",
    sentence: "The service needs a key: give a ticket endpoint or a read key.",
  });
});

Deno.test("no sentence sends the owner of a page to the extension", () => {
  const faults = ["key_missing", "key_expired", "key_locked", "workspace_closed", "other_workspace", "other_server"];
  for (const fault of [...faults, "extension_outdated", "no_answer", "no_secure_answer", "timed_out"] as Fault[]) {
    const { kind, sentence } = describeForPage(fault, { target: TARGET, http_status: 404 });
    assertEquals([/extension|options|pair/.test(sentence), kind === "outdated"], [false, false], sentence);
  }
});

Deno.test("a status passes unchanged", async () => {
  const status = statusBody();
  assertEquals(await pollWith(describeForPage, KEYED, signal, answers(200, status)), { kind: "status", status });
});

Deno.test("a ticket is asked for with the cookies of the page's own origin, and never from a cache", async () => {
  const requests: RequestInit[] = [];
  const ticket = await fetchTicket(ENDPOINT, signal, (_, init) => {
    requests.push(init!);
    return Promise.resolve(Response.json({ ticket: "t1" }));
  });
  const [{ method, cache, credentials }] = requests;
  assertEquals([ticket, method, cache, credentials], ["t1", "POST", "no-store", "same-origin"]);
});

for (const body of [{}, null, { ticket: 7 }, "t1"]) {
  Deno.test(`no ticket: ${JSON.stringify(body)}`, async () => {
    await assertRejects(() => fetchTicket(ENDPOINT, signal, answers(200, body)), Error, "has to answer with");
  });
}

const REASONS: [name: string, fetch_: typeof fetch, kind: string, sentence: string][] = [
  [
    "signed out",
    answers(401, {}),
    "refused",
    "The ticket endpoint answered 401: sign in to this page again.",
  ],
  [
    "a page instead of a ticket",
    () => Promise.resolve(new Response("<p>Sign in</p>")),
    "refused",
    'The ticket endpoint has to answer with { "ticket": "…" }.',
  ],
  [
    "no endpoint",
    noAnswer,
    "offline",
    `Cannot reach the ticket endpoint ${ENDPOINT}: try again in a moment.`,
  ],
  [
    "tickets, but no socket",
    answers(200, { ticket: "t1" }),
    "offline",
    `Cannot open a WebSocket to https://quota.acme.dev: ${CAUSES}`,
  ],
];

for (const [name, fetch_, kind, sentence] of REASONS) {
  Deno.test(`why there is no socket: ${name}`, async () => {
    assertEquals<unknown>(await explainNoSocket(TARGET, ENDPOINT, signal, () => {}, fetch_), { kind, sentence });
  });
}
