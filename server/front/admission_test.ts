import { assertEquals } from "../../tests/support/assert.ts";
import { reject } from "./admission.ts";

const OURS = ["Host", "127.0.0.1:8787"];
const cases: [string, string, string[], string | null][] = [
  ["our address", "/healthz", OURS, null],
  ["our name", "/v1/models?limit=2", ["host", "LOCALHOST:8787"], null],
  ["our IPv6 address", "/", ["Host", "[::1]:8787"], null],
  ["no host", "/", [], "foreign_host"],
  ["two hosts", "/", [...OURS, ...OURS], "foreign_host"],
  ["another port", "/", ["Host", "127.0.0.1:9999"], "foreign_host"],
  ["a name that resolves here", "/", ["Host", "rebound.example:8787"], "foreign_host"],
  ["our name as a prefix", "/", ["Host", "127.0.0.1:8787.evil.example"], "foreign_host"],
  ["absolute form", "http://127.0.0.1:8787/v1/models", OURS, "malformed_path"],
  ["FAULT 49: dot segments", "/v1/../api/quota/reset", OURS, "malformed_path"],
  ["FAULT 49: at the end", "/v1/..", OURS, "malformed_path"],
  ["FAULT 49: encoded dots", "/v1/%2E%2e/admin", OURS, "malformed_path"],
  ["FAULT 49: half encoded", "/v1/.%2e/admin", OURS, "malformed_path"],
  ["FAULT 49: an encoded slash", "/v1/..%2fadmin", OURS, "malformed_path"],
  ["FAULT 49: a backslash", "/v1/..\\admin", OURS, "malformed_path"],
  ["an asterisk", "*", OURS, "malformed_path"],
  ["dots in a name", "/v1/files/a..b.jsonl", OURS, null],
  ["dots in a query", "/v1/files?after=../x", OURS, null],
  ["an extension", "/", [...OURS, "Origin", "chrome-extension://abcdefghijklmnop"], null],
  ["Firefox's", "/", [...OURS, "Origin", "moz-extension://0a-b1"], null],
  ["our own page", "/", [...OURS, "Origin", "http://127.0.0.1:8787"], null],
  ["a web page", "/", [...OURS, "Origin", "https://evil.example"], "foreign_origin"],
  ["a page of another port", "/", [...OURS, "Origin", "http://127.0.0.1:3000"], "foreign_origin"],
  ["a sandboxed page", "/", [...OURS, "Origin", "null"], "foreign_origin"],
];
for (const [name, target, raw_headers, code] of cases) {
  Deno.test(`admission: ${name} → ${code ?? "in"}`, () => {
    assertEquals(reject({ target, raw_headers }, 8787)?.code ?? null, code);
  });
}
