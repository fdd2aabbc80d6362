import { FIXTURES } from "../../../tests/gallery/fixtures.ts";
import { assertEquals } from "../../../tests/support/assert.ts";
import { readLastHour } from "./last_hour.ts";

const NOW = Date.parse("2026-11-21T10:30:30.000Z");
const VIEW = {
  ...FIXTURES.live_normal,
  server_url: "https://a.example/quota",
  workspace_id: "acme",
  clock_offset_ms: 0,
};

/** A service that answers with this body; the requests are noted. */
function service(body: unknown, asked: [url: string, headers: unknown, redirect: unknown][] = []) {
  return (url: unknown, init: RequestInit = {}) => {
    asked.push([String(url), init.headers, init.redirect]);
    return Promise.resolve(body instanceof Error ? new Response("<html>") : Response.json(body));
  };
}

Deno.test("the last hour is asked for by minute, by the service's clock and with its key", async () => {
  const asked: [string, unknown, unknown][] = [];
  const points = [null, { calls: 3 }, { calls: 1 }];
  const fetch_ = service({ points }, asked) as typeof fetch;
  assertEquals(await readLastHour({ ...VIEW, clock_offset_ms: 60_000 }, "qg_read_1", NOW, fetch_), [0, 3, 1]);
  const url =
    "https://a.example/quota/api/quota/history?workspace_id=acme&from=2026-11-21T09%3A32%3A30.000Z&step=minute";
  assertEquals(asked, [[url, { authorization: "Bearer qg_read_1" }, "error"]]);
});

Deno.test("a service of an older version, or another program, has no last hour", async () => {
  for (const body of [{ code: "not_found" }, { points: 7 }, null, new Error("no JSON")]) {
    assertEquals(await readLastHour(VIEW, null, NOW, service(body) as typeof fetch), null);
  }
  assertEquals(await readLastHour(VIEW, null, NOW, () => Promise.reject(new TypeError("offline"))), null);
});

Deno.test("points with another content count as none, and no more than an hour is shown", async () => {
  const fetch_ = service({ points: [...Array(70).fill({ calls: 1 }), { calls: "x" }] }) as typeof fetch;
  const minutes = await readLastHour(VIEW, null, NOW, fetch_);
  assertEquals([minutes?.length, minutes?.at(-1), minutes?.[0]], [60, 0, 1]);
});
