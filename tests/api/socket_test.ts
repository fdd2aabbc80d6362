import { HEARTBEAT_MS } from "../../server/api/socket_hub.ts";
import { StatusBody } from "../../shared/quota.ts";
import { QuotaUpdate } from "../../shared/events.ts";
import { PROBLEM_STATUS, type ProblemCode } from "../../shared/problem.ts";
import { assert, assertEquals, assertStringIncludes } from "../support/assert.ts";
import { ok, send } from "./fixture.ts";
import { run, until, Watcher } from "./running.ts";

Deno.test("a client receives the status on connection, then each change", async () => {
  await using running = await run();
  const { service: { tracker }, clock } = running;
  const watcher = new Watcher(running);
  await watcher.received(1);
  QuotaUpdate.parse(watcher.messages[0]);
  assertEquals(watcher.updates[0].usage.calls, 0);
  send(tracker, ok(50));
  clock.advance(20);
  await watcher.received(2);
  StatusBody.parse(watcher.updates[1]);
  assertEquals(watcher.updates[1].stats.tokens_per_minute?.current, 50);
  assert(watcher.updates[1].seq > watcher.updates[0].seq);
  assertEquals({ ...watcher.updates[1], server_time: "" }, { ...tracker.status("acme"), server_time: "" });
  await watcher.close();
});

Deno.test("several changes within a frame are sent as one update", async () => {
  await using running = await run();
  const { service: { tracker }, clock } = running;
  const watcher = new Watcher(running);
  await watcher.received(1);
  clock.advance(20);
  for (let call = 0; call < 50; call++) send(tracker, ok(1));
  clock.advance(20);
  await watcher.received(2);
  assertEquals(watcher.updates.map((update) => update.usage.calls), [0, 50]);
  await watcher.close();
});

Deno.test("a draining window is sent without a call", async () => {
  await using running = await run();
  const watcher = new Watcher(running);
  await watcher.received(1);
  send(running.service.tracker, ok(1));
  running.clock.advance(20);
  await watcher.received(2);
  for (let tens = 1; tens <= 7; tens++) {
    running.clock.advance(10_000);
    watcher.socket.send('{"type":"ping"}');
    await until(() => watcher.messages.filter(({ type }) => type === "pong").length === tens, "a pong");
  }
  const drained = () => watcher.updates.at(-1)?.stats.requests_per_minute?.current === 0;
  await until(drained, "an update without calls in the minute");
  await watcher.close();
});

Deno.test("clients receive only the changes of their own workspace", async () => {
  await using running = await run();
  const { service: { tracker }, clock } = running;
  const [acme, beta, third] = ["acme", "beta", "Acme"].map((id) => new Watcher(running, `?workspace_id=${id}`));
  for (const watcher of [acme, beta, third]) await watcher.received(1);
  for (let call = 0; call < 3; call++) {
    send(tracker, ok(5), { workspace_id: "acme" });
    clock.advance(20);
    await acme.received(call + 2);
  }
  send(tracker, ok(7), { workspace_id: "beta" });
  clock.advance(20);
  await beta.received(2);
  await third.received(4);
  assertEquals(beta.updates.map(({ workspace_id, usage }) => [workspace_id, usage.total_tokens]), [
    ["beta", 0],
    ["beta", 7],
  ]);
  assertEquals(acme.updates.map(({ workspace_id, usage }) => [workspace_id, usage.total_tokens]), [
    ["acme", 0],
    ["acme", 5],
    ["acme", 10],
    ["acme", 15],
  ]);
  assertEquals(third.updates, acme.updates);
  for (const watcher of [acme, beta, third]) await watcher.close();
});

Deno.test("a client without a workspace_id watches default", async () => {
  await using running = await run();
  const watcher = new Watcher(running, "");
  await watcher.received(1);
  assertEquals(watcher.updates[0].workspace_id, "default");
  await watcher.close();
});

Deno.test("the service answers pings and sends its own", async () => {
  await using running = await run();
  const watcher = new Watcher(running);
  await watcher.received(1);
  watcher.socket.send('{"type":"ping"}');
  await watcher.received(2);
  running.clock.advance(HEARTBEAT_MS);
  await watcher.received(3);
  watcher.socket.send('{"type":"pong"}');
  assertEquals(watcher.messages.slice(1), [{ contract: 2, type: "pong" }, { contract: 2, type: "ping" }]);
  await watcher.close();
});

