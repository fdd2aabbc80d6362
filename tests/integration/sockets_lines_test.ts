/** Tracked sockets before they open, after they close, and when they reconnect. */
import { connect } from "node:net";
import { QuotaTrackedOpenAI } from "../../server/client/sdk/openai_client.ts";
import { HttpRecorder } from "../../server/client/reporting/http_recorder.ts";
import { QuotaTrackedBetaRealtimeWebSocket } from "../../server/client/sockets/realtime_websocket.ts";
import { QuotaTrackedBetaRealtimeWS, QuotaTrackedRealtimeWS } from "../../server/client/sockets/realtime_ws.ts";
import {
  QuotaTrackedForksWS,
  QuotaTrackedLiveWS,
  QuotaTrackedSidebandWS,
} from "../../server/client/sockets/live_ws.ts";
import { QuotaTrackedBetaResponsesWS, QuotaTrackedResponsesWS } from "../../server/client/sockets/responses_ws.ts";
import { until } from "../api/running.ts";
import { assertEquals } from "../support/assert.ts";
import { withoutTls } from "../support/sdk_sockets.ts";
import { withSocketUpstream } from "./room.ts";

const MODEL = { model: "gpt-realtime" };
const PLAIN = {
  options: { createConnection: (({ host, port }: { host: string; port: number }) => connect(port, host)) as never },
};
const CREATE = { type: "response.create" as const, model: "gpt-5.4", input: "Hello" };

Deno.test(
  "requests sent before a Responses socket opens are queued by the SDK, sent and counted once",
  withSocketUpstream(async ({ tracked, rows, upstream }) => {
    const socket = new QuotaTrackedResponsesWS(tracked());
    let done = 0, closed = false;
    socket.on("response.completed", () => done++);
    socket.on("close", () => closed = true);
    socket.send(CREATE);
    socket.sendRaw(JSON.stringify(CREATE));
    await until(() => done === 2, "both answers");
    socket.close();
    await until(() => closed, "the end");
    assertEquals([(await rows()).map(({ outcome }) => outcome), upstream.ledger.length], [["ok", "ok"], 2]);
  }),
);

Deno.test(
  "a request on a socket that never opens is not counted",
  withSocketUpstream(async ({ tracked, rows, upstream, service }) => {
    upstream.refuse((socket) => void socket.destroy());
    const socket = new QuotaTrackedResponsesWS(tracked());
    let errors = 0, closed = false;
    socket.on("error", () => errors++);
    socket.on("close", () => closed = true);
    socket.send(CREATE);
    await until(() => closed, "the end");
    socket.send(CREATE);
    assertEquals([await rows(), service.tracker.inFlight, errors], [[], 0, 2]);
  }),
);

Deno.test(
  "a Realtime socket rejects requests before it opens and after it closes, and does not count them",
  withSocketUpstream(async ({ tracked, rows, service }) => {
    const socket = new QuotaTrackedRealtimeWS({ ...MODEL, ...PLAIN }, tracked());
    let errors = 0, opened = false, closed = false;
    socket.on("error", () => errors++);
    socket.socket.on("open", () => opened = true);
    socket.socket.on("close", () => closed = true);
    socket.send({ type: "response.create" });
    assertEquals([errors, service.tracker.inFlight], [1, 0]);
    await until(() => opened, "the connection");
    socket.close();
    socket.send({ type: "response.create" });
    await until(() => closed, "the end");
    socket.sendResponseCreate({ type: "response.create" });
    assertEquals([await rows(), service.tracker.inFlight], [[], 0]);
  }),
);

Deno.test(
  "a Responses socket that reconnects is counted on all its connections",
  withSocketUpstream(async ({ tracked, rows, upstream }) => {
    upstream.reply((peer) => void upstream.begin(peer));
    const reconnect = { onReconnecting: () => ({}), initialDelay: 1, maxDelay: 1 };
    const socket = new QuotaTrackedResponsesWS(tracked(), { reconnect });
    let begun = 0, closed = false, done = 0;
    socket.on("response.created", () => begun++);
    socket.on("response.completed", () => done++);
    socket.on("close", () => closed = true);
    socket.on("error", () => {});
    // Queued, and sent on the next connection.
    socket.once("reconnecting", () => socket.send(CREATE));
    socket.send(CREATE);
    await until(() => begun === 1, "the response's beginning");
    upstream.reply((peer) => upstream.finish(peer, upstream.begin(peer)));
    upstream.peers[0].socket.terminate();
    await until(() => done === 1, "the answer on the second connection");
    socket.send(CREATE);
    await until(() => done === 2, "one more");
    socket.close();
    await until(() => closed, "the end");
    const told = (await rows()).map(({ outcome, usage_source, error_code }) => [outcome, usage_source, error_code]);
    assertEquals(told, [["failed", "unknown", "connection_lost"], ["ok", "counted", null], ["ok", "counted", null]]);
    assertEquals([upstream.ledger.length, upstream.peers.length], [3, 2]);
  }),
);

