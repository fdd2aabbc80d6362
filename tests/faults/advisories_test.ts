/** Published security advisories about similar services, each as a test of this one. */
import { newKey } from "../../server/access/key_text.ts";
import { ROUTES } from "../../server/api/routes.ts";
import { FEATURE_ROUTES } from "../../server/features/index.ts";
import { ROOT } from "../../tools/lib/setup.mjs";
import { run, sendRaw, until } from "../api/running.ts";
import { assert, assertEquals, assertMatch } from "../support/assert.ts";
import { type TeamService, withTeamService } from "../support/team_service.ts";
import { startUpstream } from "../support/upstream.ts";

const UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

const code = (received: string) => /"code":"(\w+)"/.exec(received)?.[1] ?? received.slice(0, 100);

const bearer = (key: string | null): Record<string, string> => key === null ? {} : { authorization: `Bearer ${key}` };

Deno.test("route confusion by Host: no spelling of a foreign host is ours", () =>
  withTeamService(async ({ port, keys, upstream }) => {
    const own = `127.0.0.1:${port}`;
    const hosts = [
      "x/#@y",
      `x/#@${own}`,
      `${own}/#@evil.example`,
      `evil.example#@${own}`,
      `evil.example\\@${own}`,
      `user@${own}`,
      `${own}@evil.example`,
      `${own}/`,
      `${own}?x`,
      `${own}#x`,
      `${own} evil.example`,
      `${own},evil.example`,
      `127.0.0.1.evil.example:${port}`,
      `0x7f000001:${port}`,
      `2130706433:${port}`,
      `127.0.0.1:${port}:${port}`,
      `127.0.0.1:0${port}0`,
      "",
    ];
    for (const host of hosts) {
      for (const path of ["/api/quota/keys", "/v1/models", "/api/quota/ws"]) {
        const key = path.startsWith("/v1") ? `${keys.ingest}~sk-1` : keys.admin;
        const socket = path.endsWith("ws") ? UPGRADE : "Connection: close\r\n";
        const head = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${key}\r\n${socket}\r\n`;
        assertMatch(await sendRaw(port, head), /^HTTP\/1\.1 (400|403) /, `${host} ${path}`);
      }
    }
    assertEquals(upstream.entries.length, 0);
  }));

Deno.test("route confusion by path: no spelling reaches a route without its key", () =>
  withTeamService(async ({ port, keys }) => {
    const paths = [
      "//api/quota/keys",
      "/api//quota/keys",
      "/api/quota//keys",
      "/api/quota/keys/",
      "/API/quota/keys",
      "/api/quota/keys;a=b",
      "/api/quota/keys.json",
      "/api/quota/%6beys",
      "/api/quota/keys%20",
      "/api/quota/keys%3f",
      "/./api/quota/keys",
      "/healthz/../api/quota/keys",
      "/healthz/%2e%2e/api/quota/keys",
      "/healthz/..%2fapi/quota/keys",
      "/healthz\\..\\api\\quota\\keys",
      "/docs/../api/quota/keys",
      "/v1/../api/quota/keys",
      "/w/acme/v1/../../../api/quota/keys",
      "/quota/quota/api/quota/keys",
      "/quota//api/quota/keys",
      "http://127.0.0.1/api/quota/keys",
      "/api/quota/keys?path=/healthz",
      "/api/quota/keys#/healthz",
      "/healthz#/api/quota/keys",
    ];
    const disguises = ["X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override", "X-Forwarded-Path"];
    const extra = disguises.map((name) => `${name}: /api/quota/keys\r\n`).join("");
    for (const [who, key] of [["nobody", null], ["an ingest key", keys.ingest], ["a read key", keys.read]] as const) {
      const credential = key === null ? "" : `Authorization: Bearer ${key}\r\n`;
      for (const path of [...paths, "/healthz", "/v1/models"]) {
        const head =
          `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${credential}${extra}Connection: close\r\n\r\n`;
        const received = await sendRaw(port, head);
        assert(!received.includes('"kind":"admin"'), `${who} reads the keys by ${path}: ${received}`);
      }
    }
  }));

/** Texts that a parser, a query or a comparison could take for something else than a wrong key. */
const INJECTIONS = [
  "",
  " ",
  "null",
  "undefined",
  "true",
  "0",
  "[]",
  "{}",
  "*",
  "' OR '1'='1",
  "'; DROP TABLE keys; --",
  "qg_",
  "qg_admin_",
  "qg_admin__",
  "qg_admin_%_%",
  `qg_admin_________${"_".repeat(50)}`,
  "qg_admin_constructor",
  "qg_admin___proto__",
  "qg_admin_${1}",
  "../../etc/passwd",
  "admin",
  "anonymous",
  "personal",
  "eyJhbGciOiJub25lIn0.eyJraW5kIjoiYWRtaW4ifQ.",
  "a".repeat(8000),
];

Deno.test("an injection-shaped key is a wrong key, on every route and in both modes", () =>
  withTeamService(async ({ url, clock }) => {
    await using personal = await run({ QUOTA_ADMIN_KEY: "an-admin-key-from-outside" });
    const services: [string, { advance(ms: number): void }][] = [[url, clock], [
      `http://${personal.host}`,
      personal.clock,
    ]];
    for (const [service, time] of services) {
      for (const key of INJECTIONS) {
        for (const path of ["/api/quota/status", "/api/quota/keys", "/api/quota/usage"]) {
          for (const name of ["x-quota-key", "authorization"]) {
            const headers = { [name]: name === "authorization" ? `Bearer ${key}` : key };
            const response = await fetch(service + path, { headers });
            assertEquals([response.status, code(await response.text())], [401, "key_invalid"], `${key} in ${name}`);
            time.advance(10 * 60_000);
          }
        }
      }
    }
  }));

