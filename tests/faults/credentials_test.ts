import OpenAI, { AzureOpenAI } from "openai";
import { WebSocket } from "ws";
import { clientFactory } from "../../server/client/client_factory.ts";
import { HttpRecorder } from "../../server/client/reporting/http_recorder.ts";
import { QuotaTrackedAzureOpenAI } from "../../server/client/sdk/azure_client.ts";
import type { StatusBody } from "../../shared/quota.ts";
import { run, type Running, until } from "../api/running.ts";
import { HELLO } from "../integration/room.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { type SocketUpstream, startSocketUpstream } from "../support/socket_upstream.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { chatCompletion, errorBody } from "../support/upstream_bodies.ts";

const ADMIN_KEY = "correct-horse-battery-staple";
const GOOD = "sk-good";
const BAD = "sk-bad";

interface Room {
  upstream: Upstream;
  running: Running;
  /** Requests that the provider has counted. */
  used(): number;
  /** A program that does not use this service. */
  bypass(times: number): void;
  status(workspace: string, headers?: Record<string, string>): Promise<StatusBody>;
}

const LIMIT = 500;

/** The provider counts each request with {@link GOOD}, and refuses {@link BAD} for lack of quota. */
async function inRoom(use: (room: Room) => Promise<void>, environment: Record<string, string> = {}): Promise<void> {
  const upstream = await startUpstream();
  let used = 0;
  upstream.reply((exchange) => {
    const { authorization, "api-key": azure } = exchange.entry.headers;
    if (`${authorization} ${azure}`.includes(BAD)) {
      return exchange.json(errorBody("No quota", "insufficient_quota", "insufficient_quota"), 429);
    }
    used++;
    exchange.json(chatCompletion("gpt-5.4"), 200, {
      "x-ratelimit-limit-requests": `${LIMIT}`,
      "x-ratelimit-remaining-requests": `${LIMIT - used}`,
      "x-ratelimit-reset-requests": `${used * 60_000 / LIMIT}ms`,
    });
  });
  const running = await run({ QUOTA_UPSTREAM_URL: upstream.url, QUOTA_ADMIN_KEY: ADMIN_KEY, ...environment });
  const status = async (workspace: string, headers: Record<string, string> = {}) =>
    await (await fetch(`${running.service.url}/api/quota/status?workspace_id=${workspace}`, { headers })).json();
  try {
    await use({ upstream, running, used: () => used, bypass: (times) => void (used += times), status });
  } finally {
    await upstream.close();
    await running.service.stop(0);
  }
}

type Call = (workspace: string, apiKey: string) => Promise<unknown>;

/** Each way in which a call reaches the provider. */
const WAYS: Record<string, (room: Room) => { call: Call; flush?(): Promise<void> }> = {
  "tracked client in the service's process": ({ upstream, running }) => {
    const factory = clientFactory(running.service.tracker);
    const options = { baseURL: upstream.url, maxRetries: 0 };
    return { call: (workspace, apiKey) => factory(workspace, { ...options, apiKey }).chat.completions.create(HELLO) };
  },
  "tracked client in another process": ({ upstream, running }) => {
    const recorder = new HttpRecorder({ service_url: running.service.url, patience_ms: 10_000 });
    const options = { baseURL: upstream.url, maxRetries: 0 };
    return {
      call: async (workspace, apiKey) => {
        const client = clientFactory(recorder)(workspace, { ...options, apiKey });
        try {
          return await client.chat.completions.create(HELLO);
        } finally {
          await recorder.flush();
        }
      },
    };
  },
  "gateway": ({ running }) => ({
    call: (workspace, apiKey) =>
      new OpenAI({ baseURL: `${running.service.url}/w/${workspace}/v1`, apiKey, maxRetries: 0 }).chat.completions
        .create(HELLO),
  }),
  "gateway with Azure's api-key": ({ running }) => ({
    call: async (workspace, apiKey) => {
      const response = await fetch(`${running.service.url}/w/${workspace}/v1/chat/completions`, {
        method: "POST",
        headers: { "api-key": apiKey, "content-type": "application/json" },
        body: JSON.stringify(HELLO),
      });
      const body = await response.json();
      if (!response.ok) throw Object.assign(new Error(), body.error);
    },
  }),
};

