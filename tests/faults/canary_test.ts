/**
 * Secrets stay in their places: each one is planted in a run of the real service, over HTTP and WebSocket, with errors and
 * refusals, and then searched for wherever it must not be.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import { sendRaw } from "../api/running.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { type Service, startService } from "../support/service.ts";

const ADMIN = "canary-admin-key-of-the-environment";
const RESET = "canary-older-admin-key";
const PROVIDER = "sk-canary-of-the-service";
const OWN = "sk-canary-of-the-caller";

/** A provider that records all that it receives. Its first answer repeats the key that it got, as a refusal may. */
async function startProvider() {
  const received: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => body += part);
    request.on("end", () => {
      received.push(JSON.stringify([request.method, request.url, request.rawHeaders, body]));
      const key = request.headers.authorization ?? "";
      if (received.length === 1) {
        const error = { message: `Incorrect API key provided: ${key}`, code: "invalid_api_key", type: key };
        return response.writeHead(401, { "content-type": "application/json" }).end(JSON.stringify({ error }));
      }
      if (received.length === 2) return request.socket.destroy();
      const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ model: "gpt-5.4", usage }));
    });
  });
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket, request) => {
    received.push(JSON.stringify([request.url, request.rawHeaders]));
    socket.on("message", (data) => {
      received.push(String(data));
      const response = { id: "resp_1", usage: { input_tokens: 1, output_tokens: 2, total_tokens: 3 } };
      for (const type of ["response.created", "response.completed"]) socket.send(JSON.stringify({ type, response }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => new Promise<void>((resolve) => (server.close(() => resolve()), server.closeAllConnections()));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, received, close };
}

/** A run: its secrets by name, and all that callers received, but for the answers that give a secret. */
class Run {
  readonly secrets: Record<string, string> = { admin: ADMIN, reset: RESET };
  readonly answers: string[] = [];

  constructor(readonly service: Service) {}

  get #port(): number {
    return Number(new URL(this.service.url).port);
  }

  async send(method: string, path: string, headers: Record<string, string>, body?: unknown): Promise<Response> {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const sent = { "content-type": "application/json", ...headers };
    return await fetch(this.service.url + path, { method, headers: sent, body: text });
  }

  /** Sends, and keeps the answer, which must hold no secret. */
  async tell(...request: Parameters<Run["send"]>): Promise<number> {
    const response = await this.send(...request);
    this.answers.push(JSON.stringify([...response.headers]) + await response.text());
    return response.status;
  }

  /** Sends raw bytes, and keeps the answer. */
  async raw(head: string): Promise<void> {
    this.answers.push(
      await sendRaw(this.#port, `${head}\r\nHost: 127.0.0.1:${this.#port}\r\nConnection: close\r\n\r\n`),
    );
  }

  /** Asks for a secret, and plants it under a name. */
  async plant(name: string, field: string, path: string, body: object, key = ADMIN): Promise<Record<string, string>> {
    const told = await (await this.send("POST", path, { authorization: `Bearer ${key}` }, body)).json();
    this.secrets[name] = told[field];
    return told;
  }

  /** Opens a WebSocket, sends messages, and keeps all that it receives until it ends, or `count` messages came. */
  async talk(path: string, headers: Record<string, string>, protocols: string[], messages: object[], count: number) {
    const socket = new WebSocket(`ws://127.0.0.1:${this.#port}${path}`, protocols, { headers });
    await new Promise<void>((resolve) => {
      let received = 0;
      socket.on("open", () => messages.forEach((message) => socket.send(JSON.stringify(message))));
      socket.on("message", (data) => (this.answers.push(String(data)), ++received === count && socket.close()));
      socket.on("unexpected-response", (_request, response) => {
        response.on("data", (part: Uint8Array) => this.answers.push(String(part)));
        response.on("end", () => socket.terminate());
      });
      socket.on("error", () => {});
      socket.on("close", (_code, reason) => (this.answers.push(String(reason)), resolve()));
    });
  }
}

const CALL = { model: "gpt-5.4", messages: [] };
const CREATE = { type: "response.create", model: "gpt-5.4" };
const PROTOCOL = "openai-insecure-api-key.";

/** Every way in which a key travels, right and wrong. */
async function exercise(run: Run, provider_key: string | null): Promise<void> {
  const ingest = await run.plant("ingest", "key", "/api/quota/keys", { kind: "ingest", workspaces: ["acme"] });
  const read = await run.plant("read", "key", "/api/quota/keys", { kind: "read", workspaces: ["acme"] });
  const admin = await run.plant("second admin", "key", "/api/quota/keys", { kind: "admin" });
  await run.plant("code", "code", "/api/quota/pairing", { workspace_id: "acme" });
  await run.plant("unused code", "code", "/api/quota/pairing", { workspace_id: "acme" });
  await run.plant("paired", "key", "/api/quota/pairing/redeem", { code: run.secrets.code, name: "Firefox" });
  await run.plant("rotated", "key", `/api/quota/keys/${read.id}/rotate`, {}, admin.key);
  await run.plant("ticket", "ticket", "/api/quota/ticket", {}, read.key);
  await run.plant("unused ticket", "ticket", "/api/quota/ticket", {}, read.key);

  const chat = "/v1/chat/completions";
  const joined = provider_key === null ? `${ingest.key}~${OWN}` : ingest.key;
  const forms: Record<string, string>[] = [
    { authorization: `Bearer ${joined}` },
    { "api-key": joined },
    { "x-quota-key": ingest.key, authorization: `Bearer ${OWN}` },
    { "x-quota-key": ingest.key, "x-api-key": read.key, authorization: `Bearer ${OWN}` },
  ];
  for (const headers of forms) await run.tell("POST", chat, headers, CALL);
  for (const headers of forms) await run.talk("/v1/responses", headers, [], [CREATE], 2);
  await run.talk("/v1/realtime?model=gpt-realtime", {}, ["realtime", PROTOCOL + joined], [CREATE], 2);
  await run.talk("/api/quota/ws", {}, [], [{ type: "auth", ticket: run.secrets.ticket }], 1);
  await run.talk("/api/quota/ws", { authorization: `Bearer ${read.key}` }, [], [], 1);

  await refusals(run, ingest.key, read.key);
  const headers = { authorization: `Bearer ${admin.key}` };
  await run.tell("PUT", "/api/quota/limits?workspace_id=acme", { "x-admin-key": RESET }, { requests_per_minute: 99 });
  await run.tell("POST", "/api/quota/reset", headers, { workspace_id: "acme", scope: "minute" });
  for (
    const path of ["keys", "audit", "status?workspace_id=acme", "usage?workspace_id=acme", "limits", "notifications"]
  ) {
    await run.tell("GET", `/api/quota/${path}`, headers);
  }
  for (const path of ["/healthz", "/metrics", "/openapi.json", "/docs"]) await run.tell("GET", path, headers);
  await run.tell("DELETE", `/api/quota/keys/${ingest.id}`, headers);
}

/** Secrets in the wrong places, and in requests that are refused or broken. */
async function refusals(run: Run, ingest: string, read: string): Promise<void> {
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
  const almost = ingest.slice(0, -1) + (ingest.endsWith("0") ? "1" : "0");
  run.secrets.mistyped = almost;
  await run.tell("POST", "/v1/chat/completions", bearer(almost), CALL);
  await run.tell("POST", "/v1/chat/completions", bearer(read), CALL);
  await run.tell("POST", "/v1/chat/completions", { ...bearer(ingest), "x-quota-key": read }, CALL);
  await run.tell("GET", `/v1/models?api_key=${ingest}`, bearer(`${ingest}~${OWN}`));
  await run.tell("GET", "/api/quota/keys", bearer(OWN));
  await run.tell("GET", `/v1/files/${ingest}`, bearer(`${ingest}~${OWN}`));
  await run.tell("GET", `/w/acme/v1/models?after=${ingest}#x`, { "x-quota-key": ingest, ...bearer(OWN) });
  await run.tell("GET", "/healthz", { "x-request-id": ingest, "user-agent": read, referer: `http://a/${read}` });
  await run.tell("GET", `/api/quota/status?workspace_id=acme&key=${read}`, {});
  await run.tell("DELETE", `/api/quota/keys/${read}`, bearer(ADMIN));
  await run.tell("POST", `/api/quota/keys/${read}/rotate`, bearer(ADMIN), {});
  await run.tell("POST", "/api/quota/keys", bearer(ADMIN), `{"kind": "read", "note": ${run.secrets.ticket}`);
  await run.tell("POST", "/api/quota/pairing/redeem", {}, { code: "WR0N-GC0D", name: "guess" });
  await run.tell("POST", "/v1/chat/completions", bearer(`${ingest}~${OWN}`), `{"model": "${OWN.slice(0, 4)}`);
  await run.raw(`GET /api/quota/status HTTP/1.1\r\nAuthorization: Bearer ${read}\r\nbroken header`);
  await run.raw(`GET /api/quota/ws HTTP/1.1\r\nAuthorization: Bearer ${almost}`);
  await run.talk("/api/quota/ws", {}, [], [{ type: "auth", ticket: `${run.secrets["unused ticket"]}x` }], 9);
  await run.talk("/v1/realtime?model=gpt-realtime", {}, [PROTOCOL + almost], [CREATE], 1);
}

/** The bytes of every file in a folder, as text. */
function filesIn(folder: string): [name: string, text: string][] {
  const files = [...Deno.readDirSync(folder)].filter(({ isFile }) => isFile).map(({ name }) => name);
  return files.map((name) => [name, new TextDecoder("latin1").decode(Deno.readFileSync(`${folder}/${name}`))]);
}

/** The secret part of a key: its id is public. */
const partOf = (secret: string) => secret.startsWith("qg_") ? secret.slice(-40) : secret;

for (const provider_key of [PROVIDER, null]) {
  const mode = provider_key === null ? "with the callers' own keys for the provider" : "with the service's own key";
  Deno.test(`no secret leaves its place, ${mode}`, async () => {
    const provider = await startProvider();
    const log = { QUOTA_LOG_LEVEL: "debug", QUOTA_ACCESS_LOG: "on" };
    const env: Record<string, string> = { QUOTA_ADMIN_KEY: ADMIN, QUOTA_ADMIN_RESET_KEY: RESET, ...log };
    if (provider_key !== null) env.OPENAI_API_KEY = provider_key;
    const service = await startService({ upstream: provider.url, env });
    try {
      const run = new Run(service);
      await exercise(run, provider_key);
      const commandLine = Deno.readTextFileSync(`/proc/${service.pid}/cmdline`);
      // With the journals as they are while it runs, and as a stop leaves the files.
      const running = filesIn(service.dataFolder);
      assertEquals(await service.stop(), 0);
      const kept = [...running, ...filesIn(service.dataFolder)];
      assert(service.output.includes('"event":"request"'), service.output);
      assert(kept.some(([name]) => name === "quota.access.db") && kept.some(([name]) => name === "quota.db-wal"));

      const own = Object.entries(run.secrets).map(([name, secret]) => [name, partOf(secret)]);
      const ofProvider = [["the provider's key", PROVIDER], ["the caller's key", OWN]];
      // The provider's own answers may repeat the key that it got; they pass unchanged.
      const answers = run.answers.filter((answer) => !answer.includes("Incorrect API key provided"));
      assertEquals(run.answers.length - answers.length, 1);
      const places: [string, string, string[][]][] = [
        ["the output", service.output, [...own, ...ofProvider]],
        ["the command line", commandLine, [...own, ...ofProvider]],
        ...kept.map(([name, text]): [string, string, string[][]] => [name, text, [...own, ...ofProvider]]),
        ["the answers", answers.join("\n"), [...own, ...ofProvider]],
        ["the provider", provider.received.join("\n"), [...own, ["a quota key", "qg_"], ["our headers", "x-quota"]]],
      ];
      for (const [place, text, secrets] of places) {
        for (const [name, secret] of secrets) {
          const at = text.toLowerCase().indexOf(secret.toLowerCase());
          assert(at < 0, `${place} has ${name}: ${text.slice(Math.max(0, at - 200), at + 100)}`);
        }
      }
      const all = provider.received.join("\n");
      assert(all.includes(provider_key ?? OWN) && (provider_key === null || !all.includes(OWN)), all);
    } finally {
      await service.close();
      await provider.close();
    }
  });
}
