/** The tracked client with a key: it reaches the service and its gateway, and no other address. */
import { WebSocket } from "ws";
import {
  getOpenAIClient,
  HttpRecorder,
  type HttpRecorderOptions,
  type QuotaTrackedAzureOptions,
  QuotaTrackedOpenAI,
  type QuotaTrackedOptions,
  sharedRecorder,
} from "../../server/client/mod.ts";
import { QuotaTrackedResponsesWS } from "../../server/client/ws.ts";
import { until } from "../api/running.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "../support/assert.ts";
import { startSocketUpstream } from "../support/socket_upstream.ts";
import { type TeamService, withTeamService } from "../support/team_service.ts";
import { startUpstream } from "../support/upstream.ts";
import { HELLO } from "./room.ts";

/** Whether options of this type are accepted. */
type Accepts<Options, Given> = Given extends Partial<Options> ? true : false;

/** Each kind of client takes a text as `quotaKey`, and nothing else. Checked when the tests are compiled. */
const TYPES: [
  Accepts<QuotaTrackedOptions, { quotaKey: string }>,
  Accepts<QuotaTrackedAzureOptions, { quotaKey: string }>,
  Accepts<NonNullable<Parameters<typeof getOpenAIClient>[1]>, { quotaKey: string }>,
  Accepts<HttpRecorderOptions, { quotaKey: string }>,
  Accepts<QuotaTrackedOptions, { quotaKey: number }>,
  Accepts<HttpRecorderOptions, { quotaKey: null }>,
] = [true, true, true, true, false, false];

Deno.test("every client takes a quotaKey", () => assertEquals(TYPES.length, 6));

interface Setting {
  recorder: HttpRecorder;
  client(options?: Partial<ConstructorParameters<typeof QuotaTrackedOpenAI>[0]>): QuotaTrackedOpenAI;
}

function settingOf({ url, upstream }: TeamService, quotaKey: string | undefined): Setting {
  const recorder = new HttpRecorder({ service_url: url, quotaKey, patience_ms: 10_000 });
  return {
    recorder,
    client: (options) =>
      new QuotaTrackedOpenAI({
        apiKey: "sk-own",
        maxRetries: 0,
        baseURL: upstream.url,
        workspace: "acme",
        recorder,
        ...options,
      }),
  };
}

const rowsOf = async ({ ledger }: TeamService, workspace = "acme") =>
  (await ledger.attempts(workspace, 10)).map(({ app, outcome }) => [app, outcome]);

/** Asserts that the provider has received its own key, and none of ours. */
function assertNoKeyUpstream({ upstream }: TeamService, calls: number): void {
  assertEquals(upstream.entries.length, calls);
  for (const { headers, path, body } of upstream.entries) {
    const received = JSON.stringify([headers, path, body]);
    assert(received.includes("sk-own") && !/qg_|x-quota|x-workspace/.test(received), received);
  }
}

Deno.test("a program that reports sends its key to the service, and never to the provider", () =>
  withTeamService(async (service) => {
    const { recorder, client } = settingOf(service, service.keys.ingest!);
    await client({ app: "nightly" }).chat.completions.create(HELLO);
    await recorder.flush();
    assertEquals([await rowsOf(service), recorder.dropped], [[["nightly", "ok"]], 0]);
    assertNoKeyUpstream(service, 1);
  }));

Deno.test("clients of several workspaces have a key each, and one flush reports all", () =>
  withTeamService(async (service) => {
    const beta = service.create({ kind: "ingest", workspaces: ["beta"] }).text;
    const { recorder, client } = settingOf(service, service.keys.ingest!);
    const clients = [
      client(),
      client({ workspace: "beta", quotaKey: beta }),
      client({ quotaKey: service.keys.ingest! }),
    ];
    await Promise.all(clients.map((one) => one.chat.completions.create(HELLO)));
    await clients[1].withOptions({ timeout: 9000 }).chat.completions.create(HELLO);
    await recorder.flush();
    assertEquals([(await rowsOf(service)).length, (await rowsOf(service, "beta")).length], [2, 2]);
    assertEquals([recorder.waiting, recorder.dropped], [0, 0]);
    assertNoKeyUpstream(service, 4);
  }));

