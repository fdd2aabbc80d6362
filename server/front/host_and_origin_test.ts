import { assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import type { IncomingMessage, ServerResponse } from "node:http";
import { parsePublicUrl } from "../access/public_url.ts";
import { parseTarget } from "../gateway/target.ts";
import { allowOrigin, checkHostAndOrigin, isForGateway, type ReachRules } from "./host_and_origin.ts";

const RULES: ReachRules = { port: 8787, isTeam: false, public_url: null, allowed_origins: new Set() };
const OURS = ["Host", "127.0.0.1:8787"];
const cases: [string, string, string[], string | null][] = [
  ["our address", "/healthz", OURS, null],
  ["our name", "/v1/models?limit=2", ["host", "LOCALHOST:8787"], null],
  ["our IPv6 address", "/", ["Host", "[::1]:8787"], null],
  ["any address of this machine", "/", ["Host", "127.0.0.2:8787"], null],
  ["a malformed address", "/", ["Host", "127.0.0.999:8787"], "foreign_host"],
  ["IPv6 without brackets", "/", ["Host", "::1:8787"], "foreign_host"],
  ["our name without the port", "/", ["Host", "localhost"], "foreign_host"],
  ["user information", "/", ["Host", "a@127.0.0.1:8787"], "foreign_host"],
  ["an empty host", "/", ["Host", ""], "foreign_host"],
  ["no host", "/", [], "foreign_host"],
  ["two hosts", "/", [...OURS, ...OURS], "foreign_host"],
  ["another port", "/", ["Host", "127.0.0.1:9999"], "foreign_host"],
  ["a foreign name that resolves to this machine", "/", ["Host", "rebound.example:8787"], "foreign_host"],
  ["our name as a prefix", "/", ["Host", "127.0.0.1:8787.evil.example"], "foreign_host"],
  ["absolute form", "http://127.0.0.1:8787/v1/models", OURS, "malformed_path"],
  ["FAULT 49: dot segments", "/v1/../api/quota/reset", OURS, "malformed_path"],
  ["FAULT 49: dot segments at the end", "/v1/..", OURS, "malformed_path"],
  ["FAULT 49: encoded dots", "/v1/%2E%2e/admin", OURS, "malformed_path"],
  ["FAULT 49: half encoded", "/v1/.%2e/admin", OURS, "malformed_path"],
  ["FAULT 49: an encoded slash", "/v1/..%2fadmin", OURS, "malformed_path"],
  ["FAULT 49: a backslash", "/v1/..\\admin", OURS, "malformed_path"],
  ["an id with slashes", "/api/quota/calls/urn%3Ajob%2F7%3Fa%23b", OURS, null],
  ["an id with slashes and a query", "/api/quota/calls/job%2f7?workspace_id=a", OURS, null],
  ["the id of a reservation", "/api/quota/reservations/job%2F7", OURS, null],
  ["FAULT 49: an id that leaves its path", "/api/quota/calls/..%2fkeys", OURS, "malformed_path"],
  ["FAULT 49: an id that leaves its path later", "/api/quota/calls/a%2F..%2F..%2Fkeys", OURS, "malformed_path"],
  ["FAULT 49: an id with a parameter", "/api/quota/calls/..%3b%2fkeys", OURS, "malformed_path"],
  ["FAULT 49: a plain parameter", "/api/quota/calls/..;/keys", OURS, "malformed_path"],
  ["FAULT 49: an id that is encoded twice", "/api/quota/calls/%252e%252e%252fkeys", OURS, "malformed_path"],
  ["FAULT 49: an id with a backslash", "/api/quota/calls/..%5ckeys", OURS, "malformed_path"],
  ["FAULT 49: a fragment", "/api/quota/calls/job#7", OURS, "malformed_path"],
  ["an encoded slash in the route of ids", "/api/quota%2fcalls/job-0007", OURS, "malformed_path"],
  ["an encoded slash after the id", "/api/quota/calls/job-0007/a%2fb", OURS, "malformed_path"],
  ["an encoded slash in another route", "/api/quota/keys/a%2Fb", OURS, "malformed_path"],
  ["an encoded slash in place of an id", "/api/quota/calls%2Fjob-0007", OURS, "malformed_path"],
  ["an asterisk", "*", OURS, "malformed_path"],
  ["dots in a name", "/v1/files/a..b.jsonl", OURS, null],
  ["dots in a query", "/v1/files?after=../x", OURS, null],
  ["an extension", "/", [...OURS, "Origin", "chrome-extension://abcdefghijklmnop"], null],
  ["an extension in Firefox", "/", [...OURS, "Origin", "moz-extension://0a-b1"], null],
  ["our own page", "/", [...OURS, "Origin", "http://127.0.0.1:8787"], null],
  ["a web page", "/", [...OURS, "Origin", "https://evil.example"], "foreign_origin"],
  ["a page of another port", "/", [...OURS, "Origin", "http://127.0.0.1:3000"], "foreign_origin"],
  ["our own page under the name localhost", "/", ["Host", "LOCALHOST:8787", "Origin", "http://localhost:8787"], null],
  [
    "two origins, one ours",
    "/",
    [...OURS, "Origin", "http://127.0.0.1:8787", "Origin", "https://evil.example"],
    "foreign_origin",
  ],
  ["an extension's name as a prefix", "/", [...OURS, "Origin", "chrome-extension://a.evil.example"], "foreign_origin"],
  [
    "a page's image",
    "/v1/models",
    [...OURS, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"],
    "foreign_origin",
  ],
  [
    "a page's image of our API",
    "/healthz",
    [...OURS, "Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "no-cors"],
    "foreign_origin",
  ],
  ["a page's frame with a gateway path", "/w/a/v1/models", [
    ...OURS,
    "Sec-Fetch-Site",
    "cross-site",
    "Sec-Fetch-Mode",
    "navigate",
  ], "foreign_origin"],
  [
    "a link to the documentation",
    "/docs",
    [...OURS, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"],
    null,
  ],
  ["an address typed in", "/v1/models", [...OURS, "Sec-Fetch-Site", "none", "Sec-Fetch-Mode", "navigate"], null],
  [
    "an extension's fetch",
    "/api/quota/status",
    [...OURS, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors"],
    null,
  ],
  ["a sandboxed page", "/", [...OURS, "Origin", "null"], "foreign_origin"],
];
for (const [name, target, raw_headers, code] of cases) {
  Deno.test(`${name} → ${code ?? "accepted"}`, () => {
    assertEquals(checkHostAndOrigin({ target, raw_headers }, RULES)?.code ?? null, code);
  });
}

/** A team's service behind a proxy at `https://quota.acme.dev`, whose chat page may call it. */
const TEAM: ReachRules = {
  ...RULES,
  isTeam: true,
  public_url: parsePublicUrl("https://quota.acme.dev/quota"),
  allowed_origins: new Set(["https://chat.acme.dev"]),
};
const EXTENSION = "chrome-extension://abcdefghijklmnop";

const hosts: [host: string, how: Partial<ReachRules> & { at?: string }, accepted: boolean][] = [
  ["quota.acme.dev", TEAM, true],
  ["Quota.Acme.Dev", TEAM, true],
  ["127.0.0.1:8787", TEAM, true],
  ["quota.acme.dev:8787", TEAM, false],
  ["chat.acme.dev", TEAM, false],
  ["quota.acme.dev.evil.example", TEAM, false],
  ["quota.acme.dev", RULES, false],
  ["10.0.0.5:8787", { at: "10.0.0.5" }, true],
  ["10.0.0.5:8787", { at: "::ffff:10.0.0.5" }, true],
  ["[FD00::5]:8787", { at: "fd00::5" }, true],
  ["10.0.0.6:8787", { at: "10.0.0.5" }, false],
  ["10.0.0.5:8788", { at: "10.0.0.5" }, false],
  ["localhost", { port: 80 }, true],
  ["localhost", { port: 443 }, false],
  ["localhost", { port: 443, secure: true }, true],
  ["localhost", { port: 80, secure: true }, false],
];
for (const [host, { at, ...rules }, accepted] of hosts) {
  const where = `port ${rules.port ?? 8787}${rules.secure ? ", TLS" : ""}${rules.public_url ? ", public URL" : ""}`;
  Deno.test(`Host ${host} (${where}${at ? `, connected to ${at}` : ""}) → ${accepted ? "accepted" : "refused"}`, () => {
    const head = { target: "/", raw_headers: ["Host", host], socket: { localAddress: at } };
    assertEquals(checkHostAndOrigin(head, { ...RULES, ...rules })?.code ?? null, accepted ? null : "foreign_host");
  });
}

Deno.test("the refusal of a name tells the names that work", () => {
  const detail = (rules: ReachRules) => checkHostAndOrigin({ target: "/", raw_headers: ["Host", "x"] }, rules)!.detail;
  assertStringIncludes(detail(TEAM), "ask for https://quota.acme.dev,");
  assertStringIncludes(detail(RULES), "ask for 127.0.0.1:8787 or localhost:8787,");
});

const origins: [origin: string, method: string, target: string, personal: boolean, team: boolean][] = [
  [EXTENSION, "GET", "/api/quota/status", true, true],
  [EXTENSION, "PUT", "/api/quota/limits", false, true],
  [EXTENSION, "POST", "/api/quota/ticket", true, true],
  [EXTENSION, "POST", "/api/quota/pairing/redeem", true, true],
  [EXTENSION, "POST", "/api/quota/pairing", false, true],
  [EXTENSION, "GET", "/v1/models", false, false],
  [EXTENSION, "POST", "/w/acme/v1/responses", false, false],
  ["https://chat.acme.dev", "POST", "/v1/responses", false, true],
  ["HTTPS://Chat.Acme.Dev", "PUT", "/api/quota/limits", false, true],
  ["https://chat.acme.dev.evil.example", "GET", "/api/quota/status", false, false],
  ["http://127.0.0.1:8787", "PUT", "/api/quota/limits", true, true],
  ["https://127.0.0.1:8787", "PUT", "/api/quota/limits", true, true],
  ["http://127.0.0.1:8787", "POST", "/v1/responses", false, false],
];
for (const [origin, method, target, personal, team] of origins) {
  Deno.test(`${method} ${target} from ${origin} → personal mode: ${personal}, team mode: ${team}`, () => {
    const head = { target, method, raw_headers: [...OURS, "Origin", origin] };
    const isAccepted = (rules: ReachRules) => checkHostAndOrigin(head, rules) === null;
    assertEquals([isAccepted(RULES), isAccepted(TEAM)], [personal, team]);
  });
}

/** The response's head that a page gets, as far as it is known before the request is handled. */
function headFor(origin: string | undefined, method = "GET", more: Record<string, string> = {}) {
  const head: Record<string, unknown> = {};
  const response = {
    setHeader: (name: string, value: string) => void (head[name] = value),
    writeHead: (status: number, headers: object) => (Object.assign(head, { status }, headers), { end: () => {} }),
  };
  const request = { headers: { ...more, ...(origin === undefined ? {} : { origin }) }, method };
  const isAnswered = allowOrigin(
    request as unknown as IncomingMessage,
    response as unknown as ServerResponse,
    TEAM.allowed_origins,
  );
  return { isAnswered, head };
}

const ASKED = {
  "access-control-request-method": "POST",
  "access-control-request-headers": "authorization,x-quota-key",
};

Deno.test("a listed page may read the response, and the request goes on", () => {
  for (const origin of ["https://chat.acme.dev", "HTTPS://Chat.acme.dev"]) {
    const { isAnswered, head } = headFor(origin, "POST");
    assertEquals([isAnswered, head["access-control-allow-origin"], head.vary], [false, origin, "origin"]);
  }
});

Deno.test("a program, and a page that is not listed, get no such header, not even for its browser's question", () => {
  for (const origin of [undefined, "https://evil.example", "null", ""]) {
    for (const more of [{}, ASKED]) {
      assertEquals(headFor(origin, "OPTIONS", more), { isAnswered: false, head: {} });
    }
  }
});

Deno.test("the question of a listed page's browser is answered with the methods and headers that it may use", () => {
  const { isAnswered, head } = headFor("https://chat.acme.dev", "OPTIONS", ASKED);
  assertEquals([isAnswered, head.status], [true, 204]);
  assertStringIncludes(String(head["access-control-allow-methods"]), "PUT");
  assertEquals(head["access-control-allow-headers"], "authorization,x-quota-key");
});

Deno.test("an OPTIONS request that is not such a question, and another method, go on", () => {
  assertEquals(headFor("https://chat.acme.dev", "OPTIONS").isAnswered, false);
  assertEquals(headFor("https://chat.acme.dev", "POST", ASKED).isAnswered, false);
});

Deno.test("FAULT 54: hostile targets and headers are checked within 50 ms", () => {
  const long = 200_000;
  const hostile = [
    "/".repeat(long),
    "/." + ".".repeat(long),
    "/%2".repeat(long),
    "/w/".repeat(long),
    `/w/${"a".repeat(long)}`,
  ];
  const started = performance.now();
  for (const target of hostile) {
    checkHostAndOrigin({ target, raw_headers: OURS }, RULES);
    checkHostAndOrigin({ target: "/", raw_headers: ["Host", target] }, RULES);
    checkHostAndOrigin({ target: "/", raw_headers: [...OURS, "Origin", target] }, RULES);
  }
  const each = (performance.now() - started) / (hostile.length * 3);
  assertEquals(each < 50, true, `${each} ms`);
});

Deno.test("isForGateway takes the same targets as the gateway: /v1/ and /w/{workspace}/v1/ with something after it", () => {
  const gateway = ["/v1/models", "/v1//", "/w/acme/v1/models?a=b", "/w//v1/x", "/v1/?a"];
  const others = ["/v1", "/v1/", "/w/acme/v1/", "/w/a/b/v1/x", "/w/acme?/v1/x", "/a/v1/x", "/v10/x", "http://a/v1/x"];
  assertEquals([...gateway, ...others].filter(isForGateway), gateway);
  assertEquals([...gateway, ...others].filter((target) => parseTarget(target, undefined)), gateway);
});
