import { assert, assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import { type Access, gate, type GateRules, isDenial } from "./gate.ts";
import type { KeyFault, StoredKey } from "./key.ts";

const key = (kind: StoredKey["kind"], ...workspaces: string[]): StoredKey => ({
  id: `${kind}Key`,
  kind,
  workspaces,
  app: null,
  models: null,
  note: null,
  created_at_ms: 0,
  created_by: "test",
  expires_at_ms: null,
  revoked_at_ms: null,
  last_used_at_ms: null,
  hash: new Uint8Array(32),
  previous: null,
});

const KEYS: Record<string, StoredKey | KeyFault> = {
  ingest: key("ingest", "acme"),
  read: key("read", "acme", "beta"),
  reads_all: key("read", "*"),
  admin: key("admin"),
  expired: "key_expired",
};

const rules = (over: Partial<GateRules> = {}): GateRules => ({
  team: true,
  has_admin: true,
  isEnvironmentAdmin: (text) => text === "environment",
  check: (text) => KEYS[text] ?? "key_invalid",
  ...over,
});

function decide(
  access: Access,
  text: string | null,
  workspace_id: string | null = null,
  over: Partial<GateRules> = {},
) {
  const credentials = { key: text, conflicting: false, provider_key: null, in_api_key: false };
  return gate({ access, workspace_id, credentials }, rules(over));
}

/** `kind workspace` of an admitted caller, else the code of the denial. */
function told(...args: Parameters<typeof decide>): string {
  const decision = decide(...args);
  return isDenial(decision) ? decision.denied : `${decision.kind} ${decision.workspace_id}`;
}

const ROUTES: Access[] = ["open", "any", "own", "read", "read_all", "ingest", "admin"];

/** Each credential at each kind of route, for the workspace acme: every cell of the table. */
const TEAM: [credential: string | null, ...expected: string[]][] = [
  [null, "anonymous acme", "key_missing", "key_missing", "key_missing", "key_missing", "key_missing", "key_missing"],
  ["", "anonymous acme", "key_invalid", "key_invalid", "key_invalid", "key_invalid", "key_invalid", "key_invalid"],
  [
    "' OR 1=1 --",
    "anonymous acme",
    "key_invalid",
    "key_invalid",
    "key_invalid",
    "key_invalid",
    "key_invalid",
    "key_invalid",
  ],
  [
    "expired",
    "anonymous acme",
    "key_expired",
    "key_expired",
    "key_expired",
    "key_expired",
    "key_expired",
    "key_expired",
  ],
  [
    "ingest",
    "anonymous acme",
    "ingest acme",
    "ingest acme",
    "not_allowed",
    "not_allowed",
    "ingest acme",
    "not_allowed",
  ],
  ["read", "anonymous acme", "read acme", "read acme", "read acme", "not_allowed", "not_allowed", "not_allowed"],
  ["reads_all", "anonymous acme", "read acme", "read acme", "read acme", "read acme", "not_allowed", "not_allowed"],
  ["admin", "anonymous acme", "admin acme", "admin acme", "admin acme", "admin acme", "not_allowed", "admin acme"],
  [
    "environment",
    "anonymous acme",
    "admin acme",
    "admin acme",
    "admin acme",
    "admin acme",
    "not_allowed",
    "admin acme",
  ],
];

for (const [credential, ...expected] of TEAM) {
  Deno.test(`team mode: ${credential === null ? "no key" : JSON.stringify(credential)} at every kind of route`, () => {
    assertEquals(ROUTES.map((access) => told(access, credential, "acme")), expected);
  });
}

Deno.test("a key covers its own workspaces alone", () => {
  assertEquals(told("read", "read", "gamma"), "not_allowed");
  assertEquals(told("ingest", "ingest", "beta"), "not_allowed");
  assertEquals(told("own", "ingest", "beta"), "not_allowed");
  assertEquals(told("own", "read", "gamma"), "not_allowed");
  assertEquals(told("read", "reads_all", "gamma"), "read gamma");
  assertEquals(told("read", "admin", "gamma"), "admin gamma");
});

Deno.test("a request that names no workspace gets the key's own", () => {
  assertEquals(told("ingest", "ingest"), "ingest acme");
  assertEquals(told("read", "read"), "read acme");
  assertEquals(told("read", "reads_all"), "read default");
  assertEquals(told("read", "admin"), "admin default");
});

Deno.test("personal mode needs no key, except for an admin's routes", () => {
  const personal = (access: Access, text: string | null) =>
    told(access, text, "acme", { team: false, has_admin: false });
  assertEquals(ROUTES.map((access) => personal(access, null)), [
    "anonymous acme",
    "personal acme",
    "personal acme",
    "personal acme",
    "personal acme",
    "personal acme",
    "admin_disabled",
  ]);
  assertEquals(told("admin", null, null, { team: false }), "key_missing");
});

Deno.test("a wrong key is never treated as no key, even in personal mode", () => {
  for (const access of ROUTES.slice(1)) assertEquals(told(access, "wrong", null, { team: false }), "key_invalid");
});

Deno.test("two different keys in one request are refused, although one of them fits", () => {
  const credentials = { key: "admin", conflicting: true, provider_key: null, in_api_key: false };
  const decision = gate({ access: "admin", workspace_id: null, credentials }, rules());
  assert(isDenial(decision));
  assertEquals(decision.denied, "key_invalid");
});

Deno.test("a denial says what to do, and shows no key", () => {
  const missing = decide("ingest", null);
  assert(isDenial(missing));
  assertStringIncludes(missing.detail, "X-Quota-Key");
  const wrong = decide("read", "qg_read_secret");
  assert(isDenial(wrong) && !wrong.detail.includes("secret"));
});
