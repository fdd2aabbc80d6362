import OpenAI, { AzureOpenAI } from "openai";
import { OpenAIRealtimeWebSocket } from "openai/realtime/websocket";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import { ResponsesWS } from "openai/resources/responses/ws";
import { assert, assertEquals, assertRejects, assertThrows } from "../../../tests/support/assert.ts";
import { eventually } from "../../../tests/support/eventually.ts";
import { type SdkSocket, SocketUser } from "../../../tests/support/sdk_sockets.ts";
import { QuotaTrackedAzureOpenAI } from "../sdk/azure_client.ts";
import { QuotaTrackedOpenAI } from "../sdk/openai_client.ts";
import { QuotaTrackedRealtimeWebSocket } from "./realtime_websocket.ts";
import { QuotaTrackedBetaRealtimeWS, QuotaTrackedRealtimeWS } from "./realtime_ws.ts";
import { QuotaTrackedResponsesWS } from "./responses_ws.ts";
import type { AttemptPlan, Recorder } from "../../attempts/recorder.ts";

const MODEL = { model: "gpt-realtime" };
/** Nothing listens on port 1. */
const NOWHERE = { apiKey: "sk", baseURL: "https://127.0.0.1:1/v1" };

Deno.test("a tracked socket without a tracked client throws before it connects", async () => {
  const plain = new OpenAI(NOWHERE);
  const azure = new AzureOpenAI({ endpoint: "https://127.0.0.1:1", apiKey: "k", apiVersion: "v", deployment: "d" });
  const opening = [
    () => new QuotaTrackedRealtimeWebSocket(MODEL, plain),
    () => new QuotaTrackedRealtimeWebSocket(MODEL),
    () => new QuotaTrackedRealtimeWS(MODEL, plain),
    () => new QuotaTrackedResponsesWS(plain),
  ];
  for (const open of opening) assertThrows(open, TypeError, "Give it one of getOpenAIClient(workspace)");
  for (const Class of [QuotaTrackedRealtimeWebSocket, QuotaTrackedRealtimeWS, QuotaTrackedBetaRealtimeWS]) {
    await assertRejects(() => Class.create(plain, MODEL), TypeError, "a client that is not tracked");
    await assertRejects(() => Class.azure(azure), TypeError, `Cannot count ${Class.name}`);
  }
});

Deno.test("every way to open a tracked socket tracks it, and it is an instance of the SDK's class", async () => {
  const plans: AttemptPlan[] = [];
  const recorder: Recorder = {
    reserve: (plan) => (plans.push(plan), { refused: "workspace_rate_limited", message: "full", retry_after_ms: null }),
  };
  const options = { workspace: "Acme", app: "voice", recorder };
  const client = new QuotaTrackedOpenAI({ ...NOWHERE, ...options }).withOptions({ timeout: 5 });
  const azure = new QuotaTrackedAzureOpenAI({
    endpoint: "https://127.0.0.1:1",
    apiKey: "key",
    apiVersion: "v",
    deployment: "my-deployment",
    ...options,
  });
  const sockets = [
    new QuotaTrackedRealtimeWS(MODEL, client),
    await QuotaTrackedRealtimeWS.create(client, MODEL),
    await QuotaTrackedRealtimeWS.azure(azure),
    new QuotaTrackedRealtimeWebSocket(MODEL, client),
    await QuotaTrackedRealtimeWebSocket.create(client, MODEL),
    await QuotaTrackedRealtimeWebSocket.azure(azure),
    new QuotaTrackedResponsesWS(client),
  ];
  const users = sockets.map((socket) => new SocketUser(socket as object as SdkSocket));
  for (const { socket } of users) socket.send({ type: "response.create" });
  assertEquals(plans.map(({ workspace_id, app }) => [workspace_id, app]), sockets.map(() => ["acme", "voice"]));
  assertEquals(plans.map(({ model, endpoint }) => model ?? endpoint), [
    "gpt-realtime",
    "gpt-realtime",
    "my-deployment",
    "gpt-realtime",
    "gpt-realtime",
    "my-deployment",
    "responses",
  ]);
  sockets.slice(0, 3).forEach((socket) =>
    assert(socket instanceof QuotaTrackedRealtimeWS && socket instanceof OpenAIRealtimeWS)
  );
  sockets.slice(3, 6).forEach((socket) =>
    assert(socket instanceof QuotaTrackedRealtimeWebSocket && socket instanceof OpenAIRealtimeWebSocket)
  );
  assert(sockets[6] instanceof ResponsesWS);
  assertEquals(users.map(({ errors }) => errors), users.map(() => ["workspace_rate_limited"]));
  await eventually(() => assert(users.every(({ closed }) => closed)));
});
