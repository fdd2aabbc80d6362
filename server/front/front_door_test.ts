import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { sendRaw } from "../../tests/api/running.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../../tests/support/assert.ts";
import { TrustedProxies } from "../access/client_address.ts";
import { parsePublicUrl } from "../access/public_url.ts";
import { defaultBounds } from "../config/bounds.ts";
import { Lazy } from "../runtime/lazy_import.ts";
import { FrontDoor, type FrontDoorOptions } from "./front_door.ts";

/** A part that is loaded, or cannot be. */
const part = <T>(value: T | null) =>
  new Lazy<T>(() => value === null ? Promise.reject(new Error("no such file")) : Promise.resolve(value), () => {});

/** Parts that answer with their name and the target. */
function parts(): Pick<FrontDoorOptions, "pages" | "gateway" | "statusSockets" | "gatewaySockets"> {
  const answer = (name: string) => (request: IncomingMessage, response: ServerResponse) => {
    if (request.url!.endsWith("throws")) throw new Error("a fault");
    return response.end(`${name} ${request.url}`);
  };
  const upgrade = (name: string) => ({
    upgrade(request: IncomingMessage, socket: Duplex) {
      if (request.url!.endsWith("throws")) throw new Error("a fault");
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n\r\n${name} ${request.url}`);
      socket.resume().on("end", () => socket.destroy());
    },
  });
  return {
    pages: part(answer("pages")),
    gateway: part({ answer: answer("gateway") }),
    statusSockets: part(upgrade("status socket")),
    gatewaySockets: part(upgrade("gateway socket")),
  };
}

interface Door {
  door: FrontDoor;
  log: string[];
  /** Sends a request and returns the response, from its status on. */
  ask(head: string, headers?: string): Promise<string>;
}

async function withDoor(use: (it: Door) => Promise<void>, more: Partial<FrontDoorOptions> = {}): Promise<void> {
  const log: string[] = [];
  const door = new FrontDoor({
    ...parts(),
    health: () => ({ status: "ok" }),
    status: (_request, workspace_id) => ({ workspace_id }),
    sendGatewayError: (response, code) => void response.writeHead(418).end(`{"error":"${code}"}`),
    log: (event) => void log.push(event),
    reach: () => ({ isTeam: false, public_url: null, allowed_origins: new Set() }),
    bounds: { ...defaultBounds(), max_sockets_per_address: 1 },
    proxies: new TrustedProxies([]),
    ...more,
  });
  await new Promise<void>((resolve) => door.server.listen(0, "127.0.0.1", resolve));
  const { port } = door.server.address() as AddressInfo;
  const ask = async (line: string, headers = `Host: 127.0.0.1:${port}\r\n`) => {
    const enough = /\r\n\r\n.+|\r\ncontent-length: 0\r\n/s;
    return (await sendRaw(port, `${line} HTTP/1.1\r\n${headers}\r\n`, enough)).slice("HTTP/1.1 ".length);
  };
  try {
    await use({ door, log, ask });
  } finally {
    door.server.closeAllConnections();
    await new Promise((resolve) => door.server.close(resolve));
  }
}

const UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
const hosted = (door: FrontDoor) => `Host: 127.0.0.1:${(door.server.address() as AddressInfo).port}\r\n`;

const ROUTES: [line: string, answer: string][] = [
  ["GET /v1/models", "gateway /v1/models"],
  ["POST /w/acme/v1/responses", "gateway /w/acme/v1/responses"],
  ["GET /docs", "pages /docs"],
  ["POST /healthz", "pages /healthz"],
  ["GET /healthz", '{"status":"ok"}'],
  ["GET /api/quota/status?workspace_id=acme", '{"workspace_id":"acme"}'],
  ["GET /api/quota/status?x", "pages /api/quota/status?x"],
];

Deno.test("each request goes to its part, and health and status are answered without one", () =>
  withDoor(async ({ ask, door, log }) => {
    for (const [line, answer] of ROUTES) {
      const response = await ask(line);
      assertStringIncludes(response, answer, line);
      assert(response.startsWith("200 "), response);
    }
    assertEquals([door.requests, log], [{ gateway: 2, api: 5 }, []]);
  }));

Deno.test("each upgrade goes to its part, and other paths have none", () =>
  withDoor(async ({ ask, door }) => {
    const upgrade = (path: string) => ask(`GET ${path}`, hosted(door) + UPGRADE);
    assertStringIncludes(await upgrade("/api/quota/ws?workspace_id=acme"), "status socket /api/quota/ws");
    assertMatch(await upgrade("/api/quota/wss"), /^404 .*application\/problem\+json.*"code":"not_found"/s);
  }));

Deno.test("a refusal has the provider's shape on the gateway's paths, and ours elsewhere", () =>
  withDoor(async ({ ask }) => {
    const foreign = "Host: evil.example\r\n";
    assertMatch(await ask("GET /v1/models", foreign), /^418 .*connection: close.*\{"error":"foreign_host"\}/is);
    assertMatch(await ask("GET /docs", foreign), /^4\d\d .*connection: close.*"code":"foreign_host"/is);
    const problem = /^4\d\d .*application\/problem\+json.*"code":"foreign_host"/is;
    assertMatch(await ask("GET /api/quota/ws", foreign + UPGRADE), problem);
    const error = /^4\d\d .*content-type: application\/json\r.*\{"error":\{.*"code":"foreign_host"/is;
    assertMatch(await ask("GET /v1/realtime", foreign + UPGRADE), error);
  }));

Deno.test("an address has as many WebSockets as it may, and a closed one makes room", () =>
  withDoor(async ({ ask, door }) => {
    const upgrade = () => ask("GET /v1/realtime", hosted(door) + UPGRADE);
    // Each of these is closed when its response has arrived.
    const first = upgrade(), second = upgrade();
    const statuses = (await Promise.all([first, second])).map((response) => response.slice(0, 3));
    assertEquals(statuses.sort(), ["101", "503"]);
    let third = await upgrade();
    while (third.startsWith("503")) third = await upgrade();
    assertStringIncludes(third, "gateway socket /v1/realtime");
  }));

Deno.test("a part that cannot be loaded answers 503, and the others go on", () =>
  withDoor(async ({ ask, door }) => {
    assertMatch(await ask("GET /docs"), /^503 .*"code":"service_unavailable"/s);
    assertMatch(await ask("GET /api/quota/ws", hosted(door) + UPGRADE), /^503 .*"code":"service_unavailable"/s);
    assertStringIncludes(await ask("GET /v1/models"), "gateway /v1/models");
  }, { pages: part<never>(null), statusSockets: part<never>(null) }));

Deno.test("the public prefix is removed, whether a proxy has removed it before or not", () =>
  withDoor(async ({ ask }) => {
    const public_host = "Host: tools.acme.dev\r\n";
    for (const line of ["GET /quota/docs", "GET /docs"]) {
      assertStringIncludes(await ask(line, public_host), "pages /docs");
    }
    assertStringIncludes(await ask("GET /quota/w/acme/v1/models", public_host), "gateway /w/acme/v1/models");
  }, {
    reach: () => ({
      isTeam: true,
      public_url: parsePublicUrl("https://tools.acme.dev/quota"),
      allowed_origins: new Set(),
    }),
  }));

Deno.test("an exception ends its own connection and is logged, also while its part is loading; the service goes on", () =>
  withDoor(async ({ ask, door, log }) => {
    for (const path of ["/v1/throws", "/v1/throws", "/docs/throws"]) assertEquals(await ask(`GET ${path}`), "");
    for (let time = 0; time < 2; time++) assertEquals(await ask("GET /v1/throws", hosted(door) + UPGRADE), "");
    assertEquals(log, Array(5).fill("front_failed"));
    assertStringIncludes(await ask("GET /v1/models"), "gateway /v1/models");
  }));