Deno.test("FAULT 72: through the service's gateway a call has the key, and is counted once", () =>
  withTeamService(async (service) => {
    const { recorder, client } = settingOf(service, service.keys.ingest!);
    const through = client({ baseURL: `${service.url}/v1`, app: "nightly — é", on_limit: "wait", max_wait_ms: 1500 });
    await through.chat.completions.create(HELLO);
    const stream = await through.chat.completions.create({ ...HELLO, stream: true });
    for await (const _ of stream);
    const named = service.url.replace("127.0.0.1", "localhost");
    await client({ baseURL: `${named}/w/acme/v1` }).chat.completions.create(HELLO);
    await recorder.flush();
    await until(() => service.upstream.entries.every(({ end }) => end === "complete"), "the responses");
    assertEquals((await rowsOf(service)).map(([app]) => app), [null, "nightly ? ?", "nightly ? ?"]);
    assertNoKeyUpstream(service, 3);
  }));

Deno.test("FAULT 72: that calls are counted by the gateway is said once, whichever clients and sockets send them", () =>
  withTeamService(async (service) => {
    const beta = service.create({ kind: "ingest", workspaces: ["beta"] }).text;
    const said: string[] = [];
    const shared = { service_url: service.url, quotaKey: service.keys.ingest!, patience_ms: 10_000 };
    const recorder = new HttpRecorder({ ...shared, onProblem: (sentence) => void said.push(sentence) });
    const options = { apiKey: "sk-own", maxRetries: 0, workspace: "acme", recorder };
    const through = new QuotaTrackedOpenAI({ ...options, baseURL: `${service.url}/v1` });
    for (let call = 0; call < 2; call++) await through.chat.completions.create(HELLO);
    const other = { ...options, workspace: "beta", quotaKey: beta, baseURL: `${service.url}/w/beta/v1` };
    await new QuotaTrackedOpenAI(other).chat.completions.create(HELLO);
    await new QuotaTrackedOpenAI({ ...options, baseURL: service.upstream.url }).chat.completions.create(HELLO);
    await recorder.flush();
    assertEquals([(await rowsOf(service)).length, (await rowsOf(service, "beta")).length], [3, 1]);
    assertEquals(said.length, 1);
    assertStringIncludes(said[0], "are counted by the gateway, and not a second time");
  }));

Deno.test("the key is read from QUOTA_KEY, and the address from QUOTA_GAUGE_URL", () =>
  withTeamService(async (service) => {
    Deno.env.set("QUOTA_KEY", ` ${service.keys.ingest}\n`);
    Deno.env.set("QUOTA_GAUGE_URL", service.url);
    try {
      const client = getOpenAIClient("acme", {
        apiKey: "sk-own",
        baseURL: service.upstream.url,
        app: "by environment",
      });
      await client.chat.completions.create(HELLO);
      await sharedRecorder().flush();
      assertEquals(await rowsOf(service), [["by environment", "ok"]]);
    } finally {
      Deno.env.delete("QUOTA_KEY");
      Deno.env.delete("QUOTA_GAUGE_URL");
    }
  }));

Deno.test("a read key in QUOTA_KEY is left to the commands that use it", () => {
  Deno.env.set("QUOTA_KEY", "qg_read_1");
  try {
    assertEquals(new HttpRecorder().service.key, null);
  } finally {
    Deno.env.delete("QUOTA_KEY");
  }
});

Deno.test("a refused key is reported once on the console, and calls continue", () =>
  withTeamService(async (service) => {
    const warnings: string[] = [];
    const { warn } = console;
    console.warn = (text: string) => void warnings.push(text);
    try {
      const { recorder, client } = settingOf(service, `qg_ingest_${"x".repeat(58)}`);
      await client().chat.completions.create(HELLO);
      await client().chat.completions.create(HELLO);
      await recorder.flush();
      assertEquals([warnings.length, recorder.dropped, service.upstream.entries.length], [1, 2, 2]);
      assert(!warnings[0].includes("qg_ingest"), warnings[0]);
    } finally {
      console.warn = warn;
    }
  }));

