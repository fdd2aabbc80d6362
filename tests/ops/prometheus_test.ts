/** The metrics, the alerts and the dashboard, with Prometheus' own programs. */
import { limitsInMemory } from "../../server/limits/limits_file.ts";
import { startService } from "../support/service.ts";
import { assert, assertEquals, assertMatch } from "../support/assert.ts";
import { eventually } from "../support/eventually.ts";
import { withTempFolder } from "../support/temp.ts";
import { startUpstream } from "../support/upstream.ts";
import { run } from "../api/running.ts";
import { documentedQueries, metricNames, OPS, PROGRAMS, promtool, startPrometheus } from "./prometheus.ts";

const call = (url: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer sk-1", ...headers },
    body: JSON.stringify({ model: 'a "model"\\\n', messages: [] }),
  }).then((response) => response.text());

/** The metrics of a service after a call that was sent and one that was refused. */
async function scrape(): Promise<string> {
  const upstream = await startUpstream();
  const limits = limitsInMemory(JSON.stringify({ workspaces: { acme: { budgets: { day: "5" } } } }));
  const environment = { QUOTA_UPSTREAM_URL: upstream.url, OPENAI_RATE_LIMIT_PER_MINUTE: "1" };
  await using running = await run(environment, { limits });
  for (let time = 0; time < 2; time++) await call(`${running.service.url}/w/acme/v1`);
  const response = await fetch(`${running.service.url}/metrics`);
  assertEquals(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  const text = await response.text();
  await upstream.close();
  return text;
}

Deno.test({
  name: "promtool finds no fault in the metrics",
  ignore: PROGRAMS.promtool === null,
  fn: async () => {
    const text = await scrape();
    assertMatch(text, /quota_refusals_total\{workspace="acme",code="workspace_rate_limited"\} 1\n/);
    assertEquals(await promtool(["check", "metrics"], text), { code: 0, output: "" });
    assertMatch((await promtool(["check", "metrics"], text.replace("# HELP quota_calls_total", "# "))).output, /help/);
  },
});

Deno.test({
  name: "the alert rules are valid, and each fires when it should",
  ignore: PROGRAMS.promtool === null,
  fn: async () => {
    assertMatch((await promtool(["check", "rules", `${OPS}/alerts.yml`])).output, /SUCCESS: \d+ rules found/);
    const { code, output } = await promtool(["test", "rules", `${OPS}/alerts_test.yml`]);
    assertEquals(code, 0, output);
    const tests = await Deno.readTextFile(`${OPS}/alerts_test.yml`);
    const alerts = (await documentedQueries()).flatMap(({ from }) => /^alert (\w+)/.exec(from)?.[1] ?? []);
    assertEquals(alerts.filter((name) => !tests.includes(`alertname="${name}"`)), []);
    assertEquals((await promtool(["check", "config", "--syntax-only", `${OPS}/prometheus.yml`])).code, 0);
  },
});

Deno.test("docs/ops/metrics.md, the dashboard and the alerts name the metrics that exist", async () => {
  const exist = [...metricNames(await scrape())].toSorted();
  const page = await Deno.readTextFile(`${OPS}/metrics.md`);
  const rows = [...page.matchAll(/^\| `((?:quota|process)_\w+)/gm)].map(([, name]) => name);
  // It has no sample without a certificate.
  assertEquals(rows.filter((name) => name !== "quota_certificate_expires_seconds").toSorted(), exist);
  const queries = await documentedQueries();
  assert(queries.length > 30, `only ${queries.length} queries were found`);
  const unknown = queries.map(({ from, expr }) => ({ from, names: [...metricNames(expr)] }))
    .filter(({ names }) => names.some((name) => !rows.includes(name)));
  assertEquals(unknown, []);
  const shown = new Set(queries.flatMap(({ expr }) => [...metricNames(expr)]));
  // It has no number to look at.
  assertEquals(exist.filter((name) => !shown.has(name)), ["quota_info"]);
});

/** Two jobs: one with a read key for every workspace, one without a key. */
const config = (target: string, key_file: string) => `
global: { scrape_interval: 1s }
scrape_configs:
  - job_name: quota-gauge
    authorization: { credentials_file: "${key_file}" }
    static_configs: [{ targets: ["${target}"] }]
  - job_name: no-key
    static_configs: [{ targets: ["${target}"] }]
`;

Deno.test({
  name: "a real Prometheus scrapes the real service with a key, and answers with the right counts",
  ignore: PROGRAMS.prometheus === null,
  fn: () =>
    withTempFolder(async (folder) => {
      const upstream = await startUpstream();
      const admin_key = "correct-horse-battery";
      const service = await startService({ upstream: upstream.url, env: { QUOTA_ADMIN_KEY: admin_key } });
      try {
        const create = async (body: object) => {
          const headers = { "content-type": "application/json", authorization: `Bearer ${admin_key}` };
          const request = { method: "POST", headers, body: JSON.stringify(body) };
          return (await (await fetch(`${service.url}/api/quota/keys`, request)).json()).key as string;
        };
        await Deno.writeTextFile(`${folder}/key`, await create({ kind: "read", workspaces: ["*"] }));
        const ingest = await create({ kind: "ingest", workspaces: ["acme"] });
        for (let time = 0; time < 3; time++) await call(`${service.url}/v1`, { "x-quota-key": ingest });
        await using prometheus = await startPrometheus(config(new URL(service.url).host, `${folder}/key`), folder);
        const value = async (expr: string) => (await prometheus.query(expr)).map(({ value }) => value[1]);
        await eventually(async () => assertEquals(await value('quota_calls_total{workspace="acme"}'), ["3"]));
        await call(`${service.url}/v1`, { "x-quota-key": ingest });
        await eventually(async () => assertEquals(await value('quota_calls_total{workspace="acme"}'), ["4"]));
        assertEquals(await value('quota_tokens_total{workspace="acme",kind="input"}'), ["48"]);
        assertEquals(await value('quota_limit_used{workspace="acme",limit="requests_per_day"}'), ["4"]);
        assertEquals(await value('sum(quota_upstream_latency_seconds_count{model!=""})'), ["4"]);
        await eventually(async () => assertEquals(await value('up{job="no-key"}'), ["0"]));
        for (const { from, expr } of await documentedQueries()) {
          await prometheus.query(expr).catch((error) => assert(false, `${from}: ${error.message}`));
        }
      } finally {
        await service.close();
        await upstream.close();
      }
    }),
});

Deno.test("the panels of the dashboard do not overlap, and each has an id of its own", async () => {
  const { panels } = JSON.parse(await Deno.readTextFile(`${OPS}/grafana-dashboard.json`)) as {
    panels: { id: number; gridPos: { x: number; y: number; w: number; h: number } }[];
  };
  assertEquals(new Set(panels.map(({ id }) => id)).size, panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, at) => `${x + at % w} ${y + Math.floor(at / w)}`)
  );
  assertEquals(new Set(cells).size, cells.length);
  assertEquals(panels.filter(({ gridPos: { x, w } }) => x + w > 24), []);
});