Deno.test("a failed key is never an empty identity: it gets less than no key", async () => {
  await using personal = await run();
  const url = `http://${personal.host}`;
  assertEquals((await (await fetch(`${url}/api/quota/status`)).json()).workspace_id, "default");
  for (const key of [newKey("read").text, newKey("admin").text, "qg_ingest_1"]) {
    const [status, call, health] = await Promise.all(
      ["/api/quota/status", "/v1/models", "/healthz"].map((path) => fetch(url + path, { headers: bearer(key) })),
    );
    assertEquals([status.status, call.status], [401, 401]);
    assertEquals(Object.keys(await health.json()), ["contract", "status", "version"]);
    await Promise.all([status.body?.cancel(), call.body?.cancel()]);
    personal.clock.advance(10 * 60_000);
  }
});

Deno.test("a key is compared as a whole: one with the same beginning, end or id is wrong", () =>
  withTeamService(async ({ url, keys, clock, idOf }) => {
    const ask = async (key: string) => (await fetch(`${url}/api/quota/status`, { headers: bearer(key) })).status;
    const read = keys.read!;
    // A key that was accepted before, so that a cache would know it.
    assertEquals(await ask(read), 200);
    const wrong = [
      read.slice(0, -1),
      `${read}a`,
      read.slice(0, -7) + newKey("read").text.slice(-7),
      newKey("read", idOf("read")).text,
      read.replace("qg_read_", "qg_admin_"),
      read.toLowerCase(),
      `${read} `.padEnd(read.length * 2, read),
    ];
    for (const key of wrong) {
      assertEquals(await ask(key), 401, key);
      clock.advance(10 * 60_000);
    }
    assertEquals(await ask(read), 200);
  }));

Deno.test("no key makes a wider key: only an admin makes any, and none outlives it", () =>
  withTeamService(async (service) => {
    const expires_at_ms = service.clock.now() + 3_600_000;
    const temporary = service.create({ kind: "admin", workspaces: [], expires_at_ms }).text;
    const post = async (key: string, path: string, body: object) => {
      const headers = { ...bearer(key), "content-type": "application/json" };
      const response = await fetch(`${service.url}/api/quota/${path}`, {
        method: "POST",
        headers,
        body: JSON.stringify(body),
      });
      return { status: response.status, body: await response.json() };
    };
    for (const kind of ["ingest", "read"]) {
      for (
        const path of ["keys", "pairing", `keys/${service.idOf("admin")}/rotate`, `keys/${service.idOf(kind)}/rotate`]
      ) {
        assertEquals((await post(service.keys[kind]!, path, {})).status, 403, `${kind} at ${path}`);
      }
    }
    const later = new Date(expires_at_ms + 1).toISOString();
    assertEquals((await post(temporary, "keys", { kind: "admin", expires_at: later })).status, 403);
    assertEquals((await post(temporary, `keys/${service.idOf("admin")}/rotate`, {})).status, 403);
    const made = await post(temporary, "keys", { kind: "admin", expires_at: null });
    assertEquals([made.status, Date.parse(made.body.expires_at)], [201, expires_at_ms]);
    const { code } = (await post(temporary, "pairing", { workspace_id: "acme" })).body;
    const paired = (await post("", "pairing/redeem", { code, name: "Firefox" })).body.key;
    service.clock.advance(3_600_000);
    for (const key of [temporary, made.body.key]) assertEquals((await post(key, "keys", {})).body.code, "key_expired");
    assertEquals((await post(paired, "ticket", {})).body.code, "key_expired");
  }));

