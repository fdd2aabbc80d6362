import { assert, assertEquals, assertStringIncludes } from "../../../tests/support/assert.ts";
import { checkUpstream } from "./upstream.ts";

const NOW = Date.UTC(2026, 10, 26, 12);
const SETTINGS = { upstream_url: "https://up.example/v1", upstream_key: null, upstream_proxy: null, timezone: "UTC" };
const TIME = { now: () => NOW, zone: "UTC" };

interface Answer {
  status?: number;
  code?: string;
  date?: number | null;
  key?: string | null;
}

async function check({ status = 200, code, date = NOW, key = "sk-key" }: Answer) {
  const requests: [url: string, init: RequestInit, proxy: string | null][] = [];
  const findings = await checkUpstream({ ...SETTINGS, upstream_key: key }, (...request) => {
    requests.push(request);
    const headers: HeadersInit = date === null ? {} : { date: new Date(date).toUTCString() };
    return Promise.resolve(Response.json(code ? { error: { code } } : {}, { status, headers }));
  }, TIME);
  return { requests, findings };
}

const ANSWERS: [name: string, answer: Answer, level: string, text: string][] = [
  ["a key that is accepted", {}, "ok", "https://up.example/v1 answers; it accepts OPENAI_API_KEY"],
  ["an upstream without keys", { key: null }, "ok", "it needs no key"],
  ["401 without a key, which callers send", { status: 401, key: null }, "ok", "as it should"],
  ["401 with a key", { status: 401, code: "invalid_api_key" }, "fail", "answered 401 invalid_api_key: it refuses"],
  ["a restricted key", { status: 403 }, "warn", "the key may not list models"],
  ["no credit", { status: 429, code: "insufficient_quota" }, "warn", "answered 429 insufficient_quota"],
  ["a fault of the upstream", { status: 503 }, "warn", "answered 503: it has a fault of its own"],
  ["a wrong path", { status: 404 }, "warn", "answered 404 to GET /models"],
  ["a redirect", { status: 302 }, "warn", "answered 302 to GET /models"],
  ["a code that would move the cursor", { status: 500, code: "\u001b[2J" }, "warn", "answered 500: it"],
];

for (const [name, answer, level, text] of ANSWERS) {
  Deno.test(`the answer of the upstream: ${name}`, async () => {
    const { findings: [upstream] } = await check(answer);
    assertEquals([upstream.check, upstream.level], ["upstream", level]);
    assertStringIncludes(upstream.text, text);
    assertEquals(upstream.remedy === null, level === "ok");
    assert(!upstream.text.includes("sk-key"));
  });
}

Deno.test("the models are asked for with the key, without following a redirect, which could take the key elsewhere", async () => {
  const { requests: [[url, init, proxy]] } = await check({});
  const { authorization } = init.headers as Record<string, string>;
  assertEquals([url, authorization, init.redirect, proxy], [
    "https://up.example/v1/models",
    "Bearer sk-key",
    "manual",
    null,
  ]);
});

Deno.test("an upstream that cannot be reached fails with the reason and the proxy, without its password", async () => {
  const settings = { ...SETTINGS, upstream_proxy: "http://me:secret@proxy:3128" };
  const send = () => Promise.reject(new TypeError("fetch failed", { cause: new Error("dns error: no") }));
  const [{ level, text }] = await checkUpstream(settings, send, TIME);
  assertEquals(level, "fail");
  assertEquals(
    text,
    "cannot reach https://up.example/v1/models through the proxy http://proxy:3128: no machine has this name",
  );
});

const CLOCKS: [date: number | null, level: string, text: string][] = [
  [NOW, "ok", "it agrees"],
  [NOW - 5_900, "ok", "it agrees"],
  [NOW + 5_000, "ok", "it agrees"],
  [NOW - 61_000, "warn", "60 s ahead of the upstream's"],
  [NOW + 60_000, "warn", "60 s behind the upstream's"],
  [null, "warn", "no date"],
];

for (const [date, level, text] of CLOCKS) {
  Deno.test(`the upstream's date is ${date === null ? "missing" : `${(date - NOW) / 1000} s from ours`}: ${level}`, async () => {
    const { findings: [, clock] } = await check({ date });
    assertEquals([clock.check, clock.level], ["clock", level]);
    assertStringIncludes(clock.text, text);
  });
}

Deno.test("the zone in which a day begins is named, and the machine's if it is another", async () => {
  const send = () => Promise.resolve(new Response());
  const texts = await Promise.all(["UTC", "Asia/Tokyo"].map(async (zone) => {
    const findings = await checkUpstream(SETTINGS, send, { ...TIME, zone });
    return findings.at(-1)!.text;
  }));
  const text = "a day begins at midnight in UTC (QUOTA_TIMEZONE)";
  assertEquals(texts, [text, `${text}; this machine's zone is Asia/Tokyo`]);
});
