/** Every route with every kind of key, over HTTP and WebSocket on a real port. */
import { ROUTES as API_ROUTES } from "../../server/api/routes.ts";
import { FEATURE_ROUTES } from "../../server/features/index.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../support/assert.ts";
import { type TeamService, withTeamService } from "../support/team_service.ts";

const ROUTES = [...API_ROUTES, ...FEATURE_ROUTES];

/** The routes that read one workspace. */
const READ_ROUTES = ROUTES.filter(({ access, by_workspace }) => /^(read|own)$/.test(access) && by_workspace);

/** The response to each kind of key, by the access that a route needs; `let in` is any response that is not the gate's. */
const EXPECTED: Record<string, Record<string, string>> = {
  open: {
    none: "let in",
    wrong: "let in",
    expired: "let in",
    ingest: "let in",
    read: "let in",
    read_all: "let in",
    admin: "let in",
  },
  any: {
    none: "401 key_missing",
    wrong: "401 key_invalid",
    expired: "401 key_expired",
    ingest: "403 not_allowed",
    read: "let in",
    read_all: "let in",
    admin: "let in",
  },
  own: {
    none: "401 key_missing",
    wrong: "401 key_invalid",
    expired: "401 key_expired",
    ingest: "let in",
    read: "let in",
    read_all: "let in",
    admin: "let in",
  },
  read: {
    none: "401 key_missing",
    wrong: "401 key_invalid",
    expired: "401 key_expired",
    ingest: "403 not_allowed",
    read: "let in",
    read_all: "let in",
    admin: "let in",
  },
  read_all: {
    none: "401 key_missing",
    wrong: "401 key_invalid",
    expired: "401 key_expired",
    ingest: "403 not_allowed",
    read: "403 not_allowed",
    read_all: "let in",
    admin: "let in",
  },
  ingest: {
    none: "401 key_missing",
    wrong: "401 key_invalid",
    expired: "401 key_expired",
    ingest: "let in",
    read: "403 not_allowed",
    read_all: "403 not_allowed",
    admin: "403 not_allowed",
  },
  admin: {
    none: "401 key_missing",
    wrong: "401 key_invalid",
    expired: "401 key_expired",
    ingest: "403 not_allowed",
    read: "403 not_allowed",
    read_all: "403 not_allowed",
    admin: "let in",
  },
};

const GATE_CODES = ["key_missing", "key_invalid", "key_expired", "not_allowed", "admin_disabled", "too_many_tries"];

async function told(response: Response): Promise<string> {
  const text = await response.text();
  const code = /"code":"(\w+)"/.exec(text)?.[1] ?? "";
  return GATE_CODES.includes(code) ? `${response.status} ${code}` : "let in";
}

Deno.test("every route, with every kind of key, over HTTP", () =>
  withTeamService(async (service) => {
    for (const route of ROUTES) {
      for (const [kind, expected] of Object.entries(EXPECTED[route.access])) {
        const path = route.path.replace(/:\w+/, "missing1");
        const text = service.keys[kind];
        const headers: HeadersInit = text === null ? {} : { authorization: `Bearer ${text}` };
        // Without a body: a caller that is let in gets 415 or 404, and no key or counter changes.
        const response = await fetch(service.url + path, { method: route.method, headers });
        assertEquals(await told(response), expected, `${route.method} ${path} with ${kind}`);
        service.clock.advance(10 * 60_000);
      }
    }
  }));

Deno.test("the gateway, with every kind of key", () =>
  withTeamService(async (service) => {
    for (const [kind, expected] of Object.entries(EXPECTED.ingest)) {
      const text = service.keys[kind];
      const headers: HeadersInit = text === null ? {} : { "x-quota-key": text };
      const response = await fetch(`${service.url}/v1/models`, {
        headers: { ...headers, authorization: "Bearer sk-1" },
      });
      assertEquals(await told(response), expected, kind);
      service.clock.advance(10 * 60_000);
    }
  }));

