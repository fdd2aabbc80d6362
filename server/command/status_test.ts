import { assert, assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import { AT, FIXTURES } from "../../tests/gallery/fixtures.ts";
import { fetchView, printView, redrawer, type Screen, WATCH_MS, watchDelay } from "./status.ts";
import type { TerminalStyle } from "./status_text.ts";

const SOURCE = { url: "http://127.0.0.1:1/quota", workspace_id: "acme", key: "qg_read_1" };
const STYLE: TerminalStyle = { colour: false, unicode: true, width: 80 };
const BODY = FIXTURES.warning.status;

function answering(body: unknown, status = 200): [send: typeof fetch, requests: Request[]] {
  const requests: Request[] = [];
  const send = (input: string | URL | Request, init?: RequestInit) => {
    requests.push(new Request(input, init));
    return Promise.resolve(typeof body === "string" ? new Response(body, { status }) : Response.json(body, { status }));
  };
  return [send as typeof fetch, requests];
}

Deno.test("the workspace's status is asked for with the key, below the service's path", async () => {
  const [send, seen] = answering(BODY);
  const view = await fetchView(SOURCE, send);
  assertEquals([view.connection, view.status], ["polling", BODY]);
  assertEquals(seen[0].url, "http://127.0.0.1:1/quota/api/quota/status?workspace_id=acme");
  assertEquals(seen[0].headers.get("authorization"), "Bearer qg_read_1");
});

Deno.test("without a workspace the key's own is asked for, and shown", async () => {
  const [send, seen] = answering(BODY);
  const view = await fetchView({ ...SOURCE, workspace_id: null, key: null }, send);
  assertEquals([seen[0].url.includes("?"), seen[0].headers.has("authorization")], [false, false]);
  assertEquals(view.workspace_id, "acme");
});

const FAILURES: [why: string, body: unknown, status: number, connection: string, problem: string][] = [
  ["a refusal", { detail: "Cannot read: the key has expired" }, 401, "refused", "the key has expired"],
  ["a refusal that is not JSON", "<html>", 502, "refused", "It answered 502"],
  ["another program's answer", { hello: 1 }, 200, "refused", "cannot be read"],
  ["a page", "<html>", 200, "refused", "cannot be read"],
];

for (const [why, body, status, connection, problem] of FAILURES) {
  Deno.test(`${why} is shown with its reason, and exits with 3`, async () => {
    const view = await fetchView(SOURCE, answering(body, status)[0]);
    assertEquals(view.connection, connection);
    let printed = "";
    assertEquals(printView(view, false, STYLE, (text) => printed = text), 3);
    assertStringIncludes(printed, problem);
    printView(view, true, STYLE, (text) => printed = text);
    assertStringIncludes(JSON.parse(printed).problem, problem);
  });
}

Deno.test("a service that cannot be reached is offline", async () => {
  const cause = new Error("client error (Connect): tcp connect error: Connection refused (os error 111)");
  const send = () => Promise.reject(new TypeError("fetch failed", { cause }));
  const view = await fetchView(SOURCE, send as typeof fetch);
  assertEquals([view.connection, view.problem], [
    "offline",
    "Cannot reach http://127.0.0.1:1/quota: nothing listens there",
  ]);
});

Deno.test("JSON is the status body as the service sends it", () => {
  let printed = "";
  assertEquals(printView(FIXTURES.warning, true, STYLE, (text) => printed = text), 1);
  assertEquals(JSON.parse(printed), JSON.parse(JSON.stringify(BODY)));
});

function drawing(screens: Partial<Screen>[]) {
  const written: string[] = [];
  const screenNow = () => ({ ...STYLE, height: 24, ...screens.shift() });
  return { written, draw: redrawer((text) => written.push(text), screenNow) };
}

Deno.test("watch overwrites its own lines and nothing above them", () => {
  const { written, draw } = drawing([]);
  draw(FIXTURES.warning, AT);
  draw(FIXTURES.offline, AT);
  assert(!written[0].includes("A\u001b[2K") && written[0].split("\n").length === 7);
  assert(written[1].startsWith("\u001b[6A\u001b[2K") && written[1].endsWith("\u001b[J"));
});

Deno.test("watch clears a screen whose width has changed, because its lines are broken anew", () => {
  const { written, draw } = drawing([{ width: 80 }, { width: 40 }, { width: 40 }]);
  for (let i = 0; i < 3; i++) draw(FIXTURES.warning, AT);
  assert(written[1].startsWith("\u001b[2J\u001b[H") && written[2].startsWith("\u001b[9A"));
});

Deno.test("watch draws no more lines than the screen has, since the cursor cannot move above it", () => {
  const { written, draw } = drawing([{ height: 4 }, { height: 4 }]);
  draw(FIXTURES.warning, AT);
  draw(FIXTURES.warning, AT);
  assertEquals(written.map((text) => text.split("\n").length - 1), [3, 3]);
  assert(written[1].startsWith("\u001b[3A"));
});

Deno.test("without a terminal, each view follows the one before, without control characters", () => {
  const { written, draw } = drawing([{ height: null }, { height: null }]);
  draw(FIXTURES.warning, AT);
  draw(FIXTURES.warning, AT);
  assertEquals(written[1], written[0]);
  assert(!written[0].includes("\u001b") && written[0].endsWith("just now\n\n"));
});

Deno.test("watch asks at fixed times while the service answers, and at random times within a growing bound after", () => {
  assertEquals([watchDelay(0, () => 0.5), watchDelay(1, () => 0.5), watchDelay(9, () => 0.5)], [WATCH_MS, 500, 15_000]);
});
