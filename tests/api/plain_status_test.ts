/** The front door's direct answer for a status equals the answer of the route. */
import fc from "fast-check";
import { assertEquals } from "../support/assert.ts";
import { plainStatus } from "../../server/front/plain_status.ts";
import { run, sendRaw } from "./running.ts";

/** The headers that no two responses share. */
const OWN_HEADERS = ["date", "x-request-id"];

/** A raw response in parts, without those headers. */
function parsed(raw: string) {
  const end = raw.indexOf("\r\n\r\n");
  const [line, ...headers] = raw.slice(0, end).split("\r\n");
  const named = headers.map((header) => header.split(": ", 2)).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    line,
    headers: Object.fromEntries(
      named.filter(([name]) => !OWN_HEADERS.includes(name)).sort(([a], [b]) => a < b ? -1 : 1),
    ),
    body: raw.slice(end + 4),
  };
}

const target = fc.oneof(
  fc.constantFrom("", "?", "?workspace_id=", "?workspace_id=default", "?workspace_id=ACME", "?workspace_id=-a"),
  fc.constantFrom(
    "?workspace_id=a&workspace_id=b",
    "?x=1",
    "?workspace_id=%41",
    "?workspace_id=a+b",
    "/",
    "?workspace_id=a#b",
  ),
  fc.stringMatching(/^[A-Za-z0-9_%&=+.~-]{1,70}$/).map((id) => `?workspace_id=${id}`),
).map((query) => `/api/quota/status${query}`);

Deno.test("property: every form of the status request gets the same response from the front door and from the route", async () => {
  await using running = await run();
  const { host, port } = running;
  const ask = async (method: string, path: string, header = "") =>
    parsed(await sendRaw(port, `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n${header}\r\n`));
  await ask("GET", "/docs"); // Loads the pages.
  const method = fc.constantFrom("GET", "GET", "GET", "HEAD", "POST", "OPTIONS");
  await fc.assert(
    fc.asyncProperty(method, target, async (method, path) => {
      // A body of zero bytes changes no response, and always goes to the routes.
      assertEquals(await ask(method, path), await ask(method, path, "content-length: 0\r\n"));
    }),
    { numRuns: 60 },
  );
});

const raw = ["Host", "127.0.0.1:8787"];
const cases: [string, string, string[], string | null][] = [
  ["GET", "", [], "any workspace"],
  ["GET", "?workspace_id=Acme", [], "acme"],
  ["GET", "?workspace_id=%41cme", [], null],
  ["GET", "?workspace_id=a&x", [], null],
  ["GET", "?workspace_id=", [], null],
  ["GET", "?", [], null],
  ["GET", "/", [], null],
  ["HEAD", "", [], null],
  ["POST", "", [], null],
  ["GET", "", ["Content-Length", "0"], null],
  ["GET", "", ["Transfer-Encoding", "chunked"], null],
];
for (const [method, query, headers, id] of cases) {
  Deno.test(`${method} /api/quota/status${query} ${headers.join(" ")} → ${id ? `answered directly for ${id}` : "passed to the routes"}`, () => {
    const asked = plainStatus({ method, url: `/api/quota/status${query}`, rawHeaders: [...raw, ...headers] });
    assertEquals(asked && (asked.workspace_id ?? "any workspace"), id);
  });
}