Deno.test(
  "a Realtime socket that reconnects counts queued requests when they are flushed, and none that is taken back",
  withSocketUpstream(async ({ tracked, rows, upstream, service }) => {
    const recovery = { reconnect: true, reconnectInitialDelay: 1, reconnectMaxDelay: 1, maxQueueBytes: 10_000 };
    const socket = new QuotaTrackedRealtimeWS({ ...MODEL, ...PLAIN, ...recovery }, tracked());
    let closed = false, lines = 0, done = 0;
    socket.on("reconnected", () => lines++);
    socket.on("close", () => closed = true);
    socket.on("error", () => {});
    socket.on("response.done", () => done++);
    socket.on("reconnecting", () => socket.send({ type: "response.create" }));
    (await upstream.peer(0)).socket.terminate();
    await until(() => lines === 1, "the second connection");
    assertEquals([upstream.ledger.length, service.tracker.inFlight], [0, 1]);
    socket.flushPending();
    await until(() => done === 1, "the answer");
    upstream.peers[1].socket.terminate();
    await until(() => lines === 2, "the third connection");
    assertEquals([socket.takePending().length, service.tracker.inFlight], [1, 0]);
    socket.close();
    await until(() => closed, "the end");
    assertEquals([(await rows()).map(({ outcome }) => outcome), upstream.ledger.length], [["ok"], 1]);
  }),
);

Deno.test(
  "the beta classes are counted",
  withSocketUpstream(async ({ tracked, rows, upstream }) => {
    const client = tracked();
    const runtimes = withoutTls(() => new QuotaTrackedBetaRealtimeWebSocket(MODEL, client));
    const ofWs = new QuotaTrackedBetaRealtimeWS({ ...MODEL, ...PLAIN }, client);
    const responses = new QuotaTrackedBetaResponsesWS(client);
    let done = 0, closed = 0;
    runtimes.on("response.done", () => done++);
    ofWs.on("response.done", () => done++);
    responses.on("response.completed", () => done++);
    runtimes.socket.addEventListener("open", () => runtimes.send({ type: "response.create" }));
    ofWs.socket.on("open", () => ofWs.send({ type: "response.create" }));
    responses.send(CREATE);
    await until(() => done === 3, "three answers");
    runtimes.socket.addEventListener("close", () => closed++);
    ofWs.socket.on("close", () => closed++);
    responses.on("close", () => closed++);
    for (const socket of [runtimes, ofWs, responses]) socket.close();
    await until(() => closed === 3, "their ends");
    assertEquals([(await rows()).map(({ endpoint }) => endpoint).sort(), upstream.ledger.length], [
      ["realtime", "realtime", "responses"],
      3,
    ]);
  }),
);

Deno.test(
  "another process reports a response that the provider began over the limit, without a reservation",
  withSocketUpstream(async ({ service, rows, upstream }) => {
    const problems: string[] = [];
    const recorder = new HttpRecorder({
      service_url: service.url,
      patience_ms: 10_000,
      onProblem: (sentence) => problems.push(sentence),
    });
    const client = new QuotaTrackedOpenAI({ apiKey: "sk", baseURL: upstream.url, workspace: "acme", recorder });
    const socket = new QuotaTrackedRealtimeWS({ ...MODEL, ...PLAIN }, client);
    let done = 0, errors = 0, closed = false;
    socket.on("response.done", () => done++);
    socket.on("error", () => errors++);
    socket.socket.on("close", () => closed = true);
    const peer = await upstream.peer(0);
    for (let turn = 1; turn <= 2; turn++) {
      upstream.finish(peer, upstream.begin(peer));
      await until(() => done === turn, "the response");
      await until(() => errors === turn - 1, "the refusal of the second");
      await recorder.flush();
    }
    socket.close();
    await until(() => closed, "the end");
    assertEquals((await rows()).map(({ outcome, error_code }) => [outcome, error_code]), [
      ["ok", null],
      ["aborted", "workspace_rate_limited"],
    ]);
    assertEquals([problems, service.tracker.inFlight], [[], 0]);
  }, { limits: { requests_per_minute: 1 } }),
);

Deno.test(
  "responses that a Live session delegates are counted on its socket, a fork and a sideband",
  withSocketUpstream(async ({ tracked, rows, upstream }) => {
    const client = tracked();
    const session = { session_id: "sess_1" };
    const sockets = [
      new QuotaTrackedLiveWS(client),
      new QuotaTrackedForksWS(client, session),
      new QuotaTrackedSidebandWS(client, session),
    ];
    const codes: unknown[] = [];
    let told = 0, closed = 0;
    for (const socket of sockets) {
      socket.on("response.event", () => told++);
      socket.on("error", ({ error }) => codes.push(error?.error.code));
      socket.on("close", () => closed++);
    }
    await upstream.peer(2);
    assertEquals(upstream.peers.map(({ path }) => path).sort(), [
      "/v1/live/sessions",
      "/v1/live/sessions/sess_1/attach",
      "/v1/live/sessions/sess_1/fork",
    ]);
    const nested = (event: object) => ({ type: "response.event", event });
    for (const [at, { send }] of upstream.peers.entries()) {
      const response = { id: `r${at}`, model: "gpt-5.4" };
      send(nested({ type: "response.created", response }));
      const usage = { input_tokens: 5, output_tokens: 2, total_tokens: 7 };
      send(nested({ type: "response.completed", response: { ...response, usage } }));
      await until(() => told === 2 * (at + 1), "both events");
    }
    assertEquals(codes, ["workspace_rate_limited"]);
    for (const socket of sockets) socket.close();
    await until(() => closed === 3, "their ends");
    assertEquals(upstream.peers.flatMap(({ received }) => received), []);
    assertEquals((await rows()).map((row) => [row.endpoint, row.model, row.outcome, row.usage.total_tokens]), [
      ["live", "gpt-5.4", "ok", 7],
      ["live", "gpt-5.4", "ok", 7],
      ["live", "gpt-5.4", "aborted", 7],
    ]);
  }, { limits: { requests_per_minute: 2 } }),
);