Deno.test("a session ends with its key: by expiry, and by a new secret", () =>
  withTeamService(async (service) => {
    const expiring = service.create({
      kind: "read",
      workspaces: ["acme"],
      expires_at_ms: service.clock.now() + 20_000,
    });
    const rotated = service.create({ kind: "read", workspaces: ["acme"] });
    const ends: string[] = [];
    const open = async (key: string) => {
      const response = await fetch(`${service.url}/api/quota/ticket`, { method: "POST", headers: bearer(key) });
      const { ticket } = await response.json();
      const socket = new WebSocket(`${service.url.replace("http", "ws")}/api/quota/ws`);
      socket.onopen = () => socket.send(JSON.stringify({ type: "auth", ticket }));
      socket.onclose = ({ reason }) => ends.push(reason);
      await new Promise((resolve) => socket.onmessage = resolve);
    };
    await open(expiring.text);
    await open(rotated.text);
    service.rotate(rotated.id, 5000);
    assertEquals(ends, []);
    service.clock.advance(5500);
    await until(() => ends.length === 1, "the end of the old secret's socket");
    // With one heartbeat on the way, which the socket may leave unanswered.
    service.clock.advance(14_500);
    await until(() => ends.length === 2, "the end of the expired key's socket");
    assertEquals(ends, ["key_invalid", "key_invalid"]);
  }));

Deno.test("every route but those for health, pairing and signing in needs a key", () => {
  const open = [...ROUTES, ...FEATURE_ROUTES].filter(({ access }) => access === "open").map(({ method, path }) =>
    `${method} ${path}`
  );
  const redeeming = ["POST /api/quota/pairing/redeem", "POST /api/quota/sessions"];
  const expected = ["GET /healthz", "GET /livez", "GET /readyz", ...redeeming];
  assertEquals(open.sort(), expected);
});

Deno.test("an open service lets no caller choose the upstream", async () => {
  const [upstream, elsewhere] = [await startUpstream(), await startUpstream()];
  try {
    await using personal = await run({ QUOTA_UPSTREAM_URL: upstream.url });
    const other = new URL(elsewhere.url);
    const names = [
      "x-upstream-url",
      "x-base-url",
      "openai-base-url",
      "x-portkey-custom-host",
      "x-litellm-api-base",
      "x-forwarded-host",
      "forwarded",
      "x-original-host",
      "x-real-host",
    ];
    const headers = Object.fromEntries(
      names.map((name) => [name, name === "forwarded" ? `host=${other.host}` : other.host]),
    );
    const body = JSON.stringify({ model: "gpt-5.4", messages: [], api_base: elsewhere.url, base_url: elsewhere.url });
    const paths = [
      "chat/completions",
      `/${other.host}/v1/chat/completions`,
      `http://${other.host}/v1/chat/completions`,
      `@${other.host}/v1/chat/completions`,
      `chat/completions?api_base=${elsewhere.url}&base_url=${elsewhere.url}`,
    ];
    for (const path of paths) {
      const response = await fetch(`http://${personal.host}/v1/${path}`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json", authorization: "Bearer sk-own" },
        body,
      });
      await response.body?.cancel();
    }
    const absolute = `POST http://${other.host}/v1/chat/completions HTTP/1.1\r\nHost: ${personal.host}\r\n` +
      `Connection: close\r\nContent-Length: 0\r\n\r\n`;
    assertMatch(await sendRaw(personal.port, absolute), /^HTTP\/1\.1 400 /);
    assertMatch(await sendRaw(personal.port, absolute.replace("POST http://", "CONNECT ")), /^(HTTP\/1\.1 4|$)/);
    assertEquals([upstream.entries.length, elsewhere.entries.length], [paths.length, 0]);
    assert(upstream.entries.every(({ path }) => path.startsWith("/v1/")), JSON.stringify(upstream.entries));
  } finally {
    await Promise.all([upstream.close(), elsewhere.close()]);
  }
});

