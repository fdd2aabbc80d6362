/** Status sockets with keys: by header with every kind of key, by ticket, and what an unknown socket gets: nothing. */
import { WebSocket } from "ws";
import { assertEquals } from "../support/assert.ts";
import { type TeamService, withTeamService } from "../support/team_service.ts";
import { until } from "./running.ts";

/** A socket, and all that it received. */
class Watcher {
  readonly received: string[] = [];
  closed: [code: number, reason: string] | null = null;
  readonly socket: WebSocket;

  constructor({ url }: TeamService, headers: Record<string, string> = {}, query = "") {
    this.socket = new WebSocket(`${url.replace("http", "ws")}/api/quota/ws${query}`, { headers });
    this.socket.on("message", (data) => {
      const { type, code, data: status } = JSON.parse(String(data));
      this.received.push(code ?? (status ? `${type} ${status.workspace_id}` : type));
    });
    this.socket.on("close", (code, reason) => this.closed = [code, String(reason)]);
    this.socket.on("error", () => {});
  }

  async opened(): Promise<this> {
    await until(() => this.socket.readyState === WebSocket.OPEN, "the socket");
    return this;
  }

  async first(): Promise<string> {
    await until(() => this.received.length > 0, "a message");
    this.socket.close();
    return this.received[0];
  }

  async end(): Promise<[number, string]> {
    await until(() => this.closed !== null, "the end");
    return this.closed!;
  }
}

const ticketOf = async ({ url, keys }: TeamService, kind = "read"): Promise<string> => {
  const headers = { authorization: `Bearer ${keys[kind]}` };
  return (await (await fetch(`${url}/api/quota/ticket`, { method: "POST", headers })).json()).ticket;
};

const auth = (ticket: string) => JSON.stringify({ type: "auth", ticket });

const CASES: [kind: string, query: string, expected: string][] = [
  ["read", "", "quota_update acme"],
  ["read", "?workspace_id=ACME", "quota_update acme"],
  ["read", "?workspace_id=other", "not_allowed"],
  ["read", "?workspace_id=../x", "invalid_workspace"],
  ["admin", "", "quota_update default"],
  ["admin", "?workspace_id=other", "quota_update other"],
  ["ingest", "", "not_allowed"],
  ["ingest", "?workspace_id=acme", "not_allowed"],
  ["expired", "", "key_expired"],
  ["wrong", "", "key_invalid"],
];

Deno.test("a status socket with every kind of key by header, and each workspace", () =>
  withTeamService(async (service) => {
    for (const [kind, query, expected] of CASES) {
      const headers = { authorization: `Bearer ${service.keys[kind]}` };
      assertEquals(await new Watcher(service, headers, query).first(), expected, `${kind} ${query}`);
      service.clock.advance(10 * 60_000);
    }
  }));

Deno.test("every kind of key gets a ticket of its own permissions, or none", () =>
  withTeamService(async (service) => {
    for (const [kind, query, expected] of CASES) {
      const ticket = await ticketOf(service, kind);
      const isRefused = expected.startsWith("key_") || kind === "ingest";
      assertEquals(ticket === undefined, isRefused, kind);
      if (isRefused) continue;
      const watcher = new Watcher(service, {}, query);
      watcher.socket.on("open", () => watcher.socket.send(auth(ticket)));
      assertEquals(await watcher.first(), expected, `${kind} ${query}`);
    }
  }));

Deno.test("a socket that has not sent its ticket gets no data, whatever happens", () =>
  withTeamService(async (service) => {
    const [unknown, known] = [
      new Watcher(service),
      new Watcher(service, { authorization: `Bearer ${service.keys.read}` }),
    ];
    await Promise.all([unknown.opened(), known.opened()]);
    await until(() => known.received.length === 1, "the status");
    const headers = { authorization: `Bearer ${service.keys.ingest}~sk-1`, "content-type": "application/json" };
    const body = JSON.stringify({ model: "gpt-5.4", messages: [] });
    await (await fetch(`${service.url}/v1/chat/completions`, { method: "POST", headers, body })).text();
    service.clock.advance(1000);
    await until(() => known.received.length > 1, "the change");
    assertEquals(unknown.received, []);
    known.socket.close();
    service.clock.advance(4000);
    assertEquals([await unknown.end(), unknown.received], [[1008, "key_missing"], ["key_missing"]]);
  }));

Deno.test("before its ticket a socket may send 4 KB, and one message", () =>
  withTeamService(async (service) => {
    const large = await new Watcher(service).opened();
    large.socket.send(JSON.stringify({ type: "auth", ticket: "x".repeat(4096) }));
    assertEquals([(await large.end())[0], large.received], [1009, []]);

    const firsts: [why: string, message: string | Uint8Array][] = [
      ["bytes", new Uint8Array(10)],
      ["no JSON", "ticket"],
      ["an array", "[]"],
      ["null", "null"],
      ["a ping", '{"type":"ping"}'],
      ["no ticket", '{"type":"auth"}'],
      ["an object as ticket", '{"type":"auth","ticket":{"toString":"x"}}'],
    ];
    for (const [why, message] of firsts) {
      const watcher = await new Watcher(service).opened();
      watcher.socket.send(message);
      assertEquals([await watcher.end(), watcher.received], [[1008, "key_invalid"], ["key_invalid"]], why);
    }
  }));

Deno.test("of two sockets with the same ticket one is opened; after 30 seconds none is", () =>
  withTeamService(async (service) => {
    const ticket = await ticketOf(service);
    const both = await Promise.all([new Watcher(service).opened(), new Watcher(service).opened()]);
    for (const { socket } of both) socket.send(auth(ticket));
    const told = await Promise.all(both.map((watcher) => watcher.first()));
    assertEquals(told.sort(), ["key_invalid", "quota_update acme"]);

    const late = await ticketOf(service);
    service.clock.advance(30_000);
    const watcher = await new Watcher(service).opened();
    watcher.socket.send(auth(late));
    assertEquals(await watcher.first(), "key_invalid");
  }));

Deno.test("FAULT 75: a WebSocket of a page or an extension opens no call, and no status for a foreign page", () =>
  withTeamService(async (service) => {
    const ask = async (path: string, origin: string, key: string) => {
      const headers = { origin, authorization: `Bearer ${key}` };
      const socket = new WebSocket(service.url.replace("http", "ws") + path, { headers });
      socket.on("error", () => {});
      return await new Promise<string>((resolve) => {
        socket.on("open", () => (resolve("opened"), socket.terminate()));
        socket.on("unexpected-response", (_request, response) => {
          let body = "";
          response.on("data", (part: Uint8Array) => body += part);
          response.on("end", () => (resolve(/"code":"(\w+)"/.exec(body)![1]), socket.terminate()));
        });
      });
    };
    const { ingest, read } = service.keys;
    for (
      const origin of ["https://evil.example", "chrome-extension://abc", "moz-extension://a-b", "null", service.url]
    ) {
      for (const path of ["/v1/realtime?model=gpt-realtime", "/w/acme/v1/responses"]) {
        assertEquals(await ask(path, origin, `${ingest}~sk-1`), "foreign_origin", `${origin} ${path}`);
      }
    }
    assertEquals(await ask("/api/quota/ws", "https://evil.example", read!), "foreign_origin");
    assertEquals(await ask("/api/quota/ws", "chrome-extension://abc", read!), "opened");
    assertEquals(await ask("/api/quota/ws", "https://chat.acme.dev", read!), "opened");
    assertEquals(service.upstream.entries.length, 0);
  }));
