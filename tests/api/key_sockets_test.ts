/** Keys on the gateway's WebSockets: where they are sent, which models they allow, and what a revocation ends. */
import { WebSocket } from "ws";
import { assert, assertEquals } from "../support/assert.ts";
import { type SocketUpstream, startSocketUpstream } from "../support/socket_upstream.ts";
import { type TeamService, withTeamService } from "../support/team_service.ts";
import { until } from "./running.ts";

const PROTOCOL = "openai-insecure-api-key.";

function withSockets(
  use: (service: TeamService, upstream: SocketUpstream) => Promise<void>,
  settings: Record<string, string> = {},
): () => Promise<void> {
  return async () => {
    const upstream = await startSocketUpstream();
    try {
      await withTeamService((service) => use(service, upstream), { QUOTA_UPSTREAM_URL: upstream.url, ...settings });
    } finally {
      await upstream.close();
    }
  };
}

/** A caller of the gateway, with all that they received. */
class Caller {
  readonly events: Record<string, unknown>[] = [];
  /** Code and reason of the end, or status and error code of a refused handshake. */
  ended: [code: number, reason: string] | null = null;
  readonly socket: WebSocket;

  constructor({ url }: TeamService, path: string, headers: Record<string, string>, protocols: string[] = []) {
    this.socket = new WebSocket(url.replace("http", "ws") + path, protocols, { headers });
    this.socket.on("message", (data) => this.events.push(JSON.parse(data.toString())));
    this.socket.on("close", (code, reason) => this.ended ??= [code, reason.toString()]);
    this.socket.on("error", () => {});
    this.socket.on("unexpected-response", (_request, response) => {
      let body = "";
      response.on("data", (part: Uint8Array) => body += part);
      response.on("end", () => this.ended = [response.statusCode!, JSON.parse(body).error.code]);
    });
  }

  async opened(): Promise<this> {
    await until(() => this.socket.readyState === WebSocket.OPEN, "the socket");
    return this;
  }

  async end(): Promise<[number, string]> {
    await until(() => this.ended !== null, "the end");
    return this.ended!;
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.end();
  }
}

const RESPONSES = "/v1/responses";
const REALTIME = "/v1/realtime?model=gpt-realtime";

Deno.test(
  "a key opens a socket in each form, counts for its workspace, and never goes upstream",
  withSockets(async (service, upstream) => {
    const { ingest } = service.keys;
    const forms: [Record<string, string>, string[]][] = [
      [{ "x-quota-key": ingest!, authorization: "Bearer sk-own" }, []],
      [{ authorization: `Bearer ${ingest}~sk-own` }, []],
      [{ "api-key": `${ingest}~sk-own` }, []],
      [{}, ["realtime", `${PROTOCOL}${ingest}~sk-own`]],
    ];
    for (const [at, [headers, protocols]] of forms.entries()) {
      const caller = new Caller(service, REALTIME, headers, protocols);
      const peer = await upstream.peer(at);
      const sent = JSON.stringify(peer.headers);
      assert(sent.includes("sk-own"), sent);
      assert(!sent.includes("qg_") && !sent.includes("x-quota"), sent);
      await caller.opened();
      caller.socket.send('{"type":"response.create"}');
      await until(() => caller.events.length > 0, "the response");
      await caller.close();
    }
    const headers = { authorization: `Bearer ${service.keys.read}` };
    const status = await (await fetch(`${service.url}/api/quota/status`, { headers })).json();
    assertEquals([status.workspace_id, status.usage.calls], ["acme", 4]);
  }),
);

Deno.test(
  "a socket with a missing, wrong or hidden key is refused in OpenAI's shape, and nothing is opened upstream",
  withSockets(async (service, upstream) => {
    const { ingest, read, expired, admin } = service.keys;
    const cases: [Record<string, string>, string[], [number, string]][] = [
      [{}, [], [401, "key_missing"]],
      [{ authorization: "Bearer sk-own" }, [], [401, "key_missing"]],
      [{ "x-quota-key": "wrong" }, [], [401, "key_invalid"]],
      [{ "x-quota-key": expired! }, [], [401, "key_expired"]],
      [{ "x-quota-key": read! }, [], [403, "not_allowed"]],
      [{ "x-quota-key": admin! }, [], [403, "not_allowed"]],
      [{ authorization: `Bearer ${ingest}` }, [], [401, "provider_key_missing"]],
      [{}, ["realtime", `${PROTOCOL}${ingest}`], [401, "provider_key_missing"]],
      [{}, ["realtime", `${PROTOCOL}qg_ingest_wrong~sk-own`], [401, "key_invalid"]],
      // A valid key beside a wrong one, each place in turn.
      [{ "x-quota-key": ingest!, authorization: "Bearer qg_wrong" }, [], [401, "key_invalid"]],
      [{ authorization: `Bearer ${ingest}~sk-own`, "api-key": "qg_wrong" }, [], [401, "key_invalid"]],
      [{ authorization: `Bearer ${ingest}~sk-own` }, ["realtime", `${PROTOCOL}qg_wrong`], [401, "key_invalid"]],
      // A key that would have gone upstream as the provider's.
      [{ "x-quota-key": ingest!, authorization: "Bearer sk-own" }, ["realtime", `${PROTOCOL}${ingest}`], [
        401,
        "provider_key_missing",
      ]],
    ];
    for (const [headers, protocols, expected] of cases) {
      const caller = new Caller(service, REALTIME, headers, protocols);
      assertEquals(await caller.end(), expected, JSON.stringify([headers, protocols]));
      service.clock.advance(10 * 60_000);
    }
    assertEquals(upstream.peers.length, 0);
  }),
);