Deno.test("a key covers only its own workspaces, however they are named", () =>
  withTeamService(async (service) => {
    const { read, ingest } = service.keys;
    const ask = async (path: string, key: string | null, headers: Record<string, string> = {}) =>
      await told(await fetch(service.url + path, { headers: { "x-quota-key": key!, ...headers } }));
    for (const { path } of READ_ROUTES) {
      assertEquals(await ask(`${path}?workspace_id=other`, read), "403 not_allowed");
      assertEquals(await ask(`${path}?workspace_id=ACME`, read), "let in");
    }
    assertEquals(await ask("/w/other/v1/models", ingest), "403 not_allowed");
    assertEquals(await ask("/v1/models", ingest, { "x-workspace-id": "other" }), "403 not_allowed");
    assertEquals(await ask("/w/acme/v1/models", ingest), "let in");
    const reserve = (workspace_id: string) =>
      fetch(`${service.url}/api/quota/reservations`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-quota-key": ingest! },
        body: JSON.stringify({ id: `reservation-${workspace_id}`, workspace_id, tokens: 1 }),
      });
    assertEquals(await told(await reserve("other")), "403 not_allowed");
    assertEquals((await reserve("acme")).status, 201);
  }));

Deno.test("a key does not release the reservation of another workspace", () =>
  withTeamService(async (service) => {
    const stranger = service.create({ kind: "ingest", workspaces: ["other"] }).text;
    const send = async (method: string, path: string, key: string, body?: object) => {
      const headers = { "content-type": "application/json", "x-quota-key": key };
      const response = await fetch(`${service.url}/api/quota/${path}`, { method, headers, body: JSON.stringify(body) });
      return { status: response.status, body: await response.json() };
    };
    const reserved = async () => {
      const headers = { "x-quota-key": service.keys.read! };
      const response = await fetch(`${service.url}/api/quota/status`, { headers });
      return (await response.json()).stats.requests_per_minute.reserved;
    };
    const id = "reservation-of-acme";
    const owner = service.keys.ingest!;
    assertEquals((await send("POST", "reservations", owner, { id, workspace_id: "acme", tokens: 1 })).status, 201);
    assertEquals((await send("DELETE", `reservations/${id}`, stranger)).body, { released: false });
    assertEquals(await reserved(), 1);
    assertEquals((await send("DELETE", `reservations/${id}`, owner)).body, { released: true });
    assertEquals(await reserved(), 0);
  }));

