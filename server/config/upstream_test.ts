import { assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import { parsePublicUrl } from "../access/public_url.ts";
import { chooseUpstream } from "./upstream.ts";

const STANDARD = "https://api.openai.com/v1";
const ON_THIS_MACHINE = { host: "127.0.0.1", port: 8787, public_url: null };
const ON_ALL = { ...ON_THIS_MACHINE, host: "0.0.0.0" };
const ON_ONE = { ...ON_THIS_MACHINE, host: "10.0.0.5" };
const BEHIND_PROXY = { ...ON_THIS_MACHINE, public_url: parsePublicUrl("https://tools.acme.dev/quota/") };
const FREE_PORT = { ...ON_THIS_MACHINE, port: 0 };

/** A URL, and whether a service at the address is its own upstream with it. */
const CASES: [string, typeof BEHIND_PROXY, boolean][] = [
  ["http://127.0.0.1:8787/v1", ON_THIS_MACHINE, true],
  ["http://localhost:8787/w/acme/v1", ON_THIS_MACHINE, true],
  ["http://[::1]:8787/v1", ON_THIS_MACHINE, true],
  ["http://127.8.9.1:8787", ON_THIS_MACHINE, true],
  ["http://0.0.0.0:8787/v1", ON_THIS_MACHINE, true],
  ["https://127.0.0.1:8787/v1", ON_THIS_MACHINE, true],
  ["http://127.0.0.1:8788/v1", ON_THIS_MACHINE, false],
  ["http://127.0.0.1/v1", { ...ON_THIS_MACHINE, port: 80 }, true],
  ["https://127.0.0.1/v1", { ...ON_THIS_MACHINE, port: 443 }, true],
  ["http://127.0.0.1:8787/v1", FREE_PORT, false],
  ["http://10.0.0.5:8787/v1", ON_THIS_MACHINE, false],
  ["http://localhost:8787/v1", ON_ALL, true],
  ["http://[::]:8787/v1", { ...ON_ALL, host: "::" }, true],
  ["http://10.0.0.5:8787/v1", ON_ONE, true],
  ["http://127.0.0.1:8787/v1", ON_ONE, false],
  ["http://Quota.Acme.dev:8787/v1", { ...ON_ONE, host: "quota.acme.dev" }, true],
  ["https://tools.acme.dev/quota/v1", BEHIND_PROXY, true],
  ["https://tools.acme.dev/quota", BEHIND_PROXY, true],
  ["https://tools.acme.dev/quotas/v1", BEHIND_PROXY, false],
  ["https://tools.acme.dev/llm/v1", BEHIND_PROXY, false],
  ["https://api.openai.com/v1", BEHIND_PROXY, false],
];
for (const [url, own, isOwn] of CASES) {
  const where = own.public_url === null ? `${own.host}:${own.port}` : own.public_url.origin + own.public_url.prefix;
  Deno.test(`FAULT 71: ${url} ${isOwn ? "leads" : "does not lead"} to a service at ${where}`, () => {
    const chosen = chooseUpstream({ QUOTA_UPSTREAM_URL: url, OPENAI_BASE_URL: null }, STANDARD, own);
    assertEquals([chosen.upstream_url, chosen.fault !== null], [url, isOwn]);
    const older = chooseUpstream({ QUOTA_UPSTREAM_URL: null, OPENAI_BASE_URL: url }, STANDARD, own);
    assertEquals([older.upstream_url, older.fault], [isOwn ? STANDARD : url, null]);
    assertStringIncludes(older.warning!, isOwn ? "own address" : "rename it to QUOTA_UPSTREAM_URL");
  });
}

Deno.test("the new name goes before the older one; with neither, OpenAI is the upstream", () => {
  const both = { QUOTA_UPSTREAM_URL: "https://a.example/v1", OPENAI_BASE_URL: "https://b.example/v1" };
  const none = { QUOTA_UPSTREAM_URL: null, OPENAI_BASE_URL: null };
  const chosen = [both, none].map((named) => chooseUpstream(named, STANDARD, ON_ALL));
  assertEquals(chosen.map(({ upstream_url, warning }) => [upstream_url, warning]), [
    ["https://a.example/v1", null],
    [STANDARD, null],
  ]);
});