Deno.test(
  "revoking a key closes its sockets within a second, and counts what was in progress",
  withSockets(async (service, upstream) => {
    const mine = service.create({ kind: "ingest", workspaces: ["acme"] });
    const callers = [mine.text, service.keys.ingest].map((key) =>
      new Caller(service, RESPONSES, { "x-quota-key": key!, authorization: "Bearer sk-own" })
    );
    const [revoked, other] = await Promise.all(callers.map((caller) => caller.opened()));
    upstream.reply((peer) => void upstream.begin(peer));
    for (const { socket } of callers) socket.send('{"type":"response.create","model":"gpt-5.4"}');
    await until(() => callers.every(({ events }) => events.length === 1), "both responses");
    service.revoke(mine.id);
    assertEquals(await revoked.end(), [1008, "key_invalid"]);
    assertEquals(other.ended, null);
    const status = async () =>
      (await (await fetch(`${service.url}/api/quota/status`, {
        headers: { authorization: `Bearer ${service.keys.read}` },
      })).json()).stats.requests_per_minute;
    assertEquals([(await status()).current, (await status()).reserved], [1, 1]);
    await other.close();
  }),
);

Deno.test(
  "a socket ends when its key expires, and with the secret that opened it",
  withSockets(async (service) => {
    const expiring = service.create({
      kind: "ingest",
      workspaces: ["acme"],
      expires_at_ms: service.clock.now() + 60_000,
    });
    const caller = await new Caller(service, RESPONSES, { authorization: `Bearer ${expiring.text}~sk-1` }).opened();
    service.clock.advance(60_500);
    assertEquals(await caller.end(), [1008, "key_invalid"]);

    const leaked = service.create({ kind: "ingest", workspaces: ["acme"] });
    const thief = await new Caller(service, RESPONSES, { authorization: `Bearer ${leaked.text}~sk-1` }).opened();
    const rotated = service.rotate(leaked.id, 0);
    assertEquals(await thief.end(), [1008, "key_invalid"]);
    await (await new Caller(service, RESPONSES, { authorization: `Bearer ${rotated}~sk-1` }).opened()).close();
  }),
);

Deno.test(
  "a key with models: a socket starts those alone, whether its address or a message names the model",
  withSockets(async (service, upstream) => {
    const { text } = service.create({ kind: "ingest", workspaces: ["acme"], models: ["gpt-5.4", "gpt-realtime"] });
    const headers = { authorization: `Bearer ${text}~sk-1` };
    for (const path of ["/v1/realtime?model=gpt-realtime-mini", "/v1/realtime", "/v1/responses?model=gpt-6"]) {
      assertEquals(await new Caller(service, path, headers).end(), [403, "not_allowed"], path);
    }
    const caller = await new Caller(service, RESPONSES, headers).opened();
    for (const model of ["gpt-6", undefined, "gpt-5.4"]) {
      caller.socket.send(JSON.stringify({ type: "response.create", event_id: `for ${model}`, model }));
    }
    await until(() => caller.events.length >= 4, "two errors, and a response");
    const errors = caller.events.filter(({ type }) => type === "error").map(({ error }) => error as { code: string });
    assertEquals(errors.map(({ code }) => code), ["not_allowed", "not_allowed"]);
    assertEquals(upstream.peers[0].received.map((message) => JSON.parse(message).model), ["gpt-5.4"]);
    await caller.close();
  }),
);

Deno.test(
  "personal mode: the first key closes the sockets that were opened without one",
  withSockets(async (service) => {
    // Every key is revoked, so that the service needs none.
    for (const kind of ["admin", "ingest", "read", "read_all", "expired"]) service.revoke(service.idOf(kind));
    const status = new WebSocket(`${service.url.replace("http", "ws")}/api/quota/ws`);
    const closed = new Promise<string>((resolve) => status.on("close", (_code, reason) => resolve(String(reason))));
    await new Promise((resolve) => status.once("message", resolve));
    const caller = await new Caller(service, RESPONSES, { authorization: "Bearer sk-own" }).opened();
    service.create({ kind: "read", workspaces: ["acme"] });
    assertEquals(await caller.end(), [1008, "key_invalid"]);
    assertEquals(await closed, "key_missing");
  }, { QUOTA_MODE: "enforce" }),
);