Deno.test("calls go to the workspace of the key, under its app, with the caller's key for the provider", () =>
  withTeamService(async (service) => {
    const call = (headers: Record<string, string>) =>
      fetch(`${service.url}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ model: "gpt-5.4", messages: [] }),
      });
    const { ingest } = service.keys;
    assertEquals((await call({ "x-quota-key": ingest!, authorization: "Bearer sk-own" })).status, 200);
    assertEquals((await call({ authorization: `Bearer ${ingest}~sk-joined` })).status, 200);
    assertEquals((await call({ "api-key": `${ingest}~sk-azure` })).status, 200);
    const alone = await call({ authorization: `Bearer ${ingest}` });
    assertEquals([alone.status, (await alone.json()).error.code], [401, "provider_key_missing"]);
    const sent = service.upstream.entries.map(({ headers }) => JSON.stringify(headers));
    assertEquals(sent.map((text) => /sk-\w+/.exec(text)?.[0]), ["sk-own", "sk-joined", "sk-azure"]);
    assert(sent.every((text) => !text.includes("qg_") && !text.includes("x-quota")), sent.join("\n"));
    const status = await (await fetch(`${service.url}/api/quota/status`, {
      headers: { authorization: `Bearer ${service.keys.read}` },
    })).json();
    assertEquals([status.workspace_id, status.usage.calls], ["acme", 3]);
  }));

Deno.test("a key that lists models may call only those and their snapshots", () =>
  withTeamService(async (service) => {
    const { text } = service.create({ kind: "ingest", workspaces: ["acme"], models: ["gpt-5.4"] });
    const call = async (model: string) =>
      (await fetch(`${service.url}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${text}~sk-1` },
        body: JSON.stringify({ model, messages: [] }),
      })).status;
    assertEquals([await call("gpt-5.4"), await call("gpt-5.4-2026-03-01"), await call("gpt-5.4-mini")], [
      200,
      200,
      403,
    ]);
  }));

/** A socket of a browser, which sends one message when it is open. */
class BrowserSocket {
  readonly #socket: WebSocket;
  readonly #messages: string[] = [];
  readonly opened: Promise<void>;
  /** All messages, once the socket is closed. */
  readonly closed: Promise<string[]>;
  readonly #first = Promise.withResolvers<void>();

  constructor(url: string, message: object | null) {
    this.#socket = new WebSocket(url.replace("http", "ws"));
    this.opened = new Promise((resolve) => this.#socket.onopen = () => resolve());
    this.closed = new Promise((resolve) => this.#socket.onclose = () => resolve(this.#messages));
    this.#socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
    if (message) void this.opened.then(() => this.#socket.send(JSON.stringify(message)));
  }

  get firstMessage(): Promise<void> {
    return this.#first.promise;
  }

  #receive({ type, code, data }: { type: string; code?: string; data?: { workspace_id: string } }): void {
    this.#messages.push(type === "error" ? code! : `${type} ${data?.workspace_id}`);
    this.#first.resolve();
  }

  async close(): Promise<string[]> {
    await this.firstMessage;
    this.#socket.close();
    return await this.closed;
  }
}

/** The messages that a socket receives after its first message. */
const hear = (url: string, message: object): Promise<string[]> => new BrowserSocket(url, message).close();

const SOCKET = "/api/quota/ws";

async function ticketFor(service: TeamService, key: string): Promise<string> {
  const response = await fetch(`${service.url}/api/quota/ticket`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
  });
  assertEquals(response.status, 201);
  return (await response.json()).ticket;
}

Deno.test("a browser opens a WebSocket with a ticket, once, for the workspaces of its key", () =>
  withTeamService(async (service) => {
    const url = service.url + SOCKET;
    const ticket = await ticketFor(service, service.keys.read!);
    assertEquals(await hear(url, { type: "auth", ticket }), ["quota_update acme"]);
    assertEquals(await hear(url, { type: "auth", ticket }), ["key_invalid"]);
    const other = await ticketFor(service, service.keys.read!);
    assertEquals(await hear(`${url}?workspace_id=other`, { type: "auth", ticket: other }), ["not_allowed"]);
    assertEquals(await hear(url, { type: "ping" }), ["key_invalid"]);
    assertEquals(await hear(url, { type: "auth", ticket: "' OR 1=1" }), ["key_invalid"]);
  }));

Deno.test("a socket without a ticket gets no data, and is closed after five seconds", () =>
  withTeamService(async (service) => {
    const socket = new BrowserSocket(service.url + SOCKET, null);
    await socket.opened;
    service.clock.advance(5000);
    assertEquals(await socket.closed, ["key_missing"]);
  }));

Deno.test("a key that another process revokes is refused within a second, its sockets close, and its tickets are invalid", () =>
  withTeamService(async (service) => {
    const { text, id } = service.create({ kind: "read", workspaces: ["acme"] });
    const ask = async () =>
      await told(await fetch(`${service.url}/api/quota/status`, { headers: { authorization: `Bearer ${text}` } }));
    const [first, second] = [await ticketFor(service, text), await ticketFor(service, text)];
    const socket = new BrowserSocket(service.url + SOCKET, { type: "auth", ticket: first });
    await socket.firstMessage;
    assertEquals(await ask(), "let in");
    service.revoke(id);
    assertEquals(await socket.closed, ["quota_update acme", "key_invalid"]);
    assertEquals(await ask(), "401 key_invalid");
    assertEquals(await hear(service.url + SOCKET, { type: "auth", ticket: second }), ["not_allowed"]);
  }));

Deno.test("a pairing code gives one read key; five wrong codes slow an address down", () =>
  withTeamService(async (service) => {
    const post = (path: string, body: object, headers: Record<string, string> = {}) =>
      fetch(service.url + path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
    const admin = { authorization: `Bearer ${service.keys.admin}` };
    const { code } = await (await post("/api/quota/pairing", { workspace_id: "acme" }, admin)).json();
    const redeem = (code: string) => post("/api/quota/pairing/redeem", { code, name: "Ada's Firefox" });
    const redeemed = await redeem(code.toLowerCase());
    const { key, workspace_id } = await redeemed.json();
    assertEquals([redeemed.status, workspace_id], [201, "acme"]);
    assertMatch(key, /^qg_read_/);
    const status = await fetch(`${service.url}/api/quota/status`, { headers: { authorization: `Bearer ${key}` } });
    assertEquals([status.status, (await status.json()).workspace_id], [200, "acme"]);
    const again = await Promise.all(Array.from({ length: 5 }, () => redeem(code)));
    assertEquals(again.map(({ status }) => status), [404, 404, 404, 404, 404]);
    const sixth = await redeem(code);
    assertEquals([sixth.status, sixth.headers.get("retry-after")], [429, "1"]);
  }));

Deno.test("a client may set only the listed fields of a key", () =>
  withTeamService(async (service) => {
    const create = (body: object) =>
      fetch(`${service.url}/api/quota/keys`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${service.keys.admin}` },
        body: JSON.stringify(body),
      });
    const refused: object[] = [
      { kind: "read", workspaces: ["acme"], id: "chosen00" },
      { kind: "read", workspaces: ["acme"], created_by: "somebody" },
      { kind: "read", workspaces: ["acme"], hash: "00" },
      { kind: "owner", workspaces: ["acme"] },
      { kind: "read", workspaces: [] },
      { kind: "read", workspaces: ["../x"] },
      { kind: "ingest", workspaces: ["a", "b"] },
      { kind: "ingest", workspaces: ["*"] },
      { kind: "admin", workspaces: ["acme"] },
    ];
    for (const body of refused) assertEquals((await create(body)).status, 400, JSON.stringify(body));
    assertEquals((await create({ kind: "read", workspaces: ["*"], note: "wall" })).status, 201);
  }));

