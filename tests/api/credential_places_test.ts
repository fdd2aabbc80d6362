/** Every pair of places for a key, with every pair of keys: a second key never widens or hides the first. */
import { assertEquals } from "../support/assert.ts";
import { sendRaw } from "./running.ts";
import { type TeamService, withTeamService } from "../support/team_service.ts";

const ADMIN = "an-admin-key-from-outside";
const PROTOCOL = "openai-insecure-api-key.";

/** How a program puts a key into a request. */
const PLACES: Record<string, (key: string) => Record<string, string>> = {
  bearer: (key) => ({ authorization: `Bearer ${key}` }),
  "no scheme": (key) => ({ authorization: key }),
  "X-Quota-Key": (key) => ({ "x-quota-key": key }),
  "X-Admin-Key": (key) => ({ "x-admin-key": key }),
  "api-key": (key) => ({ "api-key": key }),
  subprotocol: (key) => ({ "sec-websocket-protocol": `${PROTOCOL}${key}` }),
};

/** A request of each kind, and the key that it takes. */
const REQUESTS: Record<string, { path: string; takes: "read" | "ingest" | "admin" }> = {
  "a status": { path: "/api/quota/status", takes: "read" },
  "a status by a longer way": { path: "/api/quota/status?workspace_id=%61cme", takes: "read" },
  "a list of keys": { path: "/api/quota/keys", takes: "admin" },
  "a call": { path: "/v1/models", takes: "ingest" },
};

type Ask = (path: string, headers: Record<string, string>) => Promise<string>;

const overHttp = ({ url }: TeamService): Ask => async (path, headers) => {
  const response = await fetch(url + path, { headers });
  const text = await response.text();
  return response.ok || response.status === 404 ? "let in" : /"code":"(\w+)"/.exec(text)?.[1] ?? text;
};

/** The code in the first message. Raw, because WebSocket clients give up if their subprotocol is not chosen. */
const overSocket = ({ port }: TeamService): Ask => async (path, headers) => {
  const lines = Object.entries({ ...UPGRADE, host: `127.0.0.1:${port}`, ...headers }).map(([name, value]) =>
    `${name}: ${value}\r\n`
  );
  const received = await sendRaw(port, `GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`, FIRST_MESSAGE);
  const [, type, rest] = FIRST_MESSAGE.exec(received)!;
  return type === "quota_update" ? "let in" : /"code":"(\w+)"/.exec(rest)![1];
};

const UPGRADE = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  "sec-websocket-version": "13",
};

const FIRST_MESSAGE = /{"contract":2,"type":"(\w+)",(.*)}/;

async function tryPairs(service: TeamService, ask: Ask, path: string, takes: string): Promise<void> {
  const fits = service.keys[takes]!;
  const others = { wrong: "qg_ingest_wrong", broken: `${fits}0`, ...service.keys, admin_of_environment: ADMIN };
  for (const [first, put] of Object.entries(PLACES)) {
    for (const [second, putOther] of Object.entries(PLACES)) {
      // One header holds one of them.
      if (Object.keys(put("")).some((name) => name in putOther(""))) continue;
      for (const [name, other] of Object.entries(others)) {
        if (other === null || other === fits) continue;
        const told = await ask(path, { ...put(fits), ...putOther(other) });
        const code = told === "too_many_tries" ? "key_invalid" : told;
        assertEquals(code, "key_invalid", `${first}, ${name} in ${second}`);
        service.clock.advance(60_000);
      }
    }
  }
}

for (const [what, { path, takes }] of Object.entries(REQUESTS)) {
  Deno.test(`${what}: a fitting key beside another one, in every pair of places`, () =>
    withTeamService((service) => tryPairs(service, overHttp(service), path, takes), { QUOTA_ADMIN_KEY: ADMIN }));

  Deno.test(`${what}: a fitting key in each place is enough`, () =>
    withTeamService(async (service) => {
      for (const [place, put] of Object.entries(PLACES)) {
        const key = service.keys[takes]!;
        const headers = put(takes === "ingest" && place !== "X-Quota-Key" ? `${key}~sk-1` : key);
        const told = await overHttp(service)(path, headers);
        assertEquals(told, place === "X-Admin-Key" && takes === "ingest" ? "key_invalid" : "let in", place);
      }
    }));
}

Deno.test("a status socket: a fitting key beside another one, in every pair of places", () =>
  withTeamService((service) => tryPairs(service, overSocket(service), "/api/quota/ws", "read"), {
    QUOTA_ADMIN_KEY: ADMIN,
  }));
