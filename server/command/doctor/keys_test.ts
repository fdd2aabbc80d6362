import { type KeyRequest, recordOf } from "../../access/key.ts";
import { readConfig } from "../../config/config.ts";
import { assertEquals, assertStringIncludes } from "../../../tests/support/assert.ts";
import { checkKeys } from "./keys.ts";

const NOW = Date.UTC(2026, 10, 26, 12);
const DAY = 86_400_000;

function key(request: Partial<KeyRequest> & { revoked_at_ms?: number }) {
  const created = { id: "abcdefgh", text: "qg_x", created_at_ms: NOW, created_by: "test" };
  const record = recordOf({ kind: "ingest", workspaces: ["acme"], ...request }, created);
  return { ...record, revoked_at_ms: request.revoked_at_ms ?? null };
}

const ADMIN = key({ kind: "admin" });
const TEAM = { HOST: "0.0.0.0" };

const CASES: [name: string, env: Record<string, string>, keys: ReturnType<typeof key>[], found: string[]][] = [
  ["none on one machine", {}, [], ["ok none are needed"]],
  ["only revoked ones on one machine", {}, [key({ revoked_at_ms: NOW })], ["ok none are needed"]],
  ["enough", TEAM, [key({}), ADMIN], ["ok every request needs one; valid are 1 ingest, 0 read, 1 admin"]],
  ["none for programs", TEAM, [ADMIN], ["warn every request needs one; valid are 0 ingest"]],
  ["no admin key before the first start", TEAM, [key({})], ["ok every", "ok there is no admin key yet"]],
  ["no admin key on one machine", {}, [key({})], ["ok every", "warn there is no admin key: limits"]],
  ["an admin key in the environment", { ...TEAM, QUOTA_ADMIN_KEY: "x".repeat(16) }, [key({})], ["ok every"]],
  [
    "one that expires soon",
    TEAM,
    [key({ expires_at_ms: NOW + 6 * DAY, note: "CI\u001b" }), ADMIN],
    ["ok every", "warn the ingest key abcdefgh (CI?) expires at 2026-12-02T12:00"],
  ],
  ["one that expires later", TEAM, [key({ expires_at_ms: NOW + 8 * DAY }), ADMIN], ["ok every"]],
  ["one that has expired", TEAM, [key({ expires_at_ms: NOW }), ADMIN], ["warn every request needs one; valid are 0"]],
];

for (const [name, env, keys, expected] of CASES) {
  Deno.test(`keys: ${name}`, () => {
    const findings = checkKeys(readConfig(env), keys, NOW);
    assertEquals(findings.length, expected.length);
    for (const [at, { level, text }] of findings.entries()) assertStringIncludes(`${level} ${text}`, expected[at]);
  });
}
