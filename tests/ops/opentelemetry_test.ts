/** OpenTelemetry by Deno itself, with the service's real start command, and a collector that keeps what it receives. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { assert, assertEquals, assertMatch } from "../support/assert.ts";
import { eventually } from "../support/eventually.ts";
import { startService } from "../support/service.ts";
import { startUpstream } from "../support/upstream.ts";
import { OPS } from "./prometheus.ts";

/** A collector of OTLP over HTTP, in JSON. */
async function startCollector() {
  const received: { path: string; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => body += part);
    request.on("end", () => {
      received.push({ path: request.url!, body: JSON.stringify(JSON.parse(body)) });
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    /** Everything that was sent to one of its paths. */
    textOf: (path: string) => received.filter((each) => each.path === path).map(({ body }) => body).join("\n"),
    close: () => new Promise<void>((resolve) => (server.close(() => resolve()), server.closeAllConnections())),
  };
}

/** The variables of the documentation, with a short interval. */
async function documentedVariables(collector: string): Promise<Record<string, string>> {
  const page = await Deno.readTextFile(`${OPS}/opentelemetry.md`);
  const [, block] = /```sh\n([^]*?)```/.exec(page)!;
  const pairs = [...block.matchAll(/^(?:export )?(OTEL_\w+)=(\S+)/gm)].map(([, name, value]) => [name, value]);
  return {
    ...Object.fromEntries(pairs),
    OTEL_EXPORTER_OTLP_ENDPOINT: collector,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_BSP_SCHEDULE_DELAY: "100",
    OTEL_METRIC_EXPORT_INTERVAL: "100",
  };
}

const SECRETS = ["canary-of-the-caller", "canary-in-the-body", "canary-admin-key"];

const call = (url: string) =>
  fetch(`${url}/w/acme/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${SECRETS[0]}` },
    body: JSON.stringify({ model: "gpt-5.4", messages: [{ role: "user", content: SECRETS[1] }] }),
  });

Deno.test("with OTEL_DENO a collector receives spans and metrics of requests, and no secret", async () => {
  const [collector, upstream] = [await startCollector(), await startUpstream()];
  const variables = await documentedVariables(collector.url);
  assertEquals([variables.OTEL_DENO, variables.OTEL_SERVICE_NAME], ["true", "quota-gauge"]);
  const service = await startService({ upstream: upstream.url, env: { ...variables, QUOTA_ADMIN_KEY: SECRETS[2] } });
  try {
    const response = await call(service.url);
    assertEquals([response.status, (await response.json()).object], [200, "chat.completion"]);
    await eventually(() => {
      assertMatch(collector.textOf("/v1/traces"), /"url\.path".{0,40}"\/w\/acme\/v1\/chat\/completions"/);
      assertMatch(collector.textOf("/v1/metrics"), /"http\.server\.request\.duration"/);
    });
    assertMatch(collector.textOf("/v1/traces"), /"http\.response\.status_code".{0,60}"200"/);
    assertMatch(collector.textOf("/v1/traces"), /"service\.name".{0,60}"quota-gauge"/);
    await service.stop();
    const all = collector.received.map(({ body }) => body).join("\n");
    assertEquals(SECRETS.filter((secret) => all.includes(secret)), []);
    // The banner may have the first admin key.
    assert(!all.includes("listens on"));
    // The provider gets no header of the tracing.
    assertEquals(upstream.entries.map(({ headers }) => "traceparent" in headers), [false]);
  } finally {
    await service.close();
    await Promise.all([collector.close(), upstream.close()]);
  }
});

Deno.test("a collector that is not there delays no call", async () => {
  const upstream = await startUpstream();
  const env = await documentedVariables("http://127.0.0.1:1");
  const service = await startService({ upstream: upstream.url, env });
  try {
    const response = await call(service.url);
    assertEquals([response.status, (await response.json()).object], [200, "chat.completion"]);
  } finally {
    // At its end Deno waits for the collector, for as long as 15 s on a busy machine.
    await service.stop("SIGKILL");
    await service.close();
    await upstream.close();
  }
});
