import process from "node:process";
import { run } from "../../../tests/api/running.ts";
import { send } from "../../../tests/api/fixture.ts";
import manifest from "../../../package.json" with { type: "json" };
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { eventually } from "../../../tests/support/eventually.ts";
import { limitsInMemory } from "../../limits/limits_file.ts";

/** The samples of a running service, by name and labels. */
async function scrape(url: string): Promise<Map<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.trimEnd().split("\n").filter((line) => !line.startsWith("#"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
}

Deno.test("a scrape has each workspace's limits, use and status", async () => {
  await using running = await run({ OPENAI_RATE_LIMIT_PER_MINUTE: "2", OPENAI_RATE_LIMIT_PER_DAY: "50" });
  const { service } = running;
  await scrape(service.url); // Loads the feature.
  for (const workspace_id of ["acme", "acme", "blue"]) send(service.tracker, undefined, { workspace_id });
  const samples = await scrape(service.url);
  const of = (name: string, labels: string) => samples.get(`${name}{workspace=${labels}}`);
  assertEquals(samples.get("quota_workspaces"), [...service.tracker.workspaceIds].length);
  for (const [workspace, used] of [["acme", 2], ["blue", 1]] as const) {
    assertEquals(of("quota_limit", `"${workspace}",limit="requests_per_minute"`), 2);
    assertEquals(of("quota_limit_used", `"${workspace}",limit="requests_per_minute"`), used);
    assertEquals(of("quota_limit", `"${workspace}",limit="requests_per_day"`), 50);
    assertEquals(of("quota_limit_reserved", `"${workspace}",limit="requests_per_day"`), 0);
  }
  const statuses = ["normal", "warning", "rate_limited", "quota_exceeded", "degraded"];
  const statusOf = (workspace: string) =>
    statuses.map((status) => of("quota_workspace_status", `"${workspace}",status="${status}"`));
  assertEquals([statusOf("acme"), statusOf("blue")], [[0, 0, 1, 0, 0], [1, 0, 0, 0, 0]]);
});

Deno.test("a scrape has the start of the service, its memory and its processor time", async () => {
  await using running = await run();
  const { service, clock } = running;
  const started_at = clock.now() / 1000;
  clock.advance(60_000);
  const samples = await scrape(service.url);
  assertEquals(samples.get("process_start_time_seconds"), started_at);
  const { user, system } = process.cpuUsage();
  const cpu = samples.get("process_cpu_seconds_total")!;
  assert(cpu > 0 && cpu <= (user + system) / 1e6, `${cpu}`);
  const { rss } = Deno.memoryUsage();
  const [resident, heap] = ["resident_memory", "heap"].map((name) => samples.get(`process_${name}_bytes`)!);
  assert(heap > 0 && heap < resident && resident < 2 * rss, `${heap} of ${resident}`);
});

Deno.test("a scrape says what is degraded", async () => {
  const limits = limitsInMemory("{}");
  await using running = await run({}, { limits });
  const { service, clock } = running;
  const state = async () => {
    const samples = await scrape(service.url);
    return ["quota_degraded", "quota_limits_refused", "quota_ledger_failing"].map((name) => samples.get(name));
  };
  assertEquals(await state(), [0, 0, 0]);
  limits.text = "no JSON";
  clock.advance(1000);
  await eventually(async () => assertEquals(await state(), [1, 1, 0]));
});

Deno.test("a scrape has the version, and no end of a certificate where there is none", async () => {
  await using running = await run();
  const samples = await scrape(running.service.url);
  assertEquals(samples.get(`quota_info{version="${manifest.version}"}`), 1);
  assertEquals(samples.has("quota_certificate_expires_seconds"), false);
});