for (const [name, way] of Object.entries(WAYS)) {
  Deno.test(`FAULT 70: one key without quota stops no other key of the workspace (${name})`, () =>
    inRoom(async (room) => {
      const { call } = way(room);
      const codeOf = (apiKey: string) => call("acme", apiKey).then(() => null, ({ code }) => code);
      assertEquals(await codeOf(GOOD), null);
      for (let each = 0; each < 2; each++) assertEquals(await codeOf(BAD), "insufficient_quota");
      assertEquals(await codeOf(BAD), "provider_quota_exceeded");
      for (let each = 0; each < 3; each++) assertEquals(await codeOf(GOOD), null);
      const { status, cause } = await room.status("acme");
      assertEquals([status, cause?.code], ["warning", "insufficient_quota"]);
    }));

  Deno.test(`use by other workspaces with the same key is not use elsewhere; programs that bypass us are (${name})`, () =>
    inRoom(async (room) => {
      const { call } = way(room);
      const elsewhere = async (workspace: string) =>
        (await room.status(workspace)).provider[0].used_elsewhere?.requests;
      for (let round = 0; round < 8; round++) for (const each of ["acme", "blue", "blue"]) await call(each, GOOD);
      assertEquals([await elsewhere("acme"), await elsewhere("blue")], [0, 0]);
      room.bypass(40);
      await call("blue", GOOD);
      assertEquals([await elsewhere("acme"), await elsewhere("blue")], [40, 40]);
    }));
}

Deno.test("all ways of sending with one key are one credential", () =>
  inRoom(async (room) => {
    const ways = Object.values(WAYS).map((way) => way(room));
    for (let round = 0; round < 6; round++) {
      for (const [at, { call }] of ways.entries()) await call(`workspace-${at}`, GOOD);
    }
    for (let at = 0; at < ways.length; at++) {
      assertEquals((await room.status(`workspace-${at}`)).provider[0].used_elsewhere, { requests: 0, tokens: 0 });
    }
    const { provider } = await room.status("workspace-0", { "x-admin-key": ADMIN_KEY });
    const sent = provider[0].by_workspace!;
    // The first request came before the first report.
    assertEquals(sent.map(({ workspace_id, requests }) => [workspace_id, requests]).sort(), [
      ["workspace-0", 5],
      ["workspace-1", 6],
      ["workspace-2", 6],
      ["workspace-3", 6],
    ]);
  }));

Deno.test("the service's own key is one credential for all callers, whatever they send", () =>
  inRoom(async (room) => {
    const { call } = WAYS.gateway(room);
    for (let round = 0; round < 15; round++) for (const key of ["sk-x", "sk-y"]) await call(`with-${key}`, key);
    assertEquals((await room.status("with-sk-x")).provider[0].used_elsewhere, { requests: 0, tokens: 0 });
    assertEquals(room.upstream.entries.at(-1)?.headers.authorization, `Bearer ${GOOD}`);
  }, { OPENAI_API_KEY: GOOD }));

Deno.test("only an admin reads what each workspace sent, and no status has a key or its hash", () =>
  inRoom(async (room) => {
    const { call } = WAYS.gateway(room);
    for (const workspace of ["acme", "blue"]) await call(workspace, GOOD);
    assertEquals((await room.status("acme")).provider[0].by_workspace, undefined);
    const text = JSON.stringify(await room.status("acme", { "x-admin-key": ADMIN_KEY }));
    assert(text.includes('"by_workspace":[{"workspace_id":"blue","requests":1'), text);
    assert(!text.includes(GOOD) && !/[0-9a-f]{32}/.test(text), text);
  }));