for (const origin of ["chrome-extension://abcdefghijklmnop", "moz-extension://0a1b-2c3d"]) {
  Deno.test(`a page of ${origin} may connect`, async () => {
    await using running = await run();
    const watcher = new Watcher(running, "", { headers: { origin } });
    await watcher.received(1);
    await watcher.close();
  });
}

Deno.test("a ticket that is not needed leaves the socket open, as that of a browser with a key of earlier times", async () => {
  await using running = await run();
  const watcher = new Watcher(running);
  watcher.socket.on("open", () => watcher.socket.send('{"type":"auth","ticket":"any"}'));
  await watcher.received(1);
  watcher.socket.send('{"type":"ping"}');
  await watcher.received(2);
  assertEquals(watcher.messages.map(({ type }) => type), ["quota_update", "pong"]);
});

Deno.test("a client that answers only protocol pings, as browsers do by themselves, stays connected", async () => {
  await using running = await run();
  const watcher = new Watcher(running);
  await watcher.received(1);
  let pings = 0;
  watcher.socket.on("ping", () => pings++);
  for (let beat = 1; beat <= 6; beat++) {
    running.clock.advance(HEARTBEAT_MS);
    await until(() => pings === beat, "a ping");
    // When this request is answered, the pong sent before it has arrived.
    await fetch(`http://${running.host}/healthz`).then((answer) => answer.body?.cancel());
  }
  assertEquals(watcher.closed, null);
  await watcher.close();
});

Deno.test("the offered subprotocol, which may be a secret, is not echoed", async () => {
  await using running = await run();
  const watcher = new Watcher(running, "", { protocol: "secret" });
  await watcher.received(1);
  assertEquals(watcher.socket.protocol, "");
  await watcher.close();
});

const REFUSED: [string, Record<string, unknown>, ProblemCode][] = [
  ["a web page", { headers: { origin: "https://evil.example" } }, "foreign_origin"],
  ["a page of another port", { headers: { origin: "http://127.0.0.1:3000" } }, "foreign_origin"],
  ["a sandboxed page", { headers: { origin: "null" } }, "foreign_origin"],
  ["another name for this machine", { headers: { host: "rebound.example" } }, "foreign_host"],
  ["another path", { path: "/api/quota/other" }, "not_found"],
];
for (const [name, options, code] of REFUSED) {
  Deno.test(`an upgrade by ${name} is refused as ${code}`, async () => {
    await using running = await run();
    const watcher = new Watcher(running, "", options);
    await until(() => watcher.refusal !== null, "a refusal");
    const { status, body, type } = watcher.refusal!;
    assertEquals([status, type, JSON.parse(body).code], [PROBLEM_STATUS[code], "application/problem+json", code]);
  });
}

for (const id of ["../..", "__proto__", "%00", "a".repeat(300)]) {
  Deno.test(`FAULT 50: workspace ${id.slice(0, 20)} is refused with a message, then with close code 1008`, async () => {
    await using running = await run();
    const watcher = new Watcher(running, `?workspace_id=${id}`);
    const { code, reason } = await watcher.end();
    assertEquals([code, reason, watcher.messages.length], [1008, "invalid_workspace", 1]);
    const [message] = watcher.messages;
    assert(message.type === "error" && message.code === "invalid_workspace");
    assertStringIncludes(message.detail, "Cannot watch workspace");
  });
}

Deno.test("a stopping service closes its sockets with 1001 and does not wait for them", async () => {
  const running = await run();
  const watchers = Array.from({ length: 20 }, () => new Watcher(running));
  for (const watcher of watchers) await watcher.received(1);
  await running.service.stop();
  for (const watcher of watchers) assertEquals((await watcher.end()).code, 1001);
  assertEquals(running.clock.pending <= 1, true);
});

Deno.test("status body, health body and every message of a socket carry the contract", async () => {
  await using running = await run();
  const watcher = new Watcher(running);
  await watcher.received(1);
  watcher.socket.send('{"type":"ping"}');
  await watcher.received(2);
  running.clock.advance(HEARTBEAT_MS);
  await watcher.received(3);
  watcher.socket.send("{}");
  await watcher.received(4);
  assertEquals(watcher.messages.map(({ type, contract }) => [type, contract]), [
    ["quota_update", 2],
    ["pong", 2],
    ["ping", 2],
    ["error", 2],
  ]);
  assertEquals(watcher.updates[0].contract, 2);
  for (const path of ["/api/quota/status", "/api/quota/status?workspace_id=%61cme", "/healthz"]) {
    const response = await fetch(`http://${running.host}${path}`);
    assertEquals((await response.json()).contract, 2, path);
  }
  await watcher.close();
});