Deno.test("a model outside the key's list is refused before the call is sent", () =>
  withTeamService(async (service) => {
    const { text } = service.create({ kind: "ingest", workspaces: ["acme"], models: ["gpt-6"] });
    const { client } = settingOf(service, text);
    const refused = await assertRejects(() => client().chat.completions.create(HELLO), Error);
    assertEquals([(refused as Error & { status: number }).status, service.upstream.entries.length], [403, 0]);
    const through = client({ baseURL: `${service.url}/v1` });
    const refusedThere = await assertRejects(() => through.chat.completions.create(HELLO), Error);
    assertEquals([(refusedThere as Error & { status: number }).status, service.upstream.entries.length], [403, 0]);
  }));

Deno.test("a redirect of the service or its gateway takes the key nowhere else", () =>
  withTeamService(async (service) => {
    const [moved, elsewhere] = [await startUpstream(), await startUpstream()];
    moved.reply((exchange) => exchange.raw("", 307, { location: `${elsewhere.url}/chat/completions` }));
    try {
      const service_url = moved.url.replace("/v1", "");
      const recorder = new HttpRecorder({
        service_url,
        quotaKey: service.keys.ingest!,
        pause: () => new Promise(() => {}),
      });
      const options = { apiKey: "sk-own", maxRetries: 0, workspace: "acme", recorder };
      const through = new QuotaTrackedOpenAI({ ...options, baseURL: moved.url });
      await assertRejects(() => through.chat.completions.create(HELLO), Error);
      await new QuotaTrackedOpenAI({ ...options, baseURL: service.upstream.url }).chat.completions.create(HELLO);
      assertEquals(elsewhere.entries.length, 0);
    } finally {
      await Promise.all([moved.close(), elsewhere.close()]);
    }
  }));

Deno.test("a text that is not an ingest key is refused and not repeated", () => {
  const recorder = new HttpRecorder({ quotaKey: "qg_ingest_1" });
  for (const quotaKey of ["sk-secret", "qg_admin_secret", "qg_ingest_secret~sk-secret", ""]) {
    const error = assertThrows(() => recorder.withKey(quotaKey), TypeError);
    assert(!error.message.includes("secret"), error.message);
  }
  const inProcess = { reserve: () => ({ settle() {}, release() {} }) };
  const options = { apiKey: "sk-own", workspace: "acme", recorder: inProcess };
  assertThrows(
    () => new QuotaTrackedOpenAI({ ...options, quotaKey: "qg_ingest_1" }),
    TypeError,
    "reports to no service",
  );
});

Deno.test("a tracked WebSocket reports with the key; through the gateway it has the key, and is counted once", async () => {
  const upstream = await startSocketUpstream();
  try {
    await withTeamService(async (service) => {
      const { recorder, client } = settingOf(service, service.keys.ingest!);
      for (const [at, baseURL] of [upstream.url, `${service.url}/v1`].entries()) {
        const socket = new QuotaTrackedResponsesWS(client({ baseURL, app: `socket ${at}` }));
        const done = new Promise<void>((resolve) => socket.on("response.completed", () => resolve()));
        await until(() => socket.socket.readyState === WebSocket.OPEN, "the socket");
        socket.send({ type: "response.create", model: "gpt-5.4", input: "Hello" });
        await done;
        const { headers } = await upstream.peer(at);
        assert(headers.authorization === "Bearer sk-own" && !JSON.stringify(headers).includes("qg_"));
        socket.close();
      }
      await recorder.flush();
      const count = async () => (await rowsOf(service)).length;
      for (let turn = 0; turn < 100 && await count() < 2; turn++) {
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
      assertEquals((await rowsOf(service)).sort(), [["socket 0", "ok"], ["socket 1", "ok"]]);
    }, { QUOTA_UPSTREAM_URL: upstream.url });
  } finally {
    await upstream.close();
  }
});