Deno.test("a redirect to another server is neither followed nor passed on, so no key goes elsewhere", async () => {
  const elsewhere = await startUpstream();
  try {
    await withTeamService(async ({ url, keys, upstream }) => {
      for (const status of [301, 302, 303, 307, 308]) {
        const location = `${elsewhere.url}/chat/completions`;
        upstream.reply((exchange) => exchange.raw("", status, { location }));
        const response = await fetch(`${url}/v1/chat/completions`, {
          method: "POST",
          headers: { ...bearer(`${keys.ingest}~sk-own`), "content-type": "application/json" },
          body: JSON.stringify({ model: "gpt-5.4", messages: [] }),
          redirect: "manual",
        });
        const { error } = await response.json();
        const got = [response.status, error.code, response.headers.get("location")];
        assertEquals(got, [502, "upstream_redirected", null], `${status}`);
      }
      assertEquals(elsewhere.entries.length, 0);
    });
  } finally {
    await elsewhere.close();
  }
});

Deno.test("two browsers that redeem one pairing code at the same time: one gets a key", () =>
  withTeamService(async (service) => {
    const post = (path: string, body: object, key: string | null = null) =>
      fetch(`${service.url}/api/quota/${path}`, {
        method: "POST",
        headers: { ...bearer(key), "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const { code } = await (await post("pairing", { workspace_id: "acme" }, service.keys.admin)).json();
    const redeemed = await Promise.all(
      Array.from({ length: 5 }, (_, at) => post("pairing/redeem", { code, name: `browser ${at}` })),
    );
    assertEquals(redeemed.map(({ status }) => status).sort(), [201, 404, 404, 404, 404]);
    const late = (await (await post("pairing", { workspace_id: "acme" }, service.keys.admin)).json()).code;
    service.clock.advance(10 * 60_000);
    assertEquals((await post("pairing/redeem", { code: late, name: "late" })).status, 404);
    await Promise.all(redeemed.map((response) => response.body?.cancel()));
  }));

Deno.test("tries are counted by the address that trusted proxies report, and by no header of a caller", () =>
  withTeamService(async (service) => {
    const redeem = async (forwarded: string) => {
      const response = await fetch(`${service.url}/api/quota/pairing/redeem`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-forwarded-for": forwarded },
        body: JSON.stringify({ code: "ABCD-EFGH", name: "guess" }),
      });
      await response.body?.cancel();
      return response.status;
    };
    // The proxy appends the caller's address to what the caller wrote.
    const guesses = [1, 2, 3, 4, 5, 6].map((at) => `198.51.100.${at}, 203.0.113.9`);
    const answers: number[] = [];
    for (const guess of guesses) answers.push(await redeem(guess));
    assertEquals(answers, [404, 404, 404, 404, 404, 429]);
    assertEquals(await redeem("203.0.113.10"), 404);
    const headers = bearer(service.keys.admin);
    await fetch(`${service.url}/api/quota/keys`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json", "x-forwarded-for": "198.51.100.1, 203.0.113.11" },
      body: JSON.stringify({ kind: "read", workspaces: ["acme"] }),
    });
    const { data } = await (await fetch(`${service.url}/api/quota/audit?limit=1`, { headers })).json();
    assertEquals([data[0].action, data[0].address, data[0].actor], [
      "key_created",
      "203.0.113.11",
      service.idOf("admin"),
    ]);
  }, { QUOTA_TRUSTED_PROXIES: "127.0.0.1" }));

Deno.test("releases of packages: the lock is frozen, and no package but those runs a script when it is installed", async () => {
  const { packages } = JSON.parse(await Deno.readTextFile(`${ROOT}/package-lock.json`)) as {
    packages: Record<string, { hasInstallScript?: boolean; integrity?: string; optional?: boolean }>;
  };
  const setup = await Deno.readTextFile(`${ROOT}/tools/lib/setup.mjs`);
  assert(setup.includes('npm("ci", "--include=dev", "--ignore-scripts")'), "npm ci runs no script");
  const trusted = /const SCRIPTS = \[(.*)\];/.exec(setup)![1].split(", ").map((name) => JSON.parse(name));
  assertEquals(trusted, ["deno", "bun"]);
  const unchecked = Object.entries(packages).filter(([path, { integrity, optional }]) =>
    path && !integrity && !optional
  );
  assertEquals(unchecked, []);
});

/** The keys of a service are its own: those of another service of the same version are unknown. */
Deno.test("a key of another service is wrong", () =>
  withTeamService((one: TeamService) =>
    withTeamService(async (other) => {
      for (const key of [one.keys.admin, one.keys.read, one.keys.ingest]) {
        const response = await fetch(`${other.url}/api/quota/status`, { headers: bearer(key) });
        assertEquals([response.status, code(await response.text())], [401, "key_invalid"]);
      }
    })
  ));