Deno.test("the audit trail has the author and target of each change, and no secret", () =>
  withTeamService(async (service) => {
    const headers = { authorization: `Bearer ${service.keys.admin}`, "content-type": "application/json" };
    const send = (method: string, path: string, body?: object) =>
      fetch(service.url + path, { method, headers, body: body && JSON.stringify(body) });
    const made = await (await send("POST", "/api/quota/keys", { kind: "read", workspaces: ["acme"] })).json();
    await send("POST", `/api/quota/keys/${made.id}/rotate`, {});
    assertEquals((await send("DELETE", `/api/quota/keys/${made.id}`)).status, 204);
    await send("PUT", "/api/quota/limits?workspace_id=acme", { requests_per_minute: 9 });
    await send("POST", "/api/quota/reset", { workspace_id: "acme", scope: "day" });
    const text = await (await send("GET", "/api/quota/audit?limit=5")).text();
    const { data, next_cursor } = JSON.parse(text) as { data: Record<string, string>[]; next_cursor: string };
    assertEquals(data.map(({ action }) => action), [
      "quota_reset",
      "limits_set",
      "key_revoked",
      "key_rotated",
      "key_created",
    ]);
    assert(data.every(({ actor, address }) => actor === service.idOf("admin") && address === "127.0.0.1"), text);
    assert(!text.includes(made.key.slice(20)));
    assertStringIncludes(await (await send("GET", `/api/quota/audit?cursor=${next_cursor}`)).text(), "key_created");
  }));

Deno.test("FAULT 75: pages and extensions cannot spend the provider's key; listed pages can", () =>
  withTeamService(async (service) => {
    const call = (origin: string) =>
      fetch(`${service.url}/v1/chat/completions`, {
        method: "POST",
        headers: { origin, authorization: `Bearer ${service.keys.ingest}~sk-1`, "content-type": "application/json" },
        body: JSON.stringify({ model: "gpt-5.4", messages: [] }),
      });
    for (const origin of ["https://evil.example", "chrome-extension://abc", "null", service.url]) {
      const refused = await call(origin);
      assertEquals([refused.status, (await refused.json()).error.code], [403, "foreign_origin"], origin);
    }
    const allowed = await call("https://chat.acme.dev");
    assertEquals([allowed.status, allowed.headers.get("access-control-allow-origin")], [200, "https://chat.acme.dev"]);
    await allowed.body?.cancel();
    const question = await fetch(`${service.url}/v1/chat/completions`, {
      method: "OPTIONS",
      headers: {
        origin: "https://chat.acme.dev",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
      },
    });
    assertEquals([question.status, question.headers.get("access-control-allow-headers")], [204, "authorization"]);
    assertEquals(service.upstream.entries.length, 1);
  }));

Deno.test("a public address with a path works with and without its prefix, and other names say which setting admits them", () =>
  withTeamService(async (service) => {
    const ask = (path: string, host: string) => service.raw(path, host, service.keys.read!);
    assertMatch(await ask("/quota/api/quota/status", "tools.acme.dev"), /^HTTP\/1\.1 200/);
    assertMatch(await ask("/api/quota/status", "tools.acme.dev"), /^HTTP\/1\.1 200/);
    const refused = await ask("/api/quota/status", "other.acme.dev");
    assertMatch(refused, /^HTTP\/1\.1 403/);
    assertStringIncludes(refused, "QUOTA_PUBLIC_URL");
  }));