Deno.test("another organization or project of one key has limits of its own", () =>
  inRoom(async (room) => {
    const call = async (headers: Record<string, string>) => {
      const response = await fetch(`${room.running.service.url}/w/acme/v1/chat/completions`, {
        method: "POST",
        headers: { authorization: `Bearer ${GOOD}`, "content-type": "application/json", ...headers },
        body: JSON.stringify(HELLO),
      });
      return (await response.json()).error?.code ?? null;
    };
    room.upstream.once((exchange) =>
      exchange.json(errorBody("Slow down", "requests", "rate_limit_exceeded"), 429, { "retry-after": "30" })
    );
    assertEquals(await call({ "openai-project": "proj_a" }), "rate_limit_exceeded");
    assertEquals(await call({ "OpenAI-Project": "proj_a" }), "provider_cooling_down");
    assertEquals(await call({ "openai-project": "proj_b" }), null);
    assertEquals(await call({ "openai-organization": "org_a", "openai-project": "proj_a" }), null);
    assertEquals(await call({}), null);
  }));

Deno.test("Azure's tracked client and the gateway in front of the same resource are one credential", () =>
  inRoom(async (room) => {
    const shared = { apiKey: GOOD, apiVersion: "2025-04-01-preview", deployment: "gpt-5.4", maxRetries: 0 };
    const tracked = new QuotaTrackedAzureOpenAI({
      ...shared,
      baseURL: room.upstream.url,
      workspace: "acme",
      recorder: room.running.service.tracker,
    });
    const plain = new AzureOpenAI({ ...shared, baseURL: `${room.running.service.url}/w/blue/v1` });
    for (let round = 0; round < 15; round++) {
      for (const client of [tracked, plain]) await client.chat.completions.create(HELLO);
    }
    assertEquals((await room.status("acme")).provider[0].used_elsewhere, { requests: 0, tokens: 0 });
    assertEquals((await room.status("blue")).provider[0].used_elsewhere, { requests: 0, tokens: 0 });
  }));

async function createOn(url: string, headers: Record<string, string>, protocols: string[] = []): Promise<string> {
  const socket = new WebSocket(url.replace(/^http/, "ws"), protocols, { headers });
  const first = new Promise<string>((resolve, reject) => {
    socket.on("error", reject);
    socket.on("message", (data: Uint8Array) => {
      const event = JSON.parse(data.toString());
      if (event.type === "error" || event.type === "response.done") resolve(event.error?.code ?? event.type);
    });
  });
  await new Promise((resolve) => socket.once("open", resolve));
  socket.send(JSON.stringify({ type: "response.create" }));
  const result = await first;
  socket.close();
  return result;
}

Deno.test("FAULT 70: over a WebSocket a key without quota stops no other key", async () => {
  const upstream: SocketUpstream = await startSocketUpstream();
  upstream.reply((peer) => {
    const sent = `${peer.headers.authorization} ${peer.headers["sec-websocket-protocol"]}`;
    if (!sent.includes(BAD)) return upstream.finish(peer, upstream.begin(peer));
    peer.send({
      type: "error",
      error: { type: "insufficient_quota", code: "insufficient_quota", message: "No quota" },
    });
  });
  const running = await run({ QUOTA_UPSTREAM_URL: upstream.url });
  const url = `${running.service.url}/w/acme/v1/realtime?model=gpt-realtime`;
  const withKey = (key: string) => createOn(url, { authorization: `Bearer ${key}` });
  try {
    for (let each = 0; each < 2; each++) assertEquals(await withKey(BAD), "insufficient_quota");
    assertEquals(await withKey(BAD), "provider_quota_exceeded");
    const asPage = (key: string) => createOn(url, {}, ["realtime", `openai-insecure-api-key.${key}`]);
    assertEquals(await asPage(BAD), "provider_quota_exceeded");
    assertEquals([await withKey(GOOD), await asPage(GOOD)], ["response.done", "response.done"]);
    await until(() => running.service.tracker.inFlight === 0, "the ends of all attempts");
  } finally {
    await upstream.close();
    await running.service.stop(0);
  }
});
